"""One direction of one recurrent layer, between `Params` and the arrays of PyTorch, Keras or ONNX.

All three compute the same LSTM, and store it differently:

              arrays (k = 4 blocks in an LSTM, 1 in a simple RNN)                    order     biases
    PyTorch   weight_ih_l0 (k·h, d), weight_hh_l0 (k·h, h), bias_ih_l0, bias_hh_l0   i f g o   two, added; or none
    Keras     kernel (d, k·h), recurrent_kernel (h, k·h), bias (k·h,)                i f c o   one
    CuDNN     Keras's names, every block of both kernels transposed, bias (8·h,)     i f c o   two, added
    ONNX      W (1, k·h, d), R (1, k·h, h), B (1, 2·k·h)                             i o f c   two, added

Sources: the reference pages of torch.nn.LSTM, of Keras's LSTM, and of the ONNX operator LSTM; for Keras's CuDNNLSTM,
which the length of its bias tells apart, `_convert_rnn_weights` in tf-keras, the loader of Keras 2. Arrays hold weights
only: whether a simple RNN was trained with tanh or ReLU, an LSTM with unusual activations, or either one backwards,
cannot be seen in them. What comes out of here belongs to `LSTM` (four places) or `VANILLA_RNN` (the candidate alone).
"""

import re
from collections.abc import Mapping

import numpy as np

from ..cell.cells import LSTM, PLACES, VANILLA_RNN, Params
from ..checks import complaint, describe, float_array, one_of, shaped_array, whole_number

# The order of the row blocks of an LSTM. A simple RNN has one block, the candidate.
_ORDER = {
    "pytorch": ("input_gate", "forget_gate", "candidate", "output_gate"),
    "keras": ("input_gate", "forget_gate", "candidate", "output_gate"),
    "onnx": ("input_gate", "output_gate", "forget_gate", "candidate"),
}
# Names of input weights, recurrent weights and biases; {} is the place in a stack: l0, l1_reverse.
_NAMES = {
    "pytorch": ("weight_ih_{}", "weight_hh_{}", "bias_ih_{}", "bias_hh_{}"),
    "keras": ("kernel", "recurrent_kernel", "bias"),
    "onnx": ("W", "R", "B"),
}
# How each framework lays out a matrix that has one row per block and unit here.
_LAYOUT = {"pytorch": "({rows}, {columns})", "keras": "({columns}, {rows})", "onnx": "(1, {rows}, {columns})"}
PYTORCH_NAME = re.compile(r"(?P<prefix>(?:.*[./])?)(?:weight|bias)_(?:ih|hh|hr)_l(?P<layer>\d+)(?P<reverse>_reverse)?")


def from_framework(name, arrays, layer=None):
    """The weights of an LSTM or simple RNN trained elsewhere, as `Params`.

    `name` is "pytorch", "keras" or "onnx"; `arrays` a mapping with the names and shapes at the head of this module
    (others in it are ignored), for Keras also the list that `get_weights()` returns; without any bias the biases are 0.
    Values may be arrays or PyTorch tensors. `layer` picks one layer of a PyTorch stack. Four blocks are an LSTM, one a
    simple RNN. Two biases are added into one, which leaves every output as it is. The dtype is kept.
    Raises `ValueError` for a GRU, a bidirectional layer, projections, peepholes, a stack without `layer`, one bias
    without the other, an array that looks like a misnamed bias, and arrays that do not fit together.
    """
    one_of("name", name, _ORDER)
    if layer is not None:
        layer = whole_number("layer", layer, at_least=0)
    if layer and name != "pytorch":
        raise complaint("layer", f"0, since {name} stores each layer by itself", describe(layer))
    if name == "keras" and not isinstance(arrays, Mapping):
        arrays = named_keras_list(arrays)
    if not isinstance(arrays, Mapping):
        raise complaint("arrays", "a mapping of names to arrays", describe(arrays))
    if name != "pytorch":
        return read_arrays(name, arrays)
    found = [match for match in map(PYTORCH_NAME.fullmatch, map(str, arrays)) if match and not match["prefix"]]
    layers = sorted({int(match["layer"]) for match in found})
    if layer is None and len(layers) > 1:
        raise complaint("layer", either(layers), f"a stack of {len(layers)} without it")
    layer = layer or 0
    reverse = f"weight_hh_l{layer}_reverse"
    if reverse in arrays:
        raise complaint("arrays", "a layer in one direction", f"a bidirectional one ({reverse})")
    return read_arrays(name, arrays, f"l{layer}")


