"""Cells as data, the readable step against an independent implementation, and clear words for bad input."""

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

import lstm_teach as lt

HIDDEN, INPUTS, BATCH, T = 4, 3, 5, 6


def onnx_lstm(weights, x, h, c):
    """Run ONNX's own LSTM operator in float64; `weights` are our rows i, f, g, o, theirs are i, o, f, c."""
    hidden = h.shape[-1]
    blocks = weights.reshape(4, hidden, -1)[[0, 3, 1, 2]].reshape(4 * hidden, -1)
    names = ["X", "W", "R", "B", "", "initial_h", "initial_c"]
    node = helper.make_node("LSTM", names, ["Y", "Y_h", "Y_c"], hidden_size=hidden)
    sources = [helper.make_tensor_value_info(name, TensorProto.DOUBLE, None) for name in names if name]
    results = [helper.make_tensor_value_info(name, TensorProto.DOUBLE, None) for name in ("Y", "Y_h", "Y_c")]
    model = helper.make_model(helper.make_graph([node], "lstm", sources, results))
    bias = np.concatenate([blocks[:, -1], np.zeros(4 * hidden)])
    outputs, _, last_c = ReferenceEvaluator(model).run(
        None,
        {"X": x, "W": blocks[None, :, hidden:-1], "R": blocks[None, :, :hidden], "B": bias[None],
         "initial_h": h[None], "initial_c": c[None]},
    )
    return outputs[:, 0], last_c[0]


def nested_in_the_lstm(cell, params):
    """Weights of a full LSTM that equal the cell's: an absent gate is one with weights 0 and a saturated bias."""
    rows = []
    for place in ("input_gate", "forget_gate", "candidate", "output_gate"):
        if place in params:
            W_x, W_h, b = params[place]
        else:
            W_x, W_h = np.zeros((HIDDEN, INPUTS)), np.zeros((HIDDEN, HIDDEN))
            # σ(40) is 1.0 in float64 and σ(−800) is 0.0. The vanilla RNN's readout is handled by the caller.
            b = np.full(HIDDEN, 40.0 if getattr(cell, place) is None else -800.0)
        rows.append(np.column_stack([W_h, W_x, b]))
    return np.concatenate(rows)


def sequence(seed=0):
    rng = np.random.default_rng(seed)
    x, h, c = rng.normal(size=(T, BATCH, INPUTS)), rng.normal(size=(BATCH, HIDDEN)), rng.normal(size=(BATCH, HIDDEN))
    return x, h, c


@pytest.mark.parametrize("name", ["LSTM", "TANH_ONLY", "NO_FORGET_GATE", "NO_OUTPUT_GATE", "NO_GATES"])
def test_forward_against_onnx_by_nesting(name):
    cell, (x, h, c) = lt.CELLS[name], sequence()
    params = lt.init_params(cell, INPUTS, HIDDEN, rng=1)
    trace = lt.unroll(cell, params, x, h, c)
    outputs, last_c = onnx_lstm(nested_in_the_lstm(cell, params), x, h, c)
    assert np.abs(trace.h - outputs).max() < 1e-12 and np.abs(trace.c[-1] - last_c).max() < 1e-12


def test_the_comparison_with_onnx_is_sharp():
    x, h, c = sequence()
    params = lt.init_params(lt.LSTM, INPUTS, HIDDEN, rng=1)
    outputs, _ = onnx_lstm(params.weights, x, h, c)
    swapped = replace(lt.LSTM, readout="identity")  # h = o·c, a common mistake
    assert np.abs(lt.unroll(swapped, params, x, h, c).h - outputs).max() > 0.01


def test_vanilla_rnn_is_tanh_of_one_affine_map():
    x, h, c = sequence()
    params = lt.init_params(lt.VANILLA_RNN, INPUTS, HIDDEN, rng=1)
    W_x, W_h, b = params["candidate"]
    trace = lt.unroll(lt.VANILLA_RNN, params, x, h, c)
    for t in range(T):
        h = np.tanh(x[t] @ W_x.T + h @ W_h.T + b)
        np.testing.assert_allclose(trace.h[t], h, atol=1e-14)


