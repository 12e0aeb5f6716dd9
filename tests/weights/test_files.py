"""Files as PyTorch, Keras and exporters write them: every kind is read, and gives the outputs the framework gave."""

import builtins
import io
import json
import pathlib
import shutil
import sys
import types
import zipfile

import h5py
import numpy as np
import onnx
import pytest
import safetensors.numpy

from lstm_teach import (
    LSTM,
    VANILLA_RNN,
    Cell,
    framework_cell,
    init_params,
    load_layers,
    load_weights,
    to_framework,
    unroll_layers,
)

FILES = pathlib.Path(__file__).parent / "golden" / "files"
with np.load(FILES / "outputs.npz") as content:
    OUTPUTS = dict(content)
KERAS_RELU = framework_cell("keras", "lstm", activation="relu")


def assert_outputs(layers, network, atol=5e-7, turned=False):
    h = unroll_layers(layers, OUTPUTS[f"{network}/x"]).h
    np.testing.assert_allclose(h[::-1] if turned else h, OUTPUTS[f"{network}/h"], rtol=0, atol=atol)


@pytest.mark.parametrize("file", ["tagger.safetensors", "tagger.onnx"])
def test_a_bidirectional_stack(file):
    layers = load_layers(FILES / file)
    assert [(layer.cell, list(layer.params), layer.merge) for layer in layers] == 2 * [
        (LSTM, ["forward", "reverse"], "concat")
    ]
    assert_outputs(layers, "tagger")


def test_bfloat16_is_taken_as_float32():
    layers = load_layers(FILES / "tagger_bf16.safetensors")
    assert layers[0].params["forward"].weights.dtype == np.float32
    assert_outputs(layers, "tagger", atol=5e-3)


@pytest.mark.parametrize("file", ["network.keras", "network.h5"])
def test_a_whole_keras_network_tells_order_activations_and_directions(file):
    layers = load_layers(FILES / file)
    assert [(layer.name, layer.cell, list(layer.params), layer.merge) for layer in layers] == [
        ("first", KERAS_RELU, ["forward"], None),
        ("second", LSTM, ["forward", "reverse"], "sum"),
        ("third", VANILLA_RNN, ["reverse"], None),
    ]
    assert_outputs(layers, "network", turned=True)  # Keras returns the outputs of go_backwards as it read


def test_what_follows_on_a_keras_layer_that_goes_backwards_reads_in_the_order_it_was_handed():
    layers = load_layers(FILES / "turning.keras")
    assert [(layer.name, list(layer.params)) for layer in layers] == [
        ("first", ["reverse"]), ("second", ["reverse", "forward"]), ("third", ["reverse"]), ("fourth", ["forward"]),
    ]
    assert_outputs(layers, "turning")  # turned twice


def test_weights_alone_tell_neither_order_nor_activations():
    path = FILES / "network.weights.h5"
    with pytest.raises(ValueError, match="not told what follows on what of 'bidir"):
        load_layers(path, cell=LSTM)
    with pytest.raises(ValueError, match="cell: expected LSTM, if lstm has its framework's usual activations, which"):
        load_layers(path, layer="lstm")
    layers = [
        *load_layers(path, layer="lstm", cell=KERAS_RELU),
        *load_layers(path, layer="bidirectional", cell=LSTM, merge="sum"),
    ]
    whole = load_layers(FILES / "network.keras")
    for one, other in zip(layers, whole, strict=False):
        for direction, params in one.params.items():
            np.testing.assert_array_equal(params.weights, other.params[direction].weights)
    np.testing.assert_array_equal(
        load_weights(path, layer="bidirectional", direction="reverse").weights, whole[1].params["reverse"].weights
    )


def test_hard_sigmoid_is_that_of_the_keras_that_wrote_the_file():
    (layer,) = load_layers(FILES / "hard.keras")
    assert layer.cell == Cell("hard_sigmoid_6", "hard_sigmoid_6", "hard_sigmoid_6")
    assert_outputs([layer], "hard")


