"""Notebook 02: a write that takes two decisions, what and whether."""

import numpy as np

from .begun import written

_VALUES, _MARKS = np.array([-1.0, 1.0, -1.0, 1.0]), np.array([0.0, 0.0, 1.0, 1.0])
_WORDS = ("cabinet", "cabinets", "key", "keys")


def product(work):
    """The function `product(v, m)`: σ of a sum times tanh of a sum, within 0.02 of m·v at the four words."""
    if not callable(written(work)):
        return f"expected a function of v and m, got {type(work).__name__}"
    said = np.array([float(written(work(v, m))) for v, m in zip(_VALUES, _MARKS, strict=True)])
    if abs(float(work(100.0, 1.0))) > 1.001:
        return "at v = 100 it writes more than 1: take σ of one sum times tanh of another, which keep to their range"
    errors = abs(said - _MARKS * _VALUES)
    if errors.max() < 0.02:
        return None
    k = int(errors.argmax())
    wrong = f"{_WORDS[k]} writes {said[k]:.2g} and is off by {errors[k]:.2g}"
    if np.allclose(said[:2], said[2:]):
        return f"{wrong}: the mark m changes nothing"
    if said[3] < said[2]:
        return f"{wrong}: keys should be written above key, so turn the sign of v around"
    if np.allclose(said[0], said[1], atol=1e-3) and abs(said[0]) > 0.4:
        return f"{wrong}: an ignored word should write 0; a sum of m and v cannot do it, a product can"
    if abs(said[:2]).max() > abs(said[2:]).max():
        return f"{wrong}: the gate is open where m = 0 and shut where m = 1"
    if abs(said[:2]).max() >= 0.02:
        return f"{wrong}: the gate is not shut where m = 0; its sum should be about −5 there"
    return f"{wrong}: nothing comes through at m = 0, and too little at m = 1; make the two sums larger there"
