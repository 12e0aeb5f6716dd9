"""Training: a replica is alone in any stack, ends where it should, and bad input is refused in one sentence."""

import inspect
import subprocess
import sys
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from lstm_teach import CELLS, LSTM, TANH_ONLY, VANILLA_RNN, Params, Task, backward, init_params, tasks, train, unroll
from lstm_teach.training import batches
from lstm_teach.training import train as training
from lstm_teach.training.settings import Replica, Settings
from lstm_teach.training.train import fit

LATCH = tasks.latch(12)
QUICK = dict(learning_rate=1e-2, updates=30, batch=8, evaluate_every=10, test_sequences=20, progress=False)


def of_replica(history, r):
    """Everything a history holds on one replica, as bytes and plain values."""
    own = None if history.training_errors is None else history.training_errors[r].tobytes()
    return (
        history.losses[r].tobytes(), history.errors[r].tobytes(), own, history.updates_to_criterion[r],
        history.diverged[r], history.params.weights[r].tobytes(), history.head.W[r].tobytes(),
        history.head.b[r].tobytes(),
    )


def explosive(rng, batch):
    """A sample on which a linear cell with much enlarged recurrent weights overflows, and another does not."""
    return np.ones((40, batch, 1)), np.zeros((batch, 1))


EXPLOSIVE = Task(1, 1, 40, "squared", "last", 1.0, 1e-9, explosive)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("task", [LATCH, tasks.varying_length(5, 12), tasks.next_character(12)],
                         ids=["every step", "counted steps", "classes in bits"])
@pytest.mark.parametrize("name", ["LSTM", "TANH_ONLY", "VANILLA_RNN", "LINEAR_GATE"])
def test_a_replica_has_the_same_history_alone_and_in_any_stack(name, task, dtype):
    cell, settings = CELLS[name], QUICK | {"dtype": dtype}
    rates, biases = [1e-2, 3e-3, 1e-2, 1e-1], [0, 1, 3, "chrono"]
    stack = train(cell, task, 5, [4, 0, 4, 9], **settings | {"learning_rate": rates}, forget_bias=biases)
    for r, seed in enumerate([4, 0, 4, 9]):
        alone = train(cell, task, 5, [seed], **settings | {"learning_rate": rates[r]}, forget_bias=biases[r])
        assert of_replica(alone, 0) == of_replica(stack, r)


def with_neighbours_that_leave(**changes):
    """Replicas that solve at different updates, so that the stack shrinks around the last one; and that one alone."""
    task = replace(LATCH, criterion=0.25)
    settings = QUICK | {"updates": 200, "learning_rate": [1e-3, 3e-2, 1e-2]} | changes
    stack = train(LSTM, task, 6, [0, 1, 2], **settings)
    return stack, train(LSTM, task, 6, [0], **settings | {"learning_rate": 1e-3})


def test_a_replica_has_the_same_history_after_its_neighbours_left():
    stack, alone = with_neighbours_that_leave()
    assert len(stack.losses[0]) > len(stack.losses[2]) > len(stack.losses[1])
    assert of_replica(alone, 0) == of_replica(stack, 0)


def test_the_comparison_sees_clipping_over_the_whole_stack(monkeypatch):
    def together(gradient, limit):
        gradient *= min(1, limit / np.linalg.norm(gradient))
        return np.full(len(gradient), True)

    monkeypatch.setattr(training, "_clip", together)
    stack, alone = with_neighbours_that_leave(clip=0.01)
    assert of_replica(alone, 0) != of_replica(stack, 0)


def test_same_seed_same_history():
    first, second = (train(LSTM, tasks.temporal_order(10), 4, range(3), **QUICK) for _ in range(2))
    assert all(of_replica(first, r) == of_replica(second, r) for r in range(3))
    assert of_replica(first, 0) != of_replica(first, 1)


