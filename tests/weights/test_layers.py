"""Whole networks from elsewhere: values and gradients of every form against PyTorch and Keras (golden arrays)."""

import pathlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_teach import (
    LSTM,
    VANILLA_RNN,
    backward,
    framework_cell,
    from_framework,
    init_params,
    load_layers,
    load_weights,
    to_framework,
    unroll,
    unroll_layers,
)
from lstm_teach.weights import layers as module
from tests.recorded import by_case

GOLDEN = pathlib.Path(__file__).parent / "golden"
DATA = ("x", "h", "A", "h0", "c0", "h_last", "c_last")

FORMS = by_case(GOLDEN / "forms.npz")
# What the arrays of a form do not tell.
UNTOLD = {
    "relu_rnn": {"cell": framework_cell("pytorch", "rnn", nonlinearity="relu")},
    "keras_stack": {"cell": LSTM},
    "keras_both": {"cell": LSTM, "merge": "concat"},
    "keras_both_ave": {"cell": LSTM, "merge": "ave"},
    "keras_backwards": {"cell": LSTM},
    "keras_relu": {"cell": framework_cell("keras", "lstm", activation="relu")},
    "tanh_rnn": {"cell": VANILLA_RNN},
    "keras_both_sum": {"cell": LSTM, "merge": "sum"},
    "keras_both_mul": {"cell": LSTM, "merge": "mul"},
    "keras_rnn": {"cell": VANILLA_RNN},
    "keras_linear": {"cell": framework_cell("keras", "lstm", activation=None)},
    "keras_cell": {"cell": LSTM},
    "keras_hard": {"cell": framework_cell("keras", "lstm", recurrent_activation="hard_sigmoid", version=3)},
}


def weights_of(form, prefix=""):
    """The weights of a form, or with the prefix "gradient/" their gradients, by the framework's names."""
    named = {name.removeprefix(prefix): array for name, array in FORMS[form].items() if name.startswith(prefix)}
    return {name: array for name, array in named.items() if name not in DATA and "gradient/" not in name}


def loaded(form):
    layers = load_layers(weights_of(form), **UNTOLD.get(form, {}))
    if form == "keras_backwards":  # go_backwards is an option, which arrays do not tell
        layers = (replace(layers[0], params={"reverse": layers[0].params["forward"]}),)
    return layers


def run(form, layers):
    arrays = FORMS[form]
    first = unroll_layers(layers, arrays["x"])
    if "h0" not in arrays:
        return first
    c0 = arrays.get("c0", np.zeros_like(arrays["h0"]))
    return unroll_layers(layers, arrays["x"], {name: (arrays["h0"][k], c0[k]) for k, name in enumerate(first.traces)})


def in_reading_order(form, values):
    """Keras returns the outputs of go_backwards in the order in which it read."""
    return values[::-1] if form == "keras_backwards" else values


@pytest.mark.parametrize("form", FORMS)
def test_outputs_and_last_states_of_every_form(form):
    result = run(form, loaded(form))
    np.testing.assert_allclose(in_reading_order(form, result.h), FORMS[form]["h"], rtol=0, atol=1e-12)
    for name in ("h", "c") if "c_last" in FORMS[form] else ("h",) if "h_last" in FORMS[form] else ():
        last = [getattr(trace, name)[trace.order[-1]] for trace in result.traces.values()]
        np.testing.assert_allclose(last, FORMS[form][f"{name}_last"], rtol=0, atol=1e-12)


def gradients(layers, result, dh):
    """Of Σ dh·h with respect to the weights, by trace, and x: `backward` for each layer, from the last one down."""
    traces, found = list(result.traces.items()), {}
    for layer in reversed(layers):
        share, ways = {"ave": 0.5}.get(layer.merge, 1.0), len(layer.params)
        parts = np.split(dh, ways, axis=-1) if layer.merge == "concat" else ways * [share * dh]
        if layer.merge == "mul":
            parts = [dh * trace.h for _name, trace in reversed(traces[-2:])]
        dh = 0
        for params, part in zip(reversed(layer.params.values()), reversed(parts), strict=True):
            name, trace = traces.pop()
            found[name], dx, *_ = backward(layer.cell, params, trace, part)
            dh = dh + dx
    return found, dh


