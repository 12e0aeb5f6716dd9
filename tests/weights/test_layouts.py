"""Weights in and out of frameworks: against PyTorch and Keras (golden arrays) and ONNX's reference evaluator (live)."""

import pathlib

import numpy as np
import onnx.helper
import onnx.reference
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_teach import (
    CELLS,
    COUPLED,
    LSTM,
    NO_FORGET_GATE,
    TANH_ONLY,
    VANILLA_RNN,
    Params,
    from_framework,
    init_params,
    load_weights,
    to_framework,
    unroll,
)
from lstm_teach.weights import layouts
from tests.recorded import by_case

GOLDEN = pathlib.Path(__file__).parent.parent / "cell" / "golden"
FRAMEWORKS = ("pytorch", "keras", "onnx")
PYTORCH, KERAS = by_case(GOLDEN / "pytorch.npz"), by_case(GOLDEN / "keras.npz")
SINGLE = [case for case in PYTORCH if case != "stack"]


def cell_of(params):
    return LSTM if len(params) == 4 else VANILLA_RNN


def random_arrays(name, cell, inputs, hidden, seed=0):
    """Random arrays as a framework stores them, both biases nonzero."""
    rng = np.random.default_rng(seed)
    arrays = to_framework(name, init_params(cell, inputs, hidden, rng))
    return {one: rng.normal(0, 0.5, array.shape) for one, array in arrays.items()}


# --- the same outputs as the framework --------------------------------------------------------------------------------


@pytest.mark.parametrize("case", SINGLE)
def test_outputs_of_pytorch(case):
    arrays = PYTORCH[case]
    params = from_framework("pytorch", arrays)
    c0 = arrays["c0"][0] if "c0" in arrays else np.zeros_like(arrays["h0"][0])
    trace = unroll(cell_of(params), params, arrays["x"], arrays["h0"][0], c0)
    np.testing.assert_allclose(trace.h, arrays["h"], rtol=0, atol=1e-13)
    if "c_last" in arrays:
        np.testing.assert_allclose(trace.c[-1], arrays["c_last"][0], rtol=0, atol=1e-13)


def test_outputs_of_a_pytorch_stack():
    arrays = PYTORCH["stack"]
    h = arrays["x"]
    for layer in (0, 1):
        h = unroll(LSTM, from_framework("pytorch", arrays, layer=layer), h).h
    np.testing.assert_allclose(h, arrays["h"], rtol=0, atol=1e-13)
    np.testing.assert_array_equal(
        load_weights(arrays, layer=1).weights, from_framework("pytorch", arrays, layer=1).weights
    )


@pytest.mark.parametrize("case", KERAS)
def test_outputs_of_keras(case):
    arrays = KERAS[case]
    params = from_framework("keras", arrays)
    h = unroll(cell_of(params), params, arrays["x"].swapaxes(0, 1)).h
    np.testing.assert_allclose(h.swapaxes(0, 1), arrays["h"], rtol=0, atol=1e-13)


@pytest.mark.parametrize("case", KERAS)
def test_the_list_of_get_weights(case):
    arrays = KERAS[case]
    plain = [arrays[name] for name in ("kernel", "recurrent_kernel", "bias") if name in arrays]
    expected = from_framework("keras", arrays).weights
    np.testing.assert_array_equal(from_framework("keras", plain).weights, expected)


def onnx_outputs(arrays, x, hidden, operator):
    names = [name for name in ("W", "R", "B") if name in arrays]
    outputs = ["Y", "Y_h", "Y_c"] if operator == "LSTM" else ["Y", "Y_h"]
    node = onnx.helper.make_node(operator, ["X", *names], outputs, hidden_size=hidden)
    kind = onnx.TensorProto.DOUBLE
    graph = onnx.helper.make_graph(
        [node], "layer",
        [onnx.helper.make_tensor_value_info(name, kind, None) for name in ("X", *names)],
        [onnx.helper.make_tensor_value_info(name, kind, None) for name in outputs],
    )
    session = onnx.reference.ReferenceEvaluator(onnx.helper.make_model(graph))
    feeds = {"X": x} | {name: arrays[name] for name in names}
    return session.run(None, feeds)


