"""The sequences a network learns from and is tested on: drawn, checked, and the same for every cell.

A seed gives rise to several streams of random numbers, so that none depends on how much another was used.
"""

from typing import NamedTuple

import numpy as np

from ..checks import complaint, describe

WEIGHTS, DATA, CHOICE = 0, 1, 2  # the streams of a seed
TEST_SEED = 1997  # the test sequences of a task are the same for everyone


class Batch(NamedTuple):
    """Checked sequences, features first, as `Network` takes them.

    x (T, inputs, B); targets (read steps, outputs, B), or classes (read steps, 1, B); weights (T, B) of the steps
    counted in each sequence, which sum to 1, or None where the task counts the same ones in all.
    """

    x: np.ndarray
    targets: np.ndarray
    weights: np.ndarray | None

    def only(self, chosen):
        """These sequences of it, by their numbers."""
        return Batch(*(None if array is None else array[..., chosen] for array in self))


def test_set(task, sequences):
    """The first so many sequences on which everyone is tested."""
    return _drawn(task, task.held_out or task.sample, np.random.default_rng(TEST_SEED), sequences)


def training_set(task, seed, sequences):
    """The fixed training sequences of a seed."""
    return _drawn(task, task.sample, np.random.default_rng([seed, DATA]), sequences)


def fresh(task, seed, batch):
    """Batches of new sequences, without end."""
    rng = np.random.default_rng([seed, DATA])
    while True:
        yield _drawn(task, task.sample, rng, batch)


def from_set(sequences, seed, batch):
    """Batches of sequences from a fixed set, without end."""
    rng = np.random.default_rng([seed, CHOICE])
    while True:
        yield sequences.only(rng.choice(sequences.x.shape[-1], batch, replace=False))


def _drawn(task, sample, rng, batch):
    """A `Batch` from this function of the task. Raises `ValueError` for what is not as `Task` says."""
    drawn, masked = sample(rng, batch), task.when == "counted"
    if not isinstance(drawn, tuple) or len(drawn) != 2 + masked:
        expected = "three arrays, inputs, targets and counted" if masked else "a pair of arrays, inputs and targets"
        came = f"{len(drawn)} of them" if isinstance(drawn, tuple) else describe(drawn)
        raise complaint("task.sample", expected, came)
    x, targets, *mask = (np.asarray(array) for array in drawn)
    if x.shape != (task.length, batch, task.inputs):
        raise complaint("task.sample", f"x of shape {(task.length, batch, task.inputs)}", f"shape {x.shape}")
    steps = () if task.when == "last" else (task.length,)
    classes = task.loss == "cross-entropy"
    expected = steps + ((batch,) if classes else (batch, task.outputs))
    if targets.shape != expected:
        raise complaint("task.sample", f"targets of shape {expected}", f"shape {targets.shape}")
    if classes and (targets.dtype.kind not in "iu" or targets.min() < 0 or targets.max() >= task.outputs):
        raise complaint("task.sample", f"whole class numbers from 0 to {task.outputs - 1}", describe(targets))
    if any(array.dtype.kind not in "fiub" or not np.isfinite(array).all() for array in (x, targets)):
        raise complaint("task.sample", "finite numbers", "NaN, infinity or something that is no number")
    targets = targets.reshape((-1, batch, 1 if classes else task.outputs))
    weights = _weights(task, batch, *mask) if masked else None
    return Batch(np.swapaxes(x, -1, -2), np.swapaxes(targets, -1, -2), weights)


def _weights(task, batch, counted):
    if counted.shape != (task.length, batch) or counted.dtype != bool:
        raise complaint("task.sample", f"counted of shape {(task.length, batch)} and dtype bool", describe(counted))
    if not counted.any(axis=0).all():
        raise complaint("task.sample", "a counted step in every sequence", "a sequence without one")
    return counted / counted.sum(axis=0)