def read_arrays(name, arrays, place="l0"):
    """The `Params` of the one direction of the one layer that `arrays` hold at this place of a PyTorch stack.

    Raises `ValueError` as `from_framework`.
    """
    _refuse_extras(name, arrays, place)
    input_name, recurrent_name, *bias_names = (one.format(place) for one in _NAMES[name])
    if input_name not in arrays or recurrent_name not in arrays:
        raise complaint("arrays", f"{input_name} and {recurrent_name}, as {name} names them", listed(arrays))

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
    _refuse_misnamed(name, arrays, bias_names, len(W_h))

    biases = [_numbers(one, arrays[one]) for one in bias_names if one in arrays]
    if name == "keras" and blocks == 4 and biases and biases[0].shape == (2 * len(W_h),):
        W_x, W_h, biases = _from_cudnn(W_x, W_h, biases[0])
    b = np.zeros(len(W_h), W_h.dtype)
    for one, bias in zip(bias_names, biases, strict=False):
        shape = (1, 2 * len(W_h)) if name == "onnx" else (len(W_h),)
        b = b + shaped_array(one, bias, shape).reshape(-1, len(W_h)).sum(axis=0)

    order = _ORDER[name] if blocks == 4 else VANILLA_RNN.places
    by_place = dict(zip(order, np.split(np.column_stack([W_h, W_x, b]), blocks), strict=True))
    places = tuple(one for one in PLACES if one in by_place)
    return Params(np.concatenate([by_place[one] for one in places]), places)


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
    return {one.format("l0"): array for one, array in zip(_NAMES[name], arrays, strict=True)}


def named_keras_list(arrays):
    """The list of one layer's `get_weights()` as a mapping; raises `ValueError` for what may be another layout."""
    if not isinstance(arrays, (list, tuple)):
        raise complaint("arrays", "a mapping of names to arrays, or the list of get_weights()", describe(arrays))
    shapes = [np.shape(one) for one in arrays]
    if len(arrays) not in (2, 3):  # without its bias a layer has two arrays
        expected = "the list [kernel, recurrent_kernel, bias] of one layer in one direction"
        hint = ", PyTorch's four arrays, which need their names" if looks_like_pytorch(shapes) else ""
        raise complaint("arrays", expected, f"a list of {len(arrays)}{hint}")
    if looks_like_pytorch(shapes):
        raise complaint(
            "arrays", "[kernel (inputs, k·hidden), recurrent_kernel (hidden, k·hidden), bias] as Keras has them",
            f"shapes {listed(shapes)}, which may be PyTorch's: pass them by name, as state_dict() does",
        )
    return dict(zip(_NAMES["keras"], arrays, strict=False))


def looks_like_pytorch(shapes):
    """Whether unnamed arrays may be weight_ih, weight_hh and either both biases or none.

    Of four blocks PyTorch's recurrent matrix is tall and Keras's wide; two square matrices may be either one's.
    """
    if len(shapes) not in (2, 3, 4) or len(shapes[0]) != 2 or len(shapes[1]) != 2:
        return False
    (rows, inputs), (others, hidden), *biases = shapes
    tall = rows == others and hidden and rows % hidden == 0 and all(one == (rows,) for one in biases)
    square = rows == inputs == hidden
    return tall and (not square or len(biases) != 1)  # one bias and a square: Keras's simple RNN


