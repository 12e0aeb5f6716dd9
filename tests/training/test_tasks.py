"""Tasks against their definitions, and baselines against simulation."""

import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lstm_teach import tasks
from lstm_teach.training.tasks import Task

FACTORIES = (tasks.latch, tasks.once, tasks.adding, tasks.varying_number, tasks.temporal_order, tasks.counting,
             tasks.echo)
BOTH = {"mark_noise": 0.1, "distractor_sd": 3}
DISTURBED = [factory(**BOTH) for factory in (tasks.once, tasks.adding, tasks.varying_number, tasks.varying_length)]
ALL = [factory(length) for factory in FACTORIES for length in (20, 50)] + DISTURBED + [
    tasks.varying_length(), tasks.varying_length(2, 5), tasks.digits(), tasks.next_character()
]


def drawn(task, batch=2000, seed=0):
    return (task.held_out or task.sample)(np.random.default_rng(seed), batch)


def error_of_best_constant(task, targets, counted=None):
    """The error of the best constant prediction on these targets, at the counted steps."""
    if counted is not None:
        assert (counted.sum(axis=0) == 1).all()  # or each would have to be weighted by how many there are
        targets = targets[counted]
    if task.loss == "squared":
        return float(((targets - targets.mean()) ** 2).mean())
    shares = np.bincount(targets.ravel()) / targets.size
    return -float(shares @ np.log2(shares)) if task.bits else 1 - shares.max()


@pytest.mark.parametrize("task", ALL)
def test_samples_have_the_declared_shapes_and_depend_on_the_seed_only(task):
    batch = 7
    x, targets, *mask = task.sample(np.random.default_rng(0), batch)
    steps = () if task.when == "last" else (task.length,)
    assert x.shape == (task.length, batch, task.inputs)
    assert targets.shape == steps + ((batch, task.outputs) if task.loss == "squared" else (batch,))
    assert [(counted.shape, counted.dtype) for counted in mask] == [((task.length, batch), bool)] * len(mask)
    assert bool(mask) == (task.when == "counted")
    again = pickle.loads(pickle.dumps(task)).sample(np.random.default_rng(0), batch)
    assert (again[0] == x).all() and (again[1] == targets).all()
    assert (task.sample(np.random.default_rng(1), batch)[0] != x).any()


def test_default_lengths():
    assert all(factory().length == 50 for factory in FACTORIES)
    assert (tasks.varying_length().length, tasks.digits().length, tasks.next_character().length) == (70, 8, 64)
    x, targets = drawn(tasks.echo())
    assert (targets[10:] == x[:-10]).all()


# Tasks of any size, the smallest included, with and without what disturbs them.
OPTIONS = st.fixed_dictionaries({"mark_noise": st.sampled_from([0, 0.1]), "distractor_sd": st.sampled_from([None, 3])})
LENGTHS = st.integers(12, 60)
ANY_TASK = st.one_of(
    st.builds(tasks.latch, LENGTHS),
    st.builds(lambda factory, length, options: factory(length, **options),
              st.sampled_from([tasks.once, tasks.adding, tasks.varying_number]), LENGTHS, OPTIONS),
    st.builds(lambda shortest, more, options: tasks.varying_length(shortest, shortest + more, **options),
              st.integers(2, 30), st.integers(0, 30), OPTIONS),
    st.builds(tasks.temporal_order, LENGTHS),
    st.builds(tasks.counting, LENGTHS),
    st.builds(lambda length, share: tasks.echo(length, max(1, int(share * length))), LENGTHS, st.floats(0, 0.9)),
)


@settings(deadline=None, max_examples=60)
@given(ANY_TASK, st.integers(0, 2**32 - 1))
def test_every_task_states_the_error_of_the_best_constant_whatever_its_size(task, seed):
    x, targets, *mask = drawn(task, 3000, seed)
    assert error_of_best_constant(task, targets, *mask) == pytest.approx(task.baseline, rel=0.15)
    assert x.shape == (task.length, 3000, task.inputs) and np.isfinite(x).all()


