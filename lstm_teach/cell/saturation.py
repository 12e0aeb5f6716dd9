"""How saturated are the outputs of σ and tanh? Densities, probabilities and shares, for z ~ N(mean, scale²)."""

import math

import numpy as np

from ..checks import complaint, finite_number, float_array, one_of, shaped_array
from .activations import ACTIVATIONS

# A spread so large that its square overflows has its limit as the right answer.
_quietly = {"over": "ignore", "under": "ignore"}

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


def share_near_an_end(counts):
    """The share of gate values within 0.1 of 0 or of 1, from their counts (50,) in equal bins of [0, 1]: a number."""
    counts = shaped_array("counts", counts, (50,))
    return float((counts[:5].sum() + counts[-5:].sum()) / counts.sum())


def _spread(argument, value):
    return finite_number(argument, value, above=0)


def _tolerance(value):
    return finite_number("tolerance", value, above=0, at_most=0.5)