def rewritten(name, path, change):
    """A copy of a .keras file whose configuration has been changed: {"config.json": {...}, …}."""
    with zipfile.ZipFile(FILES / name) as old, zipfile.ZipFile(path, "w") as new:
        for one in old.namelist():
            content = old.read(one)
            if one.endswith(".json"):
                content = json.dumps(change(one, json.loads(content))).encode()
            new.writestr(one, content)
    return path


def test_a_file_of_keras_2_has_the_hard_sigmoid_of_keras_2(tmp_path):
    path = rewritten("hard.keras", tmp_path / "old.keras",
                     lambda name, content: content | {"keras_version": "2.12.0"} if "metadata" in name else content)
    (layer,) = load_layers(path)
    assert layer.cell == Cell("hard_sigmoid", "hard_sigmoid", "hard_sigmoid")


def test_what_a_layer_is_told_to_be_is_not_dropped():
    for file, layer, words in (
        ("hard.keras", None, "the activations of LSTM .load_layers returns weights and cell., got .* with Cell"),
        ("network.keras", "first", "the activations of LSTM"),
        ("network.keras", "third", "expected 'reverse', got a layer that reads backwards .third. without it"),
    ):
        with pytest.raises(ValueError, match=words):
            load_weights(FILES / file, layer)
    assert load_weights(FILES / "network.keras", "third", direction="reverse").hidden == 2


def test_a_gru_is_refused_by_name():
    for load in (load_weights, load_layers):
        with pytest.raises(ValueError, match="an LSTM or a simple RNN .* got reader, a GRU"):
            load(FILES / "gru.keras")


@pytest.mark.parametrize("activation, words", [
    ("gelu", "activation: expected one of sigmoid, tanh, relu, linear, None, hard_sigmoid, got 'gelu'"),
    ({"class_name": "LeakyReLU"}, "first, a LSTM with an activation of its own making"),
])
def test_an_activation_that_cells_do_not_have_is_named(tmp_path, activation, words):
    def change(name, content):
        if name == "config.json":
            content["config"]["layers"][1]["config"]["activation"] = activation
        return content

    path = rewritten("network.keras", tmp_path / "other.keras", change)
    with pytest.raises(ValueError, match=words):
        load_layers(path)
    assert len(load_layers(path, layer="second")) == 1


def keras_2_file(path, layer, names, options, version="2.2.4"):
    """A whole model as Keras 2 wrote it: one recurrent layer."""
    config = {"class_name": "Sequential", "config": {"layers": [{"class_name": layer, "config": options}]}}
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(config).encode()
        file.attrs["keras_version"] = version.encode()
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = [options["name"].encode()]
        inner = group.create_group(options["name"])
        inner.attrs["weight_names"] = [name.encode() for name in names]
        for name, array in names.items():
            inner[name] = array


def test_keras_2_wrote_hard_gates_and_cudnn_layers(tmp_path):
    arrays = to_framework("keras", init_params(LSTM, 3, 5, 0))
    named = {f"lstm_1/{name}:0": array for name, array in arrays.items()}
    options = {"name": "lstm_1", "activation": "tanh", "recurrent_activation": "hard_sigmoid", "go_backwards": True}
    keras_2_file(tmp_path / "old.h5", "LSTM", named, options)
    (layer,) = load_layers(tmp_path / "old.h5")
    assert (layer.cell.forget_gate, list(layer.params)) == ("hard_sigmoid", ["reverse"])
    packed = {name: np.tile(array / 2, 2) if "bias" in name else array for name, array in named.items()}
    keras_2_file(tmp_path / "cudnn.h5", "CuDNNLSTM", packed, {"name": "lstm_1"})
    (layer,) = load_layers(tmp_path / "cudnn.h5")
    assert layer.cell == LSTM
    np.testing.assert_array_equal(layer.params["forward"]["candidate"].b, init_params(LSTM, 3, 5, 0)["candidate"].b)