def assert_equal_to_onnx(arrays, cell, inputs, hidden, seed):
    x = np.random.default_rng(seed).standard_normal((6, 3, inputs))
    y, *last = onnx_outputs(arrays, x, hidden, "LSTM" if cell is LSTM else "RNN")
    trace = unroll(cell, from_framework("onnx", arrays), x)
    # Y is (T, directions, batch, hidden) by the specification; Y_h, Y_c (directions, batch, hidden).
    np.testing.assert_allclose(trace.h, y.reshape(trace.h.shape), rtol=0, atol=1e-12)
    for mine, theirs in zip((trace.h[-1], trace.c[-1]), last, strict=False):
        np.testing.assert_allclose(mine, theirs.reshape(mine.shape), rtol=0, atol=1e-12)


@settings(deadline=None, max_examples=30)
@given(st.sampled_from([LSTM, VANILLA_RNN]), st.integers(1, 6), st.integers(1, 9), st.integers(0, 1000))
def test_outputs_of_onnx(cell, inputs, hidden, seed):
    arrays = random_arrays("onnx", cell, inputs, hidden, seed)
    assert_equal_to_onnx(arrays, cell, inputs, hidden, seed)


@settings(deadline=None, max_examples=20)
@given(st.sampled_from([LSTM, VANILLA_RNN]), st.integers(1, 6), st.integers(1, 9), st.integers(0, 1000))
def test_onnx_runs_our_weights(cell, inputs, hidden, seed):
    arrays = to_framework("onnx", init_params(cell, inputs, hidden, seed))
    assert_equal_to_onnx(arrays, cell, inputs, hidden, seed)


def test_a_mistaken_gate_order_is_noticed(monkeypatch):
    """The test above would fail if f and g changed places, as they do between ONNX and PyTorch."""
    monkeypatch.setitem(layouts._ORDER, "onnx", ("input_gate", "output_gate", "candidate", "forget_gate"))
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        assert_equal_to_onnx(random_arrays("onnx", LSTM, 2, 3), LSTM, 2, 3, seed=0)


# --- there and back ---------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(
    st.sampled_from(FRAMEWORKS), st.sampled_from([LSTM, VANILLA_RNN]), st.integers(1, 6), st.integers(1, 9),
    st.sampled_from([np.float64, np.float32]), st.integers(0, 1000),
)
def test_params_there_and_back_are_the_same(name, cell, inputs, hidden, dtype, seed):
    params = init_params(cell, inputs, hidden, seed, dtype=dtype)
    params.weights[...] = np.random.default_rng(seed).standard_normal(params.weights.shape)  # biases too
    again = from_framework(name, to_framework(name, params))
    assert (again.places, again.weights.dtype) == (params.places, dtype)
    np.testing.assert_array_equal(again.weights, params.weights)


@pytest.mark.parametrize("name", FRAMEWORKS)
@pytest.mark.parametrize("cell", [LSTM, VANILLA_RNN], ids=["LSTM", "RNN"])
def test_arrays_there_and_back_give_the_same_outputs(name, cell):
    arrays = random_arrays(name, cell, 3, 5)
    first = from_framework(name, arrays)
    again = to_framework(name, first)
    assert {one: array.shape for one, array in again.items()} == {one: array.shape for one, array in arrays.items()}
    x = np.random.default_rng(1).standard_normal((8, 2, 3))
    np.testing.assert_array_equal(unroll(cell, from_framework(name, again), x).h, unroll(cell, first, x).h)


def test_keras_is_the_transpose_in_the_order_i_f_c_o():
    params = init_params(LSTM, 2, 3, 0)
    arrays = to_framework("keras", params)
    assert {name: array.shape for name, array in arrays.items()} == {
        "kernel": (2, 12), "recurrent_kernel": (3, 12), "bias": (12,),
    }
    np.testing.assert_array_equal(arrays["kernel"][:, 6:9], params["candidate"].W_x.T)


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_written_arrays_are_copies(name):
    params = init_params(LSTM, 2, 3, 0)
    before = params.weights.copy()
    for array in to_framework(name, params).values():
        array[...] = 7
    np.testing.assert_array_equal(params.weights, before)


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_missing_biases_are_zero(name):
    arrays = random_arrays(name, LSTM, 2, 3)
    without = {one: array for one, array in arrays.items() if one not in layouts._NAMES[name][2:]}
    without = {one: array for one, array in without.items() if "bias" not in one}
    params = from_framework(name, without)
    assert all((params[place].b == 0).all() for place in params)
    np.testing.assert_array_equal(params["forget_gate"].W_h, from_framework(name, arrays)["forget_gate"].W_h)


