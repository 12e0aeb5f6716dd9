"""Notebook 03: the loop of a memory, c ← f c + write."""

import numpy as np

from .begun import written

# By the mistake: what c is after the steps.
_MISTAKES = {
    "the old c is not multiplied by f": lambda c, f, writes: c + sum(writes),
    "f multiplies the write too: only the old c is kept in part": lambda c, f, writes: _looped(
        c, writes, lambda c, write: f * (c + write)),
    "f multiplies the write, and should multiply the old c": lambda c, f, writes: _looped(
        c, writes, lambda c, write: c + f * write),
    "the write is multiplied by 1 − f; here it is added as it is": lambda c, f, writes: _looped(
        c, writes, lambda c, write: f * c + (1 - f) * write),
    "each step starts from the first c again; it should go on from the c before it": lambda c, f, writes: (
        f * c + writes[-1]),
    "this is c after the first step; return it when the loop has ended": lambda c, f, writes: f * c + writes[0],
    "the loop starts from 0; it should start from the c it is given": lambda c, f, writes: _looped(
        0, writes, lambda c, write: f * c + write),
    "the old c is added once more: it is c = f*c + write, not c += f*c + write": lambda c, f, writes: _looped(
        c, writes, lambda c, write: c + f * c + write),
    "the last write is left out: there are as many steps as writes": lambda c, f, writes: _looped(
        c, writes[:-1], lambda c, write: f * c + write),
    "the first write is left out: there are as many steps as writes": lambda c, f, writes: _looped(
        c, writes[1:], lambda c, write: f * c + write),
    "f is applied once; it multiplies c at every step": lambda c, f, writes: f * c + sum(writes),
}


def _looped(c, writes, one_step):
    for write in writes:
        c = one_step(c, write)
    return c


def remember(work):
    """The function `remember(c, f, writes)`: c after as many steps as there are writes."""
    if not callable(written(work)):
        return f"expected a function of c, f and writes, got {type(work).__name__}"
    cases = [(2.0, 0.5, [1.0, -3.0, 0.25]), (1.0, 0.9, [0.3, 0.0, -0.7])]
    got = [written(work(c, f, list(writes))) for c, f, writes in cases]
    if any(np.shape(one) != () for one in got):
        return f"return one number, the last c; yours has the shape {np.shape(got[0])}"
    right = [_looped(c, writes, lambda c, write, f=f: f * c + write) for c, f, writes in cases]
    if np.allclose(got, right):
        return None
    for mistake, wrong in _MISTAKES.items():
        if np.allclose(got, [wrong(*case) for case in cases]):
            return mistake
    c, f, writes = cases[0]
    return f"with c = {c:g}, f = {f:g} and the writes {writes} the last c is {right[0]:g}, and yours {got[0]:g}"
