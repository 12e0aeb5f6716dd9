"""What the first study's records are asked: which stand against which, for the notebooks and their pictures."""

from collections import defaultdict
from functools import cache
from typing import NamedTuple

import numpy as np

from ...cell.cells import CELLS, init_params, unroll
from ...study import store
from ...study.selection import best_setting
from ...study.statistics import cap_of, capped, solved
from .table import FULL, GATES_SEED, STUDY, TASKS, knob, matched

GATES = ("i", "f", "o")


@cache
def load():
    """All committed records of the first study, checked: a mapping from experiment to list. Read once."""
    return store.load(STUDY)


def pick(found, task, cell, size="count", phase="confirm", length=FULL.length):
    """The records of one cell on one task: a list, in the order of the seeds.

    `found` is what `load` returned; `size` is "count" (the width with about as many parameters as the LSTM
    of 12 units) or "width" (12 units); `phase` is "confirm" (at the cell's own best setting), "common" (at the one
    setting that all share), or one of the two in which all nine settings ran: "select" (three seeds, 2000 updates at
    most) and "sweep" (ten seeds, 4000). The list is empty for what was not run.
    """
    hidden = FULL.hidden if size == "width" else matched(cell, task, length, FULL.hidden)
    return [record for records in found.values() for record in records
            if (record.phase, record.network) == (phase, (task, length, cell, hidden))]


def at_best_setting(found, task, cell):
    """The records of one cell on one task at its best of nine settings, in the order of the seeds.

    Where all nine were run to the end (once, adding: ten seeds, 4000 updates) the best of those, otherwise the confirm
    records, whose setting was chosen on three seeds.
    """
    swept = pick(found, task, cell, phase="sweep")
    return best_setting(swept) if swept else pick(found, task, cell)


def overfitting(found, task, cell, hidden, sequences):
    """The networks that learned from so many training sequences only, task "digits" or "latch": a list, a seed each."""
    wanted = "overfit", task, cell, hidden, sequences
    return [record for record in found["overfit"] if wanted == (
        record.phase, record.task, record.cell, record.hidden, record.training_sequences)]


class SettingsGrid(NamedTuple):
    """All settings of one cell on one task: learning rates down, values of the cell's own knob across.

    `solved` and `medians` (unsolved as the cap) are (rates, values); `seeds` ran at each setting, to `cap` at most.
    """

    rates: tuple
    knob: str
    values: tuple
    solved: np.ndarray
    medians: np.ndarray
    seeds: int
    cap: int


def settings_grid(records):
    """The records of one cell on one task at every setting of a grid, as a `SettingsGrid`."""
    name, cells = knob(CELLS[records[0].cell]), defaultdict(list)
    for record in records:
        cells[record.setting["learning_rate"], record.setting[name]].append(record)
    rates, values = (tuple(dict.fromkeys(key[place] for key in cells)) for place in (0, 1))
    grid = [[cells[rate, value] for value in values] for rate in rates]
    return SettingsGrid(
        rates, name, values, np.array([[solved(one).count for one in row] for row in grid]),
        np.array([[np.median(capped(one)) for one in row] for row in grid]), len(grid[0][0]), cap_of(records),
    )


def gate_counts(records):
    """Counts in 50 equal bins of [0, 1] for the gates i, f, o, summed over gates records: gate -> (50,)."""
    return {gate: np.sum([record.more["gates"][gate]["counts"] for record in records], axis=0) for gate in GATES}


def fresh_gate_counts(task, setting, seeds, hidden=FULL.hidden, sequences=128):
    """The same counts for LSTMs before training, at a setting of the study, on sequences of the same task."""
    x, _ = TASKS[task](FULL.length).sample(np.random.default_rng(GATES_SEED), sequences)
    cell, counts = CELLS["LSTM"], {gate: np.zeros(50, int) for gate in GATES}
    for seed in seeds:
        trace = unroll(cell, init_params(cell, x.shape[-1], hidden, seed, forget_bias=setting["forget_bias"]), x)
        for gate in GATES:
            counts[gate] += np.histogram(getattr(trace, gate), 50, (0, 1))[0]
    return counts
