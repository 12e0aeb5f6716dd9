"""Whether the reader has begun."""


class NotWritten(Exception):
    """The reader has not begun: the work is None, or returns None."""


def written(value):
    """The value, unless it is None: then the reader has not begun, and `NotWritten` is raised."""
    if value is None or value is ...:
        raise NotWritten
    return value
