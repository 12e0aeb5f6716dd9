"""What stands between two recurrent layers: a layer that does not read the one before it is never run as if it did."""

import json
import pathlib
from dataclasses import replace

import h5py
import numpy as np
import onnx
import pytest

from lstm_teach import LSTM, VANILLA_RNN, init_params, load_layers, load_weights, to_framework, unroll, unroll_layers
from lstm_teach.weights.keras_models import class_names, own_names, told_by_model

GOLDEN = pathlib.Path(__file__).parent / "golden"
FILES = GOLDEN / "files"
MODELS = json.loads((GOLDEN / "models.json").read_text(encoding="utf-8"))
with np.load(FILES / "outputs.npz") as content:
    OUTPUTS = dict(content)

# --- Keras ------------------------------------------------------------------------------------------------------------

# What each recurrent layer but the first reads, in models as Keras 3 describes them.
READS = {
    "idle": {"b": "a"}, "dense": {"b": "the outputs of dense (Dense)"},
    "time distributed": {"b": "the outputs of time_distributed_1 (TimeDistributed of Dense)"},
    "batch norm": {"b": "the outputs of batch_normalization (BatchNormalization)"},
    "convolution": {"b": "the outputs of conv1d (Conv1D)"},
    "activation": {"b": "the outputs of activation_1 (Activation)"},
    "rescaling": {"b": "the outputs of rescaling (Rescaling)"},
    "pooling": {"b": "the outputs of max_pooling1d (MaxPooling1D)"},
    "masking": {"b": "the outputs of masking_1 (Masking)"},
    "repeated": {"b": "the outputs of repeat_vector (RepeatVector)"},
    "nested": {"b": "a", "c": "b"}, "functional": {"b": "a"}, "side by side": {"b": "an input of the network"},
    "residual": {"b": "the outputs of add_1 (Add)"}, "called twice": {"b": "the outputs of one of 2 calls of a"},
    "masked": {"b": "a"},
    "flipped": {"b": "the outputs of flip (Flip)"}, "states": {"b": "an input of the network"},
    "second of two outputs": {"b": "an input of the network", "c": "b"}, "two kinds": {},
}


@pytest.mark.parametrize("naming", [class_names, own_names])
@pytest.mark.parametrize("case", MODELS)
def test_what_a_keras_model_says_of_its_layers(case, naming):
    told = {one.name: one for one in told_by_model(MODELS[case], naming, "3.0.0", {})}
    assert {name: one.reads for name, one in told.items() if name != "a"} == READS[case]
    assert [name for name, one in told.items() if one.starts] == (["b"] if case == "states" else [])
    assert (told["a"].reads is None) == (case == "two kinds")
    if case == "called twice":
        assert told["a"].reads == "other inputs in each of its 2 calls"
    if case == "two kinds":
        assert told["a"].refused == "a Bidirectional whose two layers have other options"


USUAL = {"activation": "tanh", "recurrent_activation": "sigmoid"}


def layer(kind, name, *calls, **options):
    """A layer as Keras 2 described it in a functional model; each call a list of (layer, number of its output)."""
    nodes = [[[one, 0, output, {}] for one, output in call] for call in calls]
    return {"class_name": kind, "name": name, "config": {"name": name, **options}, "inbound_nodes": nodes}


def functional(*layers):
    ends = {"input_layers": [["given", 0, 0]], "output_layers": [[layers[-1]["name"], 0, 0]]}
    return {"class_name": "Model", "config": {"layers": [layer("InputLayer", "given"), *layers], **ends}}


def sequential(*layers):
    return {"class_name": "Sequential", "config": {"layers": [
        {"class_name": kind, "config": {"name": name, **options}} for kind, name, options in layers]}}


def keras_file(path, model, arrays):
    """A whole model's file as Keras up to 2 wrote it; `arrays` by the names of layer and array."""
    with h5py.File(path, "w") as file:
        layers = list(dict.fromkeys(name.split("/")[0] for name in arrays))
        file.attrs["model_config"], file.attrs["layer_names"] = json.dumps(model), layers
        for one in layers:
            names = [name.removeprefix(f"{one}/") for name in arrays if name.startswith(f"{one}/")]
            for name in names:
                file[f"{one}/{name}"] = arrays[f"{one}/{name}"]
            file[one].attrs["weight_names"] = names
    return path