def test_a_replica_leaves_at_the_first_of_two_evaluations_at_the_criterion():
    stack, _ = with_neighbours_that_leave()
    assert stack.updates_to_criterion[0] is None and len(stack.losses[0]) == 200
    for r in (1, 2):
        errors, losses, solved = stack.errors[r], stack.losses[r], stack.updates_to_criterion[r]
        met = errors <= 0.25
        first = next(k for k in range(len(met) - 1) if met[k] and met[k + 1])
        assert solved == stack.evaluated_at[first] and len(losses) == stack.evaluated_at[first + 1] == solved + 10
        assert len(errors) == first + 2


def test_without_stop_every_replica_makes_every_update():
    stack, _ = with_neighbours_that_leave(stop=False)
    assert [len(losses) for losses in stack.losses] == [200] * 3
    assert all(update < 200 for update in stack.updates_to_criterion[1:])


def test_divergence_is_reported_with_its_update_and_leaves_the_others_alone():
    cell, settings = replace(VANILLA_RNN, candidate="identity"), QUICK | {"learning_rate": 1e-3}
    history = train(cell, EXPLOSIVE, 4, [1, 2], recurrent=[20.0, 0.5], **settings)
    assert history.diverged == (1, None) and [len(losses) for losses in history.losses] == [0, 30]
    assert np.isfinite(history.params.weights).all() and history.updates_to_criterion == (None, None)
    alone = train(cell, EXPLOSIVE, 4, [2], recurrent=0.5, **settings)
    assert of_replica(alone, 0) == of_replica(history, 1)


def test_a_wild_learning_rate_raises_no_warning():
    history = train(CELLS["RELU_CANDIDATE"], LATCH, 5, range(4), **QUICK | {"learning_rate": 1e30})
    assert all(update is not None for update in history.diverged)


def by_the_reference(task, cell, weights, head, sample):
    """Loss, error, and derivatives by `weights` and `head` (outputs, hidden + 1), all by the readable cell, float64.

    `sample` is what the task's own function returned. One sequence is scored after the other, each over its own steps.
    """
    x, targets, *mask = sample
    params, batch = Params(weights, cell.places), x.shape[1]
    trace = unroll(cell, params, x.astype(np.float64))
    outputs = trace.h @ head[:, :-1].T + head[:, -1]
    d_outputs, loss, error = np.zeros_like(outputs), 0, 0
    for b in range(batch):
        steps = {"last": [task.length - 1], "every": range(task.length)}.get(task.when) or np.flatnonzero(mask[0][:, b])
        for t in steps:
            y, wanted, share = outputs[t, b], targets[b] if task.when == "last" else targets[t, b], batch * len(steps)
            if task.loss == "squared":
                value = ((y - wanted) ** 2).mean()
                d_outputs[t, b], own = 2 * (y - wanted) / len(y) / share, value
            else:
                chances = np.exp(y) / np.exp(y).sum()
                value = -np.log(chances[wanted])
                d_outputs[t, b] = (chances - (np.arange(len(y)) == wanted)) / share
                own = -np.log2(chances[wanted]) if task.bits else y.argmax() != wanted
            loss, error = loss + value / share, error + own / share
    d_weights = backward(cell, params, trace, d_outputs @ head[:, :-1])[0].weights
    d_head = np.column_stack([np.einsum("tbo,tbh->oh", d_outputs, trace.h), d_outputs.sum(axis=(0, 1))])
    return loss, error, d_weights, d_head


def of_three_outputs(when, rng, batch):
    x = rng.standard_normal((6, batch, 2))
    targets = np.stack([x[..., 0], x[..., 1], x.sum(axis=-1)], axis=-1) * [1, 2, 3]
    return x, targets[-1] if when == "last" else targets


