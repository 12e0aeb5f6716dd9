"""Which records of the study stand against which: picked, paired and counted, for notebook 07 and its pictures.

Reading and statistics are in `results`, the table in `declaration`; here are only the questions put to them.
"""

from collections import defaultdict

import numpy as np

from . import results
from .cell.cells import CELLS, init_params, unroll
from .declaration import FULL, GATES_SEED, KNOBS, LEARNING_RATES, TASKS, knob, matched

GATES = ("i", "f", "o")


def pick(found, task, cell, size="count", phase="confirm", length=FULL.length):
    """The records of one cell on one task: a list, in the order of the seeds.

    `found` is what `results.load` returned; `size` is "count" (the width with about as many parameters as the LSTM
    of 12 units) or "width" (12 units); `phase` is "confirm" (at the cell's own best setting), "common" (at the one
    setting that all share), or one of the two in which all nine settings ran: "select" (three seeds, 2000 updates at
    most) and "sweep" (ten seeds, 4000). The list is empty for what was not run.
    """
    hidden = FULL.hidden if size == "width" else matched(cell, task, length, FULL.hidden)
    row = (phase, task, length, cell, hidden)
    return [record for records in found.values() for record in records
            if (record["phase"], record["task"], record["length"], record["cell"], record["hidden"]) == row]


def solved(records):
    """(how many, of how many, low, high): seeds that met the criterion, with the 95 % Wilson interval of the share."""
    count = sum(record["updates"] is not None for record in records)
    return count, len(records), *results.wilson(count, len(records))


def paired(ours, theirs):
    """The updates of two cells for the seeds that both have, capped: two arrays, in the order of `ours`.

    Both lists must have been run to the same cap; raises `ValueError` otherwise.
    """
    if len({record["cap"] for record in [*ours, *theirs]}) != 1:
        raise ValueError("ours and theirs: expected records of one and the same cap")
    by_seed = {record["seed"]: value for record, value in zip(theirs, results.capped(theirs), strict=True)}
    kept = [(value, by_seed[record["seed"]])
            for record, value in zip(ours, results.capped(ours), strict=True) if record["seed"] in by_seed]
    return tuple(np.array(kept, float).T)


def settings_grid(records):
    """Nine settings as a grid: (seeds solved, median updates with the cap for the unsolved), both (3 rates, 3 values).

    `records` are the select records of one cell on one task; rows follow `LEARNING_RATES`, columns the three values of
    the cell's own knob.
    """
    name, cells = knob(CELLS[records[0]["cell"]]), defaultdict(list)
    for record in records:
        cells[record["setting"]["learning_rate"], record["setting"][name]].append(record)
    grid = [[cells[rate, value] for value in KNOBS[name]] for rate in LEARNING_RATES]
    return (np.array([[solved(one)[0] for one in row] for row in grid]),
            np.array([[np.median(results.capped(one)) for one in row] for row in grid]))


def best_setting(records):
    """Of the records of several settings those at the best one: most seeds solved, then the lowest median (capped)."""
    by_setting = defaultdict(list)
    for record in records:
        by_setting[tuple(record["setting"].items())].append(record)
    return min(by_setting.values(), key=lambda own: (-solved(own)[0], np.median(results.capped(own))))


def solved_by(records, updates):
    """The share of seeds that had met the criterion by each of these numbers of updates: an array like `updates`."""
    needed = [np.inf if record["updates"] is None else record["updates"] for record in records]
    return np.mean(np.asarray(needed)[:, None] <= np.asarray(updates), axis=0)


def gate_counts(records):
    """Counts in 50 equal bins of [0, 1] for the gates i, f, o, summed over gates records: gate -> (50,)."""
    return {gate: np.sum([record["gates"][gate]["counts"] for record in records], axis=0) for gate in GATES}


def fresh_gate_counts(task, setting, seeds, hidden=FULL.hidden, sequences=128):
    """The same counts for LSTMs before training, at a setting of the study, on sequences of the same task."""
    x, _ = TASKS[task](FULL.length).sample(np.random.default_rng(GATES_SEED), sequences)
    cell, counts = CELLS["LSTM"], {gate: np.zeros(50, int) for gate in GATES}
    for seed in seeds:
        trace = unroll(cell, init_params(cell, x.shape[-1], hidden, seed, forget_bias=setting["forget_bias"]), x)
        for gate in GATES:
            counts[gate] += np.histogram(getattr(trace, gate), 50, (0, 1))[0]
    return counts


def near_an_end(counts):
    """The share of values within 0.1 of 0 or of 1, from counts in 50 equal bins of [0, 1]: a number."""
    return float((counts[:5].sum() + counts[-5:].sum()) / counts.sum())