def lstm(*names, inputs=3, seed=0):
    arrays = to_framework("keras", init_params(LSTM, inputs, 4, seed)).items()
    return {f"{one}/lstm_cell/{name}": array for one in names for name, array in arrays}


@pytest.mark.parametrize("between, reads", [("Dropout", "a"), ("Dense", "the outputs of between (Dense)")])
def test_a_functional_model_of_keras_2(between, reads):
    above = layer("LSTM", "a", [("given", 0)]), layer(between, "between", [("a", 0)])
    first, second = told_by_model(functional(*above, layer("LSTM", "b", [("between", 0)])), own_names, "2.4.0", {})
    assert (first.reads, second.reads, second.starts) == ("an input of the network", reads, False)
    with_states = layer("LSTM", "b", [("between", 0), ("a", 1), ("a", 2)])
    *_first, second = told_by_model(functional(*above, with_states), own_names, "2.4.0", {})
    assert second.reads == reads and second.starts


def test_a_dropout_that_is_called_twice_may_hand_on_either():
    model = functional(layer("LSTM", "a", [("given", 0)]), layer("Dropout", "shared", [("given", 0)], [("a", 0)]),
                       layer("LSTM", "b", [("shared", 0)]))
    assert told_by_model(model, own_names, "2.4.0", {})[1].reads == "the outputs of shared (Dropout)"


def test_a_layer_beside_one_that_goes_backwards_is_not_turned(tmp_path):
    model = functional(layer("LSTM", "a", [("given", 0)], go_backwards=True, **USUAL),
                       layer("LSTM", "b", [("given", 0)], **USUAL), layer("Concatenate", "end", [("a", 0), ("b", 0)]))
    first, second = load_layers(keras_file(tmp_path / "beside.h5", model, lstm("a", "b")))
    assert (list(first.params), list(second.params)) == (["reverse"], ["forward"])


def test_a_users_own_class_is_not_keras_s():
    options = {"name": "mine", "activation": "tanh"}
    for own in ({"registered_name": "mine>LSTM"}, {"module": "mine.layers", "registered_name": "LSTM"}):
        model = {"class_name": "Sequential", "config": [{"class_name": "LSTM", "config": options, **own}]}
        (told,) = told_by_model(model, own_names, "3.0.0", {})
        assert told.refused in ("a mine>LSTM", "a mine.layers.LSTM")
    for own in ({}, {"module": "keras.layers", "registered_name": None}, {"module": "tf_keras.layers"}):
        model = {"class_name": "Sequential", "config": [{"class_name": "LSTM", "config": options, **own}]}
        assert told_by_model(model, own_names, "3.0.0", {})[0].refused is None


@pytest.mark.parametrize("suffix", ["keras", "h5"])
def test_keras_layers_with_a_normalisation_between_come_but_do_not_run_as_a_stack(suffix):
    layers = load_layers(FILES / f"between.{suffix}")
    x, h = (OUTPUTS[f"between/{name}"] for name in "xh")
    with pytest.raises(ValueError) as error:
        unroll_layers(layers, x)
    assert str(error.value) == (
        "layers: expected third to read the outputs of second, got one that reads the outputs of norm "
        "(LayerNormalization): run each layer alone, unroll_layers([layer], h), on what it reads"
    )
    below = unroll_layers(layers[:2], x).h  # dropout is between these, and idle
    spread = np.sqrt(below.var(axis=-1, keepdims=True) + 1e-3)
    below = (below - below.mean(axis=-1, keepdims=True)) / spread * OUTPUTS["between/gamma"] + OUTPUTS["between/beta"]
    np.testing.assert_allclose(unroll_layers(layers[2:], below).h, h, rtol=0, atol=1e-6)
    np.testing.assert_allclose(unroll_layers(load_layers(FILES / f"between.{suffix}", "third"), below).h, h, atol=1e-6)


@pytest.mark.parametrize("suffix", ["keras", "h5"])
def test_a_step_that_the_network_masks_is_refused(suffix):
    layers, x = load_layers(FILES / f"between.{suffix}")[:2], OUTPUTS["between/x"].copy()
    x[5:, 1] = -1
    with pytest.raises(ValueError, match="x: expected no step of the kind that first passes over, .* got one at step "
                                         "5: cut each sequence to its length and run it alone"):
        unroll_layers(layers, x)
    x[5:, 1, 0] = 0  # one feature of three is enough for a step to count
    assert unroll_layers(layers, x).h.shape == (len(x), 2, 4)