@pytest.mark.parametrize("name", lt.CELLS)
def test_the_two_equations_hold_for_every_cell(name):
    cell, (x, h, c) = lt.CELLS[name], sequence()
    params = lt.init_params(cell, INPUTS, HIDDEN, rng=2)
    for dtype in (np.float32, np.float64):
        typed = lt.Params(params.weights.astype(dtype), params.places)
        trace = lt.unroll(cell, typed, x, h, c)
        assert {array.dtype for array in (trace.h, trace.c, trace.i, trace.f, trace.g, trace.o)} == {np.dtype(dtype)}
    previous = np.concatenate([c[None], trace.c[:-1]])
    np.testing.assert_allclose(trace.c, trace.f * previous + trace.i * trace.g, atol=1e-14)
    np.testing.assert_allclose(trace.h, trace.o * trace.readout, atol=1e-14)
    gates, pre_activations = (trace.i, trace.f, trace.o), (trace.z_i, trace.z_f, trace.z_o)
    kinds = (cell.input_gate, cell.forget_gate, cell.output_gate)
    for gate, z, kind in zip(gates, pre_activations, kinds, strict=True):
        assert (z is None) == (not isinstance(kind, str) or kind == "coupled")
        if kind is None or isinstance(kind, float):
            assert (gate == (1.0 if kind is None else kind)).all()
    if cell.input_gate == "coupled":
        np.testing.assert_array_equal(trace.i, 1 - trace.f)


@pytest.mark.parametrize("name", lt.CELLS)
def test_replicas_equal_single_networks(name):
    cell, seeds = lt.CELLS[name], range(3)
    singles = [lt.init_params(cell, INPUTS, HIDDEN, seed) for seed in seeds]
    stack = lt.Params(np.stack([params.weights for params in singles]), cell.places)
    x = np.random.default_rng(5).normal(size=(T, len(seeds), BATCH, INPUTS))
    trace = lt.unroll(cell, stack, x)
    for k, params in enumerate(singles):
        np.testing.assert_allclose(trace.h[:, k], lt.unroll(cell, params, x[:, k]).h, atol=1e-14)


def test_a_cell_is_frozen_data_and_the_thread_s_proposal_is_one_line():
    assert lt.TANH_ONLY == replace(lt.LSTM, input_gate=None)
    with pytest.raises(FrozenInstanceError):
        lt.LSTM.input_gate = None
    assert lt.VANILLA_RNN == lt.Cell(None, 0.0, None, "tanh", "identity")
    assert lt.COUPLED.places == lt.TANH_ONLY.places == ("forget_gate", "candidate", "output_gate")


def test_fresh_weights():
    params = lt.init_params(lt.LSTM, inputs=7, hidden=9, rng=3, forget_bias=2.5, input_bias=-1.0)
    for place, bias in (("input_gate", -1), ("forget_gate", 2.5), ("candidate", 0), ("output_gate", 0)):
        W_x, W_h, b = params[place]
        np.testing.assert_allclose(W_h @ W_h.T, np.eye(9), atol=1e-12)
        assert np.abs(W_x).max() <= np.sqrt(6 / 16) and (b == bias).all()
    thread = lt.init_params(lt.TANH_ONLY, inputs=7, hidden=9, rng=3, forget_bias=2.5)
    for place in thread:  # cells differ in nothing but the missing gate
        for ours, theirs in zip(params[place], thread[place], strict=True):
            np.testing.assert_array_equal(ours, theirs)
    assert lt.init_params(lt.LSTM, 2, 3, 0, dtype=np.float32).weights.dtype == np.float32
    per_unit = lt.init_params(lt.LSTM, 2, 3, 0, forget_bias=[1, 2, 3])
    assert per_unit["forget_gate"].b.tolist() == [1, 2, 3]


