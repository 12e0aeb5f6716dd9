"""Notebook 08: how many weights a cell with so many blocks has."""

import numpy as np

from ...cell.cells import COUPLED, LSTM, TANH_ONLY, VANILLA_RNN, init_params
from .begun import written

# By the mistake: what is returned.
_MISTAKES = {
    "the biases are missing: every row has one more weight, for the constant 1":
        lambda blocks, d, h: blocks * h * (d + h),
    "that is one block: there are as many as `blocks` says": lambda blocks, d, h: h * (d + h + 1),
    "the number of blocks is given, and is not always 4": lambda blocks, d, h: 4 * h * (d + h + 1),
    "that is one row of each block; a block has h rows": lambda blocks, d, h: blocks * (d + h + 1),
    "a bias belongs to each of the h rows of a block, not to the block":
        lambda blocks, d, h: blocks * (h * (d + h) + 1),
    "a cell has one bias for each row of a block, blocks·h of them, not h":
        lambda blocks, d, h: blocks * h * (d + h) + h,
    "a block has one row for each of its h units, not for each input: h (d + h + 1)":
        lambda blocks, d, h: blocks * d * (d + h + 1),
    "the columns for h are missing: a cell sees its own output": lambda blocks, d, h: blocks * h * (d + 1),
    "the columns for x are missing: d of them": lambda blocks, d, h: blocks * h * (h + 1),
    "two biases a row is PyTorch's way; here a row has one": lambda blocks, d, h: blocks * h * (d + h + 2),
}


def count(work):
    """`count(blocks, d, h)`, checked against the weights of 1000 cells that are really made."""
    if not callable(written(work)):
        return f"expected a function of blocks, d and h, got {type(work).__name__}"
    rng = np.random.default_rng(8)
    cells = (VANILLA_RNN, TANH_ONLY, COUPLED, LSTM)
    tried = [(cells[k], int(d), int(h)) for k, d, h in zip(rng.integers(0, 4, 1000), *rng.integers(1, 25, (2, 1000)),
                                                          strict=True)]
    asked = [(len(cell.places), d, h) for cell, d, h in tried]
    made = [init_params(cell, d, h, rng=0).weights.size for cell, d, h in tried]
    given = [written(work(*size)) for size in asked]
    if given == made:
        return None
    for mistake, wrong in _MISTAKES.items():
        if given == [wrong(*size) for size in asked]:
            return mistake
    (blocks, d, h), one, right = next(row for row in zip(asked, given, made, strict=True) if row[1] != row[2])
    return f"with {blocks} blocks, d = {d} and h = {h} there are {right} weights, and you say {one}"
