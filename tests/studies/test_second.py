"""The second study: what it declares, and that its committed records are complete, can be made again, and say what the
report says of them."""

import csv
import io
import itertools
import json
import math
from types import SimpleNamespace

import numpy as np
import pytest

from lstm_teach import LSTM
from lstm_teach.cell.cells import Params, init_params, unroll
from lstm_teach.studies.second import findings, mechanism
from lstm_teach.studies.second.report import comparisons, report
from lstm_teach.studies.second.table import (
    CELLS,
    FIXED,
    FULL,
    HIGH,
    LEARNED,
    LOW,
    RATES,
    STUDY,
    TASKS,
    declare,
    gate_of,
)
from lstm_teach.study import job, store
from lstm_teach.study.declaration import SWEPT
from lstm_teach.study.tidy import tidy
from lstm_teach.training import tasks
from lstm_teach.training.train import Head

# --- what is declared -------------------------------------------------------------------------------------------------


def test_every_rival_has_as_many_settings_as_sigma_on_seeds_of_their_own():
    rows = [row for row in declare(FULL) if row.experiment in findings.COMPARED]
    select = {row.network: row for row in rows if row.phase == "select"}
    assert {len(set(row.settings)) for row in select.values()} == {6}
    for network, row in select.items():
        edges = [one for one in rows if one.phase == "edge" and one.network == network]
        assert [{dict(setting)["learning_rate"] for setting in one.settings} for one in edges] == [{LOW}, {HIGH}]
        assert {dict(setting)["learning_rate"] for setting in row.settings} == set(RATES)
        confirm = next(one for one in rows if one.phase == "confirm" and one.network == network)
        assert not set(confirm.seeds) & set(row.seeds) and len(confirm.seeds) == 20
        assert {one.updates for one in (row, confirm, *edges)} == {confirm.updates}  # selected at the full cap


def test_each_cell_stands_there_with_f_1_and_with_a_learned_forget_gate():
    assert [gate_of(cell) for cell in FIXED] == list(LEARNED)
    for cell in LEARNED:
        assert CELLS[cell].forget_gate == "sigmoid" and CELLS[f"{cell}_F1"].forget_gate is None
        assert CELLS[cell].input_gate == CELLS[f"{cell}_F1"].input_gate


def test_what_is_compared_is_declared():
    declared = {(row.task, row.cell) for row in declare(FULL) if row.phase == "confirm"}
    for _, rival, sigmoid, task, over in findings.PRIMARY.values():
        assert {(task, rival), (task, sigmoid)} <= declared and (over is None or (over, rival) in declared)
    for _, rival, task in findings.NULLS.values():
        assert {(task, rival), (task, "LSTM_F1")} <= declared


# --- looking into a network -------------------------------------------------------------------------------------------


def test_a_frozen_unit_stands_still_and_the_others_move():
    params, x = init_params(LSTM, 2, 5, 0), np.random.default_rng(1).normal(size=(9, 4, 2))
    changed = mechanism.freeze(LSTM, params, "input_gate", np.full(5, 0.3), [2])
    trace = unroll(LSTM, changed, x)
    assert np.allclose(trace.i[..., 2], 0.3) and trace.i[..., [0, 1, 3, 4]].std() > 0.01
    assert np.array_equal(params.weights, init_params(LSTM, 2, 5, 0).weights)  # the network itself is left alone


def test_without_recurrent_weights_a_step_depends_on_c_alone():
    params, rng = mechanism.cut(init_params(LSTM, 2, 5, 0)), np.random.default_rng(1)
    x = rng.normal(size=(1, 4, 2))
    a, b = (unroll(LSTM, params, x, h=rng.normal(size=(4, 5)), c=np.ones((4, 5))).c for _ in range(2))
    assert np.array_equal(a, b)


def test_what_a_value_moves_in_a_cell_that_only_adds():
    cell, row = CELLS["LSTM_F1"], next(row for row in declare(FULL) if row.task == "adding" and row.cell == "LSTM_F1")
    params = init_params(cell, 2, 1, 0, input_bias=0)
    for block in params.values():
        block.W_x[...], block.W_h[...], block.b[...] = 0, 0, 0
    params["candidate"].W_x[0, 0], params["input_gate"].W_x[0, 1], params["input_gate"].b[0] = 1e-3, 80, -40
    found = mechanism.moved(cell, params, (np.array([[1.0]]), np.zeros(1)), row)
    assert found["ignored"]["c"]["0"] < 1e-9 and found["marked"]["c"]["0"] == pytest.approx(1e-3, rel=1e-3)
    assert found["marked"]["c"]["20"] == found["marked"]["c"]["0"]  # f = 1 keeps it whole


