"""Tasks against their definitions, and baselines against simulation."""

import pickle

import numpy as np
import pytest

from lstm_teach import tasks
from lstm_teach.training.tasks import Task

FACTORIES = (tasks.latch, tasks.once, tasks.adding, tasks.temporal_order, tasks.counting, tasks.echo)
ALL = [factory(length) for factory in FACTORIES for length in (20, 50)] + [tasks.digits()]


def drawn(task, batch=2000, seed=0):
    return (task.held_out or task.sample)(np.random.default_rng(seed), batch)


def error_of_best_constant(task, targets):
    """The error of the best prediction that looks at no input, on these targets."""
    if task.loss == "squared":
        return float(((targets - targets.mean()) ** 2).mean())
    return 1 - np.bincount(targets.ravel(), minlength=task.outputs).max() / targets.size


@pytest.mark.parametrize("task", ALL)
def test_samples_have_the_declared_shapes_and_depend_on_the_seed_only(task):
    batch = 7
    x, targets = task.sample(np.random.default_rng(0), batch)
    steps = (task.length,) if task.when == "every" else ()
    assert x.shape == (task.length, batch, task.inputs)
    assert targets.shape == steps + ((batch, task.outputs) if task.loss == "squared" else (batch,))
    again = pickle.loads(pickle.dumps(task)).sample(np.random.default_rng(0), batch)
    assert (again[0] == x).all() and (again[1] == targets).all()
    assert (task.sample(np.random.default_rng(1), batch)[0] != x).any()


@pytest.mark.parametrize("task", ALL)
def test_baseline_by_simulation(task):
    _, targets = drawn(task, 500 if task.held_out else 8000)
    assert error_of_best_constant(task, targets) == pytest.approx(task.baseline, rel=0.04)
    assert task.criterion < task.baseline / 4


def test_the_simulation_sees_a_wrong_baseline():
    _, targets = drawn(tasks.adding(20), 8000)
    assert error_of_best_constant(tasks.adding(20), targets) != pytest.approx(tasks.latch(20).baseline, rel=0.04)


def test_latch_and_once_and_adding_can_be_done_from_their_inputs():
    x, targets = drawn(tasks.latch(20))
    held = np.zeros(x.shape[1])
    for t in range(20):
        held = np.where(x[t, :, 1] == 1, x[t, :, 0], held)
        assert (targets[t, :, 0] == held).all()
    x, targets = drawn(tasks.once(20))
    assert (x[:10, :, 1].sum(axis=0) == 1).all() and (x[10:, :, 1] == 0).all()
    assert np.allclose((x[..., 0] * x[..., 1]).sum(axis=0), targets[:, 0])
    x, targets = drawn(tasks.adding(21))
    assert (x[:10, :, 1].sum(axis=0) == 1).all() and (x[10:, :, 1].sum(axis=0) == 1).all()
    assert np.allclose((x[..., 0] * x[..., 1]).sum(axis=0), targets[:, 0]) and x[..., 0].min() >= 0


@pytest.mark.parametrize("length", [10, 11, 50])
def test_temporal_order_can_be_read_off_its_two_relevant_symbols(length):
    x, classes = drawn(tasks.temporal_order(length))
    symbols = x.argmax(axis=-1)
    assert (x.sum(axis=-1) == 1).all() and (symbols[0] == 0).all() and (symbols[-1] == 1).all()
    relevant = symbols >= 6
    assert (relevant.sum(axis=0) == 2).all()
    first, last = relevant.argmax(axis=0), length - 1 - relevant[::-1].argmax(axis=0)
    assert (length // 10 <= first).all() and (first < length // 5).all()
    assert (length // 2 <= last).all() and (last < 3 * length // 5).all()
    sequences = np.arange(len(classes))
    assert (classes == 2 * (symbols[first, sequences] - 6) + symbols[last, sequences] - 6).all()


def test_counting_is_decided_by_the_count_and_not_by_the_symbol():
    x, classes = drawn(tasks.counting(50), 300)
    symbols, wrong = x.argmax(axis=-1), 0
    for stream, legal in zip(symbols.T, classes.T, strict=True):
        height = 0
        for symbol, expected in zip(stream, legal, strict=True):
            height += {0: 0, 1: 1, 2: -1}[int(symbol)]
            assert expected == {0: 0, 1: 1, 2: 2 if height else 3}[int(symbol)]
            wrong += expected != symbol
    assert wrong / symbols.size == pytest.approx(0.05, abs=0.005)


def test_echo_repeats():
    x, targets = drawn(tasks.echo(20, delay=3))
    assert (targets[3:] == x[:-3]).all() and (targets[:3] == 0).all()


def test_digits_are_all_there_and_training_and_test_do_not_mix():
    task = tasks.digits()
    x, classes = task.sample(np.random.default_rng(0), 1297)
    held_out, _ = task.held_out(np.random.default_rng(0), 500)
    assert x.min() == 0 and x.max() == 1 and set(classes) == set(range(10))
    images = {image.tobytes() for image in np.round(16 * x.swapaxes(0, 1)).astype(int)}
    others = {image.tobytes() for image in np.round(16 * held_out.swapaxes(0, 1)).astype(int)}
    assert len(images) == 1297 and len(others) == 500 and not images & others


@pytest.mark.parametrize("change, message", [
    ({"loss": "hinge"}, "loss: expected one of 'squared', 'cross-entropy', got 'hinge'"),
    ({"when": "first"}, "when: expected one of 'last', 'every', got 'first'"),
    ({"inputs": 0}, "inputs: expected a whole number of at least 1, got 0"),
    ({"criterion": float("nan")}, "criterion: expected a finite number of at least 0, got nan"),
    ({"sample": None}, r"sample: expected a function of \(rng, batch\), got None"),
])
def test_bad_tasks_are_refused_in_one_sentence(change, message):
    fields = dict(inputs=1, outputs=1, length=5, loss="squared", when="last", baseline=1.0, criterion=0.1, sample=print)
    with pytest.raises(ValueError, match=f"^{message}$"):
        Task(**fields | change)


@pytest.mark.parametrize("factory, argument", [
    (tasks.latch, 0), (tasks.once, 2.5), (tasks.adding, 1), (tasks.temporal_order, 9), (tasks.counting, True),
])
def test_bad_lengths_are_refused_in_one_sentence(factory, argument):
    with pytest.raises(ValueError, match="^length: expected a whole number of at least "):
        factory(argument)
    with pytest.raises(ValueError, match="^delay: expected fewer steps than the length, 5, got 5$"):
        tasks.echo(5, delay=5)