@pytest.mark.parametrize("form", FORMS)
def test_gradients_of_every_form(form):
    layers, arrays = loaded(form), FORMS[form]
    result = run(form, layers)
    found, dx = gradients(layers, result, in_reading_order(form, arrays["A"]))
    np.testing.assert_allclose(dx, arrays["gradient/x"], rtol=0, atol=1e-10)
    # Gradients are stored as weights are; of two biases each has the gradient of their sum, so one of them is left out.
    stored = weights_of(form, "gradient/")
    stored = {name: 0 * array if "bias_hh" in name else array for name, array in stored.items()}
    expected = [
        params for layer in load_layers(stored, **UNTOLD.get(form, {})) for params in layer.params.values()
    ]
    assert len(expected) == len(found)
    for name, params in zip(result.traces, expected, strict=True):
        ours = found[name].weights.copy()
        if form in ("no_bias", "keras_linear"):
            ours[:, -1] = 0
        np.testing.assert_allclose(ours, params.weights, rtol=0, atol=1e-10)


def test_the_comparison_is_sharp():
    """A reversed direction read forwards, a stack in the wrong order, the other hard sigmoid: all are noticed."""
    (layer,) = loaded("both")
    wrong = replace(layer, params={"forward": layer.params["forward"], "reverse": layer.params["forward"]})
    assert np.abs(run("both", [wrong]).h - FORMS["both"]["h"]).max() > 0.1
    (layer,) = loaded("keras_hard")
    wrong = replace(layer, cell=framework_cell("keras", "lstm", recurrent_activation="hard_sigmoid", version=2))
    assert np.abs(run("keras_hard", [wrong]).h - FORMS["keras_hard"]["h"]).max() > 0.001
    (layer,) = loaded("keras_relu")
    wrong = replace(layer, cell=replace(LSTM, candidate="relu"))  # one of the two places that Keras's option changes
    assert np.abs(run("keras_relu", [wrong]).h - FORMS["keras_relu"]["h"]).max() > 0.1


def test_the_trace_of_the_reversed_direction_is_in_the_order_of_the_text():
    (layer,), x = loaded("both"), FORMS["both"]["x"]
    trace = unroll_layers([layer], x).traces["l0, reverse"]
    np.testing.assert_array_equal(trace.x, x)
    changed = x.copy()
    changed[3] += 1
    later = unroll_layers([layer], changed).traces["l0, reverse"]
    moved = np.abs(later.h - trace.h).max(axis=(1, 2))
    assert (moved[4:] == 0).all() and (moved[:4] > 0).all()  # what stands later in the text was read before


@pytest.mark.parametrize("merge, join", [("concat", None), ("sum", np.add), ("mul", np.multiply), ("ave", None)])
def test_directions_are_joined_as_keras_does(merge, join):
    layers = load_layers(weights_of("keras_both"), cell=LSTM, merge=merge)
    result = unroll_layers(layers, FORMS["keras_both"]["x"])
    first, second = (trace.h for trace in result.traces.values())
    expected = {"concat": np.concatenate([first, second], -1), "ave": (first + second) / 2}.get(merge)
    np.testing.assert_array_equal(result.h, join(first, second) if join else expected)
    assert layers[0].outputs == result.h.shape[-1]


# --- one layer of several ---------------------------------------------------------------------------------------------


def test_one_layer_by_number_name_and_direction():
    arrays = {f"tagger.{name}": array for name, array in weights_of("both_stack").items()}
    layers = load_layers(arrays)
    assert [layer.name for layer in layers] == ["tagger.l0", "tagger.l1"]
    for layer in (1, "tagger.l1"):
        assert [one.name for one in load_layers(arrays, layer=layer)] == ["tagger.l1"]
        for direction in ("forward", "reverse"):
            expected = layers[1].params[direction].weights
            np.testing.assert_array_equal(load_weights(arrays, layer, direction).weights, expected)
    assert len(load_layers(arrays, layer="tagger")) == 2
    keras = load_layers(weights_of("keras_stack"), layer="lstm_1", cell=LSTM)
    np.testing.assert_array_equal(keras[0].params["forward"].weights,
                                  load_weights(weights_of("keras_stack"), layer=1).weights)