def test_the_held_out_text_is_read_whole_and_in_order():
    x, classes = tasks.held_out_windows(64)
    assert x.shape == (64, classes.shape[1], 32) and (x.argmax(axis=-1)[1:] == classes[:-1]).all()
    assert (x.argmax(axis=-1)[0, 1:] == classes[-1, :-1]).all()
    uniform = (np.zeros((32, 5)), np.zeros(32))
    assert mechanism.held_out_bits(LSTM, init_params(LSTM, 32, 5, 0), uniform, 64) == pytest.approx(5)


# --- the committed records --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def committed():
    return findings.load()


def test_the_committed_records_are_complete_and_small(committed):
    folder = store.records_folder(STUDY)
    assert sum(path.stat().st_size for path in folder.glob("*")) < 6_000_000
    assert {path.stem for path in folder.glob("*.jsonl")} == set(committed)
    assert all(records for records in committed.values())


@pytest.mark.parametrize("task", list(TASKS))
def test_the_first_updates_of_committed_records_can_be_made_again(committed, task):
    rows = [row for row in declare() if row.task == task and row.phase not in SWEPT]
    made = {one.key: one for row in rows for one in committed[row.experiment] if one.first_losses is not None}
    for row in rows[:: max(1, len(rows) // 3)]:
        one = made[row.key(row.seeds[0], None)]
        np.testing.assert_allclose(one.first_losses, job.first_losses(STUDY, row, one.seed, one.setting), rtol=1e-6)


def test_the_primary_comparisons_from_plain_json_and_numpy(committed):
    updates = {}
    for path in store.records_folder(STUDY).glob("*.jsonl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            one = json.loads(line)
            if one["phase"] == "confirm" and one["experiment"] in ("fixed", "learned"):
                updates[one["task"], one["cell"], one["seed"]] = one["updates"] or one["cap"]

    def logs(task, rival, sigmoid):
        return np.array([math.log(updates[task, rival, s] / updates[task, sigmoid, s]) for s in range(20)])

    expected = {
        "P1": logs("adding_both", "LINEAR_GATE_F1", "LSTM_F1") - logs("adding_big", "LINEAR_GATE_F1", "LSTM_F1"),
        "P2": logs("adding_marks", "LINEAR_GATE_F1", "LSTM_F1"), "P3": logs("adding_big", "DEAD_ZONE_F1", "LSTM_F1"),
        "P4": logs("number_marks", "LINEAR_GATE_F1", "LSTM_F1"),
        "P5": logs("adding_both", "LINEAR_GATE", "LSTM") - logs("adding_big", "LINEAR_GATE", "LSTM"),
        "P6": logs("adding_big", "DEAD_ZONE", "LSTM"),
    }
    signs = np.array(list(itertools.product((1, -1), repeat=12)))
    measured = {one.name: one for one in findings.primary(committed)}
    for name, values in expected.items():
        assert measured[name].ratio == pytest.approx(math.exp(values.mean()))
        # The 2²⁰ ways in two halves of eight and twelve seeds.
        halves = np.array(list(itertools.product((1, -1), repeat=8))) @ values[:8], signs @ values[8:]
        sums = np.abs(halves[0][:, None] + halves[1])
        assert measured[name].p == pytest.approx(np.mean(sums >= abs(values.sum()) * (1 - 1e-9)))
    ordered = sorted(measured.values(), key=lambda one: one.p)
    running = 0
    for rank, one in enumerate(ordered):
        running = max(running, (len(ordered) - rank) * one.p)
        assert one.holm == pytest.approx(min(running, 1))


def test_the_report_and_the_tidy_table_are_whole(committed):
    text = report(committed, declare())
    for word in ("Primary", "Nulls", "Survival", "lies at an end", "Not trained for", "Interventions", "Mending",
                 "Wider", "Next character", *findings.PRIMARY, *findings.NULLS):
        assert word in text
    section = text.partition("Not trained for")[2].partition("\n\n")[0]  # of those that had solved their task
    told = {tuple(line.split()[:2]): line.split()[2:4] for line in section.splitlines() if line.strip()}
    every = [(task, cell, records) for forget in findings.CONDITIONS
             for task, cells in findings.grid(committed, forget).items() for cell, records in cells.items()]
    some = [one for one in every if 0 < sum(record.solved for record in one[-1]) < len(one[-1])]
    assert len(some) > 10
    for task, cell, records in some:
        done = [one.final_error for one in records if one.solved]
        assert told[task, cell] == [str(len(done)), f"{np.median(done):.2g}"]
    lines = list(csv.DictReader(io.StringIO(tidy(STUDY, committed, comparisons(committed)))))
    p1 = next(one for one in lines if one["setting"].startswith("P1") and one["statistic"] == "ratio of updates")
    assert float(p1["value"]) == pytest.approx(findings.primary(committed)[0].ratio, rel=1e-3)
    confirmed = [one for one in lines if (one["phase"], one["statistic"]) == ("confirm", "share solved")]
    assert len(confirmed) == sum(row.phase == "confirm" for row in declare())
    own = findings.pick(committed, "adding_both", "TANH_ONLY")
    (share,) = (one for one in confirmed if [one[name] for name in ("task", "cell", "hidden")] == [
        "adding_both", "TANH_ONLY", "12"])
    solved = sum(one.solved for one in own)
    assert (share["experiment"], share["length"], share["parameters"], share["training_sequences"], share["n"]) == (
        "learned", "50", str(STUDY.parameters(own[0])), "", "20")
    assert float(share["value"]) == solved / 20 and float(share["low"]) < solved / 20 <= float(share["high"])
    assert json.loads(share["setting"]) == own[0].setting


def test_an_intervention_of_a_committed_record_can_be_made_again(committed):
    one = next(one for one in findings.pick(committed, "adding", "TANH_ONLY") if "weights" in one.more)
    row = next(row for row in declare() if one.key in row.keys())
    params, head = one.network_of(CELLS)
    x, targets, read = mechanism.sequences(row)
    again = mechanism.frozen(CELLS[one.cell], params, head, x, targets, read, row)
    assert again["before"] == pytest.approx(one.more["frozen"]["before"], rel=0.02)
    np.testing.assert_allclose(again["forget_gate"]["units"], one.more["frozen"]["forget_gate"]["units"], rtol=0.05)


def assert_about_the_same(again, kept):
    """Mappings and lists of numbers, to two per cent: the weights that were kept have six digits."""
    if isinstance(kept, dict):
        assert set(again) == set(kept)
        for name in kept:
            assert_about_the_same(again[name], kept[name])
    else:
        np.testing.assert_allclose(again, kept, rtol=0.02)


@pytest.mark.parametrize("task, cell", [("adding_both", "LSTM"), ("length", "TANH_ONLY")])
def test_all_that_a_committed_record_holds_beside_errors_can_be_made_again(committed, task, cell):
    one = next(one for one in findings.pick(committed, task, cell) if "weights" in one.more)
    row = next(row for row in declare() if one.key in row.keys())
    params, head = one.network_of(CELLS)
    alone = Params(params.weights[None], params.places), Head(*(part[None] for part in head))
    history = SimpleNamespace(settings={"cell": CELLS[cell], "seeds": [one.seed]}, diverged=(None,), params=alone[0],
                              head=alone[1])
    assert_about_the_same(mechanism.more(row, history, 0), one.more)


def test_interventions_are_told_of_every_network_that_was_opened_and_had_solved_its_task(committed):
    records = findings.pick(committed, "adding_marks", "TANH_ONLY") + findings.pick(committed, "adding", "TANH_ONLY")
    opened = [one for one in records if one.solved and "frozen" in one.more]
    left = findings.interventions(records)
    assert left["cut"].shape == left["forget_gate"].shape == (len(opened), 2) and len(opened) < len(records)
    assert left["cut"][0].tolist() == opened[0].more["frozen"]["cut"]
    assert left["forget_gate"][-1].tolist() == opened[-1].more["frozen"]["forget_gate"]["all"]
    assert left["before"].tolist() == [one.more["frozen"]["before"] for one in opened]
    assert findings.interventions(findings.pick(committed, "text", "LSTM")) == {}
