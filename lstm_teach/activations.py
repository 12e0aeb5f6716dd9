"""Activations, their derivatives, and how saturated their outputs are.

Every function works element by element, keeps float32 and float64 (integers become float64), is right for every
float including ±inf and ±1e308, passes NaN on, and raises no warning. The formulas are arranged so that the only
exponential ever taken is exp of something ≤ 0, which cannot overflow.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .checks import complaint, finite_number, float_array, one_of

# exp(−|z|) rounding to 0 and 2|z| rounding to infinity are both the right answer here, not a reason to warn.
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
    return np.where(z < 0, decay, 1)[()].astype(z.dtype) / (1 + decay)


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
    "identity": Activation(identity, identity_derivative, "id", (-math.inf, math.inf)),
    "relu": Activation(relu, relu_derivative, "ReLU", (0.0, math.inf)),
}


# --- how saturated is an output? ------------------------------------------------------------------------------------

# tanh z = 2σ(2z) − 1: whatever is known of σ at spread s and mean μ holds for tanh at s/2 and μ/2.
_AS_SIGMOID = {"sigmoid": 1.0, "tanh": 2.0}


@np.errstate(**_quietly)
def output_density(activation, outputs, scale, mean=0.0):
    """Density of σ(z) or tanh(z) at `outputs` when z ~ N(mean, scale²): the change-of-variables formula p(z)/|dy/dz|.

    `activation` is "sigmoid" or "tanh"; `outputs` any array; the density is 0 outside the open range.
    For σ this is the logit-normal density. Raises `ValueError` unless `scale` > 0 and `mean` is finite.
    """
    stretch = _AS_SIGMOID[one_of("activation", activation, _AS_SIGMOID)]
    scale, mean = _spread("scale", scale), finite_number("mean", mean)
    low, high = ACTIVATIONS[activation].range
    share = (float_array("outputs", outputs) - low) / (high - low)  # where in the range, 0 … 1
    inside = (share > 0) & (share < 1)
    share = np.where(inside, share, 0.5)
    z = (np.log(share) - np.log1p(-share)) / stretch
    bell = np.exp(-(((z - mean) / scale) ** 2) / 2) / (scale * math.sqrt(2 * math.pi))
    slope = (high - low) * stretch * share * (1 - share)
    return np.where(inside, bell / slope, 0.0)[()]


def is_two_humped(activation, scale, mean=0.0):
    """Whether the density of σ(z) or tanh(z), z ~ N(mean, scale²), has two maxima.

    With s, μ the spread and mean as σ sees them (doubled for tanh): two iff s > √2 and
    |μ| < s²r − 2 artanh r, r = √(1 − 2/s²). It follows from setting the slope of the log-density to zero, which
    gives 2y − 1 = (logit y − μ)/s². Raises `ValueError` unless `scale` > 0 and `mean` is finite.
    """
    stretch = _AS_SIGMOID[one_of("activation", activation, _AS_SIGMOID)]
    scale, mean = stretch * _spread("scale", scale), stretch * finite_number("mean", mean)
    if scale <= math.sqrt(2):
        return False
    r = math.sqrt(1 - 2 / scale**2)
    return abs(mean) < scale**2 * r - 2 * math.atanh(r)


def saturated_probability(activation, tolerance, scale, mean=0.0):
    """P(output within `tolerance` of either end of its range) for z ~ N(mean, scale²), exactly.

    `tolerance` is a share of the range in (0, ½): 0.1 means below 0.1 or above 0.9 for σ, beyond ±0.8 for tanh.
    Equal to Φ((−L − μ)/s) + Φ((−L + μ)/s) with L = logit(1 − tolerance) for σ and half of that for tanh.
    Raises `ValueError` for a tolerance outside (0, ½) or a scale that is not positive.
    """
    stretch = _AS_SIGMOID[one_of("activation", activation, _AS_SIGMOID)]
    tolerance, scale, mean = _tolerance(tolerance), _spread("scale", scale), finite_number("mean", mean)
    edge = math.log((1 - tolerance) / tolerance) / stretch
    return sum(math.erfc((edge + side * mean) / (scale * math.sqrt(2))) / 2 for side in (-1, 1))


@np.errstate(**_quietly)
def mean_slope(activation, scale, mean=0.0):
    """E σ′(z) or E tanh′(z) for z ~ N(mean, scale²): in (0, 1/4] and (0, 1], the best a gradient can expect to keep.

    The integral of slope times bell by the trapezoid rule, right to eight decimals; the grid is laid out over the
    narrower of the two. Raises `ValueError` unless `scale` > 0 and `mean` is finite.
    """
    stretch = _AS_SIGMOID[one_of("activation", activation, _AS_SIGMOID)]
    scale, mean = _spread("scale", scale), finite_number("mean", mean)
    if stretch * scale < 1:  # the bell is the narrower: lay the grid out over it
        z = mean + scale * np.linspace(-9, 9, 721)
    else:  # the slope is
        z = np.linspace(-45, 45, 3601) / stretch
    bell = np.exp(-(((z - mean) / scale) ** 2) / 2) / (scale * math.sqrt(2 * math.pi))
    return float(np.sum(bell * ACTIVATIONS[activation].derivative(z)) * (z[1] - z[0]))


def saturated_share(activation, tolerance, outputs):
    """The share of `outputs` within `tolerance` (a share of the range) of either end: the measured counterpart.

    Raises `ValueError` for an empty array, a tolerance outside (0, ½), or an activation without two ends.
    """
    low, high = ACTIVATIONS[one_of("activation", activation, _AS_SIGMOID)].range
    outputs = float_array("outputs", outputs)
    if outputs.size == 0:
        raise complaint("outputs", "at least one number", "an empty array")
    margin = _tolerance(tolerance) * (high - low)
    return float(np.mean((outputs < low + margin) | (outputs > high - margin)))


def _spread(argument, value):
    return finite_number(argument, value, above=0)


def _tolerance(value):
    return finite_number("tolerance", value, above=0, at_most=0.5)
