"""Weights in and out of PyTorch, Keras and ONNX, without any of them installed.

All three compute the same LSTM, and store it differently:

              arrays (k = 4 blocks in an LSTM, 1 in a simple RNN)                    order     biases
    PyTorch   weight_ih_l0 (k·h, d), weight_hh_l0 (k·h, h), bias_ih_l0, bias_hh_l0   i f g o   two, added
    Keras     kernel (d, k·h), recurrent_kernel (h, k·h), bias (k·h,)                i f c o   one
    ONNX      W (1, k·h, d), R (1, k·h, h), B (1, 2·k·h)                             i o f c   two, added

Sources: the reference pages of torch.nn.LSTM, of Keras's LSTM, and of the ONNX operator LSTM. Arrays hold weights
only: whether a simple RNN was trained with tanh or ReLU, or an LSTM with unusual activations, cannot be seen in them.
What comes out of here belongs to `LSTM` (four places) or `VANILLA_RNN` (the candidate alone).
"""

import os
import re
from collections.abc import Mapping

import numpy as np

from ..checks import complaint, describe, float_array, one_of, shaped_array, whole_number
from .cells import LSTM, PLACES, VANILLA_RNN, Params

# The order of the row blocks of an LSTM. A simple RNN has one block, the candidate.
_ORDER = {
    "pytorch": ("input_gate", "forget_gate", "candidate", "output_gate"),
    "keras": ("input_gate", "forget_gate", "candidate", "output_gate"),
    "onnx": ("input_gate", "output_gate", "forget_gate", "candidate"),
}
# Names of input weights, recurrent weights and biases; {} is the number of the layer in a stack.
_NAMES = {
    "pytorch": ("weight_ih_l{}", "weight_hh_l{}", "bias_ih_l{}", "bias_hh_l{}"),
    "keras": ("kernel", "recurrent_kernel", "bias"),
    "onnx": ("W", "R", "B"),
}
# How each framework lays out a matrix that has one row per block and unit here.
_LAYOUT = {"pytorch": "({rows}, {columns})", "keras": "({columns}, {rows})", "onnx": "(1, {rows}, {columns})"}


def from_framework(name, arrays, layer=0):
    """The weights of an LSTM or simple RNN trained elsewhere, as `Params`.

    `name` is "pytorch", "keras" or "onnx"; `arrays` a mapping with the names and shapes at the head of this module
    (others in it are ignored), for Keras also the list that `get_weights()` returns; missing biases are 0. Values may
    be arrays or PyTorch tensors. `layer` picks one layer of a PyTorch stack. Four blocks are an LSTM, one a simple
    RNN. Two biases are added into one, which leaves every output as it is. The dtype is kept.
    Raises `ValueError` for a GRU, a bidirectional layer, projections, peepholes, and arrays that do not fit together.
    """
    one_of("name", name, _ORDER)
    layer = whole_number("layer", layer, at_least=0)
    if layer and name != "pytorch":
        raise complaint("layer", f"0, since {name} stores each layer by itself", describe(layer))
    if name == "keras" and not isinstance(arrays, Mapping):
        arrays = _named_keras_list(arrays)
    if not isinstance(arrays, Mapping):
        raise complaint("arrays", "a mapping of names to arrays", describe(arrays))
    _refuse_extras(name, arrays, layer)
    input_name, recurrent_name, *bias_names = (one.format(layer) for one in _NAMES[name])
    if input_name not in arrays or recurrent_name not in arrays:
        raise complaint("arrays", f"{input_name} and {recurrent_name}, as {name} names them", _listed(arrays))

    W_h = _rows(name, recurrent_name, arrays[recurrent_name])
    blocks, remainder = divmod(*W_h.shape)
    if (blocks, remainder) == (3, 0):
        raise complaint(recurrent_name, "4 blocks of weights (an LSTM) or 1 (a simple RNN)", "3, a GRU")
    if blocks not in (1, 4) or remainder:
        layout = _LAYOUT[name].format(rows="k·hidden", columns="hidden")
        came = _LAYOUT[name].format(rows=W_h.shape[0], columns=W_h.shape[1])
        raise complaint(recurrent_name, f"shape {layout} with k = 4 (an LSTM) or 1 (a simple RNN)", f"shape {came}")
    W_x = _rows(name, input_name, arrays[input_name])
    if len(W_x) != len(W_h):
        layout, came = (_LAYOUT[name].format(rows=len(W), columns="inputs") for W in (W_h, W_x))
        raise complaint(input_name, f"shape {layout} to go with {recurrent_name}", f"shape {came}")
    b = np.zeros(len(W_h), W_h.dtype)
    for one in bias_names:
        if one in arrays:
            shape = (1, 2 * len(W_h)) if name == "onnx" else (len(W_h),)
            b = b + shaped_array(one, _as_array(one, arrays[one]), shape).reshape(-1, len(W_h)).sum(axis=0)

    order = _ORDER[name] if blocks == 4 else VANILLA_RNN.places
    by_place = dict(zip(order, np.split(np.column_stack([W_h, W_x, b]), blocks), strict=True))
    places = tuple(place for place in PLACES if place in by_place)
    return Params(np.concatenate([by_place[place] for place in places]), places)


