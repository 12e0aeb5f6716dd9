"""Notebook 06: a contestant is the LSTM with a place changed, and can be trained."""

from ...cell.cells import LSTM, Cell
from .begun import written


def contestant(cell):
    """Any `Cell` that differs from the LSTM."""
    if not isinstance(written(cell), Cell):
        return f"expected a Cell, made by replace(lt.LSTM, …), and got {type(cell).__name__}"
    if cell == LSTM:
        return "this is the LSTM itself: change a place"
    return None
