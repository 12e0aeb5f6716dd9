"""The engine against the readable reference."""

import numpy as np
import pytest

from lstm_teach.cell.cells import CELLS, Cell, Params, backward, init_params, unroll
from lstm_teach.training import unrolled
from lstm_teach.training.unrolled import Unrolled, replicas_at_a_time

# Beside the named cells: every activation in every place it may stand in, and every kind of constant.
OTHERS = {
    "constants": Cell(0.5, "sigmoid", 0.3, "relu", "relu"),
    "linear": Cell(None, 0.0, None, "identity", "identity"),
    "unusual gates": Cell("relu", "tanh", "dead_zone_tanh", "sigmoid", "sigmoid"),
    "coupled to tanh": Cell("coupled", "tanh", None, "dead_zone_tanh", "dead_zone_tanh"),
    "coupled to relu": Cell("coupled", "relu", "identity", "tanh", "tanh"),
    "leaky": Cell(None, 0.7, "sigmoid"),
    "memoryless": Cell(1, 0, "sigmoid"),
    "accumulator": Cell("sigmoid", 1, 1),
    "half-written": Cell(0.25, 0.0, 0.5),
}
ALL = CELLS | OTHERS
TOLERANCE = {np.float64: 2e-14, np.float32: 2e-5}


def stack_of_params(cell, inputs, hidden, replicas, dtype, seed=0):
    weights = [init_params(cell, inputs, hidden, [seed, r], dtype=dtype).weights for r in range(replicas)]
    return Params(np.stack(weights), cell.places)


def distance_from_reference(cell, dtype, counted, length=9, replicas=3, inputs=2, hidden=5, batch=4):
    """The largest relative difference from unroll and backward, over h and the gradient of the weights."""
    rng = np.random.default_rng(1)
    params = stack_of_params(cell, inputs, hidden, replicas, dtype)
    x = (2 * rng.standard_normal((length, replicas, batch, inputs))).astype(dtype)
    dh = rng.standard_normal((length, replicas, batch, hidden)).astype(dtype)
    dh[: length - counted] = 0
    trace = unroll(cell, params, x)
    expected = backward(cell, params, trace, dh)[0].weights

    engine = Unrolled(cell, length, replicas, inputs, hidden, batch, dtype, counted)
    engine.x[...] = np.swapaxes(x, -1, -2)
    for _ in range(2):  # the second run would show anything that the first one left behind
        engine.forward(params.weights)
        engine.dh[...] = np.swapaxes(dh, -1, -2)[length - counted :]
        gradient = engine.backward()
    assert gradient.dtype == dtype and engine.h.dtype == dtype
    pairs = [(np.swapaxes(engine.h, -1, -2), trace.h), (gradient, expected)]
    return max(float(abs(got - want).max() / max(abs(want).max(), 1e-30)) for got, want in pairs)


@pytest.mark.parametrize("counted", [9, 1])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", ALL)
def test_equals_the_readable_reference(name, dtype, counted):
    assert distance_from_reference(ALL[name], dtype, counted) < TOLERANCE[dtype]


@pytest.mark.parametrize("block_bytes", [1, 5_000])
def test_equals_the_reference_however_time_is_cut_into_blocks(monkeypatch, block_bytes):
    monkeypatch.setattr(unrolled, "_BLOCK_BYTES", block_bytes)
    for cell in ALL.values():
        assert distance_from_reference(cell, np.float64, 9) < TOLERANCE[np.float64]


def broken(monkeypatch, method, which):
    """The same method without one of the calls that it makes."""
    whole = getattr(Unrolled, method)

    def part(self, *arguments):
        calls = list(whole(self, *arguments))
        del calls[which]
        return calls

    monkeypatch.setattr(Unrolled, method, part)


# The first and the last call of each: the product and h; σ² and the readout's factor; dh from above and dh of t − 1.
@pytest.mark.parametrize("which", [0, -1])
@pytest.mark.parametrize("method", ["_forward_step", "_local_slopes", "_backward_step"])
def test_the_comparison_sees_a_call_that_is_missing(monkeypatch, method, which):
    broken(monkeypatch, method, which)
    assert distance_from_reference(CELLS["LSTM"], np.float32, 9) > 1e-3


