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
        return ("a write should stay between −1 and 1 whatever v is, and at v = 100 yours does not: take σ of one sum "
                "times tanh of another")
    errors = abs(said - _MARKS * _VALUES)
    if errors.max() < 0.02:
        turned = float(work(1.0, -1.0))
        if turned < -0.5:
            return (f"the four words are right, and at v = 1, m = −1 it writes {turned:.2g}: a σ is never below 0, so "
                    "no mark can turn the sign; let σ take the sum that says whether")
        return None
    k = int(errors.argmax())
    wrong = _told(k, said, errors)
    if np.allclose(said[:2], said[2:]):
        return f"{wrong}: the mark m changes nothing"
    if said[3] < said[2]:
        return f"{wrong}: keys should be written above key, so turn the sign of v around"
    if np.allclose(said[0], said[1], atol=1e-3) and abs(said[0]) > 0.4:
        return f"{wrong}: an ignored word should write 0; a sum of m and v cannot do it, a product can"
    if abs(said[:2]).max() > abs(said[2:]).max():
        return f"{wrong}: the gate is open where m = 0 and shut where m = 1"
    if abs(said[:3]).max() < 0.1 < said[3]:
        return f"{wrong}: the gate listens to v; σ should take the mark m, and tanh the value v"
    if abs(said[:2]).max() >= 0.02:
        k = int(errors[:2].argmax())
        return f"{_told(k, said, errors)}: the gate is not shut where m = 0; its sum should be about −5 there"
    if float(work(100.0, 1.0)) > 0.98:  # tanh is at its end there, so this is how far the gate opens
        return f"{wrong}: the gate does its work; tanh says too little, make its sum larger"
    return f"{wrong}: nothing comes through at m = 0, and too little at m = 1: the gate is not open there"


def _told(k, said, errors):
    return f"{_WORDS[k]} writes {said[k]:.2g} and is off by {errors[k]:.2g}"
