"""Training a stack of networks at once, each on its own: its own seed, data, learning rate, gradient and end.

A replica's history depends on its seed and settings only, to the last bit, not on who stands beside it. The engine is
`network`; the optimiser is Adam (Kingma & Ba 2015) after clipping the gradient's norm (Pascanu, Mikolov & Bengio 2013).
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..cell.cells import Cell, Params, init_params
from ..checks import complaint, describe, finite_number, whole_number
from .network import Network
from .tasks import Task

# Streams of random numbers that a seed gives rise to, so that none depends on how much another was used.
_WEIGHTS, _DATA, _CHOICE = 0, 1, 2
_TEST_SEED = 1997  # the test sequences of a task are the same for everyone

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
    `settings` are the arguments of `train`; `interrupted` tells whether Ctrl-C ended it.
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
    """Train one network of `cell` on `task` for every seed, all at once. Returns a `History`.

    `seeds` are whole numbers from 0; a seed fixes a network's first weights and its data. `learning_rate`,
    `forget_bias`, `input_bias`, `recurrent` and `quiet` are one value for all, or one per seed; a seed may come twice
    if one of them differs. `forget_bias` may be "chrono": b_f = log u with u uniform on [1, T − 1] for every unit, and
    b_i = −b_f in place of `input_bias` (Tallec & Ollivier 2018). `recurrent` multiplies the orthogonal recurrent
    weights, or is "identity" (Le, Jaitly & Hinton 2015). `quiet` multiplies all first weights of the input gate, or of
    the candidate where the input gate has none: a cell whose writing is 0 there at 0 begins by writing little. `clip`
    is the largest norm of a replica's gradient.
    Every `evaluate_every` updates, and after the last, the error is measured on `test_sequences` fixed sequences; a
    replica that meets the task's criterion in two evaluations in a row is done, unless `stop` is False. Training
    sequences are fresh at every update, or drawn from a fixed set of `training_sequences`. `dtype` is numpy.float32 or
    numpy.float64. `progress` shows a bar on stderr. Ctrl-C returns what there is.
    Raises `ValueError` for anything that is not as described, and for a task whose samples have the wrong shape.
    """
    settings = dict(locals())
    for name, value, kind, example in (("cell", cell, Cell, "LSTM"), ("task", task, Task, "tasks.latch()")):
        if not isinstance(value, kind):
            raise complaint(name, f"a {kind.__name__} such as {example}", describe(value))
    hidden, updates = whole_number("hidden", hidden), whole_number("updates", updates)
    batch, evaluate_every = whole_number("batch", batch), whole_number("evaluate_every", evaluate_every)
    test_sequences = whole_number("test_sequences", test_sequences)
    if training_sequences is not None:
        whole_number("training_sequences", training_sequences, at_least=batch)
    clip = finite_number("clip", clip, above=0)
    if dtype not in (np.float32, np.float64):
        raise complaint("dtype", "numpy.float32 or numpy.float64", describe(dtype))
    seeds = _seeds(seeds)
    rates = _one_each("learning_rate", learning_rate, len(seeds), above=0)
    starts = list(zip(
        _one_each("forget_bias", forget_bias, len(seeds), word="chrono"),
        _one_each("input_bias", input_bias, len(seeds)),
        _one_each("recurrent", recurrent, len(seeds), word="identity"),
        _one_each("quiet", quiet, len(seeds), above=0),
        strict=True,
    ))
    if any(start[0] == "chrono" and start[1] != 0 for start in starts):
        raise complaint("input_bias", "0 beside forget_bias='chrono', which sets both", describe(input_bias))
    if len(set(zip(seeds, rates, starts, strict=True))) < len(seeds):
        raise complaint("seeds", "no seed twice with the same settings", describe(seeds))
    test = _sample(task, task.held_out or task.sample, np.random.default_rng(_TEST_SEED), test_sequences)
    training_sets = None
    if training_sequences is not None:
        training_sets = {
            seed: _sample(task, task.sample, np.random.default_rng([seed, _DATA]), training_sequences)
            for seed in set(seeds)
        }
        streams = {seed: _from_set(training_sets[seed], seed, batch) for seed in training_sets}
    else:
        streams = {seed: _fresh(task, seed, batch) for seed in set(seeds)}

    def network(replicas):
        return Network(
            cell, task.length, replicas, task.inputs, hidden, task.outputs, batch, task.loss, task.when, dtype,
            task.bits,
        )

    net = network(len(seeds))
    for k, seed in enumerate(seeds):
        net.weights[k], net.head[k] = _first_weights(cell, task, hidden, seed, *starts[k])
    stack = _Stack(network, net, np.arange(len(seeds)), np.array(rates)[:, None])
    record = _Record(len(seeds))
    final = stack.net.parameters.copy()
    bar = _bar(updates, progress)
    try:
        for update in range(1, updates + 1):
            drawn = {seed: next(streams[seed]) for seed in {seeds[r] for r in stack.members}}
            losses = stack.net.learn(*_given(stack.net, [drawn[seeds[r]] for r in stack.members]))
            finite = _clip(stack.net.gradient, clip) & np.isfinite(losses)
            if not finite.all():
                record.diverge(update, stack.members[~finite])
                if not finite.any():
                    break
                stack, losses = stack.only(finite), losses[finite]
            stack.descend(update)
            final[stack.members] = stack.net.parameters
            record.learn(stack.members, losses)
            bar.update()
            if update % evaluate_every == 0 or update == updates:
                errors = _errors(stack.net, [test] * len(stack.members))
                own = training_sets and _errors(stack.net, [training_sets[seeds[r]] for r in stack.members])
                record.evaluate(update, stack.members, errors, own, task.criterion)
                unsolved = np.array([record.solved[r] is None for r in stack.members])
                bar.set_postfix_str(f"{unsolved.sum()} not yet at the criterion")
                if stop and not unsolved.any():
                    break
                stack = stack.only(unsolved) if stop else stack
    except KeyboardInterrupt:
        record.interrupted = True
    finally:
        bar.close()
    rows = net.weights.shape[1:]
    head = final[:, math.prod(rows) :].reshape(len(seeds), task.outputs, hidden + 1)
    return History(
        settings=settings,
        losses=tuple(np.array(values) for values in record.losses),
        evaluated_at=np.array(record.evaluated_at, int),
        errors=tuple(np.array(values) for values in record.errors),
        training_errors=None if training_sets is None else tuple(np.array(values) for values in record.training_errors),
        updates_to_criterion=tuple(record.solved),
        diverged=tuple(record.diverged),
        params=Params(final[:, : math.prod(rows)].reshape((len(seeds),) + rows), cell.places),
        head=Head(head[:, :, :-1], head[:, :, -1]),
        interrupted=record.interrupted,
    )


class _Record:
    """What `History` will hold, as lists that grow."""

    def __init__(self, replicas):
        self.losses, self.errors, self.training_errors = ([[] for _ in range(replicas)] for _ in range(3))
        self.solved, self.diverged = [None] * replicas, [None] * replicas
        self.evaluated_at, self.interrupted = [], False

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


def _first_weights(cell, task, hidden, seed, forget_bias, input_bias, recurrent, quiet):
    """A replica's weights (rows, columns) and output layer (outputs, hidden + 1), drawn from its seed."""
    rng = np.random.default_rng([seed, _WEIGHTS])
    params = init_params(cell, task.inputs, hidden, rng)
    for block in params.values():
        block.W_h[...] = np.eye(hidden) if recurrent == "identity" else block.W_h * recurrent
    limit = math.sqrt(6 / (hidden + task.outputs))  # Glorot & Bengio 2010
    head = np.column_stack([rng.uniform(-limit, limit, (task.outputs, hidden)), np.zeros(task.outputs)])
    if forget_bias == "chrono":
        forget_bias = np.log(rng.uniform(1, max(1, task.length - 1), hidden))
        input_bias = -forget_bias
    for place, bias in (("forget_gate", forget_bias), ("input_gate", input_bias)):
        if place in params:
            params[place].b[...] = bias
    for part in params["input_gate" if "input_gate" in params else "candidate"]:
        part *= quiet
    return params.weights, head