REFERRED = {
    "latch": LATCH, "adding": tasks.adding(9, mark_noise=0.1, distractor_sd=3), "number": tasks.varying_number(9),
    "length": tasks.varying_length(4, 9), "order": tasks.temporal_order(10), "counting": tasks.counting(12),
    "digits": tasks.digits(), "text": tasks.next_character(9),
    **{f"three outputs, {when}": Task(2, 3, 6, "squared", when, 1.0, 0.1, partial(of_three_outputs, when))
       for when in ("last", "every")},
}


@pytest.mark.parametrize("cell", [LSTM, TANH_ONLY], ids=["LSTM", "TANH_ONLY"])
@pytest.mark.parametrize("task", REFERRED.values(), ids=REFERRED)
def test_training_is_the_readable_reference_and_adam_step_by_step(task, cell):
    asked = QUICK | {"updates": 3, "evaluate_every": 1, "stop": False, "dtype": np.float64}
    history = train(cell, task, 4, [6], **asked)
    rng = np.random.default_rng([6, batches.DATA])
    start = training._first_weights(cell, task, 4, Settings(cell, task, 4, [6], 1e-2, 1).replicas[0])
    values = [array.astype(np.float64) for array in start]
    means, squares = [[np.zeros_like(value) for value in values] for _ in range(2)]
    for update in (1, 2, 3):
        loss, _, *slopes = by_the_reference(task, cell, *values, task.sample(rng, 8))
        assert history.losses[0][update - 1] == pytest.approx(loss, rel=1e-9)
        norm = np.sqrt(sum((slope**2).sum() for slope in slopes))
        for k, slope in enumerate(slopes):
            slope = slope / max(1, norm)
            means[k] = 0.9 * means[k] + 0.1 * slope
            squares[k] = 0.999 * squares[k] + 0.001 * slope**2
            step = means[k] / (1 - 0.9**update) / (np.sqrt(squares[k] / (1 - 0.999**update)) + 1e-8)
            values[k] = values[k] - 1e-2 * step
        test = (task.held_out or task.sample)(np.random.default_rng(batches.TEST_SEED), 20)
        assert history.errors[0][update - 1] == pytest.approx(by_the_reference(task, cell, *values, test)[1], rel=1e-7)
    np.testing.assert_allclose(history.params.weights[0], values[0], rtol=1e-6, atol=1e-9)


def test_a_history_says_in_one_line_how_it_ended():
    stack, _ = with_neighbours_that_leave()
    assert repr(stack) == "History(3 replicas: 2 solved, 0 diverged)"
    history = train(CELLS["RELU_CANDIDATE"], LATCH, 5, [1, 2], **QUICK | {"learning_rate": [1e30, 1e-3]})
    assert repr(history) == "History(2 replicas: 0 solved, 1 diverged)"


@pytest.mark.parametrize("own", [
    {"learning_rate": [1e-2, 1e-3]}, {"forget_bias": [1, "chrono"]}, {"input_bias": [0, 1]},
    {"recurrent": [1, "identity"]}, {"quiet": [1, 0.1]},
])
def test_a_seed_may_come_twice_if_one_setting_differs_and_only_then(own):
    asked = dict(cell=LSTM, task=LATCH, hidden=3, seeds=[5, 5], learning_rate=1e-2, updates=1) | own
    first, second = Settings(**asked).replicas
    assert first != second
    same = {name: [float(values[0])] * 2 for name, values in own.items()}
    with pytest.raises(ValueError, match=r"^seeds: expected no seed twice with the same settings, got \[5, 5\]$"):
        Settings(**asked | same)
    name, values = next(iter(own.items()))
    assert len(Settings(**asked | {"seeds": [5, 5, 6], name: [*values, values[0]]}).replicas) == 3


def test_the_error_is_measured_at_every_interval_and_at_the_end():
    history = train(LSTM, LATCH, 4, [0, 1], **QUICK | {"updates": 25})
    assert history.evaluated_at.tolist() == [10, 20, 25] and [len(errors) for errors in history.errors] == [3, 3]