def test_a_model_in_a_model(tmp_path):
    """A Sequential within another: its layers are found with their options, by the names of both."""
    outer = {"class_name": "Functional", "config": {"name": "outer", "layers": [
        {"class_name": "InputLayer", "config": {"name": "given"}},
        {"class_name": "Sequential", "config": {"name": "inner", "layers": [
            {"class_name": "LSTM", "config": {"name": "deep", "activation": "relu", "recurrent_activation": "sigmoid"}},
            {"class_name": "LSTM", "config": {"name": "deeper", "recurrent_activation": "sigmoid"}},
        ]}},
    ]}}
    memory = io.BytesIO()
    with h5py.File(memory, "w") as file:
        for group in ("lstm", "lstm_1"):
            for number, array in enumerate(to_framework("keras", init_params(LSTM, 5, 5, 0)).values()):
                file[f"layers/sequential/layers/{group}/cell/vars/{number}"] = array
    with zipfile.ZipFile(tmp_path / "nested.keras", "w") as archive:
        archive.writestr("config.json", json.dumps(outer))
        archive.writestr("metadata.json", json.dumps({"keras_version": "3.5.0"}))
        archive.writestr("model.weights.h5", memory.getvalue())
    layers = load_layers(tmp_path / "nested.keras")
    assert [(layer.name, layer.cell) for layer in layers] == [("deep", KERAS_RELU), ("deeper", LSTM)]


# --- ONNX -------------------------------------------------------------------------------------------------------------


def onnx_file(path, operator="LSTM", computed=False, **attributes):
    arrays = to_framework("onnx", init_params(LSTM if operator == "LSTM" else VANILLA_RNN, 2, 3, 0))
    if attributes.get("direction") == "bidirectional":
        arrays = {name: np.concatenate([array, array]) for name, array in arrays.items()}
    nodes, stored = [], dict(arrays)
    if computed:  # as exporters do that leave the folding of constants to others
        stored |= {"flat": stored.pop("W")[0], "axes": np.array([0])}
        nodes.append(onnx.helper.make_node("Unsqueeze", ["flat", "axes"], ["W"]))
    nodes.append(onnx.helper.make_node(operator, ["X", "W", "R", "B"], ["Y"], "reader", hidden_size=3, **attributes))
    kind = onnx.TensorProto.DOUBLE
    graph = onnx.helper.make_graph(
        nodes, "network", [onnx.helper.make_tensor_value_info("X", kind, ["T", "batch", 2])],
        [onnx.helper.make_tensor_value_info("Y", kind, None)],
        [onnx.numpy_helper.from_array(array, name) for name, array in stored.items()],
    )
    onnx.save(onnx.helper.make_model(graph), path)
    return path


@pytest.mark.parametrize("computed", [False, True])
def test_an_onnx_file_tells_activations_and_direction(tmp_path, computed):
    path = onnx_file(tmp_path / "one.onnx", computed=computed, direction="reverse",
                     activations=["HardSigmoid", "Relu", "Tanh"], activation_alpha=[0.2], activation_beta=[0.5])
    (layer,) = load_layers(path)
    assert layer.cell == Cell("hard_sigmoid", "hard_sigmoid", "hard_sigmoid", "relu", "tanh")
    assert list(layer.params) == ["reverse"] and layer.name == "reader"
    np.testing.assert_array_equal(layer.params["reverse"].weights, init_params(LSTM, 2, 3, 0).weights)


@pytest.mark.parametrize("attributes, words", [
    ({"clip": 1.0}, "reader, an LSTM with the attribute clip"),
    ({"input_forget": 1}, "reader, an LSTM with the attribute input_forget"),
    ({"activations": ["Sigmoid", "Softsign", "Tanh"]}, "some of Sigmoid, Tanh, Relu, HardSigmoid, got 'Softsign'"),
    ({"activations": ["HardSigmoid", "Tanh", "Tanh"], "activation_alpha": [0.3]}, "got 0.3 z \\+ 0.5"),
    ({"direction": "bidirectional", "activations": ["Sigmoid", "Tanh", "Tanh", "Sigmoid", "Relu", "Tanh"]},
     "reader, an LSTM with other activations in its other direction"),
])
def test_what_an_onnx_node_does_beside_an_lstm_is_named(tmp_path, attributes, words):
    with pytest.raises(ValueError, match=words):
        load_layers(onnx_file(tmp_path / "odd.onnx", **attributes))


