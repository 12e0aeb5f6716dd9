"""The first study: what it declares, and that its committed records are complete and can be made again."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from lstm_teach import CELLS, tasks, train
from lstm_teach.studies import first
from lstm_teach.studies.first.report import report
from lstm_teach.studies.first.table import FULL, MAIN, SMOKE, STUDY, TASKS, declare
from lstm_teach.study import job, store
from lstm_teach.study.command import table
from lstm_teach.study.declaration import SWEPT


def test_importing_the_package_does_not_import_the_study():
    code = "import sys, lstm_teach; print([m for m in sys.modules if m.startswith('lstm_teach.stud')])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8").stdout.strip() == "[]"


def test_all_cells_are_tuned_alike_and_confirmed_on_fresh_seeds():
    rows = declare(FULL)
    select = {row.network: row for row in rows if row.phase == "select"}
    assert all(len(set(row.settings)) == 9 and len(row.seeds) == 3 for row in select.values())
    assert len(select) == sum(row.phase == "select" for row in rows)
    for row in rows:
        assert row.phase == "select" or not set(row.seeds) & set(select[row.network].seeds)
        assert row.settings or row.network in select
    keys = [(row.experiment, key) for row in rows for key in row.keys()]
    assert len(keys) == len(set(keys))
    assert len({STUDY.fingerprint(row) for row in rows}) == len(rows)


def test_rivals_of_equal_count_have_about_the_parameters_of_the_lstm():
    rows = declare(FULL)
    for row in rows:
        if row.cell == "LSTM" or row.hidden != FULL.hidden:
            lstm = next(r for r in rows if (r.task, r.length, r.cell) == (row.task, row.length, "LSTM"))
            assert STUDY.parameters(row) == pytest.approx(STUDY.parameters(lstm), rel=0.06)


def test_every_cell_gets_the_same_training_set_at_the_same_seed():
    seen = []

    def recorded(rng, batch):
        x, targets = latch.sample(rng, batch)
        seen.append((batch, x.tobytes()))
        return x, targets

    latch = tasks.latch(10)
    for cell in MAIN:
        train(CELLS[cell], replace(latch, sample=recorded), 3, [7], 1e-3, 1, training_sequences=40, progress=False)
    sets = [x for batch, x in seen if batch == 40]
    assert len(sets) == len(MAIN) and len(set(sets)) == 1


# --- the committed records --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def committed():
    return store.load(STUDY)


def test_the_committed_records_are_complete_and_small(committed):
    assert sum(map(len, committed.values())) == sum(len(row.keys()) for row in declare())
    folder = store.records_folder(STUDY)
    assert sum(path.stat().st_size for path in folder.glob("*")) < 5_000_000
    assert {path.stem for path in folder.glob("*.jsonl")} == set(committed)


@pytest.mark.parametrize("task", list(TASKS))
def test_the_first_updates_of_committed_records_can_be_made_again(committed, task):
    rows = [row for row in declare() if row.task == task and row.phase not in SWEPT]
    made = {one.key: one for row in rows for one in committed[row.experiment] if one.first_losses is not None}
    for row in rows[:: max(1, len(rows) // 4)]:
        one = made[row.key(row.seeds[0], None)]
        again = job.first_losses(STUDY, row, row.seeds[0], one.setting)
        np.testing.assert_allclose(one.first_losses, again, rtol=1e-6)
        assert len(again) == job.SLICE


def test_the_errors_of_a_committed_record_can_be_made_again(committed):
    row = next(row for row in declare() if row.phase == "confirm")
    one = next(record for record in committed["core"] if record.key == row.key(1, None))
    [again] = job.perform(STUDY, replace(row, updates=100), [(1, one.setting)])
    np.testing.assert_allclose(again.errors, one.errors[:2], rtol=0.02)


def test_a_trained_network_can_be_read_back(committed):
    kept = [one for one in committed["gates"] if "weights" in one.more]
    assert len(kept) == 3
    for one in kept:
        params, head = one.network_of(CELLS)
        assert params.hidden == one.hidden and head.W.shape == (1, one.hidden)


def test_what_is_picked_is_one_cell_on_one_task_in_the_order_of_the_seeds(committed):
    for size, phase, hidden in (("count", "confirm", 14), ("width", "confirm", 12), ("count", "common", 14)):
        own = first.pick(committed, "adding", "TANH_ONLY", size, phase)
        assert [one.seed for one in own] == list(range(20)) and {one.hidden for one in own} == {hidden}
    grid = first.settings_grid(first.pick(committed, "adding", "LSTM", phase="sweep"))
    assert (grid.rates, grid.values, grid.seeds, grid.cap) == ((1e-3, 3e-3, 1e-2), (0, 1, 3), 10, 4000)
    assert first.pick(committed, "echo", "LINEAR_GATE", "width") == []


def test_a_cell_at_its_best_setting_is_taken_from_where_all_settings_were_run_to_the_end(committed):
    latch = first.at_best_setting(committed, "latch", "LSTM")
    assert {one.phase for one in latch} == {"confirm"} and len(latch) == 20
    best = first.at_best_setting(committed, "adding", "TANH_ONLY")
    assert {one.phase for one in best} == {"sweep"} and len(best) == 10
    settings = {}
    for one in first.pick(committed, "adding", "TANH_ONLY", phase="sweep"):
        settings.setdefault(tuple(one.setting.items()), []).append(one.capped)
    assert len(settings) == 9
    assert np.median([one.capped for one in best]) == min(map(np.median, settings.values()))


def test_networks_that_learned_from_few_sequences_are_picked_by_all_that_tells_them_apart(committed):
    picked = first.overfitting(committed, "digits", "TANH_ONLY", 14, 300)
    assert [one.seed for one in picked] == list(range(20))
    assert {(one.task, one.cell, one.hidden, one.training_sequences) for one in picked} == {
        ("digits", "TANH_ONLY", 14, 300)}
    assert first.overfitting(committed, "digits", "TANH_ONLY", 14, 64) == []


def test_the_summary_has_a_line_for_every_confirmed_row(undisturbed):
    miniature = declare(SMOKE)
    text = report(store.load(STUDY, undisturbed, miniature), miniature)
    rows = [row for row in miniature if row.phase in ("confirm", "common", "overfit")]
    assert len(text.splitlines()) > len(rows) and all(row.cell in text for row in rows)
    shown = table(STUDY, miniature)
    assert f"{sum(len(row.keys()) for row in miniature)} records" in shown
    assert len(shown.splitlines()) == len(miniature) + 2