def test_training_lowers_the_error_below_the_baseline():
    task = tasks.latch(10)
    history = train(LSTM, task, 8, range(3), **QUICK | {"updates": 300, "evaluate_every": 50})
    assert all(errors[-1] < task.baseline / 10 for errors in history.errors)


def test_one_update_is_adam_on_the_clipped_gradient():
    once = train(LSTM, LATCH, 4, [3], **QUICK | {"updates": 1, "dtype": np.float64})
    start = init_params(LSTM, 2, 4, np.random.default_rng([3, 0])).weights
    # After one step both averages are the gradient's own, so that each weight moves by the learning rate, up or down.
    assert np.allclose(abs(once.params.weights[0] - start), 1e-2, rtol=1e-3)
    moved = train(LSTM, LATCH, 4, [3], **QUICK | {"updates": 1, "dtype": np.float64, "clip": 1e-9})
    assert (abs(moved.params.weights[0] - start) < 1e-2 / 2).any()


def test_starting_weights():
    usual = Replica(5, learning_rate=1e-2, forget_bias=1.0, input_bias=0.0, recurrent=1.0, quiet=1.0)

    def draw(cell, **own):
        return training._first_weights(cell, LATCH, 6, usual._replace(**own))[0].reshape(-1, 6, 9)

    assert (draw(LSTM)[1, :, -1] == 1).all() and (draw(LSTM, input_bias=-2.0)[0, :, -1] == -2).all()
    chrono = draw(LSTM, forget_bias="chrono")
    assert (chrono[0, :, -1] == -chrono[1, :, -1]).all()
    assert (0 <= chrono[1, :, -1]).all() and (chrono[1, :, -1] <= np.log(11)).all() and len(set(chrono[1, :, -1])) == 6
    assert (draw(VANILLA_RNN, recurrent="identity")[0, :, :6] == np.eye(6)).all()
    assert np.allclose(draw(VANILLA_RNN, recurrent=0.5)[0, :, :6] * 2, draw(VANILLA_RNN)[0, :, :6])
    assert (draw(TANH_ONLY)[0, :, :-1] == draw(LSTM)[1, :, :-1]).all()  # two cells share the blocks that both have
    for cell, place in ((LSTM, "input_gate"), (TANH_ONLY, "candidate"), (CELLS["COUPLED"], "candidate")):
        quiet, loud = draw(cell, quiet=0.5, input_bias=-3.0), draw(cell, input_bias=-3.0)
        row = cell.places.index(place)
        assert (quiet[row, :, :-1] == loud[row, :, :-1] / 2).all() and (quiet[row, :, -1] == loud[row, :, -1]).all()
        assert (np.delete(quiet, row, axis=0) == np.delete(loud, row, axis=0)).all()


def test_a_fixed_training_set_is_learned_by_heart_and_is_the_same_for_every_cell():
    settings = QUICK | {"updates": 400, "evaluate_every": 100, "batch": 8, "stop": False}
    history = train(LSTM, tasks.once(10), 16, [0, 1], training_sequences=8, **settings)
    for errors, own in zip(history.errors, history.training_errors, strict=True):
        assert own[-1] < 0.02 < errors[-1] / 2
    assert {type(own) for own in (*history.errors, *history.training_errors, *history.losses)} == {np.ndarray}
    firsts = [next(batches.from_set(batches.training_set(LATCH, 7, 9), 7, 4)) for _ in range(2)]
    assert (firsts[0].x == firsts[1].x).all()
    own = batches.training_set(LATCH, 7, 9)
    numbers, stream = {sequence.tobytes(): k for k, sequence in enumerate(own.x.T)}, batches.from_set(own, 7, 4)
    drawn = [[numbers[sequence.tobytes()] for sequence in next(stream).x.T] for _ in range(30)]
    assert all(len(set(batch)) == 4 for batch in drawn) and set(sum(drawn, [])) == set(range(9))  # all, none twice
    assert train(LSTM, LATCH, 4, [0], **QUICK).training_errors is None


