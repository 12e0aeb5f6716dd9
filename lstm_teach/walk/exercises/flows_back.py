"""Notebook 05: what flows back through the write, u = i·g, to the two sums that it comes from."""

import numpy as np

from ...cell.activations import sigmoid, tanh
from .begun import written

_STEP = 1e-5
# dc, z_i and z_g: a half-open gate, one nearly shut, and one nearly open.
_POINTS = ((1.0, 0.4, 0.3), (0.7, -3.0, -0.8), (-1.5, 2.0, 1.2))

# By the mistake: what is returned for z_i, and for z_g.
_GATE_MISTAKES = {
    "the slope of σ, i (1 − i), is missing": lambda dc, i, g: dc * g,
    "the other factor of the write, g, is missing": lambda dc, i, g: dc * i * (1 - i),
    "dc is missing: a slope is multiplied by what arrives": lambda dc, i, g: g * i * (1 - i),
    "1 − i² is tanh's slope, and i is a σ: i (1 − i)": lambda dc, i, g: dc * g * (1 - i**2),
    "the factor beside σ's slope is g, the other one, not i": lambda dc, i, g: dc * i * i * (1 - i),
    "the slope of σ is i (1 − i), not 1 − i": lambda dc, i, g: dc * g * (1 - i),
    "i is σ(z_i) already; σ is taken once more": lambda dc, i, g: dc * g * sigmoid(i) * (1 - sigmoid(i)),
}
_CANDIDATE_MISTAKES = {
    "the slope of tanh, 1 − g², is missing": lambda dc, i, g: dc * i,
    "the other factor of the write, i, is missing: the gate masks the lesson too": lambda dc, i, g: dc * (1 - g**2),
    "dc is missing: a slope is multiplied by what arrives": lambda dc, i, g: i * (1 - g**2),
    "g (1 − g) is σ's slope, and g is a tanh: 1 − g²": lambda dc, i, g: dc * i * g * (1 - g),
    "the g is to be squared: 1 − g²": lambda dc, i, g: dc * i * (1 - g),
    "g is tanh(z_g) already; tanh is taken once more": lambda dc, i, g: dc * i * (1 - tanh(g) ** 2),
    "the factor beside tanh's slope is i, the other one, not g": lambda dc, i, g: dc * g * (1 - g**2),
}


def write_backward(work):
    """`write_backward(dc, i, g)` returns dz_i and dz_g, checked by finite differences of dc·σ(z_i)·tanh(z_g)."""
    if not callable(written(work)):
        return f"expected a function of dc, i and g, got {type(work).__name__}"
    at = [(dc, sigmoid(z_i), tanh(z_g)) for dc, z_i, z_g in _POINTS]
    got = [written(work(*point)) for point in at]
    if any(np.shape(pair) != (2,) for pair in got):
        return f"return two numbers, dz_i and dz_g; yours has the shape {np.shape(got[0])}"
    given = np.array([[float(written(one)) for one in pair] for pair in got]).T
    right = np.array([_slopes(*point) for point in _POINTS]).T
    if np.allclose(given, right[::-1], atol=1e-7):
        return "the two are the wrong way round: dz_i first"
    for name, one, slope, mistakes in zip(("dz_i", "dz_g"), given, right, (_GATE_MISTAKES, _CANDIDATE_MISTAKES),
                                          strict=True):
        if np.allclose(one, slope, atol=1e-7):
            continue
        for mistake, wrong in mistakes.items():
            if np.allclose(one, [wrong(*point) for point in at]):
                return f"your {name}: {mistake}"
        dc, i, g = at[0]
        return (f"at dc = {dc:g}, i = {i:.3f}, g = {g:.3f} a finite difference gives {name} = {slope[0]:.5f}, "
                f"and you say {one[0]:.5f}")
    return None


def _slopes(dc, z_i, z_g):
    """What the loss dc·σ(z_i)·tanh(z_g) gains for each unit of z_i, and of z_g."""
    def loss(z_i, z_g):
        return dc * sigmoid(z_i) * tanh(z_g)

    return ((loss(z_i + _STEP, z_g) - loss(z_i - _STEP, z_g)) / (2 * _STEP),
            (loss(z_i, z_g + _STEP) - loss(z_i, z_g - _STEP)) / (2 * _STEP))