def test_onnx_weights_that_depend_on_an_input_are_refused(tmp_path):
    path = onnx_file(tmp_path / "given.onnx")
    model = onnx.load(path)
    kept = [one for one in model.graph.initializer if one.name != "R"]
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    model.graph.input.append(onnx.helper.make_tensor_value_info("R", onnx.TensorProto.DOUBLE, [1, 12, 3]))
    onnx.save(model, path)
    with pytest.raises(ValueError, match="recurrent weights stored in the file, got R, computed from the input R"):
        load_layers(path)


def test_onnx_weights_may_be_computed_by_a_node_that_leaves_an_input_out(tmp_path):
    path = onnx_file(tmp_path / "clipped.onnx", computed=True)
    model = onnx.load(path)
    model.graph.initializer.append(onnx.numpy_helper.from_array(np.array(0.1), "most"))
    model.graph.node[0].output[0] = "unclipped"
    model.graph.node.insert(1, onnx.helper.make_node("Clip", ["unclipped", "", "most"], ["W"]))
    onnx.save(model, path)
    (layer,) = load_layers(path)
    W_x, whole = (params["candidate"].W_x for params in (layer.params["forward"], init_params(LSTM, 2, 3, 0)))
    np.testing.assert_array_equal(W_x, np.minimum(whole, 0.1))


def test_onnx_weights_made_by_an_unknown_operator_are_refused(tmp_path):
    model = onnx.load(onnx_file(tmp_path / "made.onnx", computed=True))
    model.graph.node[0].op_type = "Unpack"
    onnx.save(model, tmp_path / "made.onnx")
    with pytest.raises(ValueError, match="recurrent weights stored in the file, got W, computed in a way that onnx.r"):
        load_layers(tmp_path / "made.onnx")


def test_a_relu_rnn_of_onnx(tmp_path):
    (layer,) = load_layers(onnx_file(tmp_path / "rnn.onnx", "RNN", activations=["Relu"]))
    assert layer.cell == framework_cell("pytorch", "rnn", nonlinearity="relu")


def with_states(path, h, c, nodes=(), inputs=(), units=None):
    """The file at `path`, whose node now starts from h and c: an array that is stored, or a name."""
    model = onnx.load(path)
    reader = model.graph.node[-1]
    reader.input.extend(["", *(one if isinstance(one, str) else f"start_{k}" for k, one in enumerate((h, c)))])
    model.graph.initializer.extend(
        onnx.numpy_helper.from_array(one, f"start_{k}") for k, one in enumerate((h, c)) if not isinstance(one, str)
    )
    kept = list(model.graph.node)
    del model.graph.node[:]
    model.graph.node.extend([*nodes, *kept])
    kind = onnx.TensorProto.DOUBLE
    model.graph.input.extend(onnx.helper.make_tensor_value_info(name, kind, [1, 2, 3]) for name in inputs)
    if units:
        model.graph.value_info.append(onnx.helper.make_tensor_value_info(c, kind, [1, "batch", units]))
    onnx.save(model, path)
    return path


def constant(name, array):
    return onnx.helper.make_node("Constant", [], [name], value=onnx.numpy_helper.from_array(np.asarray(array), name))


def expanded(value):
    """Nodes that make the states of a batch as exporters do: one number, spread over a shape known at run time."""
    return [
        constant("number", [[[value]]]), constant("one", [1]), constant("three", [3]),
        onnx.helper.make_node("Shape", ["X"], ["shape"]),
        onnx.helper.make_node("Gather", ["shape", "one"], ["batch"]),
        onnx.helper.make_node("Concat", ["one", "batch", "three"], ["states"], axis=0),
        onnx.helper.make_node("Expand", ["number", "states"], ["spread"]),
    ]


ZEROS = np.zeros((1, 2, 3))


