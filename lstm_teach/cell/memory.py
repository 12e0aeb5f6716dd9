"""What distractors do to a stored value, and how fast a forget gate loses it: the theory behind notebook 03.

The cell is c ← f c + u with a write u whose noise has the standard deviation `write_sd` and is independent from step
to step (and of f). After T steps a value stored at step 0 has been multiplied by ∏ f_t, and the noise written at
step k by ∏_{t>k} f_t. The standard deviations here follow from that sum; notebooks 03 and D3 derive and simulate it.
Beside them stands the test of a memory that a sequence gives: values of which a few are marked, and what is read of
their sum.
"""

import math

import numpy as np

from ..checks import complaint, describe, finite_number, float_array, whole_number
from .activations import sigmoid, tanh

# Trapezoidal rule for the mean under a normal density, 10 standard deviations either way. For functions as smooth as
# σ and tanh its error falls exponentially in the number of nodes: 1e-12 or less here for any sd up to 10.
_HALF = np.linspace(0, 10, 2001)
_NODES = np.concatenate([-_HALF[:0:-1], _HALF])
_WEIGHTS = np.exp(-(_NODES**2) / 2)
_WEIGHTS /= _WEIGHTS.sum()


def hold(writes, forget=1.0, start=1.0):
    """The cell c ← f c + u over time: `writes` (..., T) are the u, `start` is c before them. Returns (..., T + 1).

    `forget` is a number or an array that broadcasts against `writes`. Raises `ValueError` for what is not numbers.
    """
    writes = float_array("writes", writes)
    forget = np.broadcast_to(float_array("forget", forget), writes.shape)
    cell = np.empty((*writes.shape[:-1], writes.shape[-1] + 1))
    cell[..., 0] = start
    for t in range(writes.shape[-1]):
        cell[..., t + 1] = forget[..., t] * cell[..., t] + writes[..., t]
    return cell


def marked_values(lengths, marks, runs, rng):
    """Sequences of values of which a few are marked, at places drawn at random; the others are distractors.

    `lengths` and `marks` are sequences of whole numbers, out of which each of the `runs` sequences draws its number of
    steps and its number of marked ones; `rng` a seed or a `Generator`. Returns three arrays (runs, longest length):
    the values, uniform in (−1, 1); the marks, 1 at a marked step and 0 elsewhere; and which steps there are, a
    sequence's steps being its first. Raises `ValueError` for numbers that are not whole, lengths below 1, and marks
    that do not fit the shortest sequence.
    """
    lengths = [whole_number("lengths", length, at_least=1) for length in lengths]
    marks = [whole_number("marks", mark, at_least=0) for mark in marks]
    if not lengths or not marks or max(marks) > min(lengths):
        raise complaint("lengths, marks", "one or more of each, and no more marks than steps", f"{lengths}, {marks}")
    rng, longest, runs = np.random.default_rng(rng), max(lengths), whole_number("runs", runs)
    there = np.arange(longest) < rng.choice(lengths, runs)[:, None]
    rank = np.where(there, rng.random(there.shape), 2).argsort(axis=1).argsort(axis=1)  # the absent steps come last
    marked = rank < rng.choice(marks, (runs, 1))
    return rng.uniform(-1, 1, there.shape), marked.astype(float), there


def r_squared(readings, target):
    """R²: the share of the variance of `target` (n,) that the best straight-line reading explains.

    `readings` (n,) or (n, k) are what is read, a column a cell; a constant is always read beside them. 1 for an exact
    reading, 0 for readings that tell nothing. Raises `ValueError` for what is not numbers, for another number of rows
    than `target` has, and for a target that does not vary.
    """
    readings, target = float_array("readings", readings), float_array("target", target)
    if target.ndim != 1 or readings.ndim not in (1, 2) or len(readings) != len(target):
        raise complaint("readings", "(n,) or (n, k) beside a target (n,)", f"{readings.shape} beside {target.shape}")
    if not target.var() > 0:
        raise complaint("target", "numbers that vary", describe(target))
    columns = np.column_stack([readings, np.ones(len(target))])
    unexplained = (target - columns @ np.linalg.lstsq(columns, target)[0]).var() / target.var()
    return float(max(0.0, 1 - unexplained))  # rounding alone can leave more than there was


def normal_mean(function, mean, sd):
    """E[function(z)] for z ~ N(mean, sd²), by quadrature. `function` takes and returns an array.

    Exact to about 1e-12 for smooth functions, to about 1e-3 for ones with a jump. Raises `ValueError` unless
    `mean` is finite and `sd` ≥ 0.
    """
    mean, sd = finite_number("mean", mean), finite_number("sd", sd, at_least=0)
    values = np.broadcast_to(function(mean + sd * _NODES), _NODES.shape)
    return float(_WEIGHTS @ (values + values[::-1])) / 2  # in mirrored pairs: an odd function has mean 0 exactly


