"""Training a stack of networks at once, each on its own: its own seed, data, learning rate, gradient and end.

A replica's history depends on its seed and settings only, to the last bit, not on who stands beside it. The engine is
`network`; the optimiser is Adam (Kingma & Ba 2015) after clipping the gradient's norm (Pascanu, Mikolov & Bengio 2013).
`fit` is the whole of it; `train` is for notebooks, with a bar, and returns what there is when it is interrupted.
"""

import math
from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np

from ..cell.cells import Params, init_params
from .batches import WEIGHTS, fresh, from_set, test_set, training_set
from .network import Network
from .settings import Settings

_DECAY_1, _DECAY_2, _EPSILON = 0.9, 0.999, 1e-8  # Adam, as published


class Head(NamedTuple):
    """The output layer y = W h + b of a stack: W (replicas, outputs, hidden), b (replicas, outputs)."""

    W: np.ndarray
    b: np.ndarray


@dataclass(frozen=True, eq=False, repr=False)
class History:
    """What a training run recorded. Entry r of every sequence belongs to replica r, in the order of `seeds`.

    `losses[r]` is the training loss of each update that replica r made; `errors[r]` its error on the test sequences
    after the updates `evaluated_at[: len(errors[r])]`; `training_errors[r]` likewise on its training set, if it had a
    finite one, else None. `updates_to_criterion[r]` is the first of two evaluations in a row at most at the task's
    criterion, or None; `diverged[r]` the update at which its loss or gradient was no longer finite, or None. `params`
    and `head` are the final weights (of a diverged replica: the last finite ones), with the replicas as leading axis.
    `settings` maps the names of `Settings` to what was asked for; `interrupted` tells whether Ctrl-C ended it.
    """

    settings: dict
    losses: tuple[np.ndarray, ...]
    evaluated_at: np.ndarray
    errors: tuple[np.ndarray, ...]
    training_errors: tuple[np.ndarray, ...] | None
    updates_to_criterion: tuple[int | None, ...]
    diverged: tuple[int | None, ...]
    params: Params
    head: Head
    interrupted: bool

    def __repr__(self):
        solved = sum(update is not None for update in self.updates_to_criterion)
        diverged = sum(update is not None for update in self.diverged)
        return f"History({len(self.losses)} replicas: {solved} solved, {diverged} diverged)"


def train(cell, task, hidden, seeds, learning_rate, updates, batch=32, forget_bias=1.0, input_bias=0.0, recurrent=1.0,
          quiet=1.0, clip=1.0, evaluate_every=50, test_sequences=512, training_sequences=None, stop=True,
          dtype=np.float32, progress=True):
    """Train one network of `cell` on `task` for every seed, all at once, as `Settings` says. Returns a `History`.

    `progress` shows a bar on stderr. Ctrl-C returns what there is.
    Raises `ValueError` for settings that are not as described, and for a task whose samples have the wrong shape.
    """
    from tqdm.auto import tqdm  # only here, so that importing the package does not pay for it

    class Bar(tqdm):
        monitor_interval = 0  # without the thread that watches over a bar: Python in a browser starts none

    run = _Run(Settings(cell, task, hidden, seeds, learning_rate, updates, batch, forget_bias, input_bias, recurrent,
                        quiet, clip, evaluate_every, test_sequences, training_sequences, stop, dtype))
    interrupted = False
    with Bar(total=updates, unit="update", disable=not progress) as bar:
        try:
            for unsolved in run.updates():
                if task.criterion is not None:
                    bar.set_postfix_str(f"{unsolved} not yet at the criterion", refresh=False)
                bar.update()
        except KeyboardInterrupt:
            interrupted = True
    return run.history(interrupted)


def fit(settings):
    """Train as these `Settings` say, in silence. Returns a `History`; Ctrl-C goes through as `KeyboardInterrupt`.

    Raises `ValueError` for a task whose samples have the wrong shape.
    """
    run = _Run(settings)
    for _ in run.updates():
        pass
    return run.history()


