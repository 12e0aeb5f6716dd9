"""σ, tanh and the dead zone: values, slopes and densities, for any float."""

import decimal
import math

import numpy as np
import onnx.reference.ops.op_hard_sigmoid
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import lstm_teach as lt
from lstm_teach.cell.activations import ACTIVATIONS

EXTREMES = [-math.inf, -1e308, -745.2, -20.0, -1e-300, -0.0, 0.0, 5e-324, 1e-8, 20.0, 710.0, 1e308, math.inf]
any_float = st.floats(allow_nan=False)
moderate = st.floats(-30, 30)


def exact(name, z):
    """The activation in 60 decimal digits, from its definition: an independent oracle."""
    with decimal.localcontext() as context:
        context.prec = 60
        z, half_width = decimal.Decimal(z), decimal.Decimal(3)
        if name == "sigmoid":
            return 1 / (1 + (-z).exp())
        if name == "tanh":
            return decimal_tanh(z)
        return (decimal_tanh(z - half_width) + decimal_tanh(z + half_width)) / 2


def exact_slope(name, z):
    """A central difference of the oracle, good to about 20 digits."""
    with decimal.localcontext() as context:
        context.prec = 60
        z, step = decimal.Decimal(z), decimal.Decimal("1e-12")
        return (exact(name, z + step) - exact(name, z - step)) / (2 * step)


def decimal_tanh(z):
    up, down = z.exp(), (-z).exp()
    return (up - down) / (up + down)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "dead_zone_tanh"])
@pytest.mark.parametrize("z", [-40.0, -20.0, -3.0, -0.3, -1e-6, 1e-9, 0.5, 2.0, 3.0, 17.0])
def test_value_to_full_precision(name, z):
    assert ACTIVATIONS[name].value(z) == pytest.approx(float(exact(name, z)), rel=1e-13)


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "dead_zone_tanh"])
@pytest.mark.parametrize("z", [-18.0, -4.0, -1.0, 0.0, 0.25, 3.0, 9.0])
def test_derivative_against_differences_of_the_oracle(name, z):
    assert ACTIVATIONS[name].derivative(z) == pytest.approx(float(exact_slope(name, z)), rel=1e-12)


def test_the_difference_check_is_sharp():
    assert 1 - lt.tanh(1.0) != pytest.approx(float(exact_slope("tanh", 1.0)), rel=1e-12)  # the square forgotten


