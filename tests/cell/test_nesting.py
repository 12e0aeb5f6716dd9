"""A cell without a gate is a full LSTM whose gate is stuck: the same numbers, so the LSTM contains every such cell."""

from dataclasses import replace

import numpy as np
import pytest

from lstm_teach import CELLS, COUPLED, LSTM, Cell, Params, backward, init_params, unroll

# Biases that hold σ exactly, in float64: σ(40) rounds to 1, exp(−800) to 0.
OPEN, SHUT = 40.0, -800.0
GATES = ("input_gate", "forget_gate", "output_gate")
MISSING_GATES = {
    name: cell for name, cell in CELLS.items()
    if all(getattr(cell, gate) in ("sigmoid", None, 0.0) for gate in GATES) and len(cell.places) < 4
} | {"NO_INPUT": Cell(input_gate=0.0), "HALF_OUTPUT": Cell(output_gate=0.5)}


def draw(cell):
    rng = np.random.default_rng(5)
    params = init_params(cell, 3, 4, rng)
    x, dh = rng.standard_normal((9, 2, 3)), rng.standard_normal((9, 2, 4))
    h, c = rng.standard_normal((2, 2, 4))
    return params, x, h, c, dh


def full_cell(cell, params):
    """The full cell with the same candidate and readout, and its weights: those given, and stuck gates."""
    full = Cell(candidate=cell.candidate, readout=cell.readout)
    weights = Params(np.zeros((16, 8)), full.places)
    for place in full.places:
        if place in params:
            for into, part in zip(weights[place], params[place], strict=True):
                into[...] = part
        else:
            weights[place].b[...] = {None: OPEN, 0.0: SHUT, 0.5: 0.0}[getattr(cell, place)]
    return full, weights


def assert_nested(cell):
    params, x, h, c, dh = draw(cell)
    full, weights = full_cell(cell, params)
    mine, whole = unroll(cell, params, x, h, c), unroll(full, weights, x, h, c)
    for name in ("i", "f", "g", "o", "c", "h"):
        np.testing.assert_allclose(getattr(mine, name), getattr(whole, name), rtol=0, atol=1e-14, err_msg=name)

    gradient, *others = backward(cell, params, mine, dh)
    whole_gradient, *whole_others = backward(full, weights, whole, dh)
    for place in params:
        for part, whole_part in zip(gradient[place], whole_gradient[place], strict=True):
            np.testing.assert_allclose(part, whole_part, rtol=0, atol=1e-12, err_msg=place)
    for part, whole_part in zip(others, whole_others, strict=True):
        np.testing.assert_allclose(part, whole_part, rtol=0, atol=1e-12)


@pytest.mark.parametrize("cell", MISSING_GATES.values(), ids=MISSING_GATES)
def test_a_missing_gate_is_a_stuck_one(cell):
    assert_nested(cell)


def test_all_cells_that_lack_a_gate_are_here():
    lacking = {"TANH_ONLY", "NO_FORGET_GATE", "NO_OUTPUT_GATE", "DEAD_ZONE", "NO_GATES", "VANILLA_RNN"}
    assert lacking <= set(MISSING_GATES)


def test_a_gate_stuck_elsewhere_is_noticed(monkeypatch):
    monkeypatch.setitem(globals(), "OPEN", 4.0)
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        assert_nested(replace(LSTM, input_gate=None))


def test_the_coupled_cell_is_nested_too():
    """i = 1 − σ(z_f) = σ(−z_f): the full LSTM with an input gate of the opposite weights."""
    params, x, h, c, _ = draw(COUPLED)
    weights = Params(np.concatenate([-params.weights[:4], params.weights]), LSTM.places)
    np.testing.assert_array_equal(weights["input_gate"].b, -params["forget_gate"].b)
    np.testing.assert_allclose(
        unroll(LSTM, weights, x, h, c).h, unroll(COUPLED, params, x, h, c).h, rtol=0, atol=1e-14
    )