class Tensor:
    """Behaves as a PyTorch tensor that requires a gradient: no array until detached and on the CPU."""

    def __init__(self, array, detached=False, here=False, dtype="torch.float64"):
        self.array, self.detached, self.here, self.dtype = array, detached, here, dtype

    def detach(self):
        return Tensor(self.array, True, self.here, self.dtype)

    def cpu(self):
        return Tensor(self.array, self.detached, True, self.dtype)

    def __array__(self, dtype=None, copy=None):
        if not (self.detached and self.here):
            raise RuntimeError("Can't call numpy() on Tensor that requires grad.")
        if self.dtype == "torch.bfloat16":
            raise TypeError("Got unsupported ScalarType BFloat16")
        return self.array


def test_tensors_are_taken_as_they_come():
    arrays = random_arrays("pytorch", LSTM, 2, 3)
    tensors = {name: Tensor(array) for name, array in arrays.items()}
    np.testing.assert_array_equal(from_framework("pytorch", tensors).weights, from_framework("pytorch", arrays).weights)
    tensors["weight_hh_l0"].dtype = "torch.bfloat16"
    with pytest.raises(ValueError, match="weight_hh_l0: expected a dtype that NumPy has, such as float32, got torch.b"):
        from_framework("pytorch", tensors)


# --- a file of one's own ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, prefix", [("pytorch", ""), ("pytorch", "encoder.lstm."), ("keras", "lstm/lstm_cell/"), ("onnx", "")]
)
def test_a_file_is_recognised_by_its_names(tmp_path, name, prefix):
    arrays = random_arrays(name, LSTM, 2, 3)
    stored = {prefix + one: array for one, array in arrays.items()} | {"dense.kernel": np.ones(2), "x": np.ones(3)}
    np.savez(tmp_path / "mine.npz", **stored)
    expected = from_framework(name, arrays).weights
    for source in (tmp_path / "mine.npz", str(tmp_path / "mine.npz"), stored):
        np.testing.assert_array_equal(load_weights(source).weights, expected)
    with np.load(tmp_path / "mine.npz") as opened:
        np.testing.assert_array_equal(load_weights(opened).weights, expected)


def test_unnamed_arrays_are_those_of_keras(tmp_path):
    arrays = random_arrays("keras", LSTM, 2, 3)
    np.savez(tmp_path / "keras.npz", *arrays.values())
    np.testing.assert_array_equal(
        load_weights(tmp_path / "keras.npz").weights, from_framework("keras", arrays).weights
    )


def test_the_list_of_get_weights_needs_no_file():
    arrays = random_arrays("keras", LSTM, 2, 3)
    plain = list(arrays.values())
    np.testing.assert_array_equal(load_weights(plain).weights, from_framework("keras", arrays).weights)
    with pytest.raises(ValueError, match="expected the list .* of one layer in one direction, got a list of 6"):
        from_framework("keras", 2 * plain)


def test_names_of_a_pytorch_cell_and_of_tensorflow():
    arrays = random_arrays("pytorch", LSTM, 2, 3)
    cell = {"core." + name.removesuffix("_l0"): array for name, array in arrays.items()}
    np.testing.assert_array_equal(load_weights(cell).weights, from_framework("pytorch", arrays).weights)
    arrays = random_arrays("keras", LSTM, 2, 3)
    tensorflow = {f"lstm/lstm_cell/{name}:0": array for name, array in arrays.items()}
    np.testing.assert_array_equal(load_weights(tensorflow).weights, from_framework("keras", arrays).weights)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_small_dtypes_are_kept_and_can_be_run(dtype):
    arrays = random_arrays("pytorch", LSTM, 2, 3)
    small = {name: array.astype(dtype) for name, array in arrays.items()}
    params, x = load_weights(small), np.random.default_rng(0).standard_normal((20, 1, 2))
    h = unroll(LSTM, params, x).h
    assert params.weights.dtype == h.dtype == dtype
    np.testing.assert_allclose(h, unroll(LSTM, load_weights(arrays), x).h, atol=300 * np.finfo(dtype).eps)