class _Sample(NamedTuple):
    """Checked sequences, features first, as `Network` takes them.

    x (T, inputs, B); targets (read steps, outputs, B), or classes (read steps, 1, B); weights (T, B) of the steps
    counted in each sequence, which sum to 1, or None where the task counts the same ones in all.
    """

    x: np.ndarray
    targets: np.ndarray
    weights: np.ndarray | None

    def only(self, chosen):
        return _Sample(*(None if array is None else array[..., chosen] for array in self))


def _sample(task, sample, rng, batch):
    """A checked `_Sample` of `batch` sequences, drawn by this function of the task."""
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
    return _Sample(np.swapaxes(x, -1, -2), np.swapaxes(targets, -1, -2), weights)


def _weights(task, batch, counted):
    if counted.shape != (task.length, batch) or counted.dtype != bool:
        raise complaint("task.sample", f"counted of shape {(task.length, batch)} and dtype bool", describe(counted))
    if not counted.any(axis=0).all():
        raise complaint("task.sample", "a counted step in every sequence", "a sequence without one")
    return counted / counted.sum(axis=0)


def _fresh(task, seed, batch):
    rng = np.random.default_rng([seed, _DATA])
    while True:
        yield _sample(task, task.sample, rng, batch)


def _from_set(training_set, seed, batch):
    rng = np.random.default_rng([seed, _CHOICE])
    while True:
        yield training_set.only(rng.choice(training_set.x.shape[-1], batch, replace=False))