class _Run:
    """Networks in training: those still at it, what was recorded, and the weights after each one's last update."""

    def __init__(self, settings):
        s = self.settings = settings
        self.test, self.training_sets = test_set(s.task, s.test_sequences), None
        seeds = {replica.seed for replica in s.replicas}
        if s.training_sequences is None:
            self.streams = {seed: fresh(s.task, seed, s.batch) for seed in seeds}
        else:
            self.training_sets = {seed: training_set(s.task, seed, s.training_sequences) for seed in seeds}
            self.streams = {seed: from_set(own, seed, s.batch) for seed, own in self.training_sets.items()}
        net = self._network(len(s.replicas))
        for k, replica in enumerate(s.replicas):
            net.weights[k], net.head[k] = _first_weights(s.cell, s.task, s.hidden, replica)
        rates = np.array([replica.learning_rate for replica in s.replicas])[:, None]
        self.stack = _Stack(self._network, net, np.arange(len(s.replicas)), rates)
        self.record, self.final = _Record(len(s.replicas)), net.parameters.copy()

    def _network(self, replicas):
        s, task = self.settings, self.settings.task
        return Network(s.cell, task.length, replicas, task.inputs, s.hidden, task.outputs, s.batch, task.loss,
                       task.when, s.dtype, task.bits)

    def updates(self):
        """Make the updates, one at a time; each yields the number of replicas that did not meet the criterion yet."""
        s = self.settings
        for update in range(1, s.updates + 1):
            self._learn(update)
            if self.stack and (update % s.evaluate_every == 0 or update == s.updates):
                self._evaluate(update)
            yield self.record.solved.count(None)
            if not self.stack:
                return

    def _learn(self, update):
        seeds = self._seeds()
        drawn = {seed: next(self.streams[seed]) for seed in set(seeds)}
        losses = self.stack.net.learn(*_given(self.stack.net, [drawn[seed] for seed in seeds]))
        finite = _clip(self.stack.net.gradient, self.settings.clip) & np.isfinite(losses)
        self.record.diverge(update, self.stack.members[~finite])
        self._keep(finite)
        if self.stack:
            self.stack.descend(update)
            self.final[self.stack.members] = self.stack.net.parameters
            self.record.learn(self.stack.members, losses[finite])

    def _evaluate(self, update):
        net, members = self.stack.net, self.stack.members
        errors = _errors(net, [self.test] * len(members))
        own = self.training_sets and _errors(net, [self.training_sets[seed] for seed in self._seeds()])
        self.record.evaluate(update, members, errors, own, self.settings.task.criterion)
        if self.settings.stop:
            self._keep(np.array([self.record.solved[r] is None for r in members]))

    def _seeds(self):
        return [self.settings.replicas[r].seed for r in self.stack.members]

    def _keep(self, staying):
        self.stack = self.stack.only(staying) if staying.any() else None

    def history(self, interrupted=False):
        s, record = self.settings, self.record
        size = len(s.cell.places) * s.hidden * (s.hidden + s.task.inputs + 1)
        weights = self.final[:, :size].reshape(len(self.final), -1, s.hidden + s.task.inputs + 1)
        head = self.final[:, size:].reshape(len(self.final), s.task.outputs, s.hidden + 1)
        own = record.training_errors if self.training_sets else None
        return History(
            settings={field.name: getattr(s, field.name) for field in fields(s) if field.init},
            losses=tuple(map(np.array, record.losses)),
            evaluated_at=np.array(record.evaluated_at, int),
            errors=tuple(map(np.array, record.errors)),
            training_errors=own and tuple(map(np.array, own)),
            updates_to_criterion=tuple(record.solved),
            diverged=tuple(record.diverged),
            params=Params(weights, s.cell.places),
            head=Head(head[:, :, :-1], head[:, :, -1]),
            interrupted=interrupted,
        )


class _Record:
    """What `History` will hold, as lists that grow."""

    def __init__(self, replicas):
        self.losses, self.errors, self.training_errors = ([[] for _ in range(replicas)] for _ in range(3))
        self.solved, self.diverged = [None] * replicas, [None] * replicas
        self.evaluated_at = []

    def learn(self, members, losses):
        for r, loss in zip(members, losses, strict=True):
            self.losses[r].append(loss)

    def diverge(self, update, members):
        for r in members:
            self.diverged[r] = update

    def evaluate(self, update, members, errors, training_errors, criterion):
        self.evaluated_at.append(update)
        for k, r in enumerate(members):
            self.errors[r].append(errors[k])
            if training_errors is not None:
                self.training_errors[r].append(training_errors[k])
            latest = self.errors[r][-2:]
            met = criterion is not None and len(latest) == 2 and all(error <= criterion for error in latest)
            if met and self.solved[r] is None:
                self.solved[r] = self.evaluated_at[-2]


