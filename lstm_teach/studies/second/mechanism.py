"""What a trained network does with a value, and whether its answer hangs on that: measured, and then by intervention.

All of it in float64 on sequences that the network has not seen. A gate is *frozen* by taking all weights from its row
and setting the bias so that it stands at one value; *cut* are the recurrent weights of every place. What is left of the
error after an intervention is given as it is, and with the output layer fitted anew by least squares: a state that is
merely shifted can be read again, one that has lost the value cannot.
"""

import math

import numpy as np

from ...cell.cells import Params, unroll
from ...study.job import rounded
from ...training import tasks

SEED, SEQUENCES = 1933, 256  # of the sequences for all that follows
LATER = (0, 1, 2, 5, 10, 20)  # steps after a value came
NUDGE = 1e-4  # by how much a value is moved to see what follows
LONGER = {"adding": (2, 4, 8), "length": (2, 4, 8), "once": (2,)}  # times the length that was trained on
KEPT = ("LSTM", "LSTM_F1", "TANH_ONLY")  # whose weights of seed 0 are kept, to be looked at
OPENED = {"LSTM": ("input_gate", "forget_gate"), "LSTM_F1": ("input_gate",), "LINEAR_GATE": ("input_gate",),
          "TANH_ONLY": ("forget_gate",)}  # whose gates are frozen, and which
SEEDS_OPENED = 10
INVERSE = {"sigmoid": lambda value: math.log(value / (1 - value)), "identity": lambda value: value}


def more(row, history, replica):
    """What the second study's confirm records hold beside errors: a mapping, empty in other phases."""
    if row.phase != "confirm" or history.diverged[replica] is not None:
        return {}
    cell = history.settings["cell"]
    params = Params(history.params.weights[replica].astype(float), cell.places)
    head = history.head.W[replica].astype(float), history.head.b[replica].astype(float)
    if row.experiment == "text":
        return {"held_out_bits": rounded(held_out_bits(cell, params, head, row.length), 5)}
    if row.experiment == "width":
        return {}
    found = {"longer": {}, "noisier": rounded(error(cell, params, head, *_noisier(row)), 3)}
    for times in LONGER.get(row.task.partition("_")[0], ()):
        found["longer"][str(times)] = rounded(error(cell, params, head, *sequences(row, times)), 3)
    seed = history.settings["seeds"][replica]
    if row.cell in OPENED and row.task.partition("_")[0] in ("adding", "length") and seed < SEEDS_OPENED:
        x, targets, read = sequences(row)
        found |= {"moved": moved(cell, params, head, row), "frozen": frozen(cell, params, head, x, targets, read, row)}
    if row.cell in KEPT and row.task in ("adding", "adding_both", "length") and seed == row.seeds[0]:
        found |= {"weights": [[rounded(w, 6) for w in line] for line in params.weights.tolist()],
                  "head_W": [[rounded(w, 6) for w in line] for line in head[0].tolist()],
                  "head_b": [rounded(b, 6) for b in head[1].tolist()]}
    return found


# --- sequences --------------------------------------------------------------------------------------------------------


def _disturbed(row):
    """The two disturbances of a row's task."""
    name = row.task.partition("_")[2]
    return {"mark_noise": 0.1 * (name in ("marks", "both")), "distractor_sd": 3.0 if name in ("big", "both") else None}


def _make(row, length, **disturbed):
    name = row.task.partition("_")[0]
    if name == "length":
        return tasks.varying_length(round(0.6 * length), round(1.4 * length), **disturbed)
    return {"adding": tasks.adding, "number": tasks.varying_number, "once": tasks.once}[name](length, **disturbed)


def sequences(row, times=1, count=SEQUENCES):
    """Sequences of a row's or record's own task, `times` as long, `count` of them.

    Returns x (T, count, inputs), targets (count, 1), and the step that is read in each (count,).
    """
    return _drawn(_make(row, times * row.length, **_disturbed(row)), count)


def _noisier(row):
    """Sequences of a row's task whose marks are seen with noise of sd 0.1 more (in its square) than trained on."""
    disturbed = _disturbed(row)
    return _drawn(_make(row, row.length, **disturbed | {"mark_noise": math.hypot(disturbed["mark_noise"], 0.1)}))


def _drawn(task, count=SEQUENCES):
    drawn = task.sample(np.random.default_rng(SEED), count)
    if task.when == "counted":
        x, targets, counted = drawn
        read = counted.argmax(axis=0)
        return x, targets[read, np.arange(count)], read
    return *drawn, np.full(count, task.length - 1)


def _answers(trace, head, read):
    return trace.h[read, np.arange(trace.h.shape[1])] @ head[0].T + head[1]


def error(cell, params, head, x, targets, read):
    """The mean squared error of a network at the steps `read`."""
    with np.errstate(over="ignore", invalid="ignore"):  # far outside its training a state may overflow
        return float(np.mean((_answers(unroll(cell, params, x), head, read) - targets) ** 2))