def write(path, kind):
    if kind == "text":
        path.write_text("weights", encoding="utf-8")
    elif kind == "empty":
        path.write_bytes(b"")
    elif kind == "folder":
        path.mkdir()
    elif kind == "npy":
        with path.open("wb") as file:
            np.save(file, np.ones(3))
    elif kind == "pickle":
        path.write_bytes(b"\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00")
    elif kind == "objects":
        np.savez(path, weight_hh_l0=np.array([{}, None], dtype=object))
    elif kind == "cut":
        np.savez(path, **random_arrays("pytorch", LSTM, 2, 3))
        path.write_bytes(path.read_bytes()[:400])
    elif kind == "damaged":
        np.savez(path, **random_arrays("pytorch", LSTM, 2, 3))
        content = bytearray(path.read_bytes())
        content[300] ^= 255
        path.write_bytes(content)
    elif kind == "archive":  # what torch.save and a Keras model are: a zip of something else
        import zipfile

        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("model/data.pkl", b"\x80\x02}")


@pytest.mark.parametrize(
    "kind", ["text", "empty", "folder", "npy", "pickle", "objects", "cut", "damaged", "archive"]
)
def test_a_wrong_file_gets_one_sentence(tmp_path, kind):
    path = tmp_path / "mine.npz"
    write(path, kind)
    with pytest.raises(ValueError, match=r"^source: expected an \.npz file[^\n]*mine\.npz"):
        load_weights(path)


# --- what is refused, in one sentence ---------------------------------------------------------------------------------


def altered(name, cell=LSTM, **changes):
    return random_arrays(name, cell, 2, 3) | changes