class _Stack:
    """The replicas still training, `members`, with Adam's running means of the gradient and of its square."""

    def __init__(self, network, net, members, learning_rates):
        self.network, self.net, self.members, self.learning_rates = network, net, members, learning_rates
        self.mean, self.mean_square = np.zeros_like(net.parameters), np.zeros_like(net.parameters)

    def only(self, staying):
        """The stack without the replicas for which `staying` is False."""
        if staying.all():
            return self
        net = self.network(int(staying.sum()))
        net.parameters[...], net.gradient[...] = self.net.parameters[staying], self.net.gradient[staying]
        stack = _Stack(self.network, net, self.members[staying], self.learning_rates[staying])
        stack.mean, stack.mean_square = self.mean[staying], self.mean_square[staying]
        return stack

    def descend(self, update):
        """One update of Adam; `update` counts from 1."""
        gradient = self.net.gradient
        self.mean += (1 - _DECAY_1) * (gradient - self.mean)
        self.mean_square += (1 - _DECAY_2) * (gradient * gradient - self.mean_square)
        unbias = math.sqrt(1 - _DECAY_2**update)
        rates = (self.learning_rates * (unbias / (1 - _DECAY_1**update))).astype(gradient.dtype)
        self.net.parameters -= rates * self.mean / (np.sqrt(self.mean_square) + _EPSILON * unbias)


def _clip(gradient, limit):
    """Scale every row down to a norm of at most `limit`, in place. Returns for each whether its norm was finite."""
    with np.errstate(all="ignore"):
        norms = np.sqrt(np.square(gradient, dtype=np.float64).sum(axis=1))
        gradient *= (limit / np.maximum(norms, limit)).astype(gradient.dtype)[:, None]
    return np.isfinite(norms)


def _first_weights(cell, task, hidden, replica):
    """A replica's weights (rows, columns) and output layer (outputs, hidden + 1), drawn from its seed."""
    rng, recurrent = np.random.default_rng([replica.seed, WEIGHTS]), replica.recurrent
    params = init_params(cell, task.inputs, hidden, rng)
    for block in params.values():
        block.W_h[...] = np.eye(hidden) if recurrent == "identity" else block.W_h * recurrent
    write = params["input_gate" if "input_gate" in params else "candidate"]
    for weights in (write.W_x, write.W_h):
        weights *= replica.quiet
    limit = math.sqrt(6 / (hidden + task.outputs))  # Glorot & Bengio 2010
    head = np.column_stack([rng.uniform(-limit, limit, (task.outputs, hidden)), np.zeros(task.outputs)])
    forget_bias, input_bias = replica.forget_bias, replica.input_bias
    if forget_bias == "chrono":
        forget_bias = np.log(rng.uniform(1, max(1, task.length - 1), hidden))
        input_bias = -forget_bias
    for place, bias in (("forget_gate", forget_bias), ("input_gate", input_bias)):
        if place in params:
            params[place].b[...] = bias
    return params.weights, head


def _given(net, batches):
    """Write one `Batch` a replica into the network's input; returns their targets, and their weights or None."""
    targets = _filled(net, [(batch.x, batch.targets) for batch in batches])
    if batches[0].weights is None:
        return targets, None
    return targets, np.stack([batch.weights for batch in batches], axis=1, dtype=net.x.dtype)


def _filled(net, samples):
    """Write one sample a replica into the network's input; returns the targets (counted, R, outputs or 1, B)."""
    for k, (x, _) in enumerate(samples):
        net.x[:, k] = x
    targets = np.stack([targets for _, targets in samples], axis=1)
    return targets.astype(net.x.dtype) if targets.dtype.kind == "f" else targets


def _errors(net, sets):
    """Every replica's mean error over the sequences of its set, a `Batch` of any size: (R,)."""
    batch, count = net.x.shape[-1], sets[0].x.shape[-1]
    errors, different = [], {id(own): own for own in sets}  # most often all have the same set
    for start in range(0, count, batch):
        columns = np.arange(start, start + batch) % count  # the last batch is filled up from the start
        parts = {key: own.only(columns) for key, own in different.items()}
        errors.append(net.errors(*_given(net, [parts[id(own)] for own in sets]))[:, : count - start])
    return np.ascontiguousarray(np.concatenate(errors, axis=1), dtype=np.float64).mean(axis=1)
