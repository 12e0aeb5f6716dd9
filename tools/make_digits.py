"""Write the package's digits.npz from the copy in scikit-learn: `python -m tools.make_digits` (needs scikit-learn)."""

import numpy as np
from sklearn.datasets import load_digits

from .notebooks import ROOT

if __name__ == "__main__":
    digits = load_digits()
    np.savez_compressed(
        ROOT / "lstm_teach" / "training" / "data" / "digits.npz",
        images=digits.images.astype(np.uint8),  # (1797, 8, 8), values 0 … 16, exact
        labels=digits.target.astype(np.uint8),  # (1797,), values 0 … 9
    )