def test_two_networks_in_one_mapping_are_told_apart():
    stack = weights_of("stack")
    arrays = {f"{part}.{name}": array for part in ("encoder", "decoder") for name, array in stack.items()}
    assert [layer.name for layer in load_layers(arrays, layer="decoder")] == ["decoder.l0", "decoder.l1", "decoder.l2"]
    expected = load_weights(stack, layer=2).weights
    np.testing.assert_array_equal(load_weights(arrays, layer="decoder.l2").weights, expected)


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 4), st.integers(1, 6), st.integers(1, 3), st.booleans(), st.integers(0, 1000))
def test_layers_of_any_size_follow_on_each_other(inputs, hidden, depth, both, seed):
    """A stack is its layers run one by one, each direction by `unroll`."""
    rng, arrays, width = np.random.default_rng(seed), {}, inputs
    for layer in range(depth):
        for suffix in ("", "_reverse")[: 1 + both]:
            params = init_params(LSTM, width, hidden, rng)
            arrays |= {f"{name[:-1]}{layer}{suffix}": one for name, one in to_framework("pytorch", params).items()}
        width = hidden * (1 + both)
    x = h = rng.standard_normal((5, 2, inputs))
    for layer in range(depth):
        ways = [
            unroll(LSTM, load_weights(arrays, layer, direction), h, reverse=direction == "reverse").h
            for direction in ("forward", "reverse")[: 1 + both]
        ]
        h = np.concatenate(ways, axis=-1)
    np.testing.assert_array_equal(unroll_layers(load_layers(arrays), x).h, h)


# --- unnamed arrays ---------------------------------------------------------------------------------------------------


def keras_list(inputs, hidden, bias=True, seed=0, cell=LSTM):
    arrays = to_framework("keras", init_params(cell, inputs, hidden, seed))
    return list(arrays.values())[: 2 + bias]


@pytest.mark.parametrize("bias", [True, False])
def test_the_list_of_a_bidirectional_layer(bias, tmp_path):
    arrays = keras_list(3, 4, bias) + keras_list(3, 4, bias, seed=1)
    np.savez(tmp_path / "both.npz", *arrays)
    for source in (arrays, tmp_path / "both.npz"):
        (layer,) = load_layers(source, cell=LSTM, merge="concat")
        for direction, part in (("forward", arrays[: 2 + bias]), ("reverse", arrays[2 + bias :])):
            np.testing.assert_array_equal(layer.params[direction].weights, from_framework("keras", part).weights)


# --- CuDNN ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", by_case(GOLDEN / "cudnn.npz"))
def test_cudnn_is_unpacked_as_keras_does(case):
    arrays = by_case(GOLDEN / "cudnn.npz")[case]
    stored, unpacked = (
        {name.removeprefix(kind): array for name, array in arrays.items() if name.startswith(kind)}
        for kind in ("cudnn/", "lstm/")
    )
    expected = from_framework("keras", unpacked).weights
    for source in (stored, list(stored.values())):
        np.testing.assert_array_equal(from_framework("keras", source).weights, expected)
        np.testing.assert_array_equal(load_weights(source).weights, expected)
    halves = stored["bias"].reshape(2, -1).sum(axis=0)  # adding the halves alone is another network
    if case != "one":
        assert np.abs(from_framework("keras", stored | {"bias": halves}).weights - expected).max() > 0.1


# --- what is asked for, and what is refused ---------------------------------------------------------------------------

z = np.zeros
PYTORCH_STACK = {"weight_ih_l0": z((20, 3)), "weight_hh_l0": z((20, 5)), "weight_ih_l1": z((20, 5)),
                 "weight_hh_l1": z((20, 5))}
BOTH = {name + suffix: array for name, array in list(PYTORCH_STACK.items())[:2] for suffix in ("", "_reverse")}
RNN = {"weight_ih_l0": z((5, 3)), "weight_hh_l0": z((5, 5))}
KERAS = dict(zip(("lstm/lstm_cell/kernel", "lstm/lstm_cell/recurrent_kernel", "lstm/lstm_cell/bias"),
                 (z((3, 20)), z((5, 20)), z(20)), strict=True))
KERAS_BOTH = {name.replace("lstm/", f"bidirectional/{side}_lstm/", 1): array
              for side in ("forward", "backward") for name, array in KERAS.items()}
