"""One job of a study: train the networks of a row together, and say what became of each in a `Record`."""

import math
import platform
from importlib.metadata import version
from time import perf_counter

import numpy as np

from ..training.settings import Settings
from ..training.train import fit
from .declaration import OPEN_ENDED, SWEPT, Record

SLICE = 20  # updates that are recorded in float64, for a later check of the whole record


def running_versions():
    """The versions that a record keeps, as they run here: a mapping."""
    return {"python": platform.python_version(), "numpy": np.__version__, "lstm_teach": version("lstm-teach")}


def perform(study, row, pairs):
    """Train the networks of a row at these (seed, setting) pairs together. Returns their records, in this order.

    A setting is a mapping, the same arguments of `train` in every pair. A record's numbers do not depend on which
    other pairs are in the call. An interrupt goes through: a part must not pass for the whole.
    """
    start = perf_counter()
    history = _fit(study, row, pairs, updates=row.updates, evaluate_every=row.evaluate_every,
                   stop=row.phase not in OPEN_ENDED, training_sequences=row.training_sequences)
    measured = [_measured(study, row, history, r, seed, setting) for r, (seed, setting) in enumerate(pairs)]
    shared = {"seconds": round((perf_counter() - start) / len(pairs), 3), "versions": running_versions(),
              "declaration": study.fingerprint(row)}
    return [Record(**own, **shared) for own in measured]


def _measured(study, row, history, r, seed, setting):
    """What became of replica `r`, as fields of its record."""
    errors = history.errors[r]
    measured = errors if len(errors) else np.array([math.nan])
    found = {
        "experiment": row.experiment, "phase": row.phase, "task": row.task, "length": row.length, "cell": row.cell,
        "hidden": row.hidden, "training_sequences": row.training_sequences, "setting": setting, "seed": seed,
        "cap": row.updates, "updates": history.updates_to_criterion[r], "diverged": history.diverged[r],
        "final_error": rounded(measured[-1] if history.diverged[r] is None else math.nan),
        "best_error": rounded(np.min(measured)), "more": study.more(row, history, r),
    }
    if row.phase not in SWEPT:
        every = max(study.keep_every or 0, row.evaluate_every)
        thin = slice(every // row.evaluate_every - 1, None, every // row.evaluate_every)
        found |= {"every": every, "errors": [rounded(error) for error in errors[thin]]}
        if row.training_sequences is not None:
            found["training_errors"] = [rounded(error) for error in history.training_errors[r][thin]]
        if seed == row.seeds[0]:
            found["first_losses"] = first_losses(study, row, seed, setting)
    return found


def first_losses(study, row, seed, setting):
    """The training losses of a network's first 20 updates in float64: a list of numbers."""
    updates = min(SLICE, row.updates)
    history = _fit(study, row, [(seed, setting)], updates=updates, evaluate_every=updates, stop=False,
                   training_sequences=row.training_sequences, dtype=np.float64)
    return history.losses[0].tolist()


def _fit(study, row, pairs, **options):
    choices = {name: [setting[name] for _, setting in pairs] for name in pairs[0][1]}
    return fit(Settings(
        study.cells[row.cell], study.task(row), row.hidden, [seed for seed, _ in pairs], batch=study.batch,
        test_sequences=study.test_sequences, **choices, **options))


def rounded(value, digits=4):
    """A number with so many significant digits, or None if it is not finite: JSON has neither NaN nor infinity."""
    return float(f"{value:.{digits}g}") if math.isfinite(value) else None
