"""A kill at any moment loses and doubles nothing, on any executor; what cannot be done ends with one sentence."""

import gc
import json
import os
import resource
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace

import pytest

from lstm_teach.studies.first.report import report
from lstm_teach.studies.first.table import STUDY
from lstm_teach.study import command, job, store
from lstm_teach.study.command import main
from lstm_teach.study.run import _TimeLeft, run
from lstm_teach.training import train
from tests.study.miniature import ROWS, TOTAL, comparable, finish, lines, start
from tools.notebooks import ROOT


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





def test_any_executor_gives_the_same_records(undisturbed, tmp_path):
    rows = [row for row in ROWS if row.task == "latch"]
    with ThreadPoolExecutor(2) as executor:
        made = run(STUDY, rows, tmp_path, executor, 2, progress=False)
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
    (tmp_path / "cluster.py").write_text(CLUSTER, encoding="utf-8")
    with subprocess.Popen([sys.executable, tmp_path / "cluster.py"], cwd=ROOT, encoding="utf-8", stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as cluster:
        address = cluster.stdout.readline().strip()
        code, out, err = finish(tmp_path / "records", "--scheduler", address)
        cluster.communicate("\n")
    assert code == 0, err
    assert comparable(tmp_path / "records") == comparable(undisturbed)


def took(seconds):
    return SimpleNamespace(seconds=seconds)


def test_the_time_left_is_weighted_by_what_each_kind_of_job_took():
    row = replace(ROWS[0], updates=1000, length=60, phase="confirm")
    other = replace(row, task="adding")
    left = _TimeLeft([], [], 2)
    left.learn(row, [took(60)])
    left.learn(other, [took(600)])
    jobs = [(row, [(seed, None) for seed in range(4)]), (other, [(0, None), (1, None)])]
    assert left.text(jobs) == "about 12 min left"  # (4 · 1 + 2 · 10) minutes on two workers
    assert left.text([(replace(row, task="once"), [(0, None)] * 4)]) == "about 11 min left"  # never seen: the average


def test_an_interrupted_training_is_no_record(monkeypatch):
    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(train.Network, "learn", interrupted)
    row = next(row for row in ROWS if row.phase == "common")
    with pytest.raises(KeyboardInterrupt):
        job.perform(STUDY, row, [(0, dict(row.settings[0]))])


def test_a_full_disk_leaves_whole_records_and_the_run_goes_on_later(undisturbed, copy):
    core = copy / "core.jsonl"  # the records of one phase are to be made; they meet the limit halfway
    before = [line for line in core.read_text(encoding="utf-8").splitlines(keepends=True) if '"confirm"' not in line]
    core.write_text("".join(before), encoding="utf-8")

    def small_files():  # the nearest thing to a full disk that needs no disk: no file may outgrow 50 000 bytes
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, resource.RLIM_INFINITY))

    code, out, err = finish(copy, preexec_fn=small_files)
    assert code == 1 and not out
    assert err.splitlines()[-1].endswith(
        "core.jsonl: cannot be written (File too large); what it held before is whole, and the same command goes on "
        "from there"
    )
    after = core.read_text(encoding="utf-8")
    assert after.startswith("".join(before)) and after.count("\n") > len(before)
    assert after.endswith("\n") and all(json.loads(line) for line in lines(copy))
    assert finish(copy)[0] == 0 and comparable(copy) == comparable(undisturbed)


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(SystemExit, match=f"^{folder}: cannot be made a folder for the results"):
            main(STUDY, report, arguments=["run", "--smoke", "--workers", "1", "--folder", str(folder)])
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_bad_options_end_with_one_sentence(tmp_path):
    with pytest.raises(SystemExit, match="^--workers: expected a whole number of at least 1, got 0$"):
        main(STUDY, report, arguments=["run", "--smoke", "--workers", "0"])
    pytest.importorskip("distributed", reason="Dask is not installed: pip install 'lstm-teach[study]'")
    with pytest.raises(SystemExit, match="^--scheduler: no Dask scheduler answers at 'nonsense://x' "):
        main(STUDY, report, arguments=["run", "--smoke", "--scheduler", "nonsense://x"])
    gc.collect()  # Dask closes a client that found nothing when it is collected; in a fork that would wait for its loop


def test_without_dask_the_option_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SystemExit, match=r"^--scheduler: needs Dask; install it with pip install .lstm-teach\[study\]"):
        main(STUDY, report, arguments=["run", "--smoke", "--scheduler", "tcp://127.0.0.1:1"])


def test_a_study_does_not_write_into_an_installation(monkeypatch):
    monkeypatch.setattr(command, "is_checkout", lambda: False)
    before = {path: path.stat().st_mtime_ns for path in store.records_folder(STUDY).iterdir()}
    with pytest.raises(SystemExit, match="^--folder: expected the folder for the records, since lstm_teach is inst"):
        main(STUDY, report, arguments=["run"])
    assert {path: path.stat().st_mtime_ns for path in store.records_folder(STUDY).iterdir()} == before


@pytest.mark.parametrize("evaluated, kept, at", [(10, None, [10, 20, 30]), (10, 20, [20]), (15, 10, [15, 30])])
def test_errors_are_kept_at_the_interval_that_the_record_tells(evaluated, kept, at):
    row = replace(next(row for row in ROWS if row.phase == "common"), evaluate_every=evaluated)
    [whole] = job.perform(replace(STUDY, keep_every=1), row, [(0, dict(row.settings[0]))])
    [record] = job.perform(replace(STUDY, keep_every=kept), row, [(0, dict(row.settings[0]))])
    updates, errors = record.curve()
    assert updates.tolist() == at
    assert errors.tolist() == [whole.errors[update // evaluated - 1] for update in at]