BACKWARD = {name: array for name, array in KERAS_BOTH.items() if "backward" in name}
REFUSED = {
    "a stack": (lambda: load_weights(PYTORCH_STACK),
                "layer: expected layer=0 or layer=1 (load_layers takes all), got a stack of 2 without it"),
    "a stack in from_framework": (lambda: from_framework("pytorch", PYTORCH_STACK),
                                  "layer: expected 0 or 1, got a stack of 2 without it"),
    "a layer that is not there": (
        lambda: load_weights(PYTORCH_STACK, layer=2),
        "layer: expected a number from 0 or a name out of 'l0' (weight_hh_l0 (20, 5)), 'l1' (weight_hh_l1 (20, 5)), "
        "got 2"),
    "a name that is not there": (
        lambda: load_layers(KERAS, layer="gru"),
        "layer: expected a number from 0 or a name out of 'lstm' (recurrent_kernel (5, 20)), got 'gru'"),
    "half a layer": (
        lambda: load_layers({name: array for name, array in PYTORCH_STACK.items() if name != "weight_hh_l1"}),
        "arrays: expected weight_ih_l1 and weight_hh_l1, as pytorch names them, got weight_ih_l0, weight_hh_l0, "
        "weight_ih_l1"),
    "the first layer lost": (
        lambda: load_layers({name: array for name, array in PYTORCH_STACK.items() if "l1" in name}),
        "source: expected a stack from layer 0 on, or layer= to pick one of 'l1' (weight_hh_l1 (20, 5)), got no layer "
        "0"),
    "a direction lost": (
        lambda: load_layers(PYTORCH_STACK | BOTH),
        "source: expected both directions of l1 (load_weights takes one), got forward alone"),
    "two directions": (lambda: load_weights(BOTH),
                       "direction: expected 'forward' or 'reverse', got two directions (l0) without it"),
    "two directions of Keras": (
        lambda: load_weights(KERAS_BOTH),
        "direction: expected 'forward' or 'reverse', got two directions (bidirectional) without it"),
    "one of two directions": (
        lambda: load_weights(BACKWARD),
        "direction: expected 'reverse', got one of two directions (bidirectional) without it"),
    "a direction that is not there": (lambda: load_weights(KERAS, direction="reverse"),
                                      "direction: expected one of 'forward', got 'reverse'"),
    "the cell of Keras's arrays": (
        lambda: load_layers(KERAS),
        "cell: expected LSTM, if lstm has its framework's usual activations, which its arrays do not tell, or else "
        "what framework_cell makes of its options, got none"),
    "the cell of PyTorch's RNN": (
        lambda: load_layers(RNN),
        "cell: expected VANILLA_RNN, if l0 has its framework's usual activations, which its arrays do not tell, or "
        "else what framework_cell makes of its options, got none"),
    "another cell": (lambda: load_layers(RNN, cell=LSTM),
                     "cell: expected one with weights for candidate in l0, such as VANILLA_RNN (load layers of "
                     "different cells one by one, layer=), got LSTM"),
    "a cell that is told": (lambda: load_layers(BOTH, cell=replace(LSTM, candidate="relu")),
                            "cell: expected none, since the source tells that of l0, LSTM, got RELU_CANDIDATE"),
    "no cell": (lambda: load_layers(KERAS, cell="LSTM"), "cell: expected a Cell such as LSTM, got 'LSTM'"),
    "the merge of Keras's arrays": (
        lambda: load_layers(KERAS_BOTH, cell=LSTM),
        "merge: expected how bidirectional joins its directions: 'concat', 'sum', 'mul' or 'ave', the first by "
        "default, got none"),
    "another merge": (lambda: load_layers(KERAS_BOTH, cell=LSTM, merge="max"),
                      "merge: expected one of 'concat', 'sum', 'mul', 'ave', got 'max'"),
    "two networks": (
        lambda: load_layers({f"{part}.{name}": array for part in "ab" for name, array in RNN.items()}),
        "layer: expected a name, to load one after the other in the network's order, since it is not told what follows "
        "on what of 'a' (weight_hh_l0 (5, 5)), 'b' (weight_hh_l0 (5, 5)), got none"),
    "a misnamed bias": (
        lambda: load_weights(RNN | {"b_ih_l0": z(5), "b_hh_l0": z(5)}),
        "arrays: expected the biases under bias_ih_l0 and bias_hh_l0 alone, got b_ih_l0, b_hh_l0 with the shape of "
        "one"),
    "a bias lost": (lambda: load_weights(RNN | {"bias_hh_l0": z(5)}),
                    "arrays: expected bias_ih_l0 and bias_hh_l0, both or neither, got no bias_ih_l0"),
    "a misnamed bias of Keras": (
        lambda: load_weights({"kernel": z((3, 20)), "recurrent_kernel": z((5, 20)), "offset": z(20)}),
        "arrays: expected the biases under bias alone, got offset with the shape of one"),
    "a bias too many": (
        lambda: load_weights({"kernel": z((3, 20)), "recurrent_kernel": z((5, 20)), "bias": z(20),
                              "recurrent_bias": z(20)}),
        "arrays: expected the biases under bias alone, got recurrent_bias with the shape of one"),
    "a misnamed bias of ONNX": (
        lambda: load_weights({"W": z((1, 20, 3)), "R": z((1, 20, 5)), "b": z((1, 40))}),
        "arrays: expected the biases under B alone, got b with the shape of one"),
    "two squares": (
        lambda: load_weights([z((4, 4)), z((4, 4))]),
        "arrays: expected [kernel (inputs, k·hidden), recurrent_kernel (hidden, k·hidden), bias] as Keras has them, "
        "got shapes (4, 4), (4, 4), which may be PyTorch's: pass them by name, as state_dict() does"),
    "PyTorch's list": (
        lambda: load_weights([z((20, 3)), z((20, 5)), z(20), z(20)]),
        "arrays: expected the list [kernel, recurrent_kernel, bias] of one layer in one direction, got a list of 4, "
        "PyTorch's four arrays, which need their names"),
    "two directions or two layers": (
        lambda: load_layers(2 * [z((5, 20)), z((5, 20)), z(20)], cell=LSTM, merge="concat"),
        "source: expected arrays with names, such as {one.path: one.numpy() for one in layer.weights}, got a list of "
        "6, which may be two directions or two layers"),
    "a whole model's list": (
        lambda: load_layers([z((3, 20)), z((5, 20)), z(20), z((5, 1)), z(1)], cell=LSTM),
        "source: expected the list of one layer's get_weights(); of more, arrays with names, such as {one.path: "
        "one.numpy() for one in model.weights}, got a list of shapes (3, 20), (5, 20), (20,), (5, 1), (1,)"),
    "layers that do not fit": (
        lambda: unroll_layers(2 * load_layers(BOTH), z((4, 1, 3))),
        "layers: expected l0 to have 10 inputs, the outputs of l0, got 3"),
    "no layers": (lambda: unroll_layers([], z((4, 1, 3))),
                  "layers: expected one or more Layer, as load_layers returns them, got ()"),
    "states of another layer": (lambda: unroll_layers(load_layers(BOTH), z((4, 1, 3)), {"l0": (0, 0)}),
                                "states: expected names out of l0, forward, l0, reverse, got l0"),
    "pruned": (lambda: load_weights({"weight_hh_l0_orig": z((20, 5)), "weight_hh_l0_mask": z((20, 5))}),
               "source: expected arrays named as in PyTorch"),
    "weight norm": (lambda: load_weights({f"weight_{side}_l0{part}": z((20, 5)) for side in ("ih", "hh")
                                          for part in ("", "_g", "_v")}),
                    "arrays: expected plain weights (torch.nn.utils takes these off: prune.remove, remove_weight_norm, "
                    "parametrize.remove_parametrizations), got "
                    "weight_ih_l0_g, weight_ih_l0_v"),
    "a parametrization": (
        lambda: load_layers({f"core.{name}": z((20, columns)) for name, columns in (
            ("weight_ih_l0", 3), ("parametrizations.weight_hh_l0.original0", 1),
            ("parametrizations.weight_hh_l0.original1", 5))}),
        "arrays: expected plain weights (torch.nn.utils takes these off: prune.remove, remove_weight_norm, "
        "parametrize.remove_parametrizations), got parametrizations.weight_hh_l0.original0"),
    "quantized": (
        lambda: load_weights({"weight_ih_l0": z((20, 3), "int8"), "weight_hh_l0": z((20, 5), "int8")}),
        "weight_hh_l0: expected floating-point weights, got int8, as quantization stores them: save them as float32, "
        "multiplied by their scales"),
    "a normalisation inside": (
        lambda: load_layers({f"core.{name}": z(shape) for name, shape in (
            ("weight_ih", (20, 3)), ("weight_hh", (20, 5)), ("layernorm_c.weight", 5))}),
        "source: expected the arrays of a plain layer alone in core, got layernorm_c.weight beside them: as no cell "
        "here has normalisation or peepholes inside, leave them out if they do nothing to its gates"),
    "peepholes beside a cell": (
        lambda: load_weights({"weight_ih": z((20, 3)), "weight_hh": z((20, 5)), "weight_ci": z(5)}),
        "source: expected the arrays of a plain layer alone in l0, got weight_ci beside them"),
    "a cell of Keras with more arrays": (
        lambda: load_weights(KERAS | {"lstm/lstm_cell/kernel_norm/gamma": z(20)}),
        "source: expected the arrays of a plain layer alone in lstm, got kernel_norm/gamma beside them"),
    "a module": (lambda: load_layers(object), "source: expected the path of a file, a mapping of names to arrays (of a "
                 "PyTorch module its state_dict()) or a list of arrays"),
    "no arrays": (
        lambda: load_layers({}),
        "source: expected arrays named as in PyTorch (weight_ih_l0, weight_hh_l0, …), Keras (kernel, recurrent_kernel, "
        "bias) or ONNX (W, R, B), got no named arrays"),
    "a ConvLSTM": (lambda: load_weights({"kernel": z((3, 3, 2, 20)), "recurrent_kernel": z((3, 3, 5, 20))}),
                   "recurrent_kernel: expected a matrix, got shape (3, 3, 5, 20), a ConvLSTM's"),
}
NAMED = {
    "pruned or normalised weights of PyTorch": {"weight_hh_l0_orig": z((20, 5)), "weight_hh_l0_mask": z((20, 5))},
    "normalised weights of PyTorch": {"lstm.parametrizations.weight_hh_l0.original0": z((20, 1))},
    "quantized weights of PyTorch": {"lstm._all_weight_values.0.param._packed_params": z(3)},
    "Flax's LSTMCell": {"cell/hi/kernel": z((5, 5)), "cell/ii/kernel": z((3, 5))},
    "MXNet's LSTM": {"lstm0_i2h_weight": z((20, 3)), "lstm0_h2h_weight": z((20, 5))},
    "TensorFlow 1's LSTMCell": {"rnn/basic_lstm_cell/kernel:0": z((8, 20)), "rnn/basic_lstm_cell/bias:0": z(20)},
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_in_one_sentence(case):
    call, sentence = REFUSED[case]
    with pytest.raises(ValueError) as error:
        call()
    assert str(error.value).startswith(sentence) and "\n" not in str(error.value)


@pytest.mark.parametrize("words", NAMED)
def test_layouts_that_are_not_read_are_named(words):
    with pytest.raises(ValueError, match=f"looks like .*{words}"):
        load_weights(NAMED[words])


def test_a_length_met_by_chance_is_no_bias():
    arrays = {"kernel": z((3, 20)), "recurrent_kernel": z((5, 20)), "bias": z(20), "dates": z(20), "head.bias": z(20)}
    assert load_weights(arrays).hidden == 5


def test_cells_of_one_layer_of_keras_have_names_of_their_own():
    """`RNN([LSTMCell(4), LSTMCell(4)])`: two layers under one name would have one trace."""
    arrays = to_framework("keras", init_params(LSTM, 4, 4, 0))
    names = ["rnn/cells/lstm_cell", "rnn/cells/lstm_cell_1"]
    stack = {f"{cell}/{name}": array for cell in names for name, array in arrays.items()}
    assert list(unroll_layers(load_layers(stack, cell=LSTM), z((3, 1, 4))).traces) == names


def test_the_names_of_the_two_directions():
    layers = load_layers(KERAS_BOTH, cell=LSTM, merge="sum")
    assert list(unroll_layers(layers, z((4, 1, 3))).traces) == ["bidirectional, forward", "bidirectional, reverse"]
    assert load_weights(BACKWARD, direction="reverse").hidden == 5
    assert module.DIRECTIONS == tuple(layers[0].params)


def test_a_lone_bidirectional_rnn_of_onnx_comes_in_two():
    rng = np.random.default_rng(0)
    arrays = {"W": rng.normal(size=(2, 5, 3)), "R": rng.normal(size=(2, 5, 5)), "B": rng.normal(size=(2, 10))}
    (layer,) = load_layers(arrays, cell=VANILLA_RNN)
    assert layer.merge == "concat"
    for k, direction in enumerate(("forward", "reverse")):
        one = from_framework("onnx", {name: array[k : k + 1] for name, array in arrays.items()})
        np.testing.assert_array_equal(layer.params[direction].weights, one.weights)
        np.testing.assert_array_equal(load_weights(arrays, direction=direction).weights, one.weights)
