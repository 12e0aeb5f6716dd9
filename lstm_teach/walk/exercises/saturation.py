"""Notebook 01: the slopes of σ and tanh."""

import numpy as np

from ...cell.activations import sigmoid, tanh
from .begun import written

_Z = np.array([-3.0, -0.7, 0.0, 0.4, 2.0])
_STEP = 1e-5

# By the mistake: what is returned for σ, and for tanh.
_SIGMOID_MISTAKES = {
    "it is σ itself and not its slope": sigmoid,
    "1 − σ² is tanh's rule, with σ in it": lambda z: 1 - sigmoid(z) ** 2,
    "z (1 − z) lacks the σ: put σ(z) in place of z": lambda z: z * (1 - z),
    "σ(z) (1 − z) lacks a σ: it is 1 − σ(z)": lambda z: sigmoid(z) * (1 - z),
}
_TANH_MISTAKES = {
    "it is tanh itself and not its slope": tanh,
    "tanh (1 − tanh) is σ's rule, with tanh in it": lambda z: tanh(z) * (1 - tanh(z)),
    "1 − z² lacks the tanh: put tanh(z) in place of z": lambda z: 1 - z**2,
    "the tanh is to be squared": lambda z: 1 - tanh(z),
    "it is 1 − tanh², the square of tanh alone, not (1 − tanh)²": lambda z: (1 - tanh(z)) ** 2,
    "4 σ(z)(1 − σ(z)) is σ's slope at z, four times; tanh is squeezed, so take σ at 2z":
        lambda z: 4 * sigmoid(z) * (1 - sigmoid(z)),
    "one factor 2 is missing: tanh z = 2σ(2z) − 1 has one from each axis":
        lambda z: 2 * sigmoid(2 * z) * (1 - sigmoid(2 * z)),
}


def slopes(work):
    """The function `slopes(z)`: the derivatives of σ and of tanh at z, checked by finite differences."""
    if not callable(written(work)):
        return f"expected a function of z, got {type(work).__name__}"
    got = [written(work(z)) for z in _Z]
    if any(np.shape(pair) != (2,) for pair in got):
        return f"return two numbers, σ's slope and tanh's; yours has the shape {np.shape(got[0])}"
    given = np.array([[float(written(one)) for one in pair] for pair in got]).T
    right = [(curve(_Z + _STEP) - curve(_Z - _STEP)) / (2 * _STEP) for curve in (sigmoid, tanh)]
    if np.allclose(given, right[::-1], atol=1e-6):
        return "the two are the wrong way round: σ's first"
    named = {"σ": _SIGMOID_MISTAKES, "tanh": _TANH_MISTAKES}
    for (name, mistakes), one, slope in zip(named.items(), given, right, strict=True):
        if np.allclose(one, slope, atol=1e-6):
            continue
        for mistake, wrong in mistakes.items():
            if np.allclose(one, wrong(_Z)):
                return f"your slope of {name}: {mistake}"
        k = int(np.argmax(abs(one - slope)))
        return f"at z = {_Z[k]:g} {name} rises by {slope[k]:.4f} for each unit of z, and you say {one[k]:.4f}"
    return None
