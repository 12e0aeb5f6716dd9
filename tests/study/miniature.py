"""The first study in miniature, as the tests run it: in a process of its own, to be killed and started again."""

import json
import subprocess
import sys

from lstm_teach.studies.first.table import SMOKE, STUDY
from lstm_teach.study.declaration import Record
from tools.notebooks import ROOT

ROWS = STUDY.declare(SMOKE)
TOTAL = sum(len(row.keys()) for row in ROWS)
COMMAND = [sys.executable, "-m", "lstm_teach.studies.first", "run", "--smoke", "--workers", "2", "--folder"]


def start(folder, *options, **more):
    return subprocess.Popen(
        COMMAND + [str(folder), *options], cwd=ROOT, start_new_session=True, encoding="utf-8", stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, **more,
    )


def finish(folder, *options, **more):
    """Run the smoke study to its end: its exit code, stdout and stderr."""
    process = start(folder, *options, **more)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def lines(folder):
    return [line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]


def comparable(folder):
    """All records of a folder in a fixed order, without the time they took."""
    records = [json.loads(line) for line in lines(folder)]
    return sorted(json.dumps({name: record[name] for name in record if name != "seconds"}) for record in records)


def record(updates, final_error=0.1, cap=4000, seed=0, **more):
    """A record of which only what is named matters."""
    return Record("core", "select", "latch", 50, "LSTM", 12, None, {"learning_rate": 0.01}, seed, cap, updates, None,
                  final_error, final_error, 1.0, "0123456789ab", {}, **more)