def normal_sd(function, mean, sd):
    """The standard deviation of function(z) for z ~ N(mean, sd²), by quadrature: s_g is `normal_sd(tanh, 0, 0.5)`."""
    centre = normal_mean(function, mean, sd)
    return math.sqrt(normal_mean(lambda z: (function(z) - centre) ** 2, mean, sd))


def gated_write(mean_i, mean_g, sd):
    """Mean and standard deviation of σ(z_i)·tanh(z_g), with independent z_i ~ N(mean_i, sd²), z_g ~ N(mean_g, sd²).

    Both factors are independent, so the moments multiply. Returns two floats; raises `ValueError` as `normal_mean`.
    """
    gate, candidate = normal_mean(sigmoid, mean_i, sd), normal_mean(tanh, mean_g, sd)
    gate_sd, candidate_sd = normal_sd(sigmoid, mean_i, sd), normal_sd(tanh, mean_g, sd)
    return gate * candidate, math.hypot(gate_sd * candidate, gate * candidate_sd, gate_sd * candidate_sd)


def decayed_sum(factor, steps):
    """1 + a + a² + … + a^(steps−1) for a = `factor` in [0, 1] and a whole number `steps` ≥ 0.

    Times a constant write, with a = f, it is what the cell has gathered; with a = f² it is how variances add up.
    """
    factor, steps = finite_number("factor", factor, at_least=0, at_most=1), whole_number("steps", steps, at_least=0)
    return float(np.sum(factor ** np.arange(steps)))


def noise_sd(write_sd, steps, forget=1.0):
    """The standard deviation of the cell after `steps` noisy writes: s √((1 − f^2T)/(1 − f²)), or s √T at f = 1.

    `write_sd` ≥ 0 is s (gate included), `steps` = T a whole number, `forget` = f in [0, 1]. Raises `ValueError`.
    """
    write_sd = finite_number("write_sd", write_sd, at_least=0)
    forget = finite_number("forget", forget, at_least=0, at_most=1)
    return write_sd * math.sqrt(decayed_sum(forget**2, steps))


def steps_until_sd(write_sd, sd=1.0):
    """The steps until noise of `write_sd` > 0 a step has grown to `sd`, nothing being forgotten: (sd/s)²."""
    return (finite_number("sd", sd, above=0) / finite_number("write_sd", write_sd, above=0)) ** 2


def signal_to_noise(forgets, write_sd):
    """|what is left of a stored 1| / (sd of the noise beside it), after the forget factors `forgets` (..., T).

    Equal to 1 / (s √(Σ_k ∏_{j≤k} f_j^−2)) and therefore at most 1 / (s √T); computed as
    ∏ f / (s √(Σ_k ∏_{j>k} f_j²)), which also stands f = 0. Returns (...). Raises `ValueError` for a factor outside
    [0, 1], an empty sequence, or `write_sd` ≤ 0.
    """
    forgets, write_sd = float_array("forgets", forgets), finite_number("write_sd", write_sd, above=0)
    if forgets.ndim == 0 or forgets.shape[-1] == 0 or not ((forgets >= 0) & (forgets <= 1)).all():
        raise complaint("forgets", "one or more factors in [0, 1] along the last axis", describe(forgets))
    after = np.ones_like(forgets)  # what step k's write is multiplied by later: ∏_{j>k} f_j
    after[..., :-1] = np.cumprod(forgets[..., :0:-1], axis=-1)[..., ::-1]
    return np.prod(forgets, axis=-1) / (write_sd * np.sqrt(np.sum(after**2, axis=-1)))


def half_life(bias):
    """The steps in which a forget gate f = σ(`bias`) halves the state: ln 2 / ln(1 + e^−b). Any finite real number."""
    bias = finite_number("bias", bias)
    if bias > 700:
        raise complaint("bias", "at most 700", describe(bias))
    return math.log(2) / float(np.logaddexp(0.0, -bias))


def chrono_bias(steps):
    """The forget bias b = ln(T − 1) at which σ(b) = 1 − 1/T, for a memory of `steps` = T ≥ 2 steps.

    Tallec & Ollivier 2018 draw it at random: b_f ~ ln U[1, T_max − 1], with b_i = −b_f.
    """
    return math.log(whole_number("steps", steps, at_least=2) - 1)


def typical_forget(mean, sd):
    """exp(E ln σ(z)) for z ~ N(mean, sd²): the factor a step by which a fluctuating forget gate typically forgets.

    By Jensen's inequality it is at most E σ(z), and equal only at sd = 0. Raises `ValueError` as `normal_mean`.
    """
    return math.exp(-normal_mean(lambda z: np.logaddexp(0.0, -z), mean, sd))
