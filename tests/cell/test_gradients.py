"""Gradients of every cell: against finite differences, and against PyTorch's autograd (golden arrays)."""

import dataclasses
import pathlib

import numpy as np
import pytest

from lstm_teach import (
    CELLS,
    LSTM,
    VANILLA_RNN,
    Cell,
    Params,
    backward,
    from_framework,
    init_params,
    step,
    step_backward,
    unroll,
)
from lstm_teach.cell import activations
from tests.recorded import by_case

INPUTS, HIDDEN, BATCH, LENGTH = 2, 3, 2, 4
# Constants in the places of gates, and relu and a dead zone there, occur in no named cell.
MORE_CELLS = {
    "CONSTANT_GATES": Cell(input_gate=0.5, forget_gate=0.9, output_gate=0.25),
    "ODD_GATES": Cell(input_gate="relu", forget_gate="dead_zone_tanh", output_gate="identity", readout="relu"),
    "COUPLED_TANH": Cell(input_gate="coupled", forget_gate="tanh"),
    "HARD_GATES": Cell(input_gate="hard_sigmoid", forget_gate="hard_sigmoid_6", output_gate="hard_sigmoid"),
}
cells = pytest.mark.parametrize("cell", (CELLS | MORE_CELLS).values(), ids=CELLS | MORE_CELLS)
replicas = pytest.mark.parametrize("replicas", [(), (2,)], ids=["single", "replicas"])


def draw(cell, replicas, *leading):
    """Params, x, h, c and the coefficients of a linear loss; `leading` are the time axes of x and the h's."""
    rng = np.random.default_rng(3)
    shape = init_params(cell, INPUTS, HIDDEN, 0).weights.shape
    params = Params(rng.normal(0, 0.7, replicas + shape), cell.places)
    x = rng.standard_normal((*leading, *replicas, BATCH, INPUTS))
    h, c, d_last_c = rng.normal(0, 0.7, (3, *replicas, BATCH, HIDDEN))
    dh = rng.standard_normal((*leading, *replicas, BATCH, HIDDEN))
    return params, x, h, c, dh, d_last_c


def slope(loss, array, width=1e-6):
    """d loss / d array, entry by entry, by central differences; writes into `array` and restores it."""
    gradient = np.empty_like(array)
    for index in np.ndindex(array.shape):
        kept = array[index]
        array[index] = kept + width
        above = loss()
        array[index] = kept - width
        gradient[index] = (above - loss()) / (2 * width)
        array[index] = kept
    return gradient


def assert_slopes(loss, params, arrays, gradients):
    gradient, *d_arrays = gradients
    assert gradient.places == params.places
    for array, analytic in zip((params.weights, *arrays), (gradient.weights, *d_arrays), strict=True):
        np.testing.assert_allclose(analytic, slope(loss, array), rtol=1e-6, atol=1e-8)


def check_step(cell, replicas):
    params, x, h, c, dh, dc = draw(cell, replicas)

    def loss():
        one = step(cell, params, x, h, c)
        return (dh * one.h).sum() + (dc * one.c).sum()

    assert_slopes(loss, params, (x, h, c), step_backward(cell, params, step(cell, params, x, h, c), dh, dc))


@cells
@replicas
def test_one_step(cell, replicas):
    check_step(cell, replicas)


@cells
@replicas
def test_a_sequence(cell, replicas):
    params, x, h, c, dh, dc = draw(cell, replicas, LENGTH)

    def loss():
        trace = unroll(cell, params, x, h, c)
        return (dh * trace.h).sum() + (dc * trace.c[-1]).sum()

    assert_slopes(loss, params, (x, h, c), backward(cell, params, unroll(cell, params, x, h, c), dh, dc))


@cells
def test_a_sequence_read_from_its_end(cell):
    params, x, h, c, dh, dc = draw(cell, (), LENGTH)

    def run():
        return unroll(cell, params, x, h, c, reverse=True)

    def loss():
        trace = run()
        return (dh * trace.h).sum() + (dc * trace.c[0]).sum()  # the step read last stands first

    assert_slopes(loss, params, (x, h, c), backward(cell, params, run(), dh, dc))


