"""Sequence tasks, each with its definition, its baseline and the error that counts as solved.

A `Task` is data; `sample(rng, batch)` draws sequences, time first. An error is the mean squared error or the share of
wrong classes, over the steps at which the loss is taken. The baseline is the error of the best prediction that looks
at no input.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np

from ..checks import complaint, describe, finite_number, one_of, whole_number


@dataclass(frozen=True)
class Task:
    """A task to learn.

    `inputs` and `outputs` are numbers of features; `length` is T; `loss` is "squared" or "cross-entropy", taken `when`:
    at the "last" step or at "every" one. `baseline` and `criterion` are errors: of a constant prediction, and at most
    which a test error counts as solved. `sample(rng, batch)` returns x (T, batch, inputs) and the targets: numbers
    (batch, outputs), classes (batch,) of 0 … outputs − 1; with a leading T if the loss is taken at every step.
    `held_out(rng, batch)`, where it is given, draws the test sequences instead of `sample`.
    Raises `ValueError` for anything else.
    """

    inputs: int
    outputs: int
    length: int
    loss: str
    when: str
    baseline: float
    criterion: float
    sample: Callable
    held_out: Callable | None = None

    def __post_init__(self):
        for name in ("inputs", "outputs", "length"):
            whole_number(name, getattr(self, name))
        one_of("loss", self.loss, ("squared", "cross-entropy"))
        one_of("when", self.when, ("last", "every"))
        for name in ("baseline", "criterion"):
            finite_number(name, getattr(self, name), at_least=0)
        for name in ("sample", "held_out"):
            value = getattr(self, name)
            if not callable(value) and not (name == "held_out" and value is None):
                raise complaint(name, "a function of (rng, batch)", describe(value))


def latch(length=50):
    """Hold the last marked value: a number arrives at every step, and the marked ones are to be remembered.

    Inputs: a value, uniform on [−1, 1], and a mark, 1 at the first step and with probability 1/10 at every later one.
    Target at every step: the value that came with the latest mark, this step included. Squared error.
    Baseline: 1/3, the variance of a value. Criterion: .01. Source: the latching problem of Bengio, Simard & Frasconi
    (1994), with values in place of classes and with distractors.
    """
    return Task(2, 1, whole_number("length", length), "squared", "every", 1 / 3, 0.01, partial(_latch, length))


def _latch(length, rng, batch):
    values, marks = rng.uniform(-1, 1, (length, batch)), rng.random((length, batch)) < 0.1
    marks[0] = True
    latest = np.maximum.accumulate(np.where(marks, np.arange(length)[:, None], 0), axis=0)
    return np.stack([values, marks], axis=-1), np.take_along_axis(values, latest, axis=0)[..., None]


def once(length=50):
    """One marked value early, then distractors only: what was it?

    Inputs: a value, uniform on [−1, 1], and a mark, 1 at one of the first ten steps (or of all, if there are fewer).
    Target at the last step: the marked value. Squared error. Baseline: 1/3, the variance of a value. Criterion: .01.
    Source: the adding problem (Hochreiter & Schmidhuber 1997) with one number instead of two: storing alone.
    """
    return Task(2, 1, whole_number("length", length), "squared", "last", 1 / 3, 0.01, partial(_once, length))


def _once(length, rng, batch):
    values, sequences = rng.uniform(-1, 1, (length, batch)), np.arange(batch)
    marked = rng.integers(min(10, length), size=batch)
    marks = np.zeros((length, batch))
    marks[marked, sequences] = 1
    return np.stack([values, marks], axis=-1), values[marked, sequences][:, None]


def adding(length=50):
    """The sum of two marked numbers among many.

    Inputs: a value, uniform on [0, 1], and a mark, 1 at one step of the first half and at one of the second.
    Target at the last step: the sum of the two marked values. Squared error. Baseline: 1/6, the variance of the sum.
    Criterion: .01. Source: Hochreiter & Schmidhuber (1997), in the form that became common (Le, Jaitly & Hinton 2015).
    Raises `ValueError` for a length below 2.
    """
    return Task(2, 1, whole_number("length", length, at_least=2), "squared", "last", 1 / 6, 0.01,
                partial(_adding, length))


def _adding(length, rng, batch):
    values, sequences = rng.uniform(0, 1, (length, batch)), np.arange(batch)
    first, second = rng.integers(length // 2, size=batch), rng.integers(length // 2, length, size=batch)
    marks = np.zeros((length, batch))
    marks[first, sequences] = marks[second, sequences] = 1
    return np.stack([values, marks], axis=-1), (values[first, sequences] + values[second, sequences])[:, None]


def temporal_order(length=50):
    """In which order did the two relevant symbols come?

    Eight symbols, one-hot: E at the first step, B at the last, two of {X, Y} between [T/10, T/5) and [T/2, 3T/5), and
    distractors of {a, b, c, d} elsewhere. Class at the last step: XX, XY, YX or YY. Cross-entropy.
    Baseline: 3/4 wrong. Criterion: .01 wrong. Source: task 6a of Hochreiter & Schmidhuber (1997), scaled to T.
    Raises `ValueError` for a length below 10.
    """
    length = whole_number("length", length, at_least=10)
    return Task(8, 4, length, "cross-entropy", "last", 3 / 4, 0.01, partial(_temporal_order, length))


def _temporal_order(length, rng, batch):
    sequences = np.arange(batch)
    symbols = rng.integers(2, 6, (length, batch))  # E B a b c d X Y
    symbols[0], symbols[-1] = 0, 1
    order = rng.integers(2, size=(2, batch))
    for relevant, start, stop in zip(order, (length // 10, length // 2), (length // 5, 3 * length // 5), strict=True):
        symbols[rng.integers(start, stop, batch), sequences] = 6 + relevant
    return np.eye(8)[symbols], 2 * order[0] + order[1]


_LONGEST = 16  # letters a in a string of `counting`


def counting(length=50):
    """Strings S aⁿ bⁿ one after the other: which symbols may come next?

    Three symbols, one-hot; n uniform on 1 … 16, the stream cut off at T. Class at every step: a only (after S), a or b
    (among the a), b only (b still missing), S only (closed). Cross-entropy. All but the closing step can be read off
    the symbol alone; that one needs the count: who never counts is wrong at a twentieth of the steps (T = 50).
    Baseline: the share of steps that are not of the commonest class. Criterion: .005 wrong.
    Source: aⁿbⁿ of Gers & Schmidhuber (2001), who also ask for the set of legal next symbols.
    """
    length = whole_number("length", length)
    return Task(3, 4, length, "cross-entropy", "every", _counting_baseline(length), 0.005, partial(_counting, length))


def _counting(length, rng, batch):
    symbols, classes = np.zeros((2, length, batch), int)
    for sequence in range(batch):
        string, legal = [], []
        while len(string) < length:
            n = int(rng.integers(1, _LONGEST + 1))
            string += [0] + [1] * n + [2] * n
            legal += [0] + [1] * n + [2] * (n - 1) + [3]
        symbols[:, sequence], classes[:, sequence] = string[:length], legal[:length]
    return np.eye(3)[symbols], classes


def _counting_baseline(length):
    # How likely a string starts at each step follows from where the one before it started; its a come right after.
    starts, shares = np.zeros(length), np.zeros((4, length))
    starts[0] = 1
    for t in range(length):
        for n in range(1, _LONGEST + 1):
            chance = starts[t] / _LONGEST
            shares[0, t : t + 1] += chance
            shares[1, t + 1 : t + 1 + n] += chance
            shares[2, t + 1 + n : t + 2 * n] += chance
            shares[3, t + 2 * n : t + 2 * n + 1] += chance
            starts[t + 2 * n + 1 : t + 2 * n + 2] += chance
    return 1 - float(shares.mean(axis=1).max())


def echo(length=50, delay=10):
    """Repeat what came a few steps ago, at every step: the task on which gates do not help.

    Nothing is ever to be ignored, so there is nothing to shut: everything has to be passed along. Measured with 12
    units, each cell at the best of nine settings, 20 seeds, all of which solve it: median updates to criterion are 100
    for the vanilla RNN, 450 for the LSTM without input gate, 675 for the LSTM.
    Input: a value, uniform on [−1, 1]. Target at every step: the value of `delay` steps ago, 0 before there is one.
    Squared error. Baseline: (1 − delay/T)/3, of a constant 0. Criterion: .01. Source: the delay line by which echo
    state networks measure short-term memory (Jaeger 2001). Raises `ValueError` unless 1 ≤ `delay` < `length`.
    """
    length = whole_number("length", length, at_least=2)
    if whole_number("delay", delay) >= length:
        raise complaint("delay", f"fewer steps than the length, {length}", describe(delay))
    return Task(1, 1, length, "squared", "every", (1 - delay / length) / 3, 0.01, partial(_echo, length, delay))


def _echo(length, delay, rng, batch):
    values = rng.uniform(-1, 1, (length, batch, 1))
    return values, np.concatenate([np.zeros((delay, batch, 1)), values[:-delay]])


_HELD_OUT = 500  # images, the last ones


def digits():
    """Handwritten digits, read row by row: eight steps of eight pixels, then which digit it is.

    Pixels are scaled to [0, 1]. Class at the last step: the digit. Cross-entropy. The first 1297 images are for
    training, the last 500 are held out. Baseline: the share of held-out images that are not the
    commonest digit. Criterion: .15 wrong. Source: Alpaydin & Kaynak (1998), Optical Recognition of Handwritten Digits,
    UCI Machine Learning Repository, CC BY 4.0.
    """
    labels = _images()[1][-_HELD_OUT:]
    baseline = 1 - float(np.bincount(labels).max()) / len(labels)
    return Task(8, 10, 8, "cross-entropy", "last", baseline, 0.15, partial(_digits, False), partial(_digits, True))


def _digits(held_out, rng, batch):
    images, labels = _images()
    images, labels = (a[-_HELD_OUT:] if held_out else a[:-_HELD_OUT] for a in (images, labels))
    chosen = rng.choice(len(labels), batch, replace=batch > len(labels))
    return images[chosen].swapaxes(0, 1), labels[chosen]


@cache
def _images():
    with np.load(Path(__file__).with_name("data") / "digits.npz") as file:
        return file["images"] / 16, file["labels"].astype(int)
