"""The theory of notebook 03 against simulation, closed forms and its own bounds."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import lstm_teach as lt

S_G = lt.normal_sd(lt.tanh, 0, 0.5)
factors = arrays(float, st.integers(1, 40), elements=st.floats(0.05, 1))


def test_normal_moments_agree_with_closed_forms():
    assert lt.normal_mean(lt.sigmoid, 0, 2) == pytest.approx(0.5, abs=1e-15)
    assert lt.normal_mean(lt.tanh, 0, 3) == 0
    assert lt.normal_mean(lambda z: np.exp(z), 1, 0.5) == pytest.approx(math.exp(1.125), rel=1e-12)
    assert lt.normal_sd(lambda z: 3 * z, 7, 0.5) == pytest.approx(1.5, rel=1e-12)
    assert lt.normal_mean(lambda z: 2.0, 0, 1) == pytest.approx(2)


def test_gated_write_agrees_with_a_sample():
    z = np.random.default_rng(0).standard_normal((2, 400_000))
    sample = lt.sigmoid(-1 + 1.5 * z[0]) * np.tanh(0.7 + 1.5 * z[1])
    mean, sd = lt.gated_write(-1, 0.7, 1.5)
    assert mean == pytest.approx(sample.mean(), abs=2e-3)
    assert sd == pytest.approx(sample.std(), abs=2e-3)
    assert lt.gated_write(-5, 0, 0) == (0, 0)


@pytest.mark.parametrize("forget", [0.0, 0.5, 0.9, 1.0])
def test_noise_sd_is_what_a_simulated_cell_shows(forget):
    noise = np.random.default_rng(1).normal(0, 0.3, (20_000, 30))
    cells = lt.hold(noise, forget)
    assert cells.shape == (20_000, 31)
    assert cells[:, -1].std() == pytest.approx(lt.noise_sd(0.3, 30, forget), rel=0.02)
    assert cells[:, -1].mean() == pytest.approx(forget**30, abs=0.05)
    assert lt.noise_sd(0.3, 0, forget) == 0


def test_noise_sd_has_the_closed_form_of_the_geometric_series():
    assert lt.noise_sd(S_G, 100) == pytest.approx(10 * S_G)
    assert lt.noise_sd(S_G, 100, 0.9) == pytest.approx(S_G * math.sqrt((1 - 0.9**200) / (1 - 0.81)))
    assert lt.steps_until_sd(S_G) == pytest.approx(S_G**-2)


@given(factors)
def test_no_forget_sequence_passes_the_bound(forgets):
    ratio = lt.signal_to_noise(forgets, S_G)
    assert ratio <= (1 + 1e-12) / (S_G * math.sqrt(forgets.size))
    written_out = 1 / (S_G * math.sqrt(np.sum(np.cumprod(forgets**-2.0))))
    assert ratio == pytest.approx(written_out, rel=1e-9)


def test_signal_to_noise_stands_zero_and_stacks():
    assert lt.signal_to_noise(np.zeros(5), 1) == 0
    stacked = lt.signal_to_noise(np.array([[1.0, 1.0], [0.5, 0.5]]), 1)
    assert stacked == pytest.approx([1 / math.sqrt(2), 1 / math.sqrt(4 + 16)])


def test_forgetting_at_a_bias():
    for bias in (-5, 0, 1, 3, 5, 9):
        assert lt.sigmoid(float(bias)) ** lt.half_life(bias) == pytest.approx(0.5)
    assert lt.sigmoid(lt.chrono_bias(100)) == pytest.approx(0.99)
    assert lt.typical_forget(5, 0) == pytest.approx(lt.sigmoid(5.0))
    assert lt.typical_forget(0, 2) == pytest.approx(0.3438, abs=1e-4)


def test_marked_values_are_as_many_as_asked_and_among_the_steps_that_there_are():
    values, marks, there = lt.marked_values([3, 5], [0, 1, 3], runs=4000, rng=0)
    assert values.shape == marks.shape == there.shape == (4000, 5)
    assert abs(values).max() < 1 and values.std() == pytest.approx(1 / math.sqrt(3), rel=0.02)
    assert set(map(tuple, there.tolist())) == {(True,) * 3 + (False,) * 2, (True,) * 5}
    assert not marks[~there].any() and set(np.unique(marks)) == {0, 1}
    for length in (3, 5):
        of_length = marks[there.sum(axis=1) == length]
        assert set(of_length.sum(axis=1)) == {0, 1, 3}
        assert of_length[:, :length].mean(axis=0) == pytest.approx(4 / 3 / length, abs=0.05)  # every place as often
    again = lt.marked_values([3, 5], [0, 1, 3], runs=4000, rng=0)
    assert np.array_equal(again[0], values) and np.array_equal(again[1], marks)


def test_r_squared_is_the_squared_correlation_of_one_reading_and_grows_with_a_second():
    rng = np.random.default_rng(3)
    seen, hidden, noise = rng.standard_normal((3, 2000))
    target = seen + hidden + noise
    assert lt.r_squared(7 - 2 * seen, target) == pytest.approx(np.corrcoef(seen, target)[0, 1] ** 2)
    assert lt.r_squared(np.column_stack([seen, hidden]), target) == pytest.approx(2 / 3, abs=0.03)
    assert lt.r_squared(3 * target + 5, target) == pytest.approx(1)
    assert lt.r_squared(np.ones(2000), target) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    "call",
    [
        lambda: lt.noise_sd(1, 10, 1.1), lambda: lt.noise_sd(-1, 10), lambda: lt.noise_sd(1, 1.5),
        lambda: lt.noise_sd(1, 10, np.nextafter(1, 2)), lambda: lt.decayed_sum(np.nextafter(1, 2), 3),
        lambda: lt.signal_to_noise([0.5, np.nextafter(1, 2)], 1), lambda: lt.signal_to_noise([], 1),
        lambda: lt.signal_to_noise([1], 0),
        lambda: lt.half_life(math.inf), lambda: lt.chrono_bias(1), lambda: lt.typical_forget(0, -1),
        lambda: lt.decayed_sum(-0.1, 3), lambda: lt.hold(["a"]), lambda: lt.steps_until_sd(0),
        lambda: lt.marked_values([2, 5], [3], 10, 0), lambda: lt.marked_values([], [1], 10, 0),
        lambda: lt.marked_values([1.5], [1], 10, 0), lambda: lt.marked_values([0, 2], [0], 10, 0),
        lambda: lt.r_squared([1, 2], [1, 2, 3]), lambda: lt.r_squared([1, 2], [3, 3]),
        lambda: lt.r_squared([1, 2], [[1], [2]]), lambda: lt.r_squared(np.ones((2, 1, 1)), [1, 2]),
    ],
)
def test_bad_input_is_refused(call):
    with pytest.raises(ValueError, match="expected"):
        call()


def test_the_limits_are_those_of_the_argument_that_was_given():
    assert lt.noise_sd(1, 4, 1) == 2
    with pytest.raises(ValueError, match="^forget: expected a finite number of at least 0 and of at most 1, got"):
        lt.noise_sd(1, 10, np.nextafter(1, 2))