def test_held_out_sequences_are_the_test():
    task = replace(LATCH, held_out=lambda rng, batch: (np.zeros((12, batch, 2)), np.full((12, batch, 1), 7.0)))
    assert train(LSTM, task, 4, [0], **QUICK).errors[0][0] > 30


def test_a_text_is_measured_in_bits_on_the_held_out_chapters():
    task = tasks.next_character(20)
    history = train(LSTM, task, 16, [0], **QUICK | {"updates": 150, "evaluate_every": 50, "test_sequences": 64})
    x, classes = task.held_out(np.random.default_rng(batches.TEST_SEED), 64)
    own = Params(history.params.weights[0], history.params.places)
    outputs = unroll(LSTM, own, x.astype(float)).h @ history.head.W[0].T + history.head.b[0]
    shares = np.exp(outputs) / np.exp(outputs).sum(axis=-1, keepdims=True)
    bits = -np.log2(np.take_along_axis(shares, classes[..., None], axis=-1)).mean()
    assert history.errors[0][-1] == pytest.approx(bits, rel=1e-4)
    assert bits < task.baseline - 0.5 and history.updates_to_criterion == (None,)


def of_each_length(rng, batch):
    """Sequences of 5 to 12 steps that are told their number at each, which is what is asked for at the last."""
    lengths = rng.integers(5, 13, size=batch)
    steps = np.arange(12)[:, None]
    x = np.where(steps < lengths, 0.1, 0)[..., None] * np.ones(2)
    return x, np.broadcast_to(lengths / 12, (12, batch))[..., None], steps == lengths - 1


COUNTED = Task(2, 1, 12, "squared", "counted", 1.0, None, of_each_length)


@pytest.mark.parametrize("training_sequences", [None, 30])
def test_counted_steps_are_what_is_learned_and_what_is_measured(training_sequences):
    settings = QUICK | {"updates": 200, "evaluate_every": 100, "test_sequences": 30}
    history = train(LSTM, COUNTED, 6, [0, 1], training_sequences=training_sequences, **settings)
    assert history.updates_to_criterion == (None, None)  # without a criterion nothing is solved
    sets = [(history.errors, [COUNTED.sample(np.random.default_rng(batches.TEST_SEED), 30)] * 2)]
    if training_sequences:
        sets.append((history.training_errors, [COUNTED.sample(np.random.default_rng([r, 1]), 30) for r in (0, 1)]))
    for recorded, drawn in sets:
        for r, (x, targets, counted) in enumerate(drawn):
            own = Params(history.params.weights[r], history.params.places)
            outputs = unroll(LSTM, own, x).h @ history.head.W[r].T + history.head.b[r]
            error = ((outputs - targets) ** 2)[counted].mean()
            assert recorded[r][-1] == pytest.approx(error, rel=1e-4) and error < 1e-3
            assert ((outputs - targets) ** 2).mean() > 5 * error


def test_every_length_stands_in_the_test_sequences_of_varying_length():
    task = tasks.varying_length()
    _, _, counted = task.sample(np.random.default_rng(batches.TEST_SEED), 512)
    assert set(counted.argmax(axis=0) + 1) == set(range(30, 71)) and task.length == 70


def interrupted_at_update(number):
    """The latch, whose sample of this update is the moment at which someone types Ctrl-C."""
    calls = iter(range(10_000))

    def sample(rng, batch):
        if next(calls) == number:  # the 0th call draws the test sequences
            raise KeyboardInterrupt
        return LATCH.sample(rng, batch)

    return replace(LATCH, sample=sample)


def test_ctrl_c_returns_what_there_is():
    history = train(LSTM, interrupted_at_update(25), 4, [0], **QUICK)
    assert history.interrupted and len(history.losses[0]) == 24 and len(history.errors[0]) == 2
    assert np.isfinite(history.params.weights).all()
    whole = train(LSTM, LATCH, 4, [0], **QUICK | {"updates": 24})
    assert not whole.interrupted and (whole.params.weights == history.params.weights).all()