@cells
def test_replicas_do_not_touch_each_other(cell):
    params, x, h, c, dh, dc = draw(cell, (2,), LENGTH)
    together = backward(cell, params, unroll(cell, params, x, h, c), dh, dc)
    for one in (0, 1):
        alone = Params(params.weights[one], params.places)
        trace = unroll(cell, alone, x[:, one], h[one], c[one])
        gradient, dx, dh0, dc0 = backward(cell, alone, trace, dh[:, one], dc[one])
        np.testing.assert_allclose(together[0].weights[one], gradient.weights, rtol=1e-13, atol=1e-13)
        np.testing.assert_allclose(together[1][:, one], dx, rtol=1e-13, atol=1e-13)
        np.testing.assert_allclose(together[2][one], dh0, rtol=1e-13, atol=1e-13)
        np.testing.assert_allclose(together[3][one], dc0, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
def test_a_wrong_derivative_is_noticed(monkeypatch, name):
    """The mistake made most often: the derivative is forgotten, here replaced by 1."""
    broken = dataclasses.replace(activations.ACTIVATIONS[name], derivative=np.ones_like)
    monkeypatch.setitem(activations.ACTIVATIONS, name, broken)
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        check_step(LSTM, ())


def test_the_last_c_left_out_counts_nothing():
    params, x, h, c, dh, dc = draw(LSTM, (), LENGTH)
    trace = unroll(LSTM, params, x, h, c)
    left_out, zero = backward(LSTM, params, trace, dh), backward(LSTM, params, trace, dh, 0 * dc)
    np.testing.assert_array_equal(left_out[0].weights, zero[0].weights)


# --- PyTorch's autograd -----------------------------------------------------------------------------------------------


def pytorch_cases():
    cases = by_case(pathlib.Path(__file__).parent / "golden" / "pytorch.npz")
    del cases["stack"]  # outputs only
    return cases


PYTORCH = pytorch_cases()


def check_pytorch(arrays):
    params = from_framework("pytorch", arrays)
    if len(params) == 4:
        trace = unroll(LSTM, params, arrays["x"], arrays["h0"][0], arrays["c0"][0])
        gradient, dx, dh0, dc0 = backward(LSTM, params, trace, arrays["A"], arrays["B"][0])
        np.testing.assert_allclose(dc0, arrays["gradient/c0"][0], rtol=0, atol=1e-10)
    else:
        trace = unroll(VANILLA_RNN, params, arrays["x"], arrays["h0"][0], np.zeros_like(arrays["h0"][0]))
        gradient, dx, dh0, _ = backward(VANILLA_RNN, params, trace, arrays["A"])
    np.testing.assert_allclose(dx, arrays["gradient/x"], rtol=0, atol=1e-10)
    np.testing.assert_allclose(dh0, arrays["gradient/h0"][0], rtol=0, atol=1e-10)
    # The gradients are stored as the weights are, but for the biases: each of the two has the gradient of their sum.
    expected = {name: arrays[f"gradient/{name}"] for name in ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0")}
    expected["bias_hh_l0"] = np.zeros_like(expected["bias_ih_l0"])
    np.testing.assert_allclose(arrays["gradient/bias_hh_l0"], arrays["gradient/bias_ih_l0"], rtol=0, atol=1e-10)
    expected = from_framework("pytorch", expected)
    np.testing.assert_allclose(gradient.weights, expected.weights, rtol=0, atol=1e-10)


@pytest.mark.parametrize("case", PYTORCH)
def test_gradients_of_pytorch(case):
    check_pytorch(PYTORCH[case])


def test_a_missing_backward_path_is_noticed(monkeypatch):
    """Losing dh on its way from one step to the one before is losing backpropagation through time."""
    import lstm_teach.cell.cells as cells_module

    whole = cells_module._step_backward

    def truncated(*arguments):
        gradient, dx, dh_previous, dc_previous = whole(*arguments)
        return gradient, dx, 0 * dh_previous, dc_previous

    monkeypatch.setattr(cells_module, "_step_backward", truncated)
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        check_pytorch(PYTORCH["lstm_1"])