def _given(net, samples):
    """Write one sample a replica into the network's input; returns its targets, and the weights or None."""
    targets = _filled(net, [(sample.x, sample.targets) for sample in samples])
    if samples[0].weights is None:
        return targets, None
    return targets, np.stack([sample.weights for sample in samples], axis=1, dtype=net.x.dtype)


def _filled(net, samples):
    """Write one sample a replica into the network's input; returns the targets (counted, R, outputs or 1, B)."""
    for k, (x, _) in enumerate(samples):
        net.x[:, k] = x
    targets = np.stack([targets for _, targets in samples], axis=1)
    return targets.astype(net.x.dtype) if targets.dtype.kind == "f" else targets


def _errors(net, samples):
    """Every replica's mean error over all sequences of its sample (R,), a batch at a time."""
    batch, count = net.x.shape[-1], samples[0].x.shape[-1]
    errors = []
    for start in range(0, count, batch):
        columns = np.arange(start, start + batch) % count  # the last batch is filled up from the start
        given = _given(net, [sample.only(columns) for sample in samples])
        errors.append(net.errors(*given)[:, : count - start])
    return np.ascontiguousarray(np.concatenate(errors, axis=1), dtype=np.float64).mean(axis=1)


def _seeds(seeds):
    if np.ndim(seeds) != 1 or not len(seeds):
        raise complaint("seeds", "at least one whole number in a sequence, such as range(8)", describe(seeds))
    return [whole_number("seeds", seed, at_least=0) for seed in seeds]


def _one_each(argument, value, count, above=-math.inf, word=None):
    """One checked number (or `word`) for each of `count` replicas, from one for all or a sequence of them."""
    values = [value] * count if isinstance(value, str) or np.ndim(value) == 0 else list(value)
    if len(values) != count:
        raise complaint(argument, f"one value, or one for each of the {count} seeds", f"{len(values)} of them")
    return [
        one if isinstance(one, str) and one == word else finite_number(argument, one, above=above) for one in values
    ]


def _bar(updates, progress):
    if not progress:
        return _Silent()
    from tqdm.auto import tqdm  # only here, so that importing the package does not pay for it

    return tqdm(total=updates, unit="update")


class _Silent:
    """A progress bar that shows nothing."""

    def update(self):
        pass

    def set_postfix_str(self, text):
        pass

    def close(self):
        pass