def test_an_embedding_masks_what_it_makes_of_0(tmp_path):
    table = np.random.default_rng(0).standard_normal((5, 3))
    model = sequential(("Embedding", "words", {"mask_zero": True}), ("LSTM", "reader", USUAL))
    layers = load_layers(keras_file(tmp_path / "words.h5", model, {"words/embeddings": table} | lstm("reader")))
    assert unroll_layers(layers, table[[1, 2, 3]][:, None]).h.shape == (3, 1, 4)
    with pytest.raises(ValueError, match="got one at step 2"):
        unroll_layers(layers, table[[1, 2, 0]][:, None])


def test_arrays_in_the_networks_order_show_a_layer_with_weights_of_its_own():
    arrays = to_framework("keras", init_params(LSTM, 4, 4, 0))
    lstm = {part: {f"{part}/lstm_cell/{name}": array for name, array in arrays.items()} for part in ("lstm", "lstm_1")}
    dense = {"net/dense/kernel": np.ones((4, 4)), "net/dense/bias": np.ones(4)}
    seed = {"dropout/seed_generator/seed_generator_state": np.ones(2)}
    x = np.ones((5, 1, 4))
    for source in (lstm["lstm"] | lstm["lstm_1"] | dense, lstm["lstm"] | seed | lstm["lstm_1"]):
        assert unroll_layers(load_layers(source, cell=LSTM), x).h.shape == (5, 1, 4)
    layers = load_layers(lstm["lstm"] | dense | lstm["lstm_1"], cell=LSTM)
    with pytest.raises(ValueError, match="got one that reads the outputs of net/dense, which lies between them: run"):
        unroll_layers(layers, x)


def test_what_is_picked_alone_reads_what_it_is_handed():
    """A Keras layer after one with go_backwards reads turned outputs; alone it reads forwards."""
    (alone,) = load_layers(FILES / "turning.keras", "third")
    assert list(alone.params) == ["forward"] and alone.reads == "second"
    first, second = load_layers(FILES / "turning.keras")[:2]
    assert (list(first.params), first.reads) == (["reverse"], "an input of the network")
    with pytest.raises(ValueError, match="layers: expected third to read the outputs of first, got one that reads sec"):
        unroll_layers([first, alone], np.ones((4, 1, 3)))


# --- ONNX -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("exporter", ["script", "dynamo"])
def test_exporters_of_pytorch_hand_on_what_dropout_leaves_and_name_a_normalisation(exporter):
    """Batch first and of any length, thus turned and reshaped in between."""
    layers = load_layers(FILES / f"dropped_{exporter}.onnx")
    h = unroll_layers(layers, OUTPUTS["dropped/x"]).h
    np.testing.assert_allclose(h, OUTPUTS["dropped/h"], rtol=0, atol=5e-7)
    layers = load_layers(FILES / f"normalised_{exporter}.onnx")
    with pytest.raises(ValueError, match="one that reads what LayerNormalization makes of .*: run each layer alone"):
        unroll_layers(layers, OUTPUTS["normalised/x"])
    assert unroll_layers(layers[:1], OUTPUTS["normalised/x"]).h.shape == OUTPUTS["normalised/h"].shape


def node(operator, inputs, outputs, **attributes):
    return onnx.helper.make_node(operator, inputs, outputs, **attributes)


def two_lstms(path, between, opset=17, directions=1, first=None, second=None, stored=None, operator="LSTM"):
    """A file of two nodes, a and b, on X (T, batch, 3); `between` makes "mid" of "Y", or of X."""
    arrays, kind = dict(stored or {}), onnx.TensorProto.DOUBLE
    cell = LSTM if operator == "LSTM" else VANILLA_RNN
    for name, inputs in (("a", 3), ("b", 3 if directions == 1 else 6)):
        one = to_framework("onnx", init_params(cell, inputs, 3, 0))
        arrays |= {f"{letter}{name}": np.concatenate(directions * [array]) for letter, array in one.items()}
    both = {"direction": "bidirectional"} if directions == 2 else {}
    nodes = [
        node(operator, ["X", "Wa", "Ra", "Ba"], ["Y", "last"], name="a", hidden_size=3, **both, **(first or {})),
        *between,
        node(operator, ["mid", "Wb", "Rb", "Bb"], ["Z"], name="b", hidden_size=3, **both, **(second or {})),
    ]
    graph = onnx.helper.make_graph(
        nodes, "network", [onnx.helper.make_tensor_value_info("X", kind, ["T", "batch", 3])],
        [onnx.helper.make_tensor_value_info("Z", kind, None)],
        [onnx.numpy_helper.from_array(np.asarray(array), name) for name, array in arrays.items()],
    )
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", opset)], ir_version=8)
    onnx.save(model, path)
    return load_layers(path)