def listed(names, shown=6):
    """Some names for a complaint, which should stay one sentence."""
    names = list(map(str, names))
    more = f" and {len(names) - shown} more" if len(names) > shown else ""
    return ", ".join(names[:shown]) + more if names else "nothing"


def either(choices):
    """Choices for a complaint: "0, 1 or 2"."""
    *first, last = map(str, choices)
    return f"{', '.join(first)} or {last}" if first else last


def _from_cudnn(W_x, W_h, bias):
    """Unpack a CuDNNLSTM, given as rows here: each block holds its transpose, read in the other order of axes."""
    kernels = (np.hsplit(matrix.T, 4) for matrix in (W_x, W_h))
    W_x, W_h = (np.hstack([block.T.reshape(block.shape, order="F") for block in blocks]).T for blocks in kernels)
    return W_x, W_h, [bias.reshape(2, -1).sum(axis=0)]


def _rows(name, argument, value):
    """A framework's weight matrix as (rows, columns), one row per block and unit."""
    array = _numbers(argument, value)
    if name == "onnx" and array.ndim == 3 and len(array) == 2:
        raise complaint(argument, "a first axis of 1, one direction", "2, a bidirectional layer")
    if name == "keras" and array.ndim > 2:
        raise complaint(argument, "a matrix", f"shape {array.shape}, a ConvLSTM's")
    if array.size == 0 or array.ndim != (3 if name == "onnx" else 2) or (name == "onnx" and len(array) != 1):
        layout = _LAYOUT[name].format(rows="rows", columns="columns")
        raise complaint(argument, f"shape {layout}, none of them 0", f"shape {array.shape}")
    if name == "onnx":
        return array[0]
    return array.T if name == "keras" else array


def _numbers(argument, value):
    """A framework's array as numbers; raises `ValueError` for what quantization stores, which needs a scale."""
    dtype = str(getattr(value, "dtype", ""))
    if re.search(r"int|bool|float[48]", dtype):
        raise complaint(
            argument, "floating-point weights", f"{dtype.removeprefix('torch.')}, as quantization stores them: save "
            "them as float32, multiplied by their scales",
        )
    return float_array(argument, value)


def _refuse_extras(name, arrays, place):
    if name == "pytorch" and f"weight_hr_{place}" in arrays:
        raise complaint("arrays", "an LSTM without projections", f"one with them (weight_hr_{place})")
    if name == "onnx" and "P" in arrays:
        raise complaint("arrays", "an LSTM without peepholes", "one with them (P)")
    for one in _NAMES[name]:
        pattern = rf"{one.format(place)}_(orig|mask|g|v)|parametrizations\.{one.format(place)}\..*"
        changed = [str(other) for other in arrays if re.fullmatch(pattern, str(other))]
        if changed:
            raise complaint(
                "arrays", "plain weights (torch.nn.utils takes these off: prune.remove, remove_weight_norm, "
                "parametrize.remove_parametrizations)", listed(changed),
            )


def _refuse_misnamed(name, arrays, bias_names, rows):
    """Refuse one bias of PyTorch without the other, and what has a bias's shape under a name that is not one's.

    Where no bias is missing, only a name like a bias's is suspicious: other arrays may have this length by chance.
    """
    missing = [one for one in bias_names if one not in arrays]
    shapes = ((rows,), (2 * rows,), (1, 2 * rows))
    odd = [
        one for one, value in arrays.items()
        if not (one in bias_names or re.search(r"[./]", one) or PYTORCH_NAME.fullmatch(one))
        and (missing or re.match(r"(?i)b(_|$)|.*bias", one)) and tuple(getattr(value, "shape", ())) in shapes
    ]
    expected = " and ".join(bias_names)
    if odd:
        raise complaint("arrays", f"the biases under {expected} alone", f"{listed(odd)} with the shape of one")
    if name == "pytorch" and len(missing) == 1:
        raise complaint("arrays", f"{expected}, both or neither", f"no {missing[0]}")