# A node whose own setting is no state.
LEAKY = onnx.helper.make_node("LeakyRelu", ["spread"], ["leaky"], alpha=0.3)


@pytest.mark.parametrize("start", [
    {"h": ZEROS, "c": ZEROS}, {"h": "spread", "c": "spread", "nodes": expanded(0.0)},
    {"h": "h0", "c": "c0", "inputs": ("h0", "c0")}, {"h": "leaky", "c": "leaky", "nodes": [*expanded(0.0), LEAKY]},
])
def test_an_onnx_node_that_starts_from_0_or_from_what_it_is_given_runs(tmp_path, start):
    layers = load_layers(with_states(onnx_file(tmp_path / "zero.onnx"), **start))
    assert unroll_layers(layers, np.ones((4, 2, 2))).h.shape == (4, 2, 3)


@pytest.mark.parametrize("start", [
    {"h": ZEROS, "c": ZEROS + 0.5}, {"h": "spread", "c": "spread", "nodes": expanded(0.5)},
    {"h": "last", "c": ZEROS, "nodes": [onnx.helper.make_node("GRU", ["X", "W", "R"], ["", "last"], "before")]},
])
def test_an_onnx_node_with_states_of_its_own_does_not_run_from_0(tmp_path, start):
    layer = load_layers(with_states(onnx_file(tmp_path / "own.onnx"), **start), layer="reader")[0]
    with pytest.raises(ValueError, match=r'states: expected \{"reader": \(h, c\)\}, since the file starts reader'):
        unroll_layers([layer], np.ones((4, 2, 2)))
    assert unroll_layers([layer], np.ones((4, 2, 2)), {"reader": (ZEROS[0], ZEROS[0] + 0.5)}).h.shape == (4, 2, 3)


@pytest.mark.parametrize("start", [
    {"h": ZEROS, "c": np.zeros((1, 2, 5))}, {"h": "spread", "c": "spread", "nodes": expanded(0.0), "units": 5},
])
def test_an_onnx_node_that_lost_its_projection_is_refused(tmp_path, start):
    path = with_states(onnx_file(tmp_path / "projected.onnx"), **start)
    with pytest.raises(ValueError, match=r"reader, an LSTM with 5 units in initial_\w for 3 \(torch.onnx.export loses"):
        load_layers(path)


def test_an_onnx_node_whose_weights_and_hidden_size_differ_is_refused(tmp_path):
    path = onnx_file(tmp_path / "odd.onnx")
    model = onnx.load(path)
    next(one for one in model.graph.node[-1].attribute if one.name == "hidden_size").i = 4
    onnx.save(model, path)
    with pytest.raises(ValueError, match="reader, an LSTM with 3 units in R for 4"):
        load_layers(path)


def test_an_onnx_file_without_a_recurrent_node_says_what_an_exporter_keeps(tmp_path):
    kind = onnx.TensorProto.FLOAT
    nodes = [onnx.helper.make_node("Tanh", ["X"], ["Y"])]
    graph = onnx.helper.make_graph(nodes, "cell", [onnx.helper.make_tensor_value_info("X", kind, [1])],
                                   [onnx.helper.make_tensor_value_info("Y", kind, [1])])
    onnx.save(onnx.helper.make_model(graph), tmp_path / "cell.onnx")
    with pytest.raises(ValueError, match=r"expected a node LSTM or RNN, got none \(Tanh\): torch.onnx.exp"):
        load_layers(tmp_path / "cell.onnx")


# --- PyTorch ----------------------------------------------------------------------------------------------------------


class FakeTensor:
    def __init__(self, array):
        self.array = array

    def detach(self):
        return self

    def cpu(self):
        return self.array