# --- what a value moves -----------------------------------------------------------------------------------------------


def moved(cell, params, head, row):
    """By how much a nudge of one value moves memory and answer, per unit of nudge, for an ignored and a marked one.

    {"ignored": {...}, "marked": {...}}, each with "c": the root mean square over units, averaged over sequences, so
    many steps later (`LATER`), and "answer": the mean absolute change of what is read at the end. Both values come in
    the first half of the sequence, the ignored one at any unmarked step there.
    """
    x, _, read = sequences(row)
    # Noise never turns a 0 into a 1: the two highest marks of a sequence are the marked ones.
    marks = np.zeros(x.shape[:2], bool)
    np.put_along_axis(marks, np.argsort(x[..., 1], axis=0)[-2:], True, axis=0)
    first = marks.argmax(axis=0)
    rng, which = np.random.default_rng(SEED), np.arange(x.shape[1])
    other = (first + rng.integers(1, 5, SEQUENCES)) % (row.length // 4)
    other = np.where(marks[other, which], (other + 1) % (row.length // 4), other)
    trace = unroll(cell, params, x)
    before, found = _answers(trace, head, read), {}
    for name, at in (("ignored", other), ("marked", first)):
        nudged = x.copy()
        nudged[at, which, 0] += NUDGE
        then = unroll(cell, params, nudged)
        change = np.sqrt(np.mean(((then.c - trace.c) / NUDGE) ** 2, axis=-1))
        inside = {k: at + k <= read for k in LATER}
        found[name] = {
            "c": {str(k): rounded(np.mean(change[(at + k)[here], which[here]]), 3)
                  for k, here in inside.items() if here.any()},
            "answer": rounded(np.mean(np.abs(_answers(then, head, read) - before)) / NUDGE, 3),
        }
    return found


# --- interventions ----------------------------------------------------------------------------------------------------


def freeze(cell, params, place, values, units):
    """`Params` in which these units' gate of a place stands at `values` (hidden,), whatever comes."""
    changed = Params(params.weights.copy(), params.places)
    block, inverse = changed[place], INVERSE[getattr(cell, place)]
    for unit in units:
        block.W_x[unit], block.W_h[unit], block.b[unit] = 0, 0, inverse(float(values[unit]))
    return changed


def cut(params):
    """`Params` without recurrent weights: no place hears h any more."""
    changed = Params(params.weights.copy(), params.places)
    for block in changed.values():
        block.W_h[...] = 0
    return changed


def refitted(cell, params, x, targets, read):
    """The error when the output layer is fitted anew by least squares on half of the sequences, on the other half."""
    trace, half = unroll(cell, params, x), x.shape[1] // 2
    states = np.column_stack([trace.h[read, np.arange(x.shape[1])], np.ones(x.shape[1])])
    weights, *_ = np.linalg.lstsq(states[:half], targets[:half], rcond=None)
    return float(np.mean((states[half:] @ weights - targets[half:]) ** 2))


def frozen(cell, params, head, x, targets, read, row):
    """Errors before and after each intervention; means are over all steps up to the one that is read.

    {"before": error, "cut": [error, refitted], place: {"all": [error, refitted], "units": one error a unit frozen alone
    at its mean, "marked", "ignored": each unit's mean at steps with and without a mark}}.
    """
    trace, found = unroll(cell, params, x), {}
    steps = np.arange(len(x))[:, None] <= read
    marks = np.zeros(x.shape[:2], bool)
    np.put_along_axis(marks, np.argsort(x[..., 1], axis=0)[-2:], True, axis=0)

    def after(changed):
        return [rounded(error(cell, changed, head, x, targets, read), 3),
                rounded(refitted(cell, changed, x, targets, read), 3)]

    found["before"], found["cut"] = rounded(error(cell, params, head, x, targets, read), 3), after(cut(params))
    for place in OPENED[row.cell]:
        values = getattr(trace, {"input_gate": "i", "forget_gate": "f"}[place])
        mean, units = values[steps].mean(axis=0), range(params.hidden)
        found[place] = {
            "all": after(freeze(cell, params, place, mean, units)),
            "units": [after(freeze(cell, params, place, mean, [unit]))[0] for unit in units],
            "marked": [rounded(value, 3) for value in values[marks].mean(axis=0)],
            "ignored": [rounded(value, 3) for value in values[steps & ~marks].mean(axis=0)],
        }
    return found


# --- text -------------------------------------------------------------------------------------------------------------


def held_out_bits(cell, params, head, length):
    """Bits a character over the whole held-out text, in windows that follow one another, each from a state of 0."""
    x, classes = tasks.held_out_windows(length)
    outputs = unroll(cell, params, x).h @ head[0].T + head[1]
    outputs -= outputs.max(axis=-1, keepdims=True)
    chosen = np.take_along_axis(outputs, classes[..., None], axis=-1)[..., 0]
    return float(np.mean(np.log(np.exp(outputs).sum(axis=-1)) - chosen) / math.log(2))
