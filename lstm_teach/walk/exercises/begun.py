"""Whether the reader has begun, and what of the LSTM was changed."""

from ...cell.cells import LSTM


class NotWritten(Exception):
    """The reader has not begun: the work is None, or returns None."""


def written(value):
    """The value, unless it is None: then the reader has not begun, and `NotWritten` is raised."""
    if value is None or value is ...:
        raise NotWritten
    return value


def changed_places(cell):
    """The places in which a `Cell` differs from the LSTM: a list of names."""
    return [place for place in ("input_gate", "forget_gate", "output_gate", "candidate", "readout")
            if getattr(cell, place) != getattr(LSTM, place)]
