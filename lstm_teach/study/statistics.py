"""What records say, with its uncertainty: shares, medians, seed-paired ratios, exact tests."""

import math
from typing import NamedTuple

import numpy as np

from ..checks import complaint, describe, whole_number

RESAMPLES = 10_000


class Arrivals(NamedTuple):
    """When the networks of one cell met the criterion: `updates` (n,), infinity for those that did not within `cap`."""

    updates: np.ndarray
    cap: int

    @property
    def median(self):
        """The (lower) median: infinity if under half got there."""
        return float(np.sort(self.updates)[(len(self.updates) - 1) // 2])

    @property
    def median_text(self):
        """The median in words: "> 4000" if under half got there."""
        return f"> {self.cap}" if math.isinf(self.median) else f"{self.median:.0f}"

    def share_by(self, updates):
        """The share that had met the criterion by each of these numbers of updates: an array like `updates`.

        One minus this is the survival curve: every run is followed to the cap, so Kaplan and Meier's estimate is this.
        """
        return np.mean(self.updates[:, None] <= np.asarray(updates), axis=0)


def arrivals(records):
    """The `Arrivals` of records of one cap. Raises `ValueError` if they have several caps, or if there are none."""
    return Arrivals(np.array([record.updates if record.solved else math.inf for record in records], float),
                    cap_of(records))


def capped(records):
    """Updates to the criterion, the cap for those that did not get there: an array."""
    return np.array([record.capped for record in records])


def cap_of(records):
    """The one cap of all these records. Raises `ValueError` if they have several, or if there are none."""
    caps = sorted({record.cap for record in records})
    if len(caps) != 1:
        raise complaint("records", "records of one and the same cap", f"caps {caps}")
    return caps[0]


def median_updates(records):
    """The (lower) median of updates to the criterion as text: "> 4000" if under half got there."""
    return arrivals(records).median_text


class Share(NamedTuple):
    """How many of how many, with the 95 % Wilson interval of the share."""

    count: int
    of: int
    low: float
    high: float


def solved(records):
    """Seeds that met the criterion: a `Share`."""
    count = sum(record.solved for record in records)
    return Share(count, len(records), *wilson(count, len(records)))


class Ratio(NamedTuple):
    """A geometric mean of seed-paired ratios with its 95 % interval; `bound`: "≥" or "≤" if runs were cut off at the
    cap in the numerator or in the denominator, "?" if in both, "" if in neither; and the number of pairs."""

    value: float
    low: float
    high: float
    bound: str
    pairs: int

    def __str__(self):
        value, low, high = (f"{one:#.2g}".rstrip(".") for one in self[:3])
        if self.bound == "≥":
            return f"{value} or more [from {low}]"
        if self.bound == "≤":
            return f"{value} or less [up to {high}]"
        return f"{value} [{low}, {high}]" + " (both cut off)" * (self.bound == "?")


def updates_ratio(ours, theirs):
    """How many times our updates they needed, seed by seed, unsolved runs counting as the cap: a `Ratio`.

    Over the seeds that both have. Raises `ValueError` for records of different caps: a ratio of them means nothing.
    """
    cap_of([*ours, *theirs])
    a, b = paired(ours, theirs, lambda record: record.capped)
    unsolved = [any(not record.solved for record in records) for records in (ours, theirs)]
    bound = {(False, False): "", (False, True): "≥", (True, False): "≤", (True, True): "?"}[tuple(unsolved)]
    return Ratio(*bootstrap_ratio(a, b), bound, len(a))


def paired(ours, theirs, measure):
    """`measure(record)` of both for the seeds that both have: two arrays, in the order of `ours`.

    Raises `ValueError` for a seed that comes twice: then it is not clear which goes with which.
    """
    for name, records in (("ours", ours), ("theirs", theirs)):
        if len({record.seed for record in records}) < len(records):
            raise complaint(name, "one record a seed", "a seed twice")
    by_seed = {record.seed: measure(record) for record in theirs}
    kept = [(measure(record), by_seed[record.seed]) for record in ours if record.seed in by_seed]
    return tuple(np.array(kept, float).T.reshape(2, -1))


def wilson(successes, trials, z=1.959964):
    """Wilson's interval for a probability (Wilson 1927; 95 % by default): (low, high), in [0, 1]."""
    trials = whole_number("trials", trials)
    if whole_number("successes", successes, at_least=0) > trials:
        raise complaint("successes", f"at most the {trials} trials", describe(successes))
    share, spread = successes / trials, z * z / trials
    middle = share + spread / 2
    reach = z * math.sqrt(share * (1 - share) / trials + spread / (4 * trials))
    # The two ends that are exactly 0 and 1 may miss them by rounding.
    low = 0.0 if successes == 0 else (middle - reach) / (1 + spread)
    high = 1.0 if successes == trials else (middle + reach) / (1 + spread)
    return low, high


def bootstrap_ratio(ours, theirs, seed=0):
    """The geometric mean of the seed-paired ratios theirs/ours, with a 95 % percentile interval: (ratio, low, high).

    Pairs are resampled 10 000 times (Efron & Tibshirani 1993). `ours` and `theirs` are positive and of one length;
    raises `ValueError` otherwise.
    """
    return bootstrap_mean(_paired_logs(ours, theirs), seed, np.exp)


def bootstrap_mean(values, seed=0, show=lambda value: value):
    """The mean of numbers and its 95 % percentile bootstrap interval, each passed through `show`: three numbers."""
    values = np.asarray(values, float)
    chosen = np.random.default_rng(seed).integers(len(values), size=(RESAMPLES, len(values)))
    low, high = np.quantile(values[chosen].mean(axis=1), [0.025, 0.975])
    return tuple(float(show(value)) for value in (values.mean(), low, high))


def sign_flip_p(ours, theirs):
    """Two-sided p-value of the exact sign-flip test on the seed-paired log ratios (Fisher's randomisation test).

    If neither differs from the other, each pair could as well have come the other way round: p is the share of
    the 2ⁿ ways whose sum is as far from 0. At most 20 pairs; raises `ValueError` otherwise.
    """
    return sign_flip_p_of(_paired_logs(ours, theirs))


def sign_flip_p_of(differences):
    """The same test on any differences, at most 20, whose signs would be a matter of chance if there were no effect."""
    differences = np.asarray(differences, float)
    if len(differences) > 20:
        raise complaint("ours", "at most 20 pairs", str(len(differences)))
    sums = np.zeros(1)
    for difference in differences:
        sums = np.concatenate([sums + difference, sums - difference])
    # Sums that are equal but for rounding count as equal.
    return float(np.mean(np.abs(sums) >= abs(differences.sum()) * (1 - 1e-9)))


def holm(p_values):
    """Holm's adjusted p-values (1979), in the order given: reject those at most the level."""
    p = np.asarray(p_values, float)
    order = np.argsort(p, kind="stable")
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)), 1)
    return adjusted


def _paired_logs(ours, theirs):
    ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
    if ours.shape != theirs.shape or ours.ndim != 1 or not len(ours) or min(ours.min(), theirs.min()) <= 0:
        raise complaint("ours and theirs", "two sequences of positive numbers, of one length", "something else")
    return np.log(theirs / ours)
