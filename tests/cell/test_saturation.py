"""The mean slope against another quadrature."""

import math

import numpy as np
import pytest

import lstm_teach as lt

DERIVATIVES = {"sigmoid": lt.sigmoid_derivative, "tanh": lt.tanh_derivative}


@pytest.mark.parametrize("activation", DERIVATIVES)
@pytest.mark.parametrize("scale", [0.01, 0.1, 0.45, 0.499, 0.5, 0.999, 1.0, 1.5])
@pytest.mark.parametrize("mean", [0.0, 2.0, -5.0])
def test_mean_slope_is_the_gauss_hermite_integral(activation, scale, mean):
    nodes, weights = np.polynomial.hermite_e.hermegauss(150)
    expected = weights @ DERIVATIVES[activation](mean + scale * nodes) / math.sqrt(2 * math.pi)
    assert lt.mean_slope(activation, scale, mean) == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize(("activation", "area"), [("sigmoid", 1.0), ("tanh", 2.0)])
def test_mean_slope_at_a_huge_spread_is_the_range_times_the_height_of_the_bell(activation, area):
    assert lt.mean_slope(activation, 1e4) == pytest.approx(area / (1e4 * math.sqrt(2 * math.pi)), rel=1e-6)


@pytest.mark.parametrize("activation", DERIVATIVES)
def test_mean_slope_at_a_tiny_spread_is_the_slope(activation):
    assert lt.mean_slope(activation, 1e-6, 0.7) == pytest.approx(float(DERIVATIVES[activation](0.7)), abs=1e-8)


@pytest.mark.parametrize(
    "arguments", [("relu", 1.0), ("sigmoid", 0.0), ("sigmoid", -1.0), ("tanh", math.nan), ("tanh", 1.0, math.inf)]
)
def test_mean_slope_refuses(arguments):
    with pytest.raises(ValueError, match="expected"):
        lt.mean_slope(*arguments)


def test_the_share_near_an_end_is_of_the_five_bins_at_each_end():
    counts = 2.0 ** np.arange(50)  # every choice of bins has a sum of its own
    ends = sum(2**k for k in (0, 1, 2, 3, 4, 45, 46, 47, 48, 49))
    assert lt.share_near_an_end(counts) == ends / (2**50 - 1)
