#!/usr/bin/python3
"""Which notes the components are, when each is struck, and each one by itself as a WAV file.

usage: notes.py SOUND.wav RESULT.h5 FOLDER
"""

import sys
from pathlib import Path

import h5py
import numpy as np
from scipy import signal
from scipy.io import wavfile

from sound import note_of, sound_of, transform


def pitch(component, frequencies):
    """Frequency whose first multiples hold most of a component (harmonic sum), in Hz.

    Nothing if the component is spread over all frequencies, as a noise is.
    """
    amplitude = np.sqrt(component)
    candidates = np.arange(80.0, 1000.0, 0.5)
    multiples = candidates[:, None] * np.arange(1, 6)
    strength = np.interp(multiples, frequencies, amplitude) @ (0.8 ** np.arange(5))
    tonal = np.exp(np.log(component + 1e-12 * component.max()).mean()) / component.mean()
    return candidates[strength.argmax()] if tonal < 0.05 else None


def strikes(strength):
    """The moments at which a note swells to a peak; the first moment can be one."""
    peaks, _ = signal.find_peaks(np.pad(strength, 1), height=0.3 * strength.max(),
                                 prominence=0.2 * strength.max(), distance=10)
    return peaks - 1


def main(sound, result, folder):
    rate, samples = wavfile.read(sound)
    if samples.ndim == 2:
        samples = samples.mean(axis=1)
    frequencies, seconds, spectrum = transform(samples, rate)
    with h5py.File(result) as file:
        w, h = file["W"][:], file["H"][:]
    Path(folder).mkdir(parents=True, exist_ok=True)
    product = w @ h
    struck = []
    for number, (weights, component) in enumerate(zip(w.T, h), start=1):
        frequency = pitch(component, frequencies)
        name = note_of(frequency) if frequency else "noise"
        # What a component explains of each entry of the spectrogram is its share of W H.
        share = (np.outer(weights, component) / product).T
        wavfile.write(Path(folder) / f"{number}-{name}.wav", rate,
                      sound_of(spectrum * share, rate).astype(np.int16))
        onsets = strikes(np.sqrt(weights))
        print(f"component {number}: {name:<6}" + (f"{frequency:6.1f} Hz" if frequency else " " * 9)
              + "  at " + ", ".join(f"{seconds[moment]:.2f}" for moment in onsets) + " s")
        struck += [(seconds[moment], name) for moment in onsets if frequency]
    print("melody: " + " ".join(name for _, name in sorted(struck)))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
