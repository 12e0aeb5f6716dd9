"""What the second study's records are asked: the declared comparisons first, then the rest, which is exploratory."""

import math
from functools import cache
from typing import NamedTuple

import numpy as np

from ...study import store
from ...study.statistics import bootstrap_mean, holm, paired, sign_flip_p_of, updates_ratio
from .table import ADDING, NUMBER, ONCE, STUDY

NULL_BOUND = 1.25  # the declared nulls: the ratio's whole interval lies below it


@cache
def load():
    """All committed records of the second study, checked: a mapping from experiment to list. Read once."""
    return store.load(STUDY)


COMPARED = ("fixed", "learned", "once", "length")  # the experiments at the study's own width


def pick(found, task, cell, phase="confirm"):
    """The records of one cell on one task at the study's own width: a list, in the order of the seeds.

    Empty for what was not run.
    """
    return [record for name in COMPARED for record in found[name]
            if (record.phase, record.task, record.cell) == (phase, task, cell)]


class Comparison(NamedTuple):
    """A comparison of updates, seed by seed: the geometric mean of the ratios, its 95 % bootstrap interval, the p-value
    of the exact sign-flip test, Holm's over all that were declared together, and how many runs were cut off at the cap:
    of the rival, and of σ."""

    name: str
    says: str
    ratio: float
    low: float
    high: float
    pairs: int
    p: float
    holm: float
    cut: tuple[int, int]


def _logs(found, task, rival, sigmoid):
    """log(updates of the rival / updates of σ), seed by seed, capped; and how many of each were cut off."""
    ours, theirs = pick(found, task, sigmoid), pick(found, task, rival)
    a, b = paired(ours, theirs, lambda record: record.capped)
    return np.log(b / a), tuple(sum(not record.solved for record in records) for records in (theirs, ours))


# Name: (what it says, the rival, σ, the task, and the task whose ratio it is divided by).
PRIMARY = {
    "P1": ("f = 1, linear gate: adding with both disturbances over large distractors alone",
           "LINEAR_GATE_F1", "LSTM_F1", "adding_both", "adding_big"),
    "P2": ("f = 1, linear gate: adding with noisy marks", "LINEAR_GATE_F1", "LSTM_F1", "adding_marks", None),
    "P3": ("f = 1, dead zone: adding with large distractors", "DEAD_ZONE_F1", "LSTM_F1", "adding_big", None),
    "P4": ("f = 1, linear gate: number with noisy marks", "LINEAR_GATE_F1", "LSTM_F1", "number_marks", None),
    "P5": ("learned f, linear gate: adding with both disturbances over large distractors alone",
           "LINEAR_GATE", "LSTM", "adding_both", "adding_big"),
    "P6": ("learned f, dead zone: adding with large distractors", "DEAD_ZONE", "LSTM", "adding_big", None),
}
NULLS = {
    "N1": ("f = 1, linear gate: adding, clean", "LINEAR_GATE_F1", "adding"),
    "N2": ("f = 1, tanh gate: adding, clean", "TANH_GATE_F1", "adding"),
    "N3": ("f = 1, linear gate: once, clean", "LINEAR_GATE_F1", "once"),
    "N4": ("f = 1, tanh gate: once, clean", "TANH_GATE_F1", "once"),
    "N5": ("f = 1, dead zone: once, clean", "DEAD_ZONE_F1", "once"),
}


def primary(found):
    """The six declared comparisons: a list of `Comparison`."""
    measured = []
    for says, rival, sigmoid, task, over in PRIMARY.values():
        logs, cut = _logs(found, task, rival, sigmoid)
        if over:
            below, more_cut = _logs(found, over, rival, sigmoid)
            logs, cut = logs - below, tuple(a + b for a, b in zip(cut, more_cut, strict=True))
        measured.append((says, logs, cut))
    p_values = [sign_flip_p_of(logs) for _, logs, _ in measured]
    return [
        Comparison(name, says, *bootstrap_mean(logs, show=math.exp), len(logs), p, adjusted, cut)
        for name, (says, logs, cut), p, adjusted in zip(PRIMARY, measured, p_values, holm(p_values), strict=True)
    ]


def nulls(found):
    """The declared nulls: name -> (what it says, its `Ratio`, whether it "holds": the whole interval below the bound).

    If runs of the rival were cut off at the cap, the ratio is larger than it looks: then it is "undecided".
    """
    measured = {}
    for name, (says, rival, task) in NULLS.items():
        ratio = updates_ratio(pick(found, task, "LSTM_F1"), pick(found, task, rival))
        verdict = "does not hold" if ratio.high >= NULL_BOUND else "undecided" if ratio.bound in ("≥", "?") else "holds"
        measured[name] = says, ratio, verdict
    return measured


CONDITIONS = {
    "f = 1": ((*ADDING, *NUMBER, *ONCE, "length"), ("LSTM_F1", "LINEAR_GATE_F1", "TANH_GATE_F1", "DEAD_ZONE_F1")),
    "learned f": ((*ADDING, *NUMBER, "length"), ("LSTM", "LINEAR_GATE", "TANH_GATE", "DEAD_ZONE", "TANH_ONLY")),
}


def grid(found, forget):
    """Who learned what: task -> cell -> records, for forget "f = 1" or "learned f"."""
    conditions, cells = CONDITIONS[forget]
    return {task: {cell: pick(found, task, cell) for cell in cells} for task in conditions}


def edges(found):
    """Every selected setting: a list of (task, cell, hidden, setting, where its learning rate lies).

    Where: "inside" the rates that were tried, or at the "lowest" or "highest" of them.
    """
    listed = []
    tried = {}
    for records in found.values():
        for record in records:
            if record.phase in ("select", "edge"):
                tried.setdefault(record.network, set()).add(record.setting["learning_rate"])
    for records in found.values():
        seen = set()
        for record in records:
            if record.phase == "confirm" and record.network not in seen:
                seen.add(record.network)
                rate, rates = record.setting["learning_rate"], tried[record.network]
                where = "lowest" if rate == min(rates) else "highest" if rate == max(rates) else "inside"
                listed.append((record.task, record.cell, record.hidden, record.setting, where))
    return listed


def median_more(records, *path):
    """The median over records of a number in `more`, found along `path`; NaN if none holds it."""
    values = []
    for record in records:
        value = record.more
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        if value is not None:
            values.append(value)
    return float(np.median(values)) if values else math.nan


def interventions(records):
    """What is left of the error when recurrent weights are cut, or all gates of a place frozen, network by network.

    Of the records those that had solved their task and were opened. "cut", and each place that was frozen, maps to
    (networks, 2): the error, and the error with the output layer fitted anew; "before" to (networks,), the error as
    trained. Empty if none of the networks was opened.
    """
    opened = [record.more["frozen"] for record in records if record.solved and "frozen" in record.more]
    return {what: np.array([one[what]["all"] if isinstance(one[what], dict) else one[what] for one in opened])
            for what in (opened[0] if opened else ())}


def unit_effects(record, place):
    """What freezing each unit's gate alone does: the errors (hidden,); and each unit's mean at marks less elsewhere."""
    found = record.more["frozen"][place]
    return np.array(found["units"], float), np.array(found["marked"], float) - np.array(found["ignored"], float)
