"""The command line of a study.

    python -m lstm_teach.studies.NAME table                      what is declared
    python -m lstm_teach.studies.NAME run                        make what is missing of it
    python -m lstm_teach.studies.NAME run --smoke                the table in miniature, in a temporary folder
    python -m lstm_teach.studies.NAME run --scheduler ADDRESS    on a Dask cluster
    python -m lstm_teach.studies.NAME report                     every comparison, with n, interval and setting
    python -m lstm_teach.studies.NAME csv                        the numbers behind it, one statistic a line
"""

import argparse
import os
import sys
import tempfile
from concurrent.futures import BrokenExecutor

from ..checks import whole_number
from ..place import is_checkout
from . import store
from .executors import dask_executor, process_pool
from .run import run
from .store import ResultsError
from .tidy import tidy


def main(study, report, comparisons=lambda found: (), arguments=None):
    """The command line of `study`; `report(found, rows)` gives its report as text, `comparisons(found)` the lines that
    its CSV has beside those of every study. Ends with one clear sentence when something is wrong."""
    parser = argparse.ArgumentParser(prog=f"python -m lstm_teach.studies.{study.name}",
                                     description=f"The {study.name} study: its table, its records, its report.")
    parser.add_argument("command", choices=["run", "report", "table", "csv"])
    parser.add_argument("--smoke", action="store_true", help="the same table, tiny, in a temporary folder")
    parser.add_argument("--folder", help="where the records are (default: beside the study's table)")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes (default: one a processor)")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="a Dask scheduler, instead of processes here")
    chosen = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):  # in a pipe or a file, Windows would take an encoding that has no σ
        stream.reconfigure(encoding="utf-8")
    rows = study.declare(study.smoke if chosen.smoke else study.full)
    folder = chosen.folder or store.records_folder(study)
    try:
        if chosen.command == "table":
            print(table(study, rows))
        elif chosen.command == "report":
            print(report(store.load(study, folder, rows), rows))
        elif chosen.command == "csv":
            found = store.load(study, folder, rows)
            sys.stdout.write(tidy(study, found, comparisons(found)))
        elif chosen.smoke and not chosen.folder:
            with tempfile.TemporaryDirectory() as temporary:
                _run(study, report, rows, temporary, chosen)
        elif not chosen.folder and not is_checkout():
            sys.exit(f"--folder: expected the folder for the records, since lstm_teach is installed here, and a study "
                     f"does not write into an installation; what was found is read there by {parser.prog} report")
        else:
            _run(study, report, rows, folder, chosen)
    except (ResultsError, ValueError) as error:
        sys.exit(str(error))
    except BrokenExecutor:
        sys.exit("a worker process was ended from outside; nothing that had finished is lost: the same command goes on")
    except KeyboardInterrupt:
        sys.exit("interrupted; nothing that had finished is lost: the same command goes on")


def _run(study, report, rows, folder, chosen):
    workers = whole_number("--workers", chosen.workers)
    with dask_executor(chosen.scheduler) if chosen.scheduler else process_pool(workers) as (executor, workers):
        made = run(study, rows, folder, executor, workers)
    found = store.load(study, folder, rows)
    print(f"{made} records made; all {sum(map(len, found.values()))} are there")
    print(report(found, rows))


def table(study, rows):
    """The declared table as text: one line for each row."""
    lines = [("experiment", "phase", "task", "cell", "width", "weights", "settings", "seeds", "cap", "training")]
    for row in rows:
        lines.append((
            row.experiment, row.phase, f"{row.task}({row.length})", row.cell, str(row.hidden),
            str(study.parameters(row)), str(len(row.settings) or "own"), str(len(row.seeds)), str(row.updates),
            str(row.training_sequences or "fresh"),
        ))
    records = sum(len(row.keys()) for row in rows if row.phase != "edge")
    more = sum(len(row.keys()) for row in rows if row.phase == "edge")
    end = f"{len(rows)} rows, {records} records"
    end += f", and up to {more} more at the edges of the grids" if more else ""
    return aligned(lines, "llllrrrrrl") + f"\n{end}; fresh: new sequences at every update"


def aligned(lines, sides):
    """Rows of texts as a table: every column as wide as its widest text, "l"eft or "r"ight as `sides` says."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join("  ".join(
        text.rjust(width) if side == "r" else text.ljust(width)
        for text, width, side in zip(line, widths, sides, strict=True)
    ).rstrip() for line in lines)
