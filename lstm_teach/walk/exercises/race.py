"""Notebook 06: a contestant is the LSTM with a place changed, and can be trained."""

from ...cell.cells import Cell
from .begun import changed_places, written


def contestant(cell):
    """Any `Cell` that differs from the LSTM in one place."""
    if not isinstance(written(cell), Cell):
        return f"expected a Cell, made by replace(lt.LSTM, …), and got {type(cell).__name__}"
    changed = changed_places(cell)
    if not changed:
        return "this is the LSTM itself: change a place"
    if len(changed) > 1:
        return f"one place at a time, or nobody knows which made the difference: you changed {', '.join(changed)}"
    return None