def test_torch_is_asked_for_weights_only(monkeypatch, tmp_path):
    """Never without: a pickle from a stranger may run any code. Nested mappings are checkpoints."""
    asked = {}
    arrays = to_framework("pytorch", init_params(LSTM, 2, 3, 0))

    def load(path, **options):
        asked.update(options, path=path)
        return {"epoch": 3, "model": {f"lstm.{name}": FakeTensor(array) for name, array in arrays.items()}}

    monkeypatch.setitem(sys.modules, "torch", types.SimpleNamespace(load=load))
    path = tmp_path / "checkpoint.pt"
    path.write_bytes(b"")
    (layer,) = load_layers(path)
    assert layer.name == "model.lstm"
    np.testing.assert_array_equal(layer.params["forward"].weights, init_params(LSTM, 2, 3, 0).weights)
    assert asked == {"path": str(path), "map_location": "cpu", "weights_only": True}


@pytest.mark.parametrize("file, atol", [("tagger.pt", 5e-7), ("checkpoint.pt", 5e-7), ("tagger_bf16.pt", 5e-3)])
def test_files_that_torch_wrote(file, atol):
    pytest.importorskip("torch")  # an extra of its own, larger than everything else together
    assert_outputs(load_layers(FILES / file), "tagger", atol)


def test_a_pickled_model_is_refused():
    pytest.importorskip("torch")
    with pytest.raises(ValueError, match="a file of weights alone, as torch.save.model.state_dict.* with objects of .*"
                                         "Tagger in it, which only running its code could read"):
        load_layers(FILES / "pickled.pt")


def test_what_a_pt_file_holds_beside_weights_is_named(monkeypatch, tmp_path):
    """In torch's own words, which this reads; a TorchScript archive is known by a file inside it."""
    def load(path, **options):
        raise RuntimeError("Weights only load failed. … WeightsUnpickler error: Unsupported global: GLOBAL "
                           "argparse.Namespace was not an allowed global by default. Please use …")

    monkeypatch.setitem(sys.modules, "torch", types.SimpleNamespace(load=load))
    (tmp_path / "lightning.ckpt").write_bytes(b"anything")
    with pytest.raises(ValueError, match=r"got '.*lightning.ckpt' with objects of argparse.Namespace in it, whi"):
        load_weights(tmp_path / "lightning.ckpt")
    with zipfile.ZipFile(tmp_path / "script.pt", "w") as archive:
        archive.writestr("script/constants.pkl", b"")
    with pytest.raises(ValueError, match="a TorchScript archive: save the state_dict.. of torch.jit.load.path.$"):
        load_weights(tmp_path / "script.pt")


@pytest.mark.parametrize("name, instead", [
    ("mine.onnx.data", "this one is part of the .onnx file beside it"), ("mine.pt2", r"torch.save\(model.state_dict"),
    ("model.ckpt.index", r"model.save\('….keras'\) makes one"), ("saved_model.pb", "of a TensorFlow model"),
    ("mine.pkl", "a pickle may run code: np.savez"),
])
def test_files_in_the_place_of_the_one_to_read_are_named(tmp_path, name, instead):
    (tmp_path / name).write_bytes(b"anything")
    with pytest.raises(ValueError, match=f"source: expected a file that ends in .npz, .* or .bin .*{instead}.*, got"):
        load_weights(tmp_path / name)


@pytest.mark.parametrize("kind", ["I8", "F8_E4M3", "I32"])
def test_quantized_arrays_of_safetensors_are_refused(tmp_path, kind):
    size, arrays = {"I32": 4}.get(kind, 1), {"weight_ih_l0": (20, 3), "weight_hh_l0": (20, 5)}
    header, end = {}, 0
    for name, shape in arrays.items():
        start, end = end, end + size * shape[0] * shape[1]
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [start, end]}
    text = json.dumps(header).encode()
    (tmp_path / "mine.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + bytes(end))
    with pytest.raises(ValueError, match="weight_hh_l0: expected floating-point weights, got u?int.*quantization"):
        load_weights(tmp_path / "mine.safetensors")


# --- what goes wrong --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix, library, extra", [
    (".safetensors", "safetensors", "files"), (".h5", "h5py", "files"), (".keras", "h5py", "files"),
    (".onnx", "onnx", "files"), (".pt", "torch", "torch"), (".pth", "torch", "torch"),
])
def test_without_the_library_one_sentence_says_which(monkeypatch, tmp_path, suffix, library, extra):
    real = builtins.__import__

    def missing(name, *rest, **options):
        if name.split(".")[0] == library:
            raise ImportError(name)
        return real(name, *rest, **options)

    monkeypatch.delitem(sys.modules, library, raising=False)
    monkeypatch.setattr(builtins, "__import__", missing)
    monkeypatch.setattr("importlib.import_module", missing)
    path = tmp_path / f"mine{suffix}"
    path.write_bytes(b"")
    with pytest.raises(ValueError, match=rf"source: expected the package {library} to read .*lstm-teach\[{extra}\]"):
        load_weights(path)