def test_fit_is_train_without_a_bar_and_lets_ctrl_c_through(capsys):
    asked = {name: value for name, value in QUICK.items() if name != "progress"}
    with pytest.raises(KeyboardInterrupt):
        fit(Settings(LSTM, interrupted_at_update(25), 4, [0], **asked))
    fitted, trained = fit(Settings(LSTM, LATCH, 4, [0, 1], **asked)), train(LSTM, LATCH, 4, [0, 1], **QUICK)
    assert all(of_replica(fitted, r) == of_replica(trained, r) for r in (0, 1)) and not fitted.interrupted
    assert fitted.settings == trained.settings and fitted.settings["updates"] == 30
    assert capsys.readouterr() == ("", "")


def test_train_asks_for_what_settings_hold_and_a_bar():
    asked = {name: one.default for name, one in inspect.signature(train).parameters.items()}
    assert asked.pop("progress") is True
    assert asked == {name: one.default for name, one in inspect.signature(Settings).parameters.items()}
    changed = {"batch": 7, "forget_bias": [2.0], "input_bias": -1.0, "recurrent": 0.5, "quiet": 0.1, "clip": 2.0,
               "evaluate_every": 3, "test_sequences": 11, "training_sequences": 20, "stop": False, "dtype": np.float64}
    assert set(changed) == {name for name, default in asked.items() if default is not inspect.Parameter.empty}
    given = dict(cell=LSTM, task=LATCH, hidden=3, seeds=[4], learning_rate=1e-3, updates=5) | changed
    assert train(**given, progress=False).settings == given


def test_settings_are_frozen_and_say_what_each_network_has_of_its_own():
    settings = Settings(LSTM, LATCH, 4, [3, 3], learning_rate=1e-2, updates=1, input_bias=[0, -3])
    assert settings.replicas == (Replica(3, 0.01, 1.0, 0.0, 1.0, 1.0), Replica(3, 0.01, 1.0, -3.0, 1.0, 1.0))
    with pytest.raises(AttributeError):
        settings.hidden = 5


def test_the_bar_is_shown_on_stderr_and_only_on_request(capsys):
    train(LSTM, LATCH, 4, [0], **QUICK | {"progress": True})
    shown = capsys.readouterr().err
    assert "30/30" in shown and "1 not yet at the criterion" in shown
    train(LSTM, COUNTED, 4, [0], **QUICK | {"progress": True})
    shown = capsys.readouterr().err
    assert "30/30" in shown and "criterion" not in shown
    train(LSTM, LATCH, 4, [0], **QUICK)
    assert capsys.readouterr() == ("", "")


def test_the_bar_needs_no_thread(monkeypatch):
    from tqdm.auto import tqdm

    def refuse(_thread):
        raise RuntimeError("can't start new thread")  # as in a browser

    monkeypatch.setattr(tqdm, "monitor", None)
    monkeypatch.setattr("threading.Thread.start", refuse)
    for progress in (True, False):
        train(LSTM, LATCH, 4, [0], **QUICK | {"progress": progress})  # tqdm's warning would be an error