@pytest.mark.parametrize("task", ALL)
def test_baseline_by_simulation(task):
    _, *targets = drawn(task, 500 if task.held_out else 8000)
    assert error_of_best_constant(task, *targets) == pytest.approx(task.baseline, rel=0.04)
    assert task.criterion is None or task.criterion < task.baseline / 4


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


def test_varying_number_is_the_sum_of_one_to_four_marked_values_anywhere():
    x, targets = drawn(tasks.varying_number(20), 20_000)
    values, marks = x[..., 0], x[..., 1]
    assert np.allclose((values * marks).sum(axis=0), targets[:, 0]) and 0 <= values.min() and values.max() <= 1
    numbers = np.bincount(marks.sum(axis=0).astype(int))
    assert numbers[0] == 0 and len(numbers) == 5 and (abs(numbers[1:] / 20_000 - 1 / 4) < 0.01).all()
    assert set(marks.ravel()) == {0, 1} and (abs(marks.mean(axis=1) - 2.5 / 20) < 0.01).all()


def test_varying_length_is_read_at_the_last_step_of_each_sequence_and_nothing_follows_it():
    x, targets, counted = drawn(tasks.varying_length(4, 9), 20_000)
    lengths, marks = counted.argmax(axis=0) + 1, x[..., 1]
    assert (counted.sum(axis=0) == 1).all()
    shares = np.bincount(lengths) / 20_000
    assert len(shares) == 10 and (shares[:4] == 0).all() and (abs(shares[4:] - 1 / 6) < 0.01).all()
    steps = np.arange(9)[:, None]
    assert (x[steps >= lengths] == 0).all() and (x[..., 0][steps < lengths] != 0).all()
    assert (marks.sum(axis=0) == 2).all() and ((marks * (steps < lengths // 2)).sum(axis=0) == 1).all()
    assert np.allclose((x[..., 0] * marks).sum(axis=0), targets[lengths - 1, np.arange(20_000), 0])
    assert x[..., 0].min() < -0.99 and x[..., 0].max() > 0.99


@pytest.mark.parametrize("factory", [tasks.once, tasks.adding, tasks.varying_number, tasks.varying_length])
def test_disturbances_move_marks_and_ignored_values_only(factory):
    clean, target, *_ = drawn(factory())
    noisy, same, *_ = drawn(factory(mark_noise=0.1))
    assert (same == target).all() and (noisy[..., 0] == clean[..., 0]).all()
    inside = clean[..., 0] != 0  # after the end of a sequence nothing is seen, no noise either
    noise = (noisy - clean)[..., 1]
    assert noise[inside].std() == pytest.approx(0.1, rel=0.02) and noise[inside].mean() == pytest.approx(0, abs=1e-3)
    assert (noise[~inside] == 0).all()
    big, same, *_ = drawn(factory(distractor_sd=3))
    marked = clean[..., 1] == 1
    assert (same == target).all() and (big[..., 1] == clean[..., 1]).all()
    assert (big[..., 0][marked] == clean[..., 0][marked]).all()
    assert big[..., 0][inside & ~marked].std() == pytest.approx(3, rel=0.02)
    assert abs(big[..., 0][inside & ~marked].mean()) < 0.05
    both, same, *_ = drawn(factory(**BOTH))
    assert (same == target).all() and (both[..., 0] == big[..., 0]).all() and (both[..., 1] != clean[..., 1]).any()


@pytest.mark.parametrize("options, message", [
    ({"mark_noise": -0.1}, "mark_noise: expected a finite number of at least 0, got -0.1"),
    ({"mark_noise": None}, "mark_noise: expected a finite number of at least 0, got None"),
    ({"distractor_sd": float("inf")}, "distractor_sd: expected a finite number of at least 0, got inf"),
])
def test_bad_disturbances_are_refused_in_one_sentence(options, message):
    for factory in (tasks.once, tasks.adding, tasks.varying_number, tasks.varying_length):
        with pytest.raises(ValueError, match=f"^{message}$"):
            factory(**options)


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


def test_the_baseline_of_short_streams_by_hand():
    # S first, then a; at the third step b closes the string if n is 1, else a comes once more.
    for length, commonest in ((1, 1), (2, 1 / 2), (3, (1 + 15 / 16) / 3)):
        assert tasks.counting(length).baseline == pytest.approx(1 - commonest)


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
    file = Path(tasks.__file__).with_name("data") / "digits.npz"
    with np.load(file) as stored:
        last = {image.tobytes() for image in stored["images"][1297:].astype(int)}
        assert others == last
        wrong = np.mean(stored["labels"][1297:] != np.bincount(stored["labels"][1297:]).argmax())
    assert task.baseline == pytest.approx(wrong, rel=1e-12)


def test_next_character_reads_windows_of_the_text_and_its_test_chapters_are_no_training():
    task = tasks.next_character(30)
    parts = {part: "".join(tasks.ALPHABET[k] for k in tasks._text(part)) for part in ("training", "held_out")}
    assert parts["training"].startswith("call me ishmael. some years ago-never mind how long precisely-having little")
    assert parts["held_out"].startswith("i, ishmael, was one of that crew;")
    assert all(set(text) == set(tasks.ALPHABET) and "  " not in text for text in parts.values())
    assert 0.09 < len(parts["held_out"]) / len(parts["training"] + parts["held_out"]) < 0.11
    for own, other, draw in (("training", "held_out", task.sample), ("held_out", "training", task.held_out)):
        x, classes = draw(np.random.default_rng(0), 300)
        assert (x.sum(axis=-1) == 1).all() and (x[1:].argmax(axis=-1) == classes[:-1]).all()
        for window in np.concatenate([x[:1].argmax(axis=-1), classes]).T:
            window = "".join(tasks.ALPHABET[k] for k in window)
            assert window in parts[own] and window not in parts[other]
    with pytest.raises(ValueError, match="^length: expected fewer steps than the held-out text has characters, got "):
        tasks.next_character(10**6)


@pytest.mark.parametrize("change, message", [
    ({"loss": "hinge"}, "loss: expected one of 'squared', 'cross-entropy', got 'hinge'"),
    ({"when": "first"}, "when: expected one of 'last', 'every', 'counted', got 'first'"),
    ({"bits": True}, "bits: expected False, or True beside loss='cross-entropy', got True"),
    ({"loss": "cross-entropy", "bits": 1}, "bits: expected False, or True beside loss='cross-entropy', got 1"),
    ({"inputs": 0}, "inputs: expected a whole number of at least 1, got 0"),
    ({"baseline": -0.1}, "baseline: expected a finite number of at least 0, got -0.1"),
    ({"criterion": float("nan")}, "criterion: expected a finite number of at least 0, got nan"),
    ({"sample": None}, r"sample: expected a function of \(rng, batch\), got None"),
])
def test_bad_tasks_are_refused_in_one_sentence(change, message):
    fields = dict(inputs=1, outputs=1, length=5, loss="squared", when="last", baseline=1.0, criterion=0.1, sample=print)
    with pytest.raises(ValueError, match=f"^{message}$"):
        Task(**fields | change)


@pytest.mark.parametrize("factory, argument", [
    (tasks.latch, 0), (tasks.once, 2.5), (tasks.adding, 1), (tasks.varying_number, 3), (tasks.temporal_order, 9),
    (tasks.counting, True),
])
def test_bad_lengths_are_refused_in_one_sentence(factory, argument):
    with pytest.raises(ValueError, match="^length: expected a whole number of at least "):
        factory(argument)
    with pytest.raises(ValueError, match="^delay: expected fewer steps than the length, 5, got 5$"):
        tasks.echo(5, delay=5)
    with pytest.raises(ValueError, match="^shortest: expected a whole number of at least 2, got 1$"):
        tasks.varying_length(1, 5)
    with pytest.raises(ValueError, match="^longest: expected a whole number of at least 6, got 5$"):
        tasks.varying_length(6, 5)
