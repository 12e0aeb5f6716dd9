"""The study: a kill at any moment loses and doubles nothing, the statistics are right, and the committed records are
complete and can be made again."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from lstm_teach import CELLS, declaration, results, study, tasks, train
from lstm_teach.declaration import FULL, SMOKE, declare
from lstm_teach.results import FOLDER, ResultsError
from tools.notebooks import ROOT

ROWS = declare(SMOKE)
TOTAL = sum(len(row.keys()) for row in ROWS)
COMMAND = [sys.executable, "-m", "lstm_teach.study", "run", "--smoke", "--workers", "2", "--folder"]


def start(folder, *options, **more):
    return subprocess.Popen(
        COMMAND + [str(folder), *options], cwd=ROOT, start_new_session=True, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, **more,
    )


def finish(folder, *options, **more):
    """Run the smoke study to its end: its exit code, stdout and stderr."""
    process = start(folder, *options, **more)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def lines(folder):
    return [line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text().splitlines()]


def comparable(folder):
    """All records of a folder in a fixed order, without the time they took."""
    records = [json.loads(line) for line in lines(folder)]
    return sorted(json.dumps({name: record[name] for name in record if name != "seconds"}) for record in records)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study") / "new" / "folder"
    code, out, err = finish(folder)
    assert code == 0 and f"{TOTAL} records made; all {TOTAL} are there" in out and "min left" in err
    return folder


@pytest.fixture
def copy(undisturbed, tmp_path):
    shutil.copytree(undisturbed, tmp_path / "copy")
    return tmp_path / "copy"


# --- running and resuming ---------------------------------------------------------------------------------------------


def test_the_summary_has_a_line_for_every_confirmed_row(undisturbed):
    text = study.summary(results.load(undisturbed, ROWS), ROWS)
    rows = [row for row in ROWS if row.phase in ("confirm", "common", "overfit")]
    assert len(text.splitlines()) > len(rows) and all(row.cell in text for row in rows)
    assert f"{TOTAL} records" in study.table(ROWS) and len(study.table(ROWS).splitlines()) == len(ROWS) + 2


def test_killed_at_several_points_and_resumed_it_equals_the_undisturbed_run(undisturbed, tmp_path):
    seen = []
    for records in (1, 150, 400, 600):
        process = start(tmp_path)
        while len(lines(tmp_path)) < records:
            assert process.poll() is None
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        seen.append(len(lines(tmp_path)))
        # and one kill in the middle of a write, which no clock would hit
        latest = max(tmp_path.glob("*.jsonl"), key=lambda path: path.stat().st_mtime_ns)
        os.truncate(latest, latest.stat().st_size - 40)
    assert seen == sorted(set(seen)) and seen[-1] < TOTAL
    code, out, err = finish(tmp_path)
    assert code == 0 and "the last line was cut off; it was removed, and its record will be made again" in err
    assert comparable(tmp_path) == comparable(undisturbed)
    assert finish(tmp_path)[1].startswith("0 records made;")


def test_workers_end_with_a_killed_parent(tmp_path):
    process = start(tmp_path)
    while not lines(tmp_path):
        time.sleep(0.01)
    process.kill()
    process.communicate(timeout=60)  # returns only when everyone who holds the pipes is gone: the workers too


def test_ctrl_c_ends_with_a_sentence_and_whole_records(undisturbed, tmp_path):
    process = start(tmp_path)
    while not lines(tmp_path):
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate()
    assert process.returncode == 1 and "Traceback" not in err
    assert err.splitlines()[-1].endswith("nothing that had finished is lost: the same command goes on")
    assert set(comparable(tmp_path)) < set(comparable(undisturbed))


def test_an_interrupted_training_is_no_record(monkeypatch):
    def interrupted(*arguments, **options):
        return replace(train(*arguments, **options), interrupted=True)

    monkeypatch.setattr(declaration, "train", interrupted)
    row = next(row for row in ROWS if row.phase == "common")
    with pytest.raises(KeyboardInterrupt):
        declaration.perform(row, [(0, dict(row.settings[0]))])


def test_any_executor_gives_the_same_records(undisturbed, tmp_path):
    rows = [row for row in ROWS if row.task == "latch"]
    with ThreadPoolExecutor(2) as executor:
        made = study.run(rows, tmp_path, executor, 2, progress=False)
    assert made == sum(len(row.keys()) for row in rows)
    expected = [record for record in comparable(undisturbed) if '"task": "latch"' in record]
    assert comparable(tmp_path) == expected


CLUSTER = """
from distributed import LocalCluster
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        input()
"""


def test_a_dask_cluster_of_two_workers_gives_the_same_records(undisturbed, tmp_path):
    pytest.importorskip("distributed", reason="Dask is not installed: pip install 'lstm-teach[study]'")
    (tmp_path / "cluster.py").write_text(CLUSTER)
    with subprocess.Popen([sys.executable, tmp_path / "cluster.py"], cwd=ROOT, text=True, stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as cluster:
        address = cluster.stdout.readline().strip()
        code, out, err = finish(tmp_path / "records", "--scheduler", address)
        cluster.communicate("\n")
    assert code == 0, err
    assert comparable(tmp_path / "records") == comparable(undisturbed)


def test_the_time_left_is_weighted_by_what_each_kind_of_job_took():
    row = replace(ROWS[0], updates=1000, length=60, phase="confirm")
    other = replace(row, task="adding")
    left = study._TimeLeft([], [], 2)
    left.learn(row, [{"seconds": 60}])
    left.learn(other, [{"seconds": 600}])
    jobs = [(row, [(seed, None) for seed in range(4)]), (other, [(0, None), (1, None)])]
    assert left.text(jobs) == "about 12 min left"  # (4 · 1 + 2 · 10) minutes on two workers
    assert left.text([(replace(row, task="once"), [(0, None)] * 4)]) == "about 11 min left"  # never seen: the average


def test_importing_the_package_does_not_import_the_study():
    code = "import sys, lstm_teach; print([m for m in sys.modules if m.split('.')[-1] in ('study', 'declaration')])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


# --- what is declared -------------------------------------------------------------------------------------------------


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
    assert len({declaration.fingerprint(row) for row in rows}) == len(rows)


def test_rivals_of_equal_count_have_about_the_parameters_of_the_lstm():
    rows = declare(FULL)
    for row in rows:
        if row.cell == "LSTM" or row.hidden != FULL.hidden:
            lstm = next(r for r in rows if (r.task, r.length, r.cell) == (row.task, row.length, "LSTM"))
            assert row.parameters == pytest.approx(lstm.parameters, rel=0.06)


def test_every_cell_gets_the_same_training_set_at_the_same_seed():
    seen = []

    def recorded(rng, batch):
        x, targets = latch.sample(rng, batch)
        seen.append((batch, x.tobytes()))
        return x, targets

    latch = tasks.latch(10)
    for cell in declaration.MAIN:
        train(CELLS[cell], replace(latch, sample=recorded), 3, [7], 1e-3, 1, training_sequences=40, progress=False)
    sets = [x for batch, x in seen if batch == 40]
    assert len(sets) == len(declaration.MAIN) and len(set(sets)) == 1


# --- statistics -------------------------------------------------------------------------------------------------------


def record(updates, final_error=0.1, cap=4000):
    return {"updates": updates, "final_error": final_error, "cap": cap}


def test_wilson_against_published_values():
    # Newcombe (1998), Statistics in Medicine 17, table I: method 3, without continuity correction.
    for successes, trials, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611),
                                         (1, 29, 0.0061, 0.1718)):
        assert results.wilson(successes, trials) == pytest.approx((low, high), abs=5e-5)
    assert results.wilson(20, 20)[1] == 1
    with pytest.raises(ValueError, match="^successes: expected at most the 3 trials, got 4$"):
        results.wilson(4, 3)


def test_median_is_censored_when_under_half_solve():
    assert results.median_updates([record(100), record(None), record(300)]) == "300"
    assert results.median_updates([record(100), record(None), record(None)]) == "> 4000"
    assert results.median_updates([record(100), record(None)]) == "100"
    assert results.capped([record(None), record(50)]).tolist() == [4000, 50]


def test_the_bootstrap_interval_covers_about_as_often_as_it_says():
    rng, covered = np.random.default_rng(0), 0
    for trial in range(300):
        ours = np.exp(rng.normal(0, 1, 20))
        theirs = ours * np.exp(rng.normal(np.log(2), 0.5, 20))
        ratio, low, high = results.bootstrap_ratio(ours, theirs, seed=trial)
        assert low <= ratio <= high
        covered += low <= 2 <= high
    assert 0.88 < covered / 300 < 0.98
    assert results.bootstrap_ratio([1, 2, 3], [3, 6, 9]) == pytest.approx((3, 3, 3))
    with pytest.raises(ValueError, match="^ours and theirs: expected two sequences of positive numbers"):
        results.bootstrap_ratio([1, 2], [1])


def test_sign_flip_is_exact_and_uniform_under_no_difference():
    assert results.sign_flip_p([1] * 5, [2] * 5) == 2 / 2**5
    assert results.sign_flip_p([1, 2, 3], [1, 2, 3]) == 1
    # By hand: logs 1, 2, −1 in units of log 2 sum to 2; of the 8 sums ±1 ±2 ±1, those of at least 2 are all but ±0.
    assert results.sign_flip_p([1, 1, 2], [2, 4, 1]) == 6 / 8
    rng = np.random.default_rng(0)
    p = [results.sign_flip_p(np.exp(rng.normal(size=9)), np.exp(rng.normal(size=9))) for _ in range(400)]
    assert np.mean(np.array(p) <= 0.05) == pytest.approx(0.05, abs=0.025) and np.mean(p) == pytest.approx(0.5, abs=0.06)
    with pytest.raises(ValueError, match="^ours: expected at most 20 pairs, got 21$"):
        results.sign_flip_p([1] * 21, [2] * 21)


def test_holm_by_hand():
    assert results.holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert results.holm([0.5, 0.001, 0.9]) == pytest.approx([1, 0.003, 1])


def test_selection_prefers_solved_then_updates_then_error():
    best = [[record(100), record(200), record(None)], [record(1900), record(1900), record(1900)]]
    assert min(best, key=results._merit) == best[1]
    best = [[record(None, 0.2)] * 3, [record(None, 0.1)] * 3, [record(None, None)] * 3]
    assert min(best, key=results._merit) == best[1]
    best = [[record(None)] + [record(100)] * 2, [record(None)] + [record(50)] * 2]
    assert min(best, key=results._merit) == best[1]


# --- what must be refused, in one sentence, and nothing overwritten ---------------------------------------------------


def core(folder):
    return folder / "core.jsonl"


def edit(path, number, change):
    content = path.read_text().splitlines()
    content[number] = json.dumps(json.loads(content[number]) | change)
    path.write_text("\n".join(content) + "\n")


@pytest.mark.parametrize("damage, sentence", [
    (lambda path: path.write_text(path.read_text()[:-9]), "its last line, [0-9]+, is cut off; "),
    (lambda path: path.write_text("half a line\n" + path.read_text()), "line 1 is no record of the study; "),
    (lambda path: edit(path, 3, {"declaration": "0123456789ab"}), "line 4 was made with another declaration "),
    (lambda path: edit(path, 3, {"seed": 77}), "line 4 was made with another declaration "),
    (lambda path: path.write_text(path.read_text() + path.read_text()), "line [0-9]+ is there for the second time "),
    (lambda path: edit(path, -1, {"setting": {"learning_rate": 5}}), ".* was made at {'learning_rate': 5}, but "),
    (lambda path: path.write_text("".join(path.read_text().splitlines(True)[:-1])), "1 of [0-9]+ records are missing"),
    (lambda path: path.unlink(), "([0-9]+) of \\1 records are missing"),
    (lambda path: (path.unlink(), path.mkdir()), "cannot be read \\(Is a directory\\)"),
])
def test_records_that_are_not_as_declared_are_refused(copy, damage, sentence):
    results.load(copy, ROWS)
    damage(core(copy))
    with pytest.raises(ResultsError, match=f"^{core(copy)}: {sentence}"):
        results.load(copy, ROWS)


@pytest.mark.parametrize("damage, sentence", [
    (lambda path: edit(path, 3, {"numpy": "1.0"}), "has records made with numpy 1.0, this is python "),
    (lambda path: edit(path, 3, {"declaration": "0123456789ab"}), "line 4 was made with another declaration "),
    (lambda path: path.write_text(path.read_text() + "my notes"), "its last line is no record of the study; "),
])
def test_a_run_changes_nothing_in_a_file_it_refuses(copy, damage, sentence):
    damage(core(copy))
    before = core(copy).read_bytes()
    with pytest.raises(SystemExit, match=f"^{core(copy)}: {sentence}.*nothing was changed"):
        study.main(["run", "--smoke", "--folder", str(copy), "--workers", "1"])
    assert core(copy).read_bytes() == before


def test_a_full_disk_leaves_whole_records_and_the_run_goes_on_later(undisturbed, tmp_path):
    def small_files():  # the nearest thing to a full disk that needs no disk: no file may outgrow 40 000 bytes
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, resource.RLIM_INFINITY))

    code, out, err = finish(tmp_path, preexec_fn=small_files)
    assert code == 1 and not out
    assert err.splitlines()[-1].endswith(
        "core.jsonl: cannot be written (File too large); what it held before is whole, and the same command goes on "
        "from there"
    )
    assert 0 < len(lines(tmp_path)) and all(json.loads(line) for line in lines(tmp_path))
    assert finish(tmp_path)[0] == 0 and comparable(tmp_path) == comparable(undisturbed)


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("mine")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(SystemExit, match=f"^{folder}: cannot be made a folder for the results"):
            study.main(["run", "--smoke", "--folder", str(folder)])
    assert (tmp_path / "file").read_text() == "mine"


def test_an_unwritable_file(tmp_path, monkeypatch):
    def refuse(*arguments, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)  # root may write anywhere: the file's own rights would not do
    with pytest.raises(ResultsError, match=r"cannot be written \(Permission denied\)"):
        results.append(tmp_path / "core.jsonl", [{}], 0)


def test_two_runs_in_one_folder_do_not_mix(copy):
    before = core(copy).read_bytes()
    with pytest.raises(ResultsError, match="something else is writing to it; this run ends and leaves it as it is"):
        results.append(core(copy), [{}], len(before) - 1)
    assert core(copy).read_bytes() == before


def test_bad_options_end_with_one_sentence(tmp_path):
    with pytest.raises(SystemExit, match="^--workers: expected a whole number of at least 1, got 0$"):
        study.main(["run", "--smoke", "--workers", "0"])
    pytest.importorskip("distributed", reason="Dask is not installed: pip install 'lstm-teach[study]'")
    with pytest.raises(SystemExit, match="^--scheduler: no Dask scheduler answers at 'nonsense://x' "):
        study.main(["run", "--smoke", "--scheduler", "nonsense://x"])


def test_without_dask_the_option_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SystemExit, match=r"^--scheduler: needs Dask; install it with pip install .lstm-teach\[study\]"):
        study.main(["run", "--smoke", "--scheduler", "tcp://127.0.0.1:1"])


# --- the committed records --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def committed():
    return results.load(FOLDER, declare())


def test_the_committed_records_are_complete_and_small(committed):
    assert sum(map(len, committed.values())) == sum(len(row.keys()) for row in declare())
    assert sum(path.stat().st_size for path in FOLDER.glob("*")) < 5_000_000
    assert {path.stem for path in FOLDER.glob("*.jsonl")} == set(committed)


@pytest.mark.parametrize("task", list(declaration.TASKS))
def test_the_first_updates_of_committed_records_can_be_made_again(committed, task):
    rows = [row for row in declare() if row.task == task and row.phase not in declaration.SWEPT]
    made = {declaration.key_of(r): r for row in rows for r in committed[row.experiment] if "first_losses" in r}
    for row in rows[:: max(1, len(rows) // 4)]:
        one = made[row.key(row.seeds[0], None)]
        again = declaration.first_losses(row, row.seeds[0], one["setting"])
        np.testing.assert_allclose(one["first_losses"], again, rtol=1e-6)
        assert len(again) == declaration.SLICE


def test_the_errors_of_a_committed_record_can_be_made_again(committed):
    row = next(row for row in declare() if row.phase == "confirm")
    one = next(r for r in committed["core"] if declaration.key_of(r) == row.key(1, None))
    [again] = declaration.perform(replace(row, updates=100), [(1, one["setting"])])
    np.testing.assert_allclose(again["errors"], one["errors"][:2], rtol=0.02)


def test_a_trained_network_can_be_read_back(committed):
    for one in committed["gates"]:
        if "weights" in one:
            params, head = results.trained(one)
            assert params.hidden == one["hidden"] and head.W.shape == (1, one["hidden"])
