"""How many parameters a cell has, and how wide it may be for as many.

Each place with weights holds W_h (hidden, hidden), W_x (hidden, inputs) and one bias (hidden,), hence

    count = places · h (d + h + 1)         d inputs, h hidden units

so an LSTM has 4h(d + h + 1), and a cell without its input gate exactly three quarters of that. What frameworks report
for their layers is in `weights.counting`.
"""

import math

from ..checks import complaint, describe, whole_number
from .cells import Cell


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


def _check_cell(cell):
    if not isinstance(cell, Cell):
        raise complaint("cell", "a Cell such as LSTM", describe(cell))