def test_importing_loads_no_bar_and_training_nothing_heavy():
    code = (
        "import sys, lstm_teach as l; print('tqdm' in sys.modules)\n"
        "l.train(l.LSTM, l.tasks.latch(5), 3, [0], 1e-2, 2, progress=False)\n"
        "print(sorted({'matplotlib', 'ipywidgets', 'torch'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == "False\n[]\n"


def counting(mask):
    return replace(COUNTED, sample=lambda rng, batch: (*of_each_length(rng, batch)[:2], mask))


def misshapen(x, targets):
    return replace(LATCH, sample=lambda rng, batch: (np.zeros(x), np.zeros(targets)))


@pytest.mark.parametrize("change, message", [
    ({"cell": "LSTM"}, "cell: expected a Cell such as LSTM, got 'LSTM'"),
    ({"task": tasks.latch}, "task: expected a Task such as tasks.latch.., got <function latch .*"),
    ({"learning_rate": 0}, "learning_rate: expected a finite number above 0, got 0"),
    ({"learning_rate": float("nan")}, "learning_rate: expected a finite number above 0, got nan"),
    ({"learning_rate": [1e-2, -1]}, "learning_rate: expected a finite number above 0, got -1"),
    ({"learning_rate": [1e-2] * 3}, "learning_rate: expected one value, or one for each of the 2 seeds, got 3 of them"),
    ({"seeds": [1, 1]}, r"seeds: expected no seed twice with the same settings, got \[1, 1\]"),
    ({"seeds": []}, r"seeds: expected at least one whole number in a sequence, such as range\(8\), got \[\]"),
    ({"seeds": 3}, r"seeds: expected at least one whole number in a sequence, such as range\(8\), got 3"),
    ({"seeds": [-1]}, "seeds: expected a whole number of at least 0, got -1"),
    ({"updates": 0}, "updates: expected a whole number of at least 1, got 0"),
    ({"hidden": 0}, "hidden: expected a whole number of at least 1, got 0"),
    ({"clip": 0}, "clip: expected a finite number above 0, got 0"),
    ({"forget_bias": "high"}, "forget_bias: expected a finite number, got 'high'"),
    ({"recurrent": None}, "recurrent: expected a finite number, got None"),
    ({"forget_bias": "chrono", "input_bias": 1}, "input_bias: expected 0 beside forget_bias='chrono', .*, got 1.*"),
    ({"training_sequences": 7}, "training_sequences: expected a whole number of at least 8, got 7"),
    ({"quiet": "quiet"}, "quiet: expected a finite number, got 'quiet'"),
    ({"dtype": int}, "dtype: expected numpy.float32 or numpy.float64, got <class 'int'>"),
    ({"task": misshapen((8, 12, 2), (12, 8, 1))},
     r"task.sample: expected x of shape \(12, 20, 2\), got shape \(8, 12, 2\)"),
    ({"task": misshapen((12, 20, 2), (20, 1))},
     r"task.sample: expected targets of shape \(12, 20, 1\), got shape \(20, 1\)"),
    ({"task": replace(LATCH, sample=lambda rng, batch: None)}, "task.sample: expected a pair of arrays, .*, got None"),
    ({"task": replace(LATCH, sample=of_each_length)}, "task.sample: expected a pair of arrays, .*, got 3 of them"),
    ({"task": replace(LATCH, when="counted")}, "task.sample: expected three arrays, .*, got 2 of them"),
    ({"task": counting(np.full((12, 20), 1.0))},
     r"task.sample: expected counted of shape \(12, 20\) and dtype bool, got an array of shape .* and dtype float64"),
    ({"task": counting(np.full((1, 20), True))},
     r"task.sample: expected counted of shape \(12, 20\) and dtype bool, got an array of shape .* and dtype bool"),
    ({"task": counting(np.arange(20) * np.ones((12, 1)) > 0)},
     "task.sample: expected a counted step in every sequence, got a sequence without one"),
    ({"task": replace(LATCH, sample=lambda rng, batch: (np.full((12, batch, 2), np.nan), np.zeros((12, batch, 1))))},
     "task.sample: expected finite numbers, got NaN, infinity or something that is no number"),
    ({"task": replace(LATCH, loss="cross-entropy", sample=lambda rng, batch: (np.zeros((12, batch, 2)),
                                                                           np.ones((12, batch), int)))},
     "task.sample: expected whole class numbers from 0 to 0, got an array of shape .*"),
])
def test_bad_input_is_refused_in_one_sentence(change, message):
    with pytest.raises(ValueError, match=f"^{message}$"):
        train(**dict(cell=LSTM, task=LATCH, hidden=4, seeds=[0, 1]) | QUICK | change)