# Rows of a step's record and of its slopes: one for each place and one for the readout in both, c in the record, and
# i = 1 − f and the z of a dead zone beside their values; a relu takes the place of its z.
ROWS = {"LSTM": 6 + 5, "TANH_ONLY": 5 + 4, "COUPLED": 6 + 4, "DEAD_ZONE": 6 + 4, "RELU_CANDIDATE": 6 + 5,
        "VANILLA_RNN": 3 + 2}


@pytest.mark.parametrize(("name", "rows"), ROWS.items())
@pytest.mark.parametrize("steps, blocks", [(0, 9), (1, 9), (2, 5), (4, 3), (8, 2), (9, 1), (20, 1)])
def test_a_block_is_as_many_steps_as_fit_its_bytes_and_at_least_one(monkeypatch, name, rows, steps, blocks):
    replicas, hidden, batch = 3, 5, 4
    step_bytes = rows * hidden * replicas * batch * 4
    for bytes_ in (steps * step_bytes, (steps + 1) * step_bytes - 1):
        monkeypatch.setattr(unrolled, "_BLOCK_BYTES", bytes_)
        engine = Unrolled(CELLS[name], 9, replicas, 2, hidden, batch, np.float32, 1)
        engine.forward(stack_of_params(CELLS[name], 2, hidden, replicas, np.float32).weights)
        engine.backward()
        assert sum(call.func == np.add.reduce for call in engine.backward_calls if hasattr(call, "func")) == blocks
        assert len(engine.difference) == min(9, max(1, steps))  # no buffer is longer than the sequence


def test_a_replica_that_overflows_raises_no_warning_and_leaves_its_neighbour_alone():
    cell, results = Cell("identity", None, None, "identity", "identity"), []
    for second in (1e30, 0.1):
        engine = Unrolled(cell, 5, 2, 2, 3, 4, np.float32, 5)
        engine.x[...], engine.dh[...] = 1, 1
        weights = np.full((2, 6, 6), 0.1, np.float32)
        weights[1] = second
        engine.forward(weights)
        gradient = engine.backward()
        results.append((engine.h[:, 0].copy(), gradient[0], np.isfinite(engine.h[:, 1]).all()))
    assert all((a == b).all() for a, b in zip(results[0][:2], results[1][:2], strict=True))
    assert (results[0][2], results[1][2]) == (False, True)


def test_a_run_leaves_the_settings_of_numpy_as_they_were():
    engine = Unrolled(CELLS["LSTM"], 3, 2, 2, 3, 4, np.float32, 1)
    with np.errstate(over="raise", under="warn", divide="ignore", invalid="warn"):
        before = np.getbufsize(), np.geterr()
        engine.forward(np.ones((2, 12, 6), np.float32))
        engine.backward()
        assert (np.getbufsize(), np.geterr()) == before


@pytest.mark.parametrize("weight", [1e4, 1e30])
def test_saturated_gates_raise_no_warning_and_stay_finite(weight):
    engine = Unrolled(CELLS["LSTM"], 5, 1, 2, 3, 4, np.float32, 5)
    engine.x[...] = 1
    engine.forward(np.full((1, 12, 6), weight, np.float32))
    engine.dh[...] = 1
    assert np.isfinite(engine.h).all() and np.isfinite(engine.backward()).all()


def test_a_stack_has_about_as_many_units_whatever_their_width_and_at_least_one_network():
    assert replicas_at_a_time(12) == 20
    for hidden in range(1, 400):
        replicas = replicas_at_a_time(hidden)
        assert replicas >= 1 and (replicas + 1) * hidden > unrolled._STACKED_UNITS
        assert replicas == 1 or replicas * hidden <= unrolled._STACKED_UNITS
    with pytest.raises(ValueError, match="hidden"):
        replicas_at_a_time(0)
