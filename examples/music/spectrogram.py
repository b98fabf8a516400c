#!/usr/bin/python3
"""Power spectrogram of a WAV file as a matrix: one row per moment, one column per frequency.

usage: spectrogram.py SOUND.wav SPECTROGRAM.h5
"""

import sys

import h5py
import numpy as np
from scipy.io import wavfile

from sound import transform


def main(sound, output):
    rate, samples = wavfile.read(sound)
    if samples.ndim == 2:
        samples = samples.mean(axis=1)
    frequencies, seconds, spectrum = transform(samples, rate)
    with h5py.File(output, "w") as file:
        file["X"] = np.abs(spectrum.T).astype(np.float32) ** 2
    print(f"{output}: {len(seconds)} moments x {len(frequencies)} frequencies, "
          f"{seconds[-1]:.1f} s, up to {frequencies[-1]:.0f} Hz")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
