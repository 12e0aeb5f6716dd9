"""Notebook 04: one step of the LSTM, for one unit with one input."""

from itertools import combinations
from typing import NamedTuple

import numpy as np

from ...cell.activations import sigmoid, tanh
from .begun import written

# h, x, c, and the rows of the input gate, the forget gate, the candidate and the output gate: of h, of x, bias.
_CASES = [
    (0.5, 2.0, 1.5, [[2, 1, -1], [-2, 0, 2], [0, -1, 1], [4, -1, 0]]),
    (-0.3, 0.7, -0.8, [[1, -2, 0.5], [0.4, 1, -0.2], [2, 3, -0.6], [-1, 0.9, 0.3]]),
]


class _Way(NamedTuple):
    """A step with at most one thing different from the right one."""

    order: str = "ifgo"
    column: tuple = (0, 1, 2)
    squash: tuple = (sigmoid, sigmoid, tanh, sigmoid)
    memory: object = lambda i, f, g, c: f * c + i * g
    output: object = lambda o, new, old: o * np.tanh(new)

    def step(self, h, x, c, rows):
        """(h, c) after the step."""
        seen = np.array([h, x, 1.0, 0.0])[list(self.column)]
        z = dict(zip(self.order, np.array(rows, float) @ seen, strict=True))
        i, f, g, o = (float(squash(z[letter])) for squash, letter in zip(self.squash, "ifgo", strict=True))
        new = self.memory(i, f, g, c)
        return self.output(o, new, c), new

    def and_also(self, other):
        """Both ways' differences in one; None where they differ from the right step in the same thing."""
        right = _Way()
        ours, theirs = ({name for name in self._fields if getattr(way, name) != getattr(right, name)}
                        for way in (self, other))
        return None if ours & theirs else self._replace(**{name: getattr(other, name) for name in theirs})


# By the mistake, as learners make them.
_MISTAKES = {
    "i and g are added; the write is their product": _Way(memory=lambda i, f, g, c: f * c + i + g),
    "h = o·c leaves the tanh out: it is o·tanh(c)": _Way(output=lambda o, new, old: o * new),
    "h is read from the old c, one step late: update c first": _Way(output=lambda o, new, old: o * np.tanh(old)),
    "the output gate has a tanh; it is a σ": _Way(squash=(sigmoid, sigmoid, tanh, tanh)),
    "the input gate has a tanh; it is a σ": _Way(squash=(tanh, sigmoid, tanh, sigmoid)),
    "the forget gate has a tanh; it is a σ": _Way(squash=(sigmoid, tanh, tanh, sigmoid)),
    "the candidate has a σ; it is a tanh": _Way(squash=(sigmoid,) * 4),
    "the rows are read as i, f, o, g; the third is the candidate's": _Way(order="ifog"),
    "the rows are read as i, o, f, g, the order of ONNX; here it is i, f, g, o": _Way(order="iofg"),
    "i and f are exchanged: i, the first row's, multiplies the candidate, and f the old c": _Way(order="figo"),
    "x stands before h; each row has first the weight of h": _Way(column=(1, 0, 2)),
    "the bias is left out: it is the last number of each row": _Way(column=(0, 1, 3)),
    "the forget gate multiplies the write too: it is f·c + i·g": _Way(memory=lambda i, f, g, c: f * (c + i * g)),
    "the candidate is written without its gate: it is i·g": _Way(memory=lambda i, f, g, c: f * c + g),
    "nothing is forgotten: the old c is multiplied by f": _Way(memory=lambda i, f, g, c: c + i * g),
    "1 − f multiplies the old c; an open forget gate keeps": _Way(memory=lambda i, f, g, c: (1 - f) * c + i * g),
    "1 − f stands in the input gate's place, as in a coupled cell": _Way(memory=lambda i, f, g, c: f * c + (1 - f) * g),
    "h is tanh(c): the output gate is left out": _Way(output=lambda o, new, old: np.tanh(new)),
}


def step(work):
    """The function `step(h, x, c, rows)`: the new h and the new c of one unit."""
    if not callable(written(work)):
        return f"expected a function of h, x, c and rows, got {type(work).__name__}"
    got = [written(work(h, x, c, np.array(rows, float))) for h, x, c, rows in _CASES]
    if any(np.shape(one) == (2, 3) for one in got):
        return "a gate is one number here: the three products of a row are added up, rows @ [h, x, 1]"
    if any(np.shape(one) != (2,) for one in got):
        return f"return two numbers, h and c; yours has the shape {np.shape(got[0])}"
    right = [_Way().step(*case) for case in _CASES]
    if np.allclose(got, right, atol=1e-9):
        return None
    if np.allclose(np.flip(got, axis=1), right, atol=1e-9):
        return "the two numbers are right and come in the other order: return h, c"
    for mistake, way in _MISTAKES.items():
        if np.allclose(got, [way.step(*case) for case in _CASES], atol=1e-9):
            return mistake
    for (one, first), (other, second) in combinations(_MISTAKES.items(), 2):
        both = first.and_also(second)
        if both is not None and np.allclose(got, [both.step(*case) for case in _CASES], atol=1e-9):
            return f"two things: {one}; and {other}"
    if np.allclose([c for _, c in got], [c for _, c in right], atol=1e-9):
        return f"c is right; h should be o·tanh(c) = {right[0][0]:.4f} in the first case, and is {got[0][0]:.4f}"
    return f"in the first case c should be {right[0][1]:.4f}, and is {got[0][1]:.4f}"
