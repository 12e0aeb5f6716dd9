"""Notebook 00: a cell that lacks a gate is a cell with one place changed."""

from ...cell.cells import LSTM, TANH_ONLY, Cell
from .begun import changed_places, written


def tanh_only(cell):
    """The LSTM without its input gate, made by `replace`."""
    if not isinstance(written(cell), Cell):
        return f"expected a Cell, made by replace(lt.LSTM, …), and got {type(cell).__name__}"
    if cell == TANH_ONLY:
        return None
    if cell == LSTM:
        return "this is still the LSTM: nothing was replaced"
    changed = changed_places(cell)
    if changed != ["input_gate"]:
        return f"what goes is the input gate; you changed {', '.join(changed)}"
    if cell.input_gate in (1, 1.0):
        return "a gate of 1 is the same in numbers; write None, which says that there is no gate and no weights"
    return f"an input gate of {cell.input_gate!r} is still there: None takes it away"