def test_fresh_weights_as_pytorch_draws_them():
    params = lt.init_params_pytorch(lt.LSTM, 10, 25, rng=0, networks=40, forget_bias=3.0)
    assert params.weights.shape == (40, 4 * 25, 36)
    weights, biases = params.weights[..., :-1], params["candidate"].b
    assert 0.199 < np.abs(weights).max() <= 0.2 < np.abs(biases).max() <= 0.4  # 1/√25, and the sum of two
    np.testing.assert_allclose([weights.var(), biases.var()], [0.04 / 3, 2 * 0.04 / 3], rtol=0.1)
    np.testing.assert_allclose(params["forget_gate"].b.mean(), 3, atol=0.02)
    one = lt.init_params_pytorch(lt.VANILLA_RNN, 2, 3, rng=0, forget_bias=3.0, dtype=np.float32)
    assert one.weights.shape == (3, 6) and one.weights.dtype == np.float32 and np.abs(one.weights).max() < 2
    with pytest.raises(ValueError, match="networks: expected"):
        lt.init_params_pytorch(lt.LSTM, 2, 3, 0, networks=0)


def test_orthogonal_matrices_are_drawn_evenly():
    """Drawn evenly, every entry has mean 0 and variance 1/n. Left as QR prefers them, the signs would make the diagonal
    lean to one side, by more than ten standard errors."""
    drawn = np.array([lt.init_params(lt.VANILLA_RNN, 1, 2, seed)["candidate"].W_h for seed in range(1000)])
    assert np.abs(drawn.mean(axis=0)).max() < 4 * np.sqrt(1 / 2 / 1000)
    np.testing.assert_allclose(drawn.var(axis=0), 1 / 2, atol=0.08)


def test_params_are_views_by_place():
    params = lt.init_params(lt.LSTM, inputs=2, hidden=3, rng=0)
    params["output_gate"].b[:] = 7
    assert (params.weights[-3:, -1] == 7).all()
    assert list(params) == ["input_gate", "forget_gate", "candidate", "output_gate"] and len(params) == 4
    assert "input_gate" not in lt.init_params(lt.TANH_ONLY, 2, 3, 0)
    assert params.hidden == 3 and params.inputs == 2
    assert repr(params) == "Params(input_gate, forget_gate, candidate, output_gate; hidden=3, inputs=2)"
    assert repr(a_stack(5)).endswith("; hidden=3, inputs=2, replicas=(5,))")


def test_a_trace_gives_back_its_steps():
    x, h, c = sequence()
    params = lt.init_params(lt.COUPLED, INPUTS, HIDDEN, rng=1)
    trace = lt.unroll(lt.COUPLED, params, x, h, c)
    assert len(trace) == T
    for t in range(T):
        one = lt.step(lt.COUPLED, params, x[t], h, c)
        for name in ("z_f", "i", "f", "g", "o", "c", "readout", "h", "h_previous", "c_previous"):
            np.testing.assert_array_equal(getattr(one, name), getattr(trace.at(t), name))
        assert trace.at(t).z_i is None
        h, c = one.h, one.c


def test_integers_are_converted():
    params = lt.init_params(lt.LSTM, 2, 3, 0)
    whole = lt.step(lt.LSTM, params, np.array([1, 2]), np.zeros(3, dtype=int), [0, 0, 0])
    assert whole.h.dtype == np.float64


