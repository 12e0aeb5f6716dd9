"""How many parameters a framework reports for a recurrent layer.

k blocks of weights (4 in an LSTM, 3 in a GRU, 1 in a simple RNN), d inputs and h units make k·h(d + h) weights
everywhere. Frameworks differ in how many biases they keep: PyTorch, ONNX and CuDNN two for each block and unit (one
for x, one for h), Keras one, but two for a GRU with `reset_after`, where the candidate's second bias stands inside the
reset product. Sources: the reference pages of torch.nn.LSTM, GRU and RNN, of Keras's LSTM, GRU, SimpleRNN and
ConvLSTM2D, and of the ONNX operators LSTM, GRU and RNN; for CuDNNLSTM and CuDNNGRU the classes in tf-keras, Keras 2.
"""

import math

import numpy as np

from ..checks import complaint, describe, one_of, whole_number

# Blocks of weights in a layer: the LSTM's i, f, g, o; the GRU's update gate, reset gate and candidate; the RNN's one.
_BLOCKS = {"lstm": 4, "gru": 3, "rnn": 1}
_KERAS_ONLY = ("cudnnlstm", "cudnngru", "convlstm1d", "convlstm2d", "convlstm3d")
# What another framework's layer has not, and why.
_REASONS = {
    ("keras", "num_layers"): "Keras stores each layer by itself: add the counts, each layer's inputs being the outputs "
    "of the one before",
    ("onnx", "num_layers"): "a node of ONNX is one layer: add the counts, each layer's inputs being the outputs of the "
    "one before",
    ("keras", "proj_size"): "Keras's LSTM has no projection",
    ("onnx", "proj_size"): "ONNX's LSTM has no projection",
}


def framework_parameters(name, layer, inputs, hidden, **options):
    """The number of parameters that a framework reports for one layer, or for a stack of PyTorch's.

    `name` is "pytorch", "keras" or "onnx"; `layer` is "lstm", "gru" or "rnn", for Keras also "cudnnlstm", "cudnngru",
    "convlstm1d", "convlstm2d" or "convlstm3d". The formula stands at the head of this module. Options:

        bias            True or False, default True; False leaves every bias out; not for CuDNN's layers
        bidirectional   True or False, default False; True doubles the count of every layer
        num_layers      PyTorch only, default 1: each further layer reads both directions' outputs of the one before
        proj_size       PyTorch's LSTM only, default 0: W_hr (p, h) makes p outputs of h units, which W_hh then reads
        reset_after     Keras's GRU only, True or False, default True
        peepholes       ONNX's LSTM only, True or False, default False: 3h more
        kernel_size     a ConvLSTM's, a whole number or one for each axis: each weight becomes a kernel of that size;
                        `inputs` and `hidden` are channels and filters

    Returns an `int`; raises `ValueError` for unknown names, sizes below 1, and options that the layer does not have,
    with the reason where another framework has it.
    """
    one_of("name", name, ("pytorch", "keras", "onnx"))
    if layer in _KERAS_ONLY and name != "keras":
        raise complaint("layer", f"one of {', '.join(map(repr, _BLOCKS))} (cuDNN or not, PyTorch counts the same; a "
                        "ConvLSTM is Keras's)", describe(layer))
    one_of("layer", layer, (*_BLOCKS, *_KERAS_ONLY) if name == "keras" else _BLOCKS)
    inputs, hidden = whole_number("inputs", inputs), whole_number("hidden", hidden)
    chosen = _options(name, layer, hidden, options)

    blocks = _BLOCKS[next(kind for kind in _BLOCKS if kind in layer)]
    two = name != "keras" or layer.startswith("cudnn") or chosen.get("reset_after")
    biases = chosen.get("bias", True) * (2 if two else 1)
    projection, directions = chosen.get("proj_size", 0), 1 + chosen["bidirectional"]
    outputs = projection or hidden
    count = 0
    for _ in range(chosen.get("num_layers", 1)):
        kernel = chosen.get("kernel_size", 1)
        one = blocks * hidden * (kernel * (inputs + outputs) + biases) + projection * hidden
        count += directions * (one + 3 * hidden * chosen.get("peepholes", False))
        inputs = directions * outputs
    return count


def _options(name, layer, hidden, options):
    """The options that a layer has, with their defaults, and those given; `kernel_size` as its number of entries."""
    chosen = {"bias": True, "bidirectional": False}
    if layer.startswith("cudnn"):
        del chosen["bias"]
    if layer.startswith("conv"):
        chosen["kernel_size"] = None
    if (name, layer) == ("keras", "gru"):
        chosen["reset_after"] = True
    if (name, layer) == ("onnx", "lstm"):
        chosen["peepholes"] = False
    if name == "pytorch":
        chosen["num_layers"] = 1
    if (name, layer) == ("pytorch", "lstm"):
        chosen["proj_size"] = 0
    for option, value in options.items():
        if option not in chosen and (name, option) in _REASONS:
            raise complaint(option, f"no such option, since {_REASONS[name, option]}", describe(value))
        one_of(f"option of {name} {layer}", option, chosen)
        if option == "num_layers":
            chosen[option] = whole_number(option, value)
        elif option == "proj_size":
            chosen[option] = whole_number(option, value, at_least=0)
            if value >= hidden:
                raise complaint(option, f"less than the {hidden} units", describe(value))
        elif option == "kernel_size":
            chosen[option] = _kernel(value, int(layer[-2]))
        elif not isinstance(value, (bool, np.bool_)):
            raise complaint(option, "True or False", describe(value))
        else:
            chosen[option] = bool(value)
    if chosen.get("kernel_size", 1) is None:
        raise complaint("kernel_size", "a whole number or one for each axis", "none")
    return chosen


def _kernel(size, axes):
    sizes = tuple(size) if isinstance(size, (list, tuple)) else (size,) * axes
    if len(sizes) != axes:
        raise complaint("kernel_size", f"a whole number or {axes} of them", describe(size))
    return math.prod(whole_number("kernel_size", one) for one in sizes)
