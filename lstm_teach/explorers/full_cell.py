"""The explorer of notebook 04: write a score of events, choose the cell that plays it, and step through."""

from dataclasses import replace

import numpy as np

from ..cell.cells import COUPLED, LSTM, NO_FORGET_GATE, NO_OUTPUT_GATE, TANH_ONLY, unroll
from ..cell.score import HAND_SET, hand_set_params, read_score, score_lines
from ..plots.sequence import LETTERS, LONGEST, fill_lanes, label_time, lane_axes, three_digits
from ..plots.style import ROLES
from .controls import choice, text_field, whole_slider
from .explorer import Explorer

# What the explorer can play: a cell, and the weights that it takes from.
_COUPLED_SET = HAND_SET | {"forget_gate": {"write": -10.0, "erase": -10.0, "bias": 5.0}}
SCORE_CELLS = {
    "LSTM": (LSTM, HAND_SET),
    "tanh-only: no input gate": (TANH_ONLY, HAND_SET),
    "no forget gate": (NO_FORGET_GATE, HAND_SET),
    "no output gate": (NO_OUTPUT_GATE, HAND_SET),
    "coupled: i = 1 − f, and f hears write too": (COUPLED, _COUPLED_SET),
    "no gate at all": (replace(LSTM, input_gate=None, forget_gate=None, output_gate=None), HAND_SET),
}


def picture(figure):
    """Movable: a score played by the hand-set LSTM or one with a gate less, and the numbers at one step.

    draw(score, cell, at): any text as the score (what cannot be read is left out, and said so), `cell` a key of
    `SCORE_CELLS`, `at` the step to look at, counted from 1 (the last one if the score is shorter).
    """
    figure.set_size_inches(7.2, 4.2)
    lanes, states = lane_axes(figure)
    markers = [axes.axvspan(0.5, 1.5, color="#e8e8e8", linewidth=0, zorder=0) for axes in (*lanes, states)]
    beside = {"va": "center", "fontsize": 10, "transform": states.transAxes}
    numbers = {letter: states.text(1.012, height, "", color=ROLES[LETTERS[letter]].color, **beside)
               for letter, height in (("c", 0.78), ("h", 0.22))}
    states.text(1.012, 0.5, "−0.000511", alpha=0, **beside)  # nothing to see: it keeps the room for a long number
    played, artists = {}, []

    def play(steps, cell):
        """Draw a run, unless it is the one that is drawn: the step to look at moves without it."""
        if played.get("of") == (steps, cell):
            return
        kind, weights = SCORE_CELLS[cell]
        trace = unroll(kind, hand_set_params(kind, weights), score_lines(steps))
        played.update(of=(steps, cell), trace=trace, full=unroll(LSTM, hand_set_params(LSTM), score_lines(steps)))
        while artists:
            artists.pop().remove()
        artists.extend(fill_lanes(lanes, states, trace))
        label_time(states, np.array(steps))
        reach = next(limit for limit in (1.2, 2.4, 5, 12, 25) if max(abs(trace.c).max(), abs(trace.h).max()) <= limit)
        states.set_ylim(-reach, reach)

    def draw(score, cell, at):
        steps, remark = read_score(score)
        if len(steps) > LONGEST:
            steps, remark = steps[:LONGEST], remark or f"Only the first {LONGEST} steps are played"
        steps = steps or ["."]
        play(steps, cell)
        trace, full = played["trace"], played["full"]
        at = min(int(at), len(steps))
        for marker in markers:
            marker.set(x=at - 0.5)
        now = {letter: three_digits(getattr(trace, letter)[at - 1, 0]) for letter in "ifogch"}
        for letter, text in numbers.items():
            text.set_text(f"{letter} at {at}\n{now[letter]}")
        lanes[0].set_title(cell)
        figure.set_label(
            (remark + ". " if remark else "") + f"Step {at} of {len(steps)} is '{steps[at - 1]}': i = {now['i']}, "
            f"f = {now['f']}, g = {now['g']}, o = {now['o']}, so c = {now['c']} and h = {now['h']} ({cell})"
            + (f"; the LSTM has c = {three_digits(full.c[at - 1, 0])} and h = {three_digits(full.h[at - 1, 0])}."
               if SCORE_CELLS[cell][0] != LSTM else ".")
        )

    return draw


def full_cell():
    """Explorer of notebook 04: write a sentence as a score, choose the cell that plays it, and step through."""
    return Explorer(
        picture,
        "“The keys to the cabinet in the hall”: which cells still say “are” (h above 0) at the verb? And on which "
        "shortest score does each one's h differ from the LSTM's?",
        score=text_field(
            "score: subject + or -, distractor d (+1) or b (−1), verb r, any other word ., erase e (Enter plays it)",
            ". + . . b . . b r",
        ),
        cell=choice("cell", SCORE_CELLS, "tanh-only: no input gate"),
        at=whole_slider("word to look at", 9, 1, 24),
    )