class Tensor:
    """Behaves as a PyTorch tensor: with a gradient or on a GPU it is no array, in bfloat16 NumPy does not know it."""

    def __init__(self, array, dtype="float32", gradient=True, device="cuda"):
        self.array, self.dtype, self.gradient, self.device = array, dtype, gradient, device

    def detach(self):
        return Tensor(self.array, self.dtype, False, self.device)

    def cpu(self):
        return Tensor(self.array, self.dtype, self.gradient, "cpu")

    def float(self):
        return Tensor(self.array, "float32", self.gradient, self.device)

    def __array__(self, dtype=None, copy=None):
        if self.gradient:
            raise RuntimeError("Can't call numpy() on Tensor that requires grad.")
        if self.device != "cpu" or self.dtype == "bfloat16":
            raise TypeError("can't convert")
        return self.array


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_data_and_states_may_be_tensors(dtype):
    x, h, c = sequence()
    params = lt.init_params(lt.LSTM, INPUTS, HIDDEN, rng=1)
    trace = lt.unroll(lt.LSTM, params, x, h, c)
    tensors = [Tensor(array, dtype) for array in (x, h, c)]
    np.testing.assert_array_equal(lt.unroll(lt.LSTM, params, *tensors).h, trace.h)
    ones = np.ones_like(trace.h)
    dx, expected = (lt.backward(lt.LSTM, params, trace, dh)[1] for dh in (Tensor(ones, dtype), ones))
    np.testing.assert_array_equal(dx, expected)
    with pytest.raises(ValueError, match="x: expected an array of real numbers"):
        lt.unroll(lt.LSTM, params, [Tensor(one) for one in x])  # a list of them NumPy cannot take


def test_a_masked_array_without_masked_values_is_an_array():
    x, h, c = sequence()
    params = lt.init_params(lt.LSTM, INPUTS, HIDDEN, rng=1)
    trace = lt.unroll(lt.LSTM, params, np.ma.masked_array(x), h, c)
    np.testing.assert_array_equal(trace.h, lt.unroll(lt.LSTM, params, x, h, c).h)
    assert type(trace.h) is np.ndarray


def test_reverse_reads_from_the_end_and_stays_in_the_order_of_the_input():
    x, h, c = sequence()
    params = lt.init_params(lt.LSTM, INPUTS, HIDDEN, rng=1)
    forward, reverse = lt.unroll(lt.LSTM, params, x[::-1], h, c), lt.unroll(lt.LSTM, params, x, h, c, reverse=True)
    for name in ("x", "z_i", "i", "f", "g", "o", "c", "h"):
        np.testing.assert_array_equal(getattr(reverse, name), getattr(forward, name)[::-1])
    assert (list(forward.order), list(reverse.order)) == (list(range(T)), list(range(T))[::-1])
    for t in range(T):
        for name in ("x", "h_previous", "c_previous", "h"):
            np.testing.assert_array_equal(getattr(reverse.at(t), name), getattr(forward.at(T - 1 - t), name))


def test_the_states_of_a_step_have_names():
    """States have no order of their own: h before c here, c before h elsewhere."""
    one = a_step()()
    rest = {name: value for name, value in vars(one).items() if name not in ("h_previous", "c_previous")}
    assert len(rest) == 12
    with pytest.raises(TypeError, match="positional argument"):
        type(one)(one.h_previous, one.c_previous, **rest)
    with pytest.raises(TypeError, match="positional argument"):
        lt.cell.cells.Trace(one.h_previous, one.c_previous, **rest)


def a_step(**changes):
    good = {"cell": lt.LSTM, "params": lt.init_params(lt.LSTM, 2, 3, 0), "x": [1, 2], "h": [0] * 3, "c": [0] * 3}
    return lambda: lt.step(**(good | changes))


def a_sequence(step, value):
    """`unroll` on twenty steps, one of which is bad."""
    x = np.ma.masked_array(np.ones((20, 2)), np.zeros((20, 2), bool))
    x[step] = value
    return lambda: lt.unroll(lt.LSTM, lt.init_params(lt.LSTM, 2, 3, 0), x)


def a_stack(replicas):
    params = lt.init_params(lt.LSTM, 2, 3, 0)
    return lt.Params(np.stack([params.weights] * replicas), params.places)