@pytest.mark.parametrize("name, slope", [("hard_sigmoid", 0.2), ("hard_sigmoid_6", 1 / 6)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_hard_sigmoids_are_those_of_onnx(name, slope, dtype):
    z = np.linspace(-4, 4, 1601).astype(dtype)
    expected = onnx.reference.ops.op_hard_sigmoid.HardSigmoid.eval(z, alpha=slope, beta=0.5)
    np.testing.assert_allclose(ACTIVATIONS[name].value(z), expected, rtol=0, atol=1e-7)  # its slope is a float32
    half = 0.5 / slope
    assert ACTIVATIONS[name].derivative([-half, half, -half - 0.01, half + 0.01]).tolist() == [0, 0, 0, 0]
    np.testing.assert_allclose(ACTIVATIONS[name].derivative([0.01 - half, 0, half - 0.01]), slope)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_nan_passes_where_it_stands_and_nowhere_else(name):
    z = np.array([np.nan, -7.0, -0.5, np.nan, 0.0, 3.0, 7.0])
    for function in (ACTIVATIONS[name].value, ACTIVATIONS[name].derivative):
        np.testing.assert_array_equal(np.isnan(function(z)), np.isnan(z))
        np.testing.assert_array_equal(function(z)[~np.isnan(z)], function(z[~np.isnan(z)]))


@pytest.mark.parametrize("function", [lt.dead_zone_tanh, lt.dead_zone_tanh_derivative])
def test_the_dead_zone_has_a_finite_half_width(function):
    assert function(0.0, half_width=20) < 1e-15 and function(0.0, half_width=0) in (0, 1)
    for bad in (np.nan, np.inf, -0.1, 20.1):
        with pytest.raises(ValueError, match="half_width: expected a finite number of at least 0 and of at most 20"):
            function(np.zeros(3), half_width=bad)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_extremes_keep_dtype_and_raise_no_warning(name, dtype):
    with np.errstate(over="ignore", under="ignore"):
        z = np.array(EXTREMES).astype(dtype)
    with np.errstate(all="raise"):
        for function in (ACTIVATIONS[name].value, ACTIVATIONS[name].derivative):
            values = function(z)
            assert values.dtype == dtype and not np.isnan(values).any()
            assert np.isnan(function(dtype(np.nan))) and function(z[:0]).shape == (0,)
            assert np.ndim(function(dtype(1.5))) == 0
    low, high = ACTIVATIONS[name].range
    values = ACTIVATIONS[name].value(z)
    assert (values >= low).all() and (values <= high).all()
    if np.isfinite(high):
        assert values[0] == low and values[-1] == high


@given(any_float)
def test_bounds_and_symmetry(z):
    assert 0 <= lt.sigmoid(z) <= 1 and lt.sigmoid(-z) == pytest.approx(1 - lt.sigmoid(z), abs=1e-15)
    for odd in (lt.tanh, lt.dead_zone_tanh):
        assert -1 <= odd(z) <= 1 and odd(-z) == -odd(z)
    for slope, largest in ((lt.sigmoid_derivative, 0.25), (lt.tanh_derivative, 1), (lt.dead_zone_tanh_derivative, 1)):
        assert 0 <= slope(z) <= largest and slope(-z) == slope(z)


@given(any_float, any_float)
def test_monotone(one, other):
    low, high = min(one, other), max(one, other)
    for rising in (lt.sigmoid, lt.tanh, lt.dead_zone_tanh):
        assert rising(low) <= rising(high) + 1e-15


@given(moderate)
def test_identities(z):
    assert lt.tanh(z) == pytest.approx(2 * lt.sigmoid(2 * z) - 1, abs=1e-15)
    assert lt.dead_zone_tanh(z, 0) == pytest.approx(lt.tanh(z), abs=1e-15)
    assert lt.sigmoid_derivative(z) == pytest.approx(lt.sigmoid(z) * lt.sigmoid(-z), rel=1e-12)
    assert lt.tanh_derivative(z) == pytest.approx(4 * lt.sigmoid_derivative(2 * z), rel=1e-12)


def test_integers_and_lists_become_float64():
    assert lt.sigmoid([0, 1]).dtype == np.float64 and lt.tanh(np.array([1, 2], dtype=np.int8)).dtype == np.float64


@pytest.mark.parametrize(("scale", "mean"), [(0.45, 0.0), (1.3, 0.4), (2.5, -1.0)])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_density_integrates_to_one_and_matches_a_sample(activation, scale, mean):
    low, high = ACTIVATIONS[activation].range
    outputs = ACTIVATIONS[activation].value(np.linspace(-40, 40, 400_001))
    density = lt.output_density(activation, outputs, scale, mean)
    assert np.trapezoid(density, outputs) == pytest.approx(1, abs=1e-6)
    assert lt.output_density(activation, [low, high, low - 1, high + 1], scale, mean).tolist() == [0, 0, 0, 0]
    z = np.linspace(-4, 4, 9)
    bell = np.exp(-(((z - mean) / scale) ** 2) / 2) / (scale * math.sqrt(2 * math.pi))
    by_change_of_variables = bell / ACTIVATIONS[activation].derivative(z)
    at = ACTIVATIONS[activation].value(z)
    np.testing.assert_allclose(lt.output_density(activation, at, scale, mean), by_change_of_variables, rtol=1e-9)
    sample = ACTIVATIONS[activation].value(np.random.default_rng(0).normal(mean, scale, 200_000))
    expected = lt.saturated_probability(activation, 0.1, scale, mean)
    assert lt.saturated_share(activation, 0.1, sample) == pytest.approx(expected, abs=0.004)


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
@given(scale=st.floats(0.4, 2.4), mean=st.floats(-2, 2))
def test_two_humps_are_counted_on_the_density(activation, scale, mean):
    stretch = {"sigmoid": 1, "tanh": 2}[activation]  # tanh z is σ(2z), shifted and doubled
    scale, mean = scale / stretch, mean / stretch
    assume(lt.is_two_humped(activation, scale * 0.95, mean) == lt.is_two_humped(activation, scale * 1.05, mean))
    outputs = ACTIVATIONS[activation].value(np.linspace(-9, 9, 1801) / stretch)
    rising = np.diff(lt.output_density(activation, outputs, scale, mean)) > 0
    maxima = np.count_nonzero(rising[:-1] & ~rising[1:])
    assert maxima == 1 + lt.is_two_humped(activation, scale, mean)


def test_the_exact_thresholds():
    assert not lt.is_two_humped("sigmoid", math.sqrt(2)) and not lt.is_two_humped("tanh", math.sqrt(2) / 2)
    edge = 4 * math.sqrt(0.5) - 2 * math.atanh(math.sqrt(0.5))  # of the mean, at s = 2
    assert not lt.is_two_humped("sigmoid", 2, edge) and not lt.is_two_humped("tanh", 1, -edge / 2)
    assert lt.is_two_humped("sigmoid", 2, np.nextafter(edge, 0))
    assert not lt.is_two_humped("sigmoid", 1.41421) and lt.is_two_humped("sigmoid", 1.41422)
    assert not lt.is_two_humped("tanh", 0.70710) and lt.is_two_humped("tanh", 0.70711)
    assert not lt.is_two_humped("sigmoid", 1.976, mean=1) and lt.is_two_humped("sigmoid", 1.978, mean=1)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: lt.sigmoid("warm"), "z: expected an array of real numbers, got 'warm'"),
        (lambda: lt.tanh([[1], [1, 2]]), "z: expected an array of real numbers"),
        (lambda: lt.dead_zone_tanh(1, half_width=-1), "half_width: expected a finite number of at least 0"),
        (lambda: lt.output_density("relu", 0.5, 1), "activation: expected one of 'sigmoid', 'tanh', got 'relu'"),
        (lambda: lt.output_density("tanh", 0.5, 0), "scale: expected a finite number above 0, got 0"),
        (lambda: lt.saturated_probability("tanh", 0.6, 1), "tolerance: expected a finite number"),
        (lambda: lt.saturated_share("tanh", 0.1, []), "outputs: expected at least one number, got an empty array"),
        (lambda: lt.is_two_humped("sigmoid", 1, math.nan), "mean: expected a finite number, got nan"),
    ],
)
def test_bad_input_gets_one_clear_sentence(call, words):
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value).startswith(words)