AXIS = {"one": np.array([1]), "two": np.array(2.0)}
SQUEEZED = node("Squeeze", ["Y", "one"], ["squeezed"])
UNCHANGED = {
    "squeezed": {"between": [node("Squeeze", ["Y", "one"], ["mid"])], "stored": AXIS},
    "turned and turned back, in an old opset": {"opset": 9, "between": [
        node("Squeeze", ["Y"], ["squeezed"], axes=[1]), node("Transpose", ["squeezed"], ["turned"], perm=[1, 0, 2]),
        node("Dropout", ["turned"], ["same"]), node("Slice", ["same"], ["all"], starts=[0], ends=[99], axes=[0]),
        node("Transpose", ["all"], ["mid"], perm=[1, 0, 2]),
    ]},
    "reshaped by the shape of the input": {"between": [
        node("Shape", ["X"], ["shape"]), node("Reshape", ["Y", "shape"], ["mid"]),
    ]},
    "two directions side by side": {"directions": 2, "stored": {"sizes": np.array([0, 0, -1])}, "between": [
        node("Transpose", ["Y"], ["turned"], perm=[0, 2, 1, 3]), node("Reshape", ["turned", "sizes"], ["mid"]),
    ]},
    "batch first in one of them": {"second": {"layout": 1}, "stored": AXIS, "between": [
        SQUEEZED, node("Transpose", ["squeezed"], ["mid"], perm=[1, 0, 2]),
    ]},
    "simple RNNs": {"operator": "RNN", "between": [node("Squeeze", ["Y", "one"], ["mid"])], "stored": AXIS},
}
CHANGED = {
    "what Squeeze, Mul makes of a": [SQUEEZED, node("Mul", ["squeezed", "two"], ["mid"])],
    "what Tanh makes of a": [SQUEEZED, node("Tanh", ["squeezed"], ["mid"])],
    "what Squeeze, Transpose makes of a": [SQUEEZED, node("Transpose", ["squeezed"], ["mid"], perm=[1, 0, 2])],
    "what Squeeze, Add makes of a": [SQUEEZED, node("Add", ["squeezed", "X"], ["mid"])],
    "what MatMul makes of a": [SQUEEZED, node("MatMul", ["squeezed", "square"], ["mid"])],
    "what Expand makes of a": [node("Shape", ["X"], ["shape"]), node("Expand", ["last", "shape"], ["mid"])],
    "an input of the network": [node("Identity", ["X"], ["mid"])],
}


@pytest.mark.parametrize("case", UNCHANGED)
def test_onnx_nodes_that_hand_on_what_the_one_before_wrote(tmp_path, case):
    layers = two_lstms(tmp_path / "two.onnx", **UNCHANGED[case])
    assert [layer.reads for layer in layers] == ["an input of the network", "a"]
    x = np.random.default_rng(0).standard_normal((4, 2, 3))
    h = unroll_layers(layers, x).h
    if case == "squeezed":
        alone = unroll(LSTM, layers[1].params["forward"], unroll(LSTM, layers[0].params["forward"], x).h).h
        np.testing.assert_array_equal(h, alone)


@pytest.mark.parametrize("reads", CHANGED)
def test_onnx_nodes_that_change_it_are_named(tmp_path, reads):
    layers = two_lstms(tmp_path / "two.onnx", CHANGED[reads], stored=AXIS | {"square": np.eye(3)})
    assert layers[1].reads == reads
    with pytest.raises(ValueError, match=f"expected b to read the outputs of a, got one that reads {reads}: run each"):
        unroll_layers(layers, np.ones((4, 2, 3)))
    assert unroll_layers(layers[1:], np.ones((4, 2, 3))).h.shape == (4, 2, 3)


