"""What a training run is asked for, checked before anything is computed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from ..cell.cells import Cell
from ..checks import complaint, describe, finite_number, whole_number
from .tasks import Task


class Replica(NamedTuple):
    """What one network of a stack has of its own."""

    seed: int
    learning_rate: float
    forget_bias: float | str
    input_bias: float
    recurrent: float | str
    quiet: float


@dataclass(frozen=True, eq=False)
class Settings:
    """Train one network of `cell` on `task` for every seed, all at once.

    `seeds` are whole numbers from 0; a seed fixes a network's first weights and its data. `learning_rate`,
    `forget_bias`, `input_bias`, `recurrent` and `quiet` are one value for all, or one per seed; a seed may come
    twice if one of them differs. `forget_bias` may be "chrono": b_f = log u with u uniform on [1, T − 1] for every
    unit, and b_i = −b_f in place of `input_bias` (Tallec & Ollivier 2018). `recurrent` multiplies the orthogonal
    recurrent weights, or is "identity" (Le, Jaitly & Hinton 2015). `quiet` multiplies the first weights of the
    input gate, or of the candidate where no input gate has weights: a small one is a cell that starts by writing
    little. `clip` is the largest norm of a replica's gradient.
    Every `evaluate_every` updates, and after the last, the error is measured on `test_sequences` fixed sequences; a
    replica that meets the task's criterion in two evaluations in a row is done, unless `stop` is False. Training
    sequences are fresh at every update, or drawn from a fixed set of `training_sequences`. `dtype` is numpy.float32 or
    numpy.float64. `replicas`, made of these, has a `Replica` for each seed.
    Raises `ValueError` for anything that is not as described.
    """

    cell: Cell
    task: Task
    hidden: int
    seeds: Sequence
    learning_rate: float | Sequence
    updates: int
    batch: int = 32
    forget_bias: float | str | Sequence = 1.0
    input_bias: float | Sequence = 0.0
    recurrent: float | str | Sequence = 1.0
    quiet: float | Sequence = 1.0
    clip: float = 1.0
    evaluate_every: int = 50
    test_sequences: int = 512
    training_sequences: int | None = None
    stop: bool = True
    dtype: type = np.float32
    replicas: tuple[Replica, ...] = field(init=False, repr=False)

    def __post_init__(self):
        for name, kind, example in (("cell", Cell, "LSTM"), ("task", Task, "tasks.latch()")):
            if not isinstance(getattr(self, name), kind):
                raise complaint(name, f"a {kind.__name__} such as {example}", describe(getattr(self, name)))
        for name in ("hidden", "updates", "batch", "evaluate_every", "test_sequences"):
            whole_number(name, getattr(self, name))
        if self.training_sequences is not None:
            whole_number("training_sequences", self.training_sequences, at_least=self.batch)
        finite_number("clip", self.clip, above=0)
        if self.dtype not in (np.float32, np.float64):
            raise complaint("dtype", "numpy.float32 or numpy.float64", describe(self.dtype))
        object.__setattr__(self, "replicas", self._replicas())

    def _replicas(self):
        seeds = self.seeds
        if np.ndim(seeds) != 1 or not len(seeds):
            raise complaint("seeds", "at least one whole number in a sequence, such as range(8)", describe(seeds))
        seeds = [whole_number("seeds", seed, at_least=0) for seed in seeds]
        replicas = tuple(map(Replica, seeds, *(
            _one_each(name, getattr(self, name), len(seeds), **allowed)
            for name, allowed in (
                ("learning_rate", {"above": 0}), ("forget_bias", {"word": "chrono"}), ("input_bias", {}),
                ("recurrent", {"word": "identity"}), ("quiet", {}),
            )
        )))
        if any(replica.forget_bias == "chrono" and replica.input_bias != 0 for replica in replicas):
            expected = "0 beside forget_bias='chrono', which sets both"
            raise complaint("input_bias", expected, describe(self.input_bias))
        if len(set(replicas)) < len(replicas):
            raise complaint("seeds", "no seed twice with the same settings", describe(seeds))
        return replicas


def _one_each(argument, value, count, above=-math.inf, word=None):
    """One checked number (or `word`) for each of `count` replicas, from one for all or a sequence of them."""
    values = [value] * count if isinstance(value, str) or np.ndim(value) == 0 else list(value)
    if len(values) != count:
        raise complaint(argument, f"one value, or one for each of the {count} seeds", f"{len(values)} of them")
    return [
        one if isinstance(one, str) and one == word else finite_number(argument, one, above=above) for one in values
    ]
