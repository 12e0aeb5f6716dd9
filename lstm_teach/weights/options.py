"""From the options of a framework's layer to the `Cell` that computes the same.

    framework option                            cell
    Keras     activation="relu"                 candidate="relu" and readout="relu": one option, two places
              recurrent_activation="…"          input_gate, forget_gate and output_gate
              hard_sigmoid, Keras up to 2       "hard_sigmoid", 0.2 z + 0.5
              hard_sigmoid, Keras 3             "hard_sigmoid_6", z/6 + 0.5
              "linear"                          "identity"
    PyTorch   nn.RNN(nonlinearity="relu")       VANILLA_RNN with candidate="relu"; nn.LSTM has no such option
    ONNX      activations=[f, g, h]             f the three gates, g the candidate, h the readout

Sources: the classes LSTM, SimpleRNN and `activations` of Keras 3 and of tf-keras (Keras 2), the reference page of
torch.nn.RNN, and the page of the ONNX operators LSTM and RNN.
"""

from dataclasses import replace

from ..cell.cells import LSTM, VANILLA_RNN, Cell
from ..checks import complaint, describe, one_of

_KERAS_NAMES = {name: name for name in ("sigmoid", "tanh", "relu")} | {"linear": "identity", None: "identity"}
_ONNX_NAMES = {"Sigmoid": "sigmoid", "Tanh": "tanh", "Relu": "relu"}
_OPTIONS = {
    ("pytorch", "lstm"): (),
    ("pytorch", "rnn"): ("nonlinearity",),
    ("keras", "lstm"): ("activation", "recurrent_activation", "version"),
    ("keras", "rnn"): ("activation", "version"),
    ("onnx", "lstm"): ("activations", "activation_alpha", "activation_beta"),
    ("onnx", "rnn"): ("activations", "activation_alpha", "activation_beta"),
}


def framework_cell(name, layer, **options):
    """The `Cell` of a framework's layer with these options; those left out have the framework's default.

    `name` is "pytorch", "keras" or "onnx", `layer` "lstm" or "rnn". Options: PyTorch's RNN `nonlinearity`; Keras's
    `activation`, `recurrent_activation`, and `version`, 2 or 3, which hard_sigmoid needs (its definition changed);
    ONNX's `activations`, `activation_alpha` and `activation_beta` of one direction, lists as its operators have them.
    Keras's default is that since 2.3, "sigmoid" for the gates: pass Keras 2.2's or TensorFlow 1's hard_sigmoid.
    Raises `ValueError` for an option that the layer does not have, and an activation that `Cell` does not have.
    """
    one_of("name", name, ("pytorch", "keras", "onnx"))
    one_of("layer", layer, ("lstm", "rnn"))
    known = _OPTIONS[name, layer]
    for option in options:
        if not known:
            raise complaint(f"options of {name} {layer}", "none", describe(option))
        one_of(f"option of {name} {layer}", option, known)
    if name == "pytorch":
        nonlinearity = one_of("nonlinearity", options.get("nonlinearity", "tanh"), ("tanh", "relu"))
        return LSTM if layer == "lstm" else replace(VANILLA_RNN, candidate=nonlinearity)
    if name == "keras":
        version = options.get("version")
        gates, inner = (
            _keras_activation(option, options.get(option, default), version)
            for option, default in (("recurrent_activation", "sigmoid"), ("activation", "tanh"))
        )
        outer = inner
    else:
        wanted = {"lstm": ["Sigmoid", "Tanh", "Tanh"], "rnn": ["Tanh"]}[layer]
        given = list(options.get("activations", wanted))
        if len(given) != len(wanted):
            raise complaint("activations", f"{len(wanted)} names", describe(given))
        alpha, beta = (iter(options.get(one, ())) for one in ("activation_alpha", "activation_beta"))
        names = [_onnx_activation(one, alpha, beta) for one in given]
        gates, inner, outer = names if layer == "lstm" else (None, names[0], None)
    if layer == "rnn":
        return replace(VANILLA_RNN, candidate=inner)
    return Cell(input_gate=gates, forget_gate=gates, output_gate=gates, candidate=inner, readout=outer)


def _keras_activation(option, name, version):
    if name == "hard_sigmoid":
        if version not in (2, 3):
            raise complaint(
                "version", "2 or 3, since hard_sigmoid is 0.2 z + 0.5 in Keras up to 2 and z/6 + 0.5 in Keras 3",
                describe(version),
            )
        return "hard_sigmoid" if version == 2 else "hard_sigmoid_6"
    if name not in _KERAS_NAMES:
        raise complaint(option, "one of " + ", ".join(map(str, [*_KERAS_NAMES, "hard_sigmoid"])), describe(name))
    return _KERAS_NAMES[name]


def _onnx_activation(name, alpha, beta):
    """Our name of an activation; `alpha` and `beta` are iterators, from which those that have them take the next."""
    if name == "HardSigmoid":
        slope, height = next(alpha, 0.2), next(beta, 0.5)
        for ours, width in (("hard_sigmoid", 5), ("hard_sigmoid_6", 6)):
            if abs(slope - 1 / width) < 1e-6 and height == 0.5:
                return ours
        raise complaint("activations", "HardSigmoid as 0.2 z + 0.5 or z/6 + 0.5", f"{slope:g} z + {height:g}")
    if name not in _ONNX_NAMES:
        raise complaint("activations", "some of " + ", ".join([*_ONNX_NAMES, "HardSigmoid"]), describe(name))
    return _ONNX_NAMES[name]
