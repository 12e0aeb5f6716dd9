"""Notebook 07: other distractors in the place of the old ones, the marked values left."""

import numpy as np

from .begun import written


def redraw(function):
    """`redraw(values, marked, new)`: `values` where `marked`, else `new`, all of one shape."""
    rng = np.random.default_rng(0)
    values, new = rng.normal(size=(2, 7, 3))
    marked = np.zeros((7, 3), bool)
    marked[2], marked[5, 1] = True, True
    before = values.copy()
    try:
        got = np.asarray(written(function(values, marked, new)))
    except (ValueError, TypeError, IndexError) as error:
        return f"NumPy says: {error}; np.where(condition, a, b) takes a where the condition holds, and b elsewhere"
    if got.shape != values.shape:
        return f"expected an array of shape {values.shape}, as values have, and got {got.shape}"
    if not np.array_equal(values, before):
        return "the old values were changed in place; np.where makes new ones"
    if np.array_equal(got, np.where(marked, values, new)):
        return None
    if np.array_equal(got, np.where(marked, new, values)):
        return "the other way round: you redrew the marked values and kept the distractors"
    if np.array_equal(got, values):
        return "nothing was redrawn"
    if np.array_equal(got, new):
        return "everything was redrawn, the marked values too"
    return "some values are neither the old one where marked nor the one of `new` elsewhere"
