"""A memory cell of one unit that is played like an instrument: a score of events, and weights set by hand to hear them.

Each step of a score may raise four input lines: *value* (the number on offer), *write*, *erase* and *read*. A value may
arrive without the write line: it is then a distractor, which the cell should ignore. The weights of `HAND_SET` let each
place of the LSTM hear one line and nothing else; h is not fed back, so what a gate does can be read off the score.
"""

import numpy as np

from ..checks import complaint, describe
from .cells import LSTM, Params

LINES = ("value", "write", "erase", "read")

# What one letter of a score adds to the lines.
LETTERS = {
    ".": {},
    "+": {"value": 1.0, "write": 1.0},
    "-": {"value": -1.0, "write": 1.0},
    "d": {"value": 1.0},
    "b": {"value": -1.0},
    "e": {"erase": 1.0},
    "r": {"read": 1.0},
}

# Per place: the weight of each line that it hears, and its bias. All other weights are 0.
HAND_SET = {
    "input_gate": {"write": 10.0, "bias": -5.0},
    "forget_gate": {"erase": -10.0, "bias": 5.0},
    "candidate": {"value": 0.5, "bias": 0.0},
    "output_gate": {"read": 10.0, "bias": -5.0},
}


def read_score(text):
    """Read a score such as "+ . d e- r": one step between two spaces, one letter an event.

    `+` and `-` write +1 and −1, `d` and `b` are distractors (the values +1 and −1 without the write line), `e` erases,
    `r` reads, `.` does nothing; letters of one step happen together. Returns (steps, remark): the steps that could be
    read, a list of strings, and "" or one sentence about the rest. Raises `ValueError` unless `text` is a string.
    """
    if not isinstance(text, str):
        raise complaint("score", "a text such as '+ . d e- r'", describe(text))
    steps, unknown, crowded = [], [], []
    for step in text.lower().replace("−", "-").split():
        if set(step) - set(LETTERS):
            unknown.append(step)
        elif len(set(step)) < len(step) or len(set(step) & set("+-db")) > 1:
            crowded.append(step)
        else:
            steps.append(step)
    if unknown:
        return steps, f"'{_short(unknown[0])}' is left out: a step is made of the letters {' '.join(LETTERS)}"
    if crowded:
        return steps, f"'{_short(crowded[0])}' is left out: a step has one value and no letter twice"
    return steps, "" if steps else "The score is empty"


def _short(step):
    return step if len(step) <= 12 else step[:11] + "…"


def encode_score(score):
    """The input lines of a score: an array (T, 4) in the order value, write, erase, read.

    `score` is a text as `read_score` takes it. Raises `ValueError` for a score that is empty or cannot be read.
    """
    steps, remark = read_score(score)
    if remark:
        raise complaint("score", "steps such as '+ . d e- r'", f"{describe(score)} ({remark})")
    return score_lines(steps)


def score_lines(steps):
    """The input lines (T, 4) of steps that `read_score` has read."""
    return np.array([[sum(LETTERS[letter].get(line, 0.0) for letter in step) for line in LINES] for step in steps])


def hand_set_params(cell=LSTM, weights=HAND_SET):
    """`Params` of one unit for any cell: the rows of `weights` for the places that have weights, the rest dropped.

    `weights` maps each place to {line or "bias": weight}, as `HAND_SET` does; what is not named is 0, the weight of h
    included. Raises `ValueError` for a place that `weights` lacks or a line that does not exist.
    """
    columns = ("h", *LINES, "bias")
    for place in cell.places:
        if place not in weights or set(weights[place]) - set(columns):
            raise complaint("weights", f"for {place} a mapping of {', '.join(columns)}", describe(weights.get(place)))
    rows = [[float(weights[place].get(column, 0.0)) for column in columns] for place in cell.places]
    return Params(np.array(rows), cell.places)
