"""How many parameters a recurrent layer has: ours, and what each framework reports for "the same" layer.

Each place with weights holds W_h (hidden, hidden), W_x (hidden, inputs) and one bias (hidden,), hence

    count = places · h (d + h + 1)         d inputs, h hidden units

so an LSTM has 4h(d + h + 1), and a cell without its input gate exactly three quarters of that. Frameworks differ in
one thing only: how many biases they keep.
"""

import math

import numpy as np

from ..checks import complaint, describe, one_of, whole_number
from .cells import Cell

# Blocks of weights in a layer: the LSTM's i, f, g, o; the GRU's update gate, reset gate and candidate; the RNN's one.
_BLOCKS = {"lstm": 4, "gru": 3, "rnn": 1}


def count_parameters(cell, inputs, hidden):
    """The number of weights and biases of a cell: places · h (d + h + 1), equal to `init_params(...).weights.size`.

    Activations do not enter: swapping one leaves the count, dropping a gate takes h (d + h + 1) from it. `inputs` and
    `hidden` are whole numbers of at least 1. Returns an `int`; raises `ValueError` for anything else.
    """
    _check_cell(cell)
    inputs, hidden = whole_number("inputs", inputs), whole_number("hidden", hidden)
    return len(cell.places) * hidden * (hidden + inputs + 1)


def matched_hidden(cell, inputs, budget):
    """The width at which a cell's parameter count is nearest to `budget`; of two equally near, the smaller width.

    The count grows with the width, so the answer is one of the two widths around the root of
    places · h (d + h + 1) = budget, and 1 when even one unit is over the budget. `inputs` and `budget` are whole
    numbers of at least 1. Returns an `int`; raises `ValueError` for anything else.
    """
    _check_cell(cell)
    inputs, budget = whole_number("inputs", inputs), whole_number("budget", budget)
    # In whole numbers, because a rounded square root may be off by one: h (h + b) ≤ share, b = inputs + 1.
    b, share = inputs + 1, budget // len(cell.places)
    below = (math.isqrt(b * b + 4 * share) - b) // 2
    # min keeps the first of equals, and the smaller width comes first.
    return min((max(below, 1), below + 1), key=lambda hidden: abs(count_parameters(cell, inputs, hidden) - budget))


def framework_parameters(name, layer, inputs, hidden, **options):
    """The number of parameters that a framework reports for one layer.

    `name` is "pytorch", "keras" or "onnx"; `layer` is "lstm", "gru" or "rnn"; k = 4, 3, 1 blocks. Weights are
    k·h(d + h) everywhere. Biases: PyTorch and ONNX keep two for each unit, 2kh (one for x, one for h); Keras keeps
    one, kh, but two for a GRU with `reset_after`, where the candidate's second bias stands inside the reset product.
    ONNX peepholes are 3h more. Options, each True or False:

        bias            all frameworks, default True; False leaves every bias out
        bidirectional   all frameworks, default False; True doubles the count
        reset_after     Keras GRU only, default True
        peepholes       ONNX LSTM only, default False

    Sources: the reference pages of torch.nn.LSTM, GRU and RNN, of Keras's LSTM, GRU and SimpleRNN, and of the ONNX
    operators LSTM, GRU and RNN. Returns an `int`; raises `ValueError` for unknown names, sizes below 1, and options
    that the layer does not have.
    """
    one_of("name", name, ("pytorch", "keras", "onnx"))
    one_of("layer", layer, _BLOCKS)
    inputs, hidden = whole_number("inputs", inputs), whole_number("hidden", hidden)
    chosen = {"bias": True, "bidirectional": False}
    if (name, layer) == ("keras", "gru"):
        chosen["reset_after"] = True
    if (name, layer) == ("onnx", "lstm"):
        chosen["peepholes"] = False
    for option, value in options.items():
        one_of(f"option of {name} {layer}", option, chosen)
        if not isinstance(value, (bool, np.bool_)):
            raise complaint(option, "True or False", describe(value))
        chosen[option] = bool(value)

    biases = 2 if name != "keras" or chosen.get("reset_after") else 1
    count = _BLOCKS[layer] * hidden * (inputs + hidden + chosen["bias"] * biases)
    count += 3 * hidden * chosen.get("peepholes", False)
    return count * (1 + chosen["bidirectional"])


def _check_cell(cell):
    if not isinstance(cell, Cell):
        raise complaint("cell", "a Cell such as LSTM", describe(cell))
