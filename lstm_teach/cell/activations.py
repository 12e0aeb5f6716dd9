"""Activations, their derivatives, and how saturated their outputs are.

Every function works element by element, keeps float32 and float64 (integers become float64), is right for every
float including ±inf and ±1e308, passes NaN on, and raises no warning. The formulas are arranged so that the only
exponential ever taken is exp of something ≤ 0, which cannot overflow.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..checks import finite_number, float_array

# exp(−|z|) or z/6 rounding to 0, and 2|z| rounding to infinity are both the right answer here, not a reason to warn.
_quietly = {"over": "ignore", "under": "ignore"}


def _decay(z, rate):
    """exp(−rate·|z|): the one exponential behind σ, tanh and the dead zone."""
    return np.exp(-rate * np.abs(z))


@np.errstate(**_quietly)
def sigmoid(z):
    """σ(z) = 1 / (1 + e^−z), in [0, 1].

    Small values keep their relative precision: σ(−700) is about 1e-304, not 0.
    Raises `ValueError` if `z` is not an array of real numbers.
    """
    z = float_array("z", z)
    decay = _decay(z, 1)
    return np.where(z < 0, decay, z.dtype.type(1))[()] / (1 + decay)


@np.errstate(**_quietly)
def sigmoid_derivative(z):
    """σ′(z) = σ(z)(1 − σ(z)), in [0, 1/4], largest at z = 0. Written as e/(1+e)² with e = exp(−|z|)."""
    z = float_array("z", z)
    decay = _decay(z, 1)
    return np.minimum(decay / (1 + decay) ** 2, 0.25)  # rounding near 0 may exceed the bound by one last digit


@np.errstate(**_quietly)
def tanh(z):
    """tanh(z) = 2σ(2z) − 1, in [−1, 1]. Raises `ValueError` if `z` is not an array of real numbers."""
    return np.tanh(float_array("z", z))


@np.errstate(**_quietly)
def tanh_derivative(z):
    """tanh′(z) = 1 − tanh²(z), in [0, 1], largest at z = 0.

    Written as 4e/(1+e)² with e = exp(−2|z|): `1 − tanh²` rounds to 0 from |z| ≈ 19 on, this does not.
    """
    z = float_array("z", z)
    decay = _decay(z, 2)
    return np.minimum(4 * decay / (1 + decay) ** 2, 1)


@np.errstate(**_quietly)
def dead_zone_tanh(z, half_width=3.0):
    """½[tanh(z − K) + tanh(z + K)] with K = `half_width`: an odd S-curve in [−1, 1] with a flat zero of width 2K.

    Equal to sinh 2z / (cosh 2z + cosh 2K); written with e = exp(−2|z|) as
    ±(1 − e²) / (1 + e² + 2e·cosh 2K), which loses no digits near 0. At K = 0 it is tanh.
    `half_width` is a finite number in [0, 20]; raises `ValueError` otherwise.
    """
    z = float_array("z", z)
    half_width = finite_number("half_width", half_width, at_least=0, at_most=20)
    distance, decay = 2 * np.abs(z), _decay(z, 2)
    hill = np.exp(2 * half_width - distance) + np.exp(-2 * half_width - distance)
    return np.sign(z) * -np.expm1(-2 * distance) / (1 + decay**2 + hill)


@np.errstate(**_quietly)
def dead_zone_tanh_derivative(z, half_width=3.0):
    """Derivative of `dead_zone_tanh`: ½[tanh′(z − K) + tanh′(z + K)], in [0, 1]; at z = 0 and K = 3 it is .0099."""
    z = float_array("z", z)
    half_width = z.dtype.type(finite_number("half_width", half_width, at_least=0, at_most=20))
    return (tanh_derivative(z - half_width) + tanh_derivative(z + half_width)) / 2


def identity(z):
    """z itself, as a float array. Raises `ValueError` if `z` is not an array of real numbers."""
    return float_array("z", z)[()]


def identity_derivative(z):
    """1 everywhere; NaN where z is NaN."""
    z = float_array("z", z)
    return np.where(np.isnan(z), z, 1)[()].astype(z.dtype)


def relu(z):
    """max(z, 0), in [0, ∞)."""
    z = float_array("z", z)
    return np.maximum(z, 0)


def relu_derivative(z):
    """1 where z > 0, else 0 (0 at the kink); NaN where z is NaN."""
    z = float_array("z", z)
    return np.where(np.isnan(z), z, z > 0)[()].astype(z.dtype)


def hard_sigmoid(z):
    """σ in three straight pieces, clip(0.2 z + 0.5, 0, 1): as Keras up to version 2, TensorFlow 1, and ONNX's default.

    Keras up to 2.2 and TensorFlow 1 gate with it by default. Raises `ValueError` if `z` is not real numbers.
    """
    return _three_pieces(z, 5)


def hard_sigmoid_derivative(z):
    """0.2 where |z| < 2.5, else 0 (0 at the kinks); NaN where z is NaN."""
    return _three_pieces_derivative(z, 5)


def hard_sigmoid_6(z):
    """σ in three straight pieces, clip(z/6 + 0.5, 0, 1) = relu6(z + 3)/6: the hard_sigmoid of Keras 3 and PyTorch."""
    return _three_pieces(z, 6)


def hard_sigmoid_6_derivative(z):
    """1/6 where |z| < 3, else 0 (0 at the kinks); NaN where z is NaN."""
    return _three_pieces_derivative(z, 6)


@np.errstate(**_quietly)
def _three_pieces(z, width):
    """A straight line of slope 1/`width` through (0, ½), clipped to [0, 1]."""
    z = float_array("z", z)
    return np.clip(z / width + z.dtype.type(0.5), 0, 1)


def _three_pieces_derivative(z, width):
    z = float_array("z", z)
    return np.where(np.isnan(z), z, (np.abs(z) < width / 2) / width)[()].astype(z.dtype)


@dataclass(frozen=True)
class Activation:
    """One activation: `value(z)`, `derivative(z)`, the `symbol` used in pictures, and its `range` (lowest, highest)."""

    value: Callable
    derivative: Callable
    symbol: str
    range: tuple[float, float]


ACTIVATIONS = {
    "sigmoid": Activation(sigmoid, sigmoid_derivative, "σ", (0.0, 1.0)),
    "tanh": Activation(tanh, tanh_derivative, "tanh", (-1.0, 1.0)),
    "dead_zone_tanh": Activation(dead_zone_tanh, dead_zone_tanh_derivative, "dead zone", (-1.0, 1.0)),
    "hard_sigmoid": Activation(hard_sigmoid, hard_sigmoid_derivative, "hard σ", (0.0, 1.0)),
    "hard_sigmoid_6": Activation(hard_sigmoid_6, hard_sigmoid_6_derivative, "hard σ/6", (0.0, 1.0)),
    "identity": Activation(identity, identity_derivative, "id", (-math.inf, math.inf)),
    "relu": Activation(relu, relu_derivative, "ReLU", (0.0, math.inf)),
}
