"""A framework's options as a cell: what each stands for, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest

from lstm_teach import LSTM, VANILLA_RNN, Cell, framework_cell, load_weights, unroll


@pytest.mark.parametrize("name", ["pytorch", "keras", "onnx"])
def test_defaults_are_the_cells_we_know(name):
    assert framework_cell(name, "lstm") == LSTM and framework_cell(name, "rnn") == VANILLA_RNN


@pytest.mark.parametrize("call, cell", [
    (("keras", "lstm", {"activation": "relu"}), replace(LSTM, candidate="relu", readout="relu")),
    (("keras", "lstm", {"activation": "linear"}), replace(LSTM, candidate="identity", readout="identity")),
    (("keras", "lstm", {"activation": None}), replace(LSTM, candidate="identity", readout="identity")),
    (("keras", "lstm", {"recurrent_activation": "tanh"}), Cell("tanh", "tanh", "tanh")),
    (("keras", "lstm", {"recurrent_activation": "hard_sigmoid", "version": 2}), Cell(*3 * ["hard_sigmoid"])),
    (("keras", "lstm", {"recurrent_activation": "hard_sigmoid", "version": 3}), Cell(*3 * ["hard_sigmoid_6"])),
    (("keras", "rnn", {"activation": "relu"}), replace(VANILLA_RNN, candidate="relu")),
    (("pytorch", "rnn", {"nonlinearity": "relu"}), replace(VANILLA_RNN, candidate="relu")),
    (("onnx", "rnn", {"activations": ["Relu"]}), replace(VANILLA_RNN, candidate="relu")),
    (("onnx", "lstm", {"activations": ["Sigmoid", "Relu", "Tanh"]}), replace(LSTM, candidate="relu")),
    (("onnx", "lstm", {"activations": ["HardSigmoid", "Tanh", "Tanh"]}), Cell(*3 * ["hard_sigmoid"])),
    (("onnx", "lstm", {"activations": ["HardSigmoid", "Tanh", "Tanh"], "activation_alpha": [1 / 6]}),
     Cell(*3 * ["hard_sigmoid_6"])),
])
def test_options_and_their_cells(call, cell):
    name, layer, options = call
    assert framework_cell(name, layer, **options) == cell


def test_keras_relu_is_the_candidate_and_the_readout():
    """Keras's equations by hand; a cell whose candidate alone is changed computes something else."""
    rng = np.random.default_rng(0)
    inputs, hidden = 3, 5
    kernel, recurrent, bias = (rng.normal(0, 0.5, shape + (4 * hidden,)) for shape in ((inputs,), (hidden,), ()))
    x = rng.normal(size=(7, 1, inputs))
    h = c = np.zeros((1, hidden))
    for now in x:
        i, f, g, o = np.split(now @ kernel + h @ recurrent + bias, 4, axis=1)
        i, f, o = (1 / (1 + np.exp(-z)) for z in (i, f, o))
        c = f * c + i * np.maximum(g, 0)
        h = o * np.maximum(c, 0)
    params = load_weights([kernel, recurrent, bias])
    np.testing.assert_allclose(unroll(framework_cell("keras", "lstm", activation="relu"), params, x).h[-1], h)
    assert np.abs(unroll(replace(LSTM, candidate="relu"), params, x).h[-1] - h).max() > 0.1


@pytest.mark.parametrize("name, layer, options, sentence", [
    ("jax", "lstm", {}, "name: expected one of 'pytorch', 'keras', 'onnx', got 'jax'"),
    ("keras", "gru", {}, "layer: expected one of 'lstm', 'rnn', got 'gru'"),
    ("pytorch", "lstm", {"nonlinearity": "relu"}, "options of pytorch lstm: expected none, got 'nonlinearity'"),
    ("pytorch", "rnn", {"nonlinearity": "gelu"}, "nonlinearity: expected one of 'tanh', 'relu', got 'gelu'"),
    ("keras", "lstm", {"activation": "gelu"},
     "activation: expected one of sigmoid, tanh, relu, linear, None, hard_sigmoid, got 'gelu'"),
    ("keras", "lstm", {"recurrent_activation": "hard_sigmoid"},
     "version: expected 2 or 3, since hard_sigmoid is 0.2 z + 0.5 in Keras up to 2 and z/6 + 0.5 in Keras 3, got None"),
    ("keras", "rnn", {"recurrent_activation": "tanh"},
     "option of keras rnn: expected one of 'activation', 'version', got 'recurrent_activation'"),
    ("onnx", "lstm", {"activations": ["Tanh"]}, "activations: expected 3 names, got ['Tanh']"),
    ("onnx", "lstm", {"activations": ["HardSigmoid", "Tanh", "Tanh"], "activation_beta": [0.4]},
     "activations: expected HardSigmoid as 0.2 z + 0.5 or z/6 + 0.5, got 0.2 z + 0.4"),
])
def test_bad_input_gets_one_sentence(name, layer, options, sentence):
    with pytest.raises(ValueError) as error:
        framework_cell(name, layer, **options)
    assert str(error.value) == sentence