@pytest.mark.parametrize("suffix", [".safetensors", ".h5", ".hdf5", ".weights.h5", ".keras", ".onnx", ".npz", ".bytes"])
@pytest.mark.parametrize("content", [b"", b"weights", b"PK\x03\x04", b"\x89HDF\r\n\x1a\n", bytes(64)])
def test_a_damaged_file_gets_one_sentence(tmp_path, suffix, content):
    path = tmp_path / f"mine{suffix}"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"^source: expected [^\n]*$"):
        load_weights(path)


@pytest.mark.parametrize("file", ["network.keras", "network.h5", "tagger.safetensors", "tagger.onnx"])
def test_a_cut_file_gets_one_sentence(tmp_path, file):
    whole = (FILES / file).read_bytes()
    for share in (0.1, 0.5, 0.9):
        (tmp_path / file).write_bytes(whole[: int(share * len(whole))])
        with pytest.raises(ValueError, match=r"^source: expected [^\n]*$"):
            load_layers(tmp_path / file)


def test_a_file_that_is_not_there(tmp_path):
    for suffix in (".npz", ".keras", ".pt", ""):
        with pytest.raises(ValueError, match="source: expected a file of weights, got '.*', which does not exist"):
            load_weights(tmp_path / f"nowhere{suffix}")


def test_a_file_of_another_kind_is_told_which_kinds_there_are(tmp_path):
    (tmp_path / "weights.txt").write_text("0.5", encoding="utf-8")
    kinds = r"\.npz, \.safetensors, \.h5, \.hdf5, \.keras, \.onnx, \.pt, \.pth, \.ckpt or \.bin"
    with pytest.raises(ValueError, match=rf"^source: expected a file that ends in {kinds}, got '.*weights.txt'$"):
        load_weights(tmp_path / "weights.txt")


def test_a_file_without_a_recurrent_layer_lists_what_it_holds(tmp_path):
    arrays = {"head.weight": np.ones((2, 3)), "head.bias": np.ones(2)}
    safetensors.numpy.save_file(arrays, tmp_path / "head.safetensors")
    with pytest.raises(ValueError, match=r"got head.bias \(2,\), head.weight \(2, 3\)$"):
        load_weights(tmp_path / "head.safetensors")


def test_safetensors_have_no_order_but_that_of_numbers(tmp_path):
    arrays = to_framework("keras", init_params(LSTM, 5, 5, 0))
    for names, told in ((("lstm", "lstm_1", "lstm_2", "lstm_10"), True), (("reader", "writer"), False)):
        named = {f"{layer}/lstm_cell/{name}": array.copy() for layer in names for name, array in arrays.items()}
        safetensors.numpy.save_file(named, tmp_path / "layers.safetensors")
        if told:
            assert [layer.name for layer in load_layers(tmp_path / "layers.safetensors", cell=LSTM)] == list(names)
        else:
            with pytest.raises(ValueError, match="it is not told what follows on what of 'reader' .*, 'writer'"):
                load_layers(tmp_path / "layers.safetensors", cell=LSTM)


def test_a_suffix_in_capitals(tmp_path):
    shutil.copy(FILES / "tagger.safetensors", tmp_path / "TAGGER.SAFETENSORS")
    assert_outputs(load_layers(tmp_path / "TAGGER.SAFETENSORS"), "tagger")
