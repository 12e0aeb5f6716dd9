"""Writes digits.npz beside this file from the copy in scikit-learn: `python make_digits.py` (needs scikit-learn)."""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

if __name__ == "__main__":
    digits = load_digits()
    np.savez_compressed(
        Path(__file__).with_name("digits.npz"),
        images=digits.images.astype(np.uint8),  # (1797, 8, 8), values 0 … 16, exact
        labels=digits.target.astype(np.uint8),  # (1797,), values 0 … 9
    )