def to_framework(name, params):
    """The weights of an LSTM or simple RNN as a mapping of arrays that a framework takes.

    `name` is "pytorch", "keras" or "onnx"; the names, shapes and order are those at the head of this module, the
    layer number 0. Where a framework has two biases the second is 0, so `from_framework` gives back the same numbers.
    The arrays are copies. `Params` do not know their cell: only with the activations of `LSTM` and `VANILLA_RNN`
    does the framework compute the same. Raises `ValueError` for replicas, and for cells that lack some gates only: no
    framework has a layer for them.
    """
    one_of("name", name, _ORDER)
    if not isinstance(params, Params):
        raise complaint("params", "Params, as init_params returns them", describe(params))
    if params.replicas:
        raise complaint("params", "the weights of a single network", f"a stack of replicas {params.replicas}")
    if params.places not in (LSTM.places, VANILLA_RNN.places):
        raise complaint(
            "params", f"all four places of an LSTM or the candidate alone, since {name} has no other layer",
            "weights for " + ", ".join(params.places),
        )
    order = _ORDER[name] if params.places == LSTM.places else params.places
    W_x, W_h, b = (np.concatenate([params[place][part] for place in order]) for part in range(3))
    if name == "pytorch":
        arrays = (W_x, W_h, b, np.zeros_like(b))
    elif name == "keras":
        arrays = (W_x.T, W_h.T, b)
    else:
        arrays = (W_x[None], W_h[None], np.concatenate([b, np.zeros_like(b)])[None])
    return {one.format(0): array for one, array in zip(_NAMES[name], arrays, strict=True)}


def load_weights(source, layer=0):
    """The one recurrent layer in a file or mapping, as `Params`: the way in for weights from anywhere.

    `source` is the path of an .npz file or a mapping of names to arrays, such as a PyTorch `state_dict()`. The
    framework is recognised by the names: weight_hh_l0, or weight_hh in an LSTMCell (PyTorch), recurrent_kernel (Keras),
    R (ONNX). A prefix ("lstm.weight_hh_l0", "lstm/lstm_cell/recurrent_kernel") is found and taken off, as is
    TensorFlow's ":0" at the end; other arrays are ignored. Unnamed arrays, as `np.savez(path, *layer.get_weights())`
    writes them, and that list itself, are read as Keras's. `layer` picks one layer of a PyTorch stack. Raises
    `ValueError` for a file that cannot be read, when no layer or more than one is found, and for all that
    `from_framework` refuses.
    """
    if isinstance(source, (str, os.PathLike)):
        source = _read_file(source)
    if isinstance(source, (list, tuple)):
        return from_framework("keras", source, layer)
    if not isinstance(source, Mapping) or not all(isinstance(one, str) for one in source):
        raise complaint("source", "the path of an .npz file or a mapping of names to arrays", describe(source))
    source = {_common_name(one): source[one] for one in source}
    layer = whole_number("layer", layer, at_least=0)
    if source and all(re.fullmatch(r"arr_\d+", one) for one in source):
        return from_framework("keras", list(source.values()), layer)

    found = []
    for name, (_, recurrent, *_) in _NAMES.items():
        matches = (re.fullmatch(r"(.*[./])?" + recurrent.format(layer), one) for one in source)
        found += [(name, match[1] or "") for match in matches if match]
    if not found:
        raise complaint(
            "source", f"arrays named as in PyTorch (weight_ih_l{layer}, weight_hh_l{layer}, …), Keras (kernel, "
            "recurrent_kernel, bias) or ONNX (W, R, B)", _listed(source),
        )
    if len(found) > 1:
        came = "; ".join(f"{prefix}… ({name})" for name, prefix in found)
        raise complaint("source", "one recurrent layer (pass the arrays of one alone)", came)
    name, prefix = found[0]
    inside = {one.removeprefix(prefix): source[one] for one in source if one.startswith(prefix)}
    return from_framework(name, inside, layer)