def with_a_nan():
    params = lt.init_params(lt.LSTM, 2, 3, 0)
    params["candidate"].W_x[0, 0] = np.nan
    return params


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: lt.Cell(input_gate="softmax"), "input_gate: expected one of 'sigmoid', 'tanh'"),
        (lambda: lt.Cell(forget_gate="coupled"), "forget_gate: expected one of"),
        (lambda: lt.Cell(output_gate=1.5), "output_gate: expected a finite number of at least 0 and of at most 1"),
        (lambda: lt.Cell(input_gate=True), "input_gate: expected the name of an activation, None, or"),
        (lambda: lt.Cell(candidate=None), "candidate: expected one of"),
        (lambda: lt.Cell(input_gate="coupled", forget_gate=None), "input_gate: expected 'coupled' (i = 1 − f) only"),
        (lambda: lt.init_params(lt.LSTM, 2, 0, 0), "hidden: expected a whole number of at least 1, got 0"),
        (lambda: lt.init_params(lt.LSTM, 2.5, 3, 0), "inputs: expected a whole number of at least 1, got 2.5"),
        (lambda: lt.init_params(lt.LSTM, 2, 3, 0, forget_bias=np.inf), "forget_bias: expected a finite number"),
        (lambda: lt.Params(np.ones((7, 9)), ("candidate", "output_gate")), "weights: expected shape (..., 2·hidden"),
        (lambda: lt.Params(np.ones((6, 9)), ("output_gate", "candidate")), "places: expected some of"),
        (a_step(x=np.ones(3)), "x: expected shape (..., 2), the last axis being the inputs, got shape (3,)"),
        (a_step(x=1.0), "x: expected shape (..., 2)"),
        (a_step(h=np.zeros(2)), "h: expected shape (3,), got shape (2,)"),
        (a_step(c=np.zeros((1, 3))), "c: expected shape (3,), got shape (1, 3)"),
        (a_step(cell=lt.TANH_ONLY), "params: expected weights for forget_gate, candidate, output_gate, got"),
        (a_step(cell="LSTM"), "cell: expected a Cell such as LSTM, got 'LSTM'"),
        (a_step(params=np.ones((12, 6))), "params: expected Params, as init_params returns them, got"),
        (a_step(params=with_a_nan()), "params: expected finite weights, got NaN or infinity in candidate"),
        (lambda: lt.unroll(lt.LSTM, with_a_nan(), np.ones((4, 2))), "params: expected finite weights"),
        (lambda: lt.unroll(lt.LSTM, lt.init_params(lt.LSTM, 2, 3, 0), np.ones((0, 2))), "x: expected shape (T, ...,"),
        (lambda: lt.Params(np.ones(9), lt.LSTM.places), "weights: expected shape (..., 4·hidden, hidden + inputs"),
        (lambda: lt.Params(np.float64(1), lt.LSTM.places), "weights: expected shape (..., 4·hidden, hidden + inp"),
        (a_step(x=[np.nan, 1]), "x: expected finite numbers, got NaN"),
        (a_step(h=[0, np.inf, 0]), "h: expected finite numbers, got infinity"),
        (a_step(c=np.ma.masked_array([0, 1, 2], [0, 1, 1])), "c: expected no masked values, got 2 of 3 masked"),
        (a_step(params=a_stack(5)), "x: expected shape (5, ..., 2), beginning with the replicas of params, got"),
        (lambda: lt.unroll(lt.LSTM, a_stack(5), np.ones((7, 4, 2))), "x: expected shape (T, 5, ..., 2), beginning wit"),
        (a_sequence(10, np.nan), "x: expected finite numbers, got NaN at step 10"),
        (a_sequence(3, -np.inf), "x: expected finite numbers, got infinity at step 3"),
        (a_sequence(10, np.ma.masked), "x: expected no masked values, got 2 of 40 masked"),
    ],
)
def test_bad_input_gets_one_clear_sentence(call, words):
    with pytest.raises(ValueError) as caught:
        call()
    message = str(caught.value)
    assert message.startswith(words) and "\n" not in message
