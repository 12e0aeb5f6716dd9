"""The statistics: against published values, by hand, and as often right as they say."""

import numpy as np
import pytest

from lstm_teach.study.statistics import (
    arrivals,
    bootstrap_ratio,
    cap_of,
    capped,
    holm,
    median_updates,
    paired,
    sign_flip_p,
    updates_ratio,
    wilson,
)
from tests.study.miniature import record


def test_wilson_against_published_values():
    # Newcombe (1998), Statistics in Medicine 17, table I: method 3, without continuity correction.
    for successes, trials, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611),
                                         (1, 29, 0.0061, 0.1718)):
        assert wilson(successes, trials) == pytest.approx((low, high), abs=5e-5)
    assert wilson(20, 20)[1] == 1
    with pytest.raises(ValueError, match="^successes: expected at most the 3 trials, got 4$"):
        wilson(4, 3)


def test_median_is_censored_when_under_half_solve():
    assert median_updates([record(100), record(None), record(300)]) == "300"
    assert median_updates([record(100), record(None), record(None)]) == "> 4000"
    assert median_updates([record(100), record(None)]) == "100"
    assert capped([record(None), record(50)]).tolist() == [4000, 50]


def test_the_bootstrap_interval_covers_about_as_often_as_it_says():
    rng, covered = np.random.default_rng(0), 0
    for trial in range(300):
        ours = np.exp(rng.normal(0, 1, 20))
        theirs = ours * np.exp(rng.normal(np.log(2), 0.5, 20))
        ratio, low, high = bootstrap_ratio(ours, theirs, seed=trial)
        assert low <= ratio <= high
        covered += low <= 2 <= high
    assert 0.88 < covered / 300 < 0.98
    assert bootstrap_ratio([1, 2, 3], [3, 6, 9]) == pytest.approx((3, 3, 3))
    for ours, theirs in (([1, 2], [1]), ([1, -2], [1, 1]), ([1, 1], [0, 1]), ([], []), ([[1]], [[1]])):
        with pytest.raises(ValueError, match="^ours and theirs: expected two sequences of positive numbers"):
            bootstrap_ratio(ours, theirs)


def test_sign_flip_is_exact_and_uniform_under_no_difference():
    assert sign_flip_p([1] * 5, [2] * 5) == 2 / 2**5
    assert sign_flip_p([1, 2, 3], [1, 2, 3]) == 1
    # By hand: logs 1, 2, −1 in units of log 2 sum to 2; of the 8 sums ±1 ±2 ±1, those of at least 2 are all but ±0.
    assert sign_flip_p([1, 1, 2], [2, 4, 1]) == 6 / 8
    rng = np.random.default_rng(0)
    p = [sign_flip_p(np.exp(rng.normal(size=9)), np.exp(rng.normal(size=9))) for _ in range(400)]
    assert np.mean(np.array(p) <= 0.05) == pytest.approx(0.05, abs=0.025) and np.mean(p) == pytest.approx(0.5, abs=0.06)
    with pytest.raises(ValueError, match="^ours: expected at most 20 pairs, got 21$"):
        sign_flip_p([1] * 21, [2] * 21)


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.5, 0.001, 0.9]) == pytest.approx([1, 0.003, 1])


def test_a_sum_that_ties_but_for_rounding_counts_as_a_tie():
    # log 3 + log 0.1 − log 0.3 is 0 but for the last digit: all eight sums of ±0, or none, are "as far from 0".
    assert sign_flip_p([1, 1, 1], [3, 0.1, 1 / 0.3]) == 1
    assert sign_flip_p([1] * 4, [2, 2, 2, 0.5]) == 10 / 16  # sums 4, 2, 0: those of at least 2, ties included


def test_a_ratio_of_updates_says_where_it_was_cut_off_and_refuses_different_caps():
    ours, theirs = [record(100, seed=s) for s in range(3)], [record(200, seed=s) for s in range(3)]
    ratio = updates_ratio(ours, theirs)
    assert (ratio.value, ratio.bound, ratio.pairs) == (pytest.approx(2), "", 3) and str(ratio) == "2.0 [2.0, 2.0]"
    cut = [record(None, seed=0), *theirs[1:]]
    assert updates_ratio(ours, cut).bound == "≥" and "or more [from" in str(updates_ratio(ours, cut))
    assert updates_ratio(cut, ours).bound == "≤" and "or less [up to" in str(updates_ratio(cut, ours))
    assert updates_ratio(cut, cut).bound == "?"
    with pytest.raises(ValueError, match="^records: expected records of one and the same cap, got caps"):
        updates_ratio(ours, [record(200, seed=0, cap=2000)])
    with pytest.raises(ValueError, match="^ours: expected one record a seed"):
        updates_ratio([record(100), record(100)], theirs)


def test_pairs_are_of_the_same_seed():
    ours, theirs = [record(s, seed=s) for s in (1, 2, 3)], [record(10 * s, seed=s) for s in (3, 2, 9)]
    assert [list(values) for values in paired(ours, theirs, lambda one: one.updates)] == [[2, 3], [20, 30]]


def test_arrivals_count_the_unsolved_as_never():
    arrived = arrivals([record(100), record(None), record(300)])
    assert arrived.share_by([50, 100, 299, 300, 4000]) == pytest.approx([0, 1 / 3, 1 / 3, 2 / 3, 2 / 3])
    assert (arrived.cap, arrived.median, arrived.median_text) == (4000, 300, "300")
    assert cap_of([record(1), record(None)]) == 4000