def test_an_onnx_node_named_like_a_folder_of_another(tmp_path):
    two_lstms(tmp_path / "two.onnx", UNCHANGED["squeezed"]["between"], stored=AXIS)
    model = onnx.load(tmp_path / "two.onnx")
    model.graph.node[0].name, model.graph.node[-1].name = "net", "net/reader"
    model.graph.node[-1].attribute.append(onnx.helper.make_attribute("activations", ["Sigmoid", "Relu", "Tanh"]))
    onnx.save(model, tmp_path / "named.onnx")
    first, second = load_layers(tmp_path / "named.onnx")
    assert (first.name, first.cell, second.name, second.cell.candidate) == ("net", LSTM, "net/reader", "relu")


def test_two_onnx_nodes_of_one_name_keep_their_own_arrays(tmp_path):
    layers = two_lstms(tmp_path / "two.onnx", UNCHANGED["squeezed"]["between"], stored=AXIS)
    model = onnx.load(tmp_path / "two.onnx")
    for one in model.graph.node:
        one.name = "same"
    next(one for one in model.graph.initializer if one.name == "Bb").CopyFrom(
        onnx.numpy_helper.from_array(np.full((1, 24), 0.25), "Bb"))
    onnx.save(model, tmp_path / "same.onnx")
    first, second = load_layers(tmp_path / "same.onnx")
    assert (first.name, second.name, second.reads) == ("same", "Z", "same")
    np.testing.assert_array_equal(first.params["forward"].weights, layers[0].params["forward"].weights)
    assert (second.params["forward"]["candidate"].b == 0.5).all()


def test_lengths_stored_in_an_onnx_node_are_refused(tmp_path):
    for lengths, good in (([4, 4], True), ([4, 2], False)):
        layers = two_lstms(tmp_path / "two.onnx", UNCHANGED["squeezed"]["between"], stored=AXIS)
        model = onnx.load(tmp_path / "two.onnx")
        model.graph.node[0].input.append("lengths")
        model.graph.initializer.append(onnx.numpy_helper.from_array(np.array(lengths, np.int32), "lengths"))
        onnx.save(model, tmp_path / "lengths.onnx")
        if good:
            assert len(load_layers(tmp_path / "lengths.onnx")) == len(layers)
        else:
            with pytest.raises(ValueError, match="got a, an LSTM with a length for each sequence .sequence_lens."):
                load_layers(tmp_path / "lengths.onnx")


def test_the_backward_layer_of_a_bidirectional_one_may_have_a_name_of_its_own(tmp_path):
    """As with `backward_layer=LSTM(…, name="own")`: where the file tells that the two belong together."""
    model = sequential(("Bidirectional", "both", {
        "merge_mode": "sum", "layer": {"class_name": "LSTM", "config": {"name": "lstm", **USUAL}},
        "backward_layer": {"class_name": "LSTM", "config": {"name": "own", "go_backwards": True, **USUAL}},
    }))
    arrays = lstm("both/forward_lstm") | lstm("both/own", seed=1)
    (both,) = load_layers(keras_file(tmp_path / "both.h5", model, arrays))
    assert (both.name, both.merge) == ("both", "sum")
    for seed, direction in enumerate(("forward", "reverse")):
        np.testing.assert_array_equal(both.params[direction].weights, init_params(LSTM, 3, 4, seed).weights)
    with pytest.raises(ValueError, match="source: expected both directions of both .load_weights takes one., got forw"):
        load_layers(arrays, cell=LSTM, merge="sum")


def test_a_layer_of_which_nothing_is_told_stands_apart(tmp_path):
    """A user's own layer inside a model: its place is not in the configuration, those of the others are."""
    model = sequential(("Mine", "mine", {}), ("LSTM", "reader", USUAL))
    keras_file(tmp_path / "mine.h5", model, lstm("mine", "reader", inputs=4))
    with pytest.raises(ValueError, match="layer: expected a name, to load one after the other in the network's order"):
        load_layers(tmp_path / "mine.h5", cell=LSTM)
    (reader,) = load_layers(tmp_path / "mine.h5", "reader")
    assert reader.reads == "the outputs of mine (Mine)"
    assert load_weights(tmp_path / "mine.h5", "mine").hidden == 4


def test_the_check_is_by_name_so_that_a_stack_may_be_run_in_parts():
    first, second = load_layers(FILES / "dropped_script.onnx")
    x = OUTPUTS["dropped/x"]
    whole = unroll_layers([first, second], x).h
    np.testing.assert_array_equal(unroll_layers([second], unroll_layers([first], x).h).h, whole)
    with pytest.raises(ValueError, match="to read the outputs of other, got one that reads "):
        unroll_layers([replace(first, name="other"), second], x)
