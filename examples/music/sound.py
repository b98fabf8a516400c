"""How the scripts of this folder cut a sound into moments: the same there and back."""

import numpy as np
from scipy import signal

WINDOW = 1024  # samples; at 16 kHz 64 ms, and frequencies 16 Hz apart
NOTE_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


def transform(samples, rate):
    """Frequencies in Hz, moments in seconds, spectrum (frequencies x moments)."""
    return signal.stft(samples.astype(np.float64), rate, nperseg=WINDOW, noverlap=3 * WINDOW // 4)


def sound_of(spectrum, rate):
    """The samples whose spectrum it is."""
    return signal.istft(spectrum, rate, nperseg=WINDOW, noverlap=3 * WINDOW // 4)[1]


def note_of(frequency):
    """The nearest key of a piano: 440 Hz is A4."""
    key = round(69 + 12 * np.log2(frequency / 440))
    return f"{NOTE_NAMES[key % 12]}{key // 12 - 1}"