def _common_name(name):
    """PyTorch's LSTMCell leaves out the layer that its LSTM names; TensorFlow adds an output's number."""
    return re.sub(r"\b((?:weight|bias)_[ih]h)$", r"\1_l0", name.removesuffix(":0"))


def _read_file(path):
    try:
        # Opened here because np.load leaves a damaged file open. A pickle from a stranger may run any code: refused.
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as content:
            arrays = {name: content[name] for name in content.files}
    except FileNotFoundError:
        raise complaint("source", "an .npz file", f"{os.fspath(path)!r}, which does not exist") from None
    except Exception:  # a file that is damaged, or something else, fails in more ways than one can list
        arrays = {}
    # PyTorch's .pt and Keras's .keras are zip archives too, but what is in them are not arrays.
    if not arrays or not all(isinstance(array, np.ndarray) for array in arrays.values()):
        expected = "an .npz file of plain arrays, as np.savez(path, **arrays) writes it"
        raise complaint("source", expected, repr(os.fspath(path)))
    return arrays


def _as_array(argument, value):
    # A PyTorch tensor that requires a gradient, or lives on a GPU, does not become an array by itself.
    if hasattr(value, "detach"):
        value = value.detach().cpu()
    try:
        return float_array(argument, value)
    except TypeError:  # a dtype that NumPy does not have, such as bfloat16
        raise complaint(argument, "a dtype that NumPy has, such as float32", str(value.dtype)) from None


def _rows(name, argument, value):
    """A framework's weight matrix as (rows, columns), one row per block and unit."""
    array = _as_array(argument, value)
    if name == "onnx" and array.ndim == 3 and len(array) == 2:
        raise complaint(argument, "a first axis of 1, one direction", "2, a bidirectional layer")
    if array.size == 0 or array.ndim != (3 if name == "onnx" else 2) or (name == "onnx" and len(array) != 1):
        layout = _LAYOUT[name].format(rows="rows", columns="columns")
        raise complaint(argument, f"shape {layout}, none of them 0", f"shape {array.shape}")
    if name == "onnx":
        return array[0]
    return array.T if name == "keras" else array


def _named_keras_list(arrays):
    if not isinstance(arrays, (list, tuple)):
        raise complaint("arrays", "a mapping of names to arrays, or the list of get_weights()", describe(arrays))
    if len(arrays) not in (2, 3):  # without its bias a layer has two arrays
        expected = "the list [kernel, recurrent_kernel, bias] of one layer in one direction"
        raise complaint("arrays", expected, f"a list of {len(arrays)}")
    return dict(zip(_NAMES["keras"], arrays, strict=False))


def _refuse_extras(name, arrays, layer):
    if name == "pytorch" and f"weight_hh_l{layer}_reverse" in arrays:
        raise complaint("arrays", "a layer in one direction", f"a bidirectional one (weight_hh_l{layer}_reverse)")
    if name == "pytorch" and f"weight_hr_l{layer}" in arrays:
        raise complaint("arrays", "an LSTM without projections", f"one with them (weight_hr_l{layer})")
    if name == "onnx" and "P" in arrays:
        raise complaint("arrays", "an LSTM without peepholes", "one with them (P)")


def _listed(names):
    """Some names for a complaint, which should stay one sentence."""
    names = list(names)
    return ", ".join(names[:6]) + (f" and {len(names) - 6} more" if len(names) > 6 else "") if names else "nothing"
