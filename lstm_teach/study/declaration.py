"""What a study declares, a table of rows, and what it records, one `Record` a trained network."""

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property

import numpy as np

from ..cell.cells import Cell, Params
from ..cell.counting import count_parameters
from ..training.train import Head

SWEPT = ("select", "edge", "sweep")  # phases in which several settings are run, so that a record is told by its own
OPEN_ENDED = ("overfit", "gates")  # phases in which a network trains on when it has met the criterion
OWN = ("confirm", "overfit", "gates")  # phases that run at the setting which the network's select rows give


@dataclass(frozen=True)
class Row:
    """One row of the table: a cell on a task, at several settings, at one, or at its own, over some seeds.

    `phase` is "select", "edge" (settings beyond an end of the selected grid, run only if the best lies at that end),
    "confirm", "common", "overfit", "gates" or "sweep". `task` and `cell` are names that the study gives.
    `settings` is a tuple of settings, each a tuple of (argument of `train`, value) pairs; or empty: the network's own,
    which its select rows decide. `training_sequences` is the size of the fixed training set, or None for fresh
    sequences at every update.
    """

    experiment: str
    phase: str
    task: str
    length: int
    cell: str
    hidden: int
    seeds: tuple[int, ...]
    updates: int
    evaluate_every: int
    settings: tuple = ()
    training_sequences: int | None = None

    @property
    def network(self):
        """What a setting is selected for: (task, length, cell, hidden)."""
        return self.task, self.length, self.cell, self.hidden

    def key(self, seed, setting):
        """What tells one record from all others of the study: a string. In a sweep records differ by setting, too."""
        return _key(self, seed, setting)

    def keys(self):
        """The keys of all records of this row."""
        return [self.key(seed, setting) for seed in self.seeds for setting in self.choices(None)]

    def choices(self, own):
        """Its settings as mappings; `own`, the network's own setting, if it declares none."""
        return [dict(setting) for setting in self.settings] or [own]

    def work(self, replicas):
        """How much there is to do for so many networks, at most: steps of updates."""
        return replicas * self.updates * self.length


def _key(one, seed, setting):
    """The key of a row's record: the one place where it is put together, for `Row` and `Record` alike."""
    setting = setting if one.phase in SWEPT else None
    return json.dumps([one.experiment, one.phase, *one.network, one.training_sequences, setting, seed])


@dataclass(frozen=True, eq=False)
class Record:
    """One trained network, as a line of a results file holds it.

    The first fields say which (see `Row`); `setting` is what was passed to `train`, `cap` the most updates it had.
    `updates` is the number to the criterion, or None; `diverged` the update at which loss or gradient was no longer
    finite, or None. `final_error` and `best_error` are of the fixed test sequences (None: not finite). `errors`, if
    kept, are those after every `every` updates, `training_errors` likewise on the network's own training set.
    `first_losses` are the losses of its first updates in float64, if they were made again. `seconds` is its share of
    the call that trained it. `more` holds what only this study measures; `versions` those of Python, NumPy and this
    package; `declaration` is a fingerprint of the declared row.
    """

    experiment: str
    phase: str
    task: str
    length: int
    cell: str
    hidden: int
    training_sequences: int | None
    setting: dict
    seed: int
    cap: int
    updates: int | None
    diverged: int | None
    final_error: float | None
    best_error: float | None
    seconds: float
    declaration: str
    versions: dict
    every: int | None = None
    errors: tuple | None = None
    training_errors: tuple | None = None
    first_losses: tuple | None = None
    more: dict = field(default_factory=dict)

    network = Row.network

    @cached_property
    def key(self):
        """As `Row.key` gives it."""
        return _key(self, self.seed, self.setting)

    @property
    def solved(self):
        """Whether it met the criterion within the cap."""
        return self.updates is not None

    @property
    def capped(self):
        """Updates to the criterion; the cap if it did not get there."""
        return self.cap if self.updates is None else self.updates

    def curve(self):
        """(updates, test errors), two arrays: the errors that were kept, NaN where one was not finite."""
        errors = np.array([math.nan if error is None else error for error in self.errors or ()], float)
        return self.every * np.arange(1, len(errors) + 1) if len(errors) else errors, errors

    def network_of(self, cells):
        """The trained network, if it was kept: its `Params` and its output layer, a `Head`. `cells`: name -> Cell."""
        return (Params(np.array(self.more["weights"]), cells[self.cell].places),
                Head(np.array(self.more["head_W"]), np.array(self.more["head_b"])))

    @classmethod
    def from_line(cls, line):
        """Read a line of a results file. Raises `ValueError`, `KeyError` or `TypeError` if it is no record."""
        found = json.loads(line)
        versions = {name: found.pop(name) for name in VERSIONED if name in found}
        known = {one.name for one in fields(cls)} - {"more", "versions"}
        own = {name: found.pop(name) for name in list(found) if name in known}
        record = cls(**own, versions=versions, more=found)
        json.dumps(record.key)
        return record

    def line(self):
        """The record as a line of a results file, without what it does not have."""
        found = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in ("more", "versions")}
        optional = {one.name for one in fields(self) if one.default is None}
        found = {name: value for name, value in found.items() if not (value is None and name in optional)}
        return json.dumps(found | self.more | self.versions) + "\n"


VERSIONED = ("python", "numpy", "lstm_teach")  # whose versions a record keeps


def nothing_more(row, history, replica):
    """What a study without measurements of its own adds to a record."""
    return {}


@dataclass(frozen=True)
class Study:
    """A study: how its table is made, and what its names stand for.

    `declare(scale)` returns the rows, `full` and `smoke` are its two scales. `cells` and `tasks` map the names in the
    rows to a `Cell` and to a function of the length. `constants` are the numbers that every row rests on, beside its
    own; `more(row, history, replica)` measures what goes into a record beside errors, on the trained network.
    `keep_every` thins the errors that a record keeps: None keeps all.
    """

    name: str
    declare: Callable
    full: object
    smoke: object
    cells: Mapping[str, Cell]
    tasks: Mapping[str, Callable]
    batch: int
    test_sequences: int
    constants: tuple = ()
    more: Callable = nothing_more
    keep_every: int | None = None

    def task(self, row):
        """The `Task` of a row or a record."""
        return self.tasks[row.task](row.length)

    def parameters(self, row):
        """The number of parameters of a row's or a record's recurrent layer."""
        return count_parameters(self.cells[row.cell], self.task(row).inputs, row.hidden)

    def fingerprint(self, row):
        """Twelve hexadecimal digits that change with anything that a row declares."""
        declared = [self.batch, self.test_sequences, *self.constants, asdict(row)]
        return hashlib.sha256(json.dumps(declared).encode()).hexdigest()[:12]


def by_experiment(rows):
    """The rows of each experiment: a mapping from its name, in the order of the table."""
    return {name: [row for row in rows if row.experiment == name] for name in dict.fromkeys(r.experiment for r in rows)}