ones = np.ones
REFUSED = {
    "name": (lambda: from_framework("jax", {}), "name: expected one of 'pytorch', 'keras', 'onnx', got 'jax'"),
    "no mapping": (lambda: from_framework("onnx", [1, 2]), "arrays: expected a mapping of names to arrays, got [1, 2]"),
    "no layer": (
        lambda: from_framework("pytorch", altered("pytorch"), layer=1),
        "arrays: expected weight_ih_l1 and weight_hh_l1, as pytorch names them, got "
        "weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0",
    ),
    "no number": (
        lambda: from_framework("pytorch", altered("pytorch"), layer=-1),
        "layer: expected a whole number of at least 0, got -1",
    ),
    "nothing": (
        lambda: from_framework("onnx", {}), "arrays: expected W and R, as onnx names them, got nothing",
    ),
    "layer of keras": (
        lambda: from_framework("keras", altered("keras"), layer=1),
        "layer: expected 0, since keras stores each layer by itself, got 1",
    ),
    "pytorch gru": (
        lambda: from_framework("pytorch", {"weight_ih_l0": ones((9, 2)), "weight_hh_l0": ones((9, 3))}),
        "weight_hh_l0: expected 4 blocks of weights (an LSTM) or 1 (a simple RNN), got 3, a GRU",
    ),
    "keras gru": (
        lambda: from_framework("keras", [ones((2, 9)), ones((3, 9)), ones((2, 9))]),
        "recurrent_kernel: expected 4 blocks of weights (an LSTM) or 1 (a simple RNN), got 3, a GRU",
    ),
    "onnx gru": (
        lambda: from_framework("onnx", {"W": ones((1, 9, 2)), "R": ones((1, 9, 3))}),
        "R: expected 4 blocks of weights (an LSTM) or 1 (a simple RNN), got 3, a GRU",
    ),
    "pytorch bidirectional": (
        lambda: from_framework("pytorch", altered("pytorch", weight_hh_l0_reverse=ones((12, 3)))),
        "arrays: expected a layer in one direction, got a bidirectional one (weight_hh_l0_reverse)",
    ),
    "keras bidirectional": (
        lambda: from_framework("keras", 2 * list(altered("keras").values())),
        "arrays: expected the list [kernel, recurrent_kernel, bias] of one layer in one direction, got a list of 6",
    ),
    "onnx bidirectional": (
        lambda: from_framework("onnx", {"W": ones((2, 12, 2)), "R": ones((2, 12, 3))}),
        "R: expected a first axis of 1, one direction, got 2, a bidirectional layer",
    ),
    "projections": (
        lambda: from_framework("pytorch", altered("pytorch", weight_hr_l0=ones((2, 3)))),
        "arrays: expected an LSTM without projections, got one with them (weight_hr_l0)",
    ),
    "peepholes": (
        lambda: from_framework("onnx", altered("onnx", P=ones((1, 9)))),
        "arrays: expected an LSTM without peepholes, got one with them (P)",
    ),
    "transposed": (
        lambda: from_framework("pytorch", altered("pytorch", weight_hh_l0=ones((3, 12)))),
        "weight_hh_l0: expected shape (k·hidden, hidden) with k = 4 (an LSTM) or 1 (a simple RNN), got shape (3, 12)",
    ),
    "keras transposed": (
        lambda: from_framework("keras", altered("keras", recurrent_kernel=ones((12, 3)))),
        "recurrent_kernel: expected shape (hidden, k·hidden) with k = 4 (an LSTM) or 1 (a simple RNN), "
        "got shape (12, 3)",
    ),
    "rows": (
        lambda: from_framework("keras", altered("keras", kernel=ones((2, 8)))),
        "kernel: expected shape (inputs, 12) to go with recurrent_kernel, got shape (inputs, 8)",
    ),
    "bias": (
        lambda: from_framework("pytorch", altered("pytorch", bias_hh_l0=ones(9))),
        "bias_hh_l0: expected shape (12,), got shape (9,)",
    ),
    "onnx bias": (
        lambda: from_framework("onnx", altered("onnx", B=ones((1, 12)))),
        "B: expected shape (1, 24), got shape (1, 12)",
    ),
    "axes": (
        lambda: from_framework("onnx", altered("onnx", W=ones((12, 2)))),
        "W: expected shape (1, rows, columns), none of them 0, got shape (12, 2)",
    ),
    "text": (
        lambda: from_framework("pytorch", altered("pytorch", weight_ih_l0="abc")),
        "weight_ih_l0: expected an array of real numbers, got 'abc'",
    ),
    "replicas": (
        lambda: to_framework("onnx", Params(ones((5, 12, 6)), LSTM.places)),
        "params: expected the weights of a single network, got a stack of replicas (5,)",
    ),
    "no params": (
        lambda: to_framework("onnx", ones((12, 6))),
        "params: expected Params, as init_params returns them, got an array of shape (12, 6) and dtype float64",
    ),
    "no weights in the mapping": (
        lambda: load_weights({"a": ones(2), "b": ones(2)}),
        "source: expected arrays named as in PyTorch (weight_ih_l0, weight_hh_l0, …), Keras (kernel, "
        "recurrent_kernel, bias) or ONNX (W, R, B), got a (2,), b (2,)",
    ),
    "many names": (
        lambda: load_weights({letter: ones(2) for letter in "abcdefgh"}),
        "source: expected arrays named as in PyTorch (weight_ih_l0, weight_hh_l0, …), Keras (kernel, "
        "recurrent_kernel, bias) or ONNX (W, R, B), got a (2,), b (2,), c (2,), d (2,), e (2,), f (2,) and 2 more",
    ),
    "two layers": (
        lambda: load_weights({"a/recurrent_kernel": ones(2), "b/recurrent_kernel": ones(2)}),
        "layer: expected a number from 0 or a name, to pick one of 'a' (recurrent_kernel (2,)), 'b' (recurrent_kernel "
        "(2,)), got none",
    ),
    "no source": (
        lambda: load_weights(7),
        "source: expected the path of a file, a mapping of names to arrays (of a PyTorch module its state_dict()) or a "
        "list of arrays (of a Keras layer its get_weights(); of a Keras model save('….keras') and pass the path), got "
        "7",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_in_one_sentence(case):
    call, sentence = REFUSED[case]
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value) == sentence


@pytest.mark.parametrize("name", FRAMEWORKS)
@pytest.mark.parametrize("cell", [TANH_ONLY, COUPLED, NO_FORGET_GATE, CELLS["NO_OUTPUT_GATE"]])
def test_a_cell_without_a_gate_is_no_layer_anywhere(name, cell):
    with pytest.raises(ValueError, match=f"all four places of an LSTM .* since {name} has no other layer, got weights"):
        to_framework(name, init_params(cell, 2, 3, 0))
