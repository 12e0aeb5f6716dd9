"""Run the declared study, resume it after a kill at any moment, and print what it found.

    python -m lstm_teach.study table                      what is declared
    python -m lstm_teach.study run                        make what is missing of it
    python -m lstm_teach.study run --smoke                the same table, tiny, in a temporary folder: does it run?
    python -m lstm_teach.study run --scheduler ADDRESS    on a Dask cluster
    python -m lstm_teach.study summary                    every comparison, with n, interval and setting

A job is one call of `declaration.perform`: up to ten networks trained together. This process alone writes: a
job's records go to the file of their experiment when it has finished, in one write. So a kill loses unfinished jobs
only, and the next run makes exactly the records that are not there.
"""

import argparse
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
from collections import defaultdict
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, ProcessPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from . import results
from .checks import whole_number
from .declaration import CHUNK, CORE, FULL, SMOKE, by_experiment, declare, key_of, perform
from .results import FOLDER, ResultsError


def run(rows, folder, executor, workers, progress=True):
    """Make the records of `rows` that are missing in `folder`, on any `concurrent.futures.Executor`.

    `workers` is how many jobs it can do at a time. `progress` shows a bar, with the time left, on stderr. Returns the
    number of records made. Raises `ResultsError` for a folder or file that cannot be used, in one sentence.
    """
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ResultsError(f"{folder}: cannot be made a folder for the results ({error.strerror})") from None
    sizes = {}
    for name in by_experiment(rows):
        path = results.path_of(folder, name)
        repaired = results.repair(path, name)
        if repaired:
            print(repaired, file=sys.stderr)
        sizes[name] = path.stat().st_size if path.exists() else 0
    found = results.load(folder, rows, complete=False)
    for name, records in found.items():
        results.refuse_other_versions(results.path_of(folder, name), records)
    records = [record for own in found.values() for record in own]

    waiting, running, made = _jobs(rows, records), {}, 0
    own, left = results.selected(records, rows), _TimeLeft(rows, records, workers)
    with _bar(sum(len(row.keys()) for row in rows), len(records), progress) as bar:
        try:
            while waiting or running:
                for job in [job for job in waiting if job[0].settings or job[0].network in own]:
                    if len(running) == 2 * workers:  # one at work and one at hand for each
                        break
                    waiting.remove(job)
                    row, pairs = job
                    filled = [(seed, setting or own[row.network]) for seed, setting in pairs]
                    running[executor.submit(perform, row, filled)] = job
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    row, _ = running.pop(future)
                    new = future.result()
                    path = results.path_of(folder, row.experiment)
                    sizes[row.experiment] = results.append(path, new, sizes[row.experiment])
                    records += new
                    made += len(new)
                    if row.phase == "select":
                        own = results.selected(records, rows)
                    left.learn(row, new)
                    bar.set_postfix_str(left.text(waiting + list(running.values())), refresh=False)
                    bar.update(len(new))
        finally:
            for future in running:
                future.cancel()
    return made


def _jobs(rows, records):
    """What is missing, in the order of the table: (row, pairs of seed and setting), the own setting as None."""
    present, jobs = {(record["experiment"], key_of(record)) for record in records}, []
    for row in rows:
        choices = row.choices(None)
        missing = [
            (seed, setting) for seed in row.seeds for setting in choices
            if (row.experiment, row.key(seed, setting)) not in present
        ]
        # All settings of one seed together: they learn from the same sequences, which are then drawn once.
        size = len(choices) if len(choices) > 1 else CHUNK
        jobs += [(row, missing[start : start + size]) for start in range(0, len(missing), size)]
    return jobs


class _TimeLeft:
    """How long the rest will take, from the time that each kind of job took: same phase, same task."""

    def __init__(self, rows, records, workers):
        self.workers, self.seconds, self.work = workers, defaultdict(float), defaultdict(float)
        of_key = {(row.experiment, key): row for row in rows for key in row.keys()}
        for record in records:
            self.learn(of_key[record["experiment"], key_of(record)], [record])

    def learn(self, row, records):
        for kind in ((row.phase, row.task), None):
            self.seconds[kind] += sum(record["seconds"] for record in records)
            self.work[kind] += row.work(len(records))

    def text(self, jobs):
        seconds = 0
        for row, pairs in jobs:
            kind = (row.phase, row.task)
            kind = kind if kind in self.work else None  # not seen yet: as the average of what was
            seconds += row.work(len(pairs)) * self.seconds[kind] / self.work[kind]
        return f"about {seconds / self.workers / 60:.0f} min left"


def _bar(total, done, progress):
    from tqdm.auto import tqdm  # only here, so that importing this module does not pay for it

    return tqdm(total=total, initial=done, unit="record", disable=not progress,
                bar_format="{percentage:3.0f}%|{bar:30}| {n_fmt} of {total_fmt} records, {elapsed}{postfix}")


@contextmanager
def process_pool(workers):
    """A pool of so many processes on this machine, each with one thread, that end with this one however it ends."""
    # The products are small: threads inside them only get in each other's way. Read when NumPy loads, hence here.
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_start_worker)
    try:
        yield pool, workers
    finally:
        pool.shutdown(cancel_futures=True)


def _start_worker():
    """Let a worker end at once with Ctrl-C, and with its parent even if that is killed."""
    def watch():
        multiprocessing.parent_process().join()
        os._exit(1)

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def dask_executor(address):
    """Dask's executor on the cluster of a scheduler, and how many threads it has. Needs the extra `study`."""
    try:
        from distributed import Client
    except ImportError:
        raise ResultsError("--scheduler: needs Dask; install it with pip install 'lstm-teach[study]'") from None
    try:
        client = Client(address, timeout=10)
    except (OSError, ValueError) as error:
        raise ResultsError(f"--scheduler: no Dask scheduler answers at {address!r} ({type(error).__name__})") from None
    with client:
        workers = sum(client.nthreads().values())
        if not workers:
            raise ResultsError(f"--scheduler: the cluster at {address!r} has no workers")
        yield client.get_executor(), workers


# --- what is declared, and what was found ----------------------------------------------------------------------------


def table(rows):
    """The declared table as text: one line for each row."""
    lines = [f"{'experiment':10} {'phase':8} {'task':18} {'cell':16} {'width':>5} {'weights':>7} {'settings':>8} "
             f"{'seeds':>5} {'cap':>5} training"]
    for row in rows:
        lines.append(
            f"{row.experiment:10} {row.phase:8} {_task(row):18} {row.cell:16} {row.hidden:5} {row.parameters:7} "
            f"{len(row.settings) or 'own':>8} {len(row.seeds):5} {row.updates:5} {row.training_sequences or 'fresh'}"
        )
    records = sum(len(row.keys()) for row in rows)
    return "\n".join(lines + [f"{len(rows)} rows, {records} records; fresh: new sequences at every update"])


def summary(found, rows):
    """Every comparison as text, from the records that `results.load` returned."""
    by_key = {(name, key_of(record)): record for name, records in found.items() for record in records}
    of_row = {row: [by_key[row.experiment, key] for key in row.keys()] for row in rows}
    confirmed = {row.network: own for row, own in of_row.items() if row.phase == "confirm"}
    tuned = {row.network: results.solving_share(own) for row, own in of_row.items() if row.phase == "select"}
    lines = _primary(rows, confirmed)
    for name, own in by_experiment(rows).items():
        if any(row.phase in ("confirm", "common") for row in own):
            lines += ["", f"{name} (exploratory): solved, with 95 % Wilson interval; median updates; the ratio of",
                      "  updates (capped) to the LSTM's, seed-paired, with 95 % bootstrap interval; how many of the",
                      "  cell's nine settings solve (at least half of the select seeds)"]
            lines += [_line(row, of_row, confirmed, tuned) for row in own if row.phase in ("confirm", "common")]
        if any(row.phase == "overfit" for row in own):
            lines += ["", f"{name} (exploratory): mean errors on training and on test sequences, at the end and when",
                      "  the test error was lowest; the ratio of final test errors to the LSTM's, seed-paired, with",
                      "  95 % bootstrap interval"]
            lines += [_overfit_line(row, of_row) for row in own if row.phase == "overfit"]
        if any(row.phase == "sweep" for row in own):
            lines += ["", f"{name} (exploratory): all nine settings: how many seeds solved, and median updates"]
            lines += [line for row in own for line in _sweep_lines(row, of_row[row])]
        if any(row.phase == "gates" for row in own):
            lines += ["", f"{name} (exploratory): shares of gate values, over steps, units, sequences and seeds"]
            lines += [_gates_line(row, of_row[row], gate) for row in own for gate in ("i", "f", "o", "g")]
    return "\n".join(lines)


def _primary(rows, confirmed):
    lines = ["primary: no input gate against the LSTM at equal count, updates to the criterion, capped, with 95 % "
             "bootstrap interval;", "  p: exact sign-flip test; Holm over the three"]
    pairs = []
    for task in CORE:
        lstm, other = (
            next(confirmed[row.network] for row in rows
                 if (row.experiment, row.phase, row.task, row.cell) == ("core", "confirm", task, cell))
            for cell in ("LSTM", "TANH_ONLY")
        )
        pairs.append((results.capped(lstm), results.capped(other)))
    p_values = [results.sign_flip_p(*pair) for pair in pairs]
    for task, pair, p, adjusted in zip(CORE, pairs, p_values, results.holm(p_values), strict=True):
        ratio, low, high = results.bootstrap_ratio(*pair)
        lines.append(f"  {task:8} n = {len(pair[0])} pairs: ratio {ratio:.2f} [{low:.2f}, {high:.2f}], p = {p:.2g}, "
                     f"Holm {adjusted:.2g}")
    return lines


def _line(row, of_row, confirmed, tuned):
    records = of_row[row]
    solved = sum(record["updates"] is not None for record in records)
    low, high = results.wilson(solved, len(records))
    if row.phase == "confirm":
        lstm = next((own for network, own in confirmed.items() if network[:3] == (row.task, row.length, "LSTM")), None)
        count, of = tuned[row.network]
        sensitivity = f"{count} of {of}"
    else:
        lstm = next(own for other, own in of_row.items()
                    if (other.phase, other.task, other.cell) == (row.phase, row.task, "LSTM"))
        sensitivity = ""
    ratio = _ratio(results.capped(lstm), results.capped(records), lstm, records) if lstm and row.cell != "LSTM" else ""
    diverged = sum(record["diverged"] is not None for record in records)
    return (
        f"  {_task(row):18} {row.cell:16} {row.hidden:3} ({row.parameters:4}) {_setting(records[0]):28} "
        f"{solved:2} of {len(records)} [{low:.2f}, {high:.2f}]  {results.median_updates(records):>6}  {ratio:21} "
        f"{sensitivity}" + (f"  {diverged} diverged" if diverged else "")
    )


def _ratio(ours, theirs, our_records, their_records):
    """A seed-paired ratio as text, over the seeds that both have; "" if an error of exactly 0 leaves no ratio."""
    a, b = ({record["seed"]: value for record, value in zip(records, values, strict=True)}
            for records, values in ((our_records, ours), (their_records, theirs)))
    seeds = [seed for seed in a if seed in b]
    if min(a[seed] for seed in seeds) <= 0 or min(b[seed] for seed in seeds) <= 0:
        return ""
    return "{:.2f} [{:.2f}, {:.2f}]".format(*results.bootstrap_ratio([a[s] for s in seeds], [b[s] for s in seeds]))


def _overfit_line(row, of_row):
    records = of_row[row]
    lstm = next(own for other, own in of_row.items() if other.cell == "LSTM" and (
        other.phase, other.task, other.training_sequences) == (row.phase, row.task, row.training_sequences))
    finite = all(None not in record["errors"] + record["training_errors"] for record in records + lstm)
    if not finite or any(record["diverged"] is not None for record in records):
        return f"  {_task(row):10} {row.training_sequences:5} {row.cell:12} {row.hidden:3}: some diverged"
    at_best = [int(np.argmin(record["errors"])) for record in records]
    final_train, final_test = ([record[name][-1] for record in records] for name in ("training_errors", "errors"))
    best_train = [record["training_errors"][k] for record, k in zip(records, at_best, strict=True)]
    best_test = [record["errors"][k] for record, k in zip(records, at_best, strict=True)]
    ratio = "" if row.cell == "LSTM" else _ratio([r["errors"][-1] for r in lstm], final_test, lstm, records)
    return (
        f"  {_task(row):10} {row.training_sequences:5} {row.cell:12} {row.hidden:3} ({row.parameters:4}) "
        f"{_setting(records[0]):28} n = {len(records)}  end: {np.mean(final_train):.2g} {np.mean(final_test):.3g}  "
        f"best: {np.mean(best_train):.2g} {np.mean(best_test):.3g}  {ratio}"
    )


def _sweep_lines(row, records):
    for setting in row.choices(None):
        own = [record for record in records if record["setting"] == setting]
        solved = sum(record["updates"] is not None for record in own)
        low, high = results.wilson(solved, len(own))
        yield (f"  {_task(row):18} {row.cell:16} {row.hidden:3} ({row.parameters:4}) {_setting(own[0]):28} "
               f"{solved:2} of {len(own)} [{low:.2f}, {high:.2f}]  {results.median_updates(own):>6}")


def _gates_line(row, records, gate):
    shares = {name: np.mean([record["gates"][gate][name] for record in records])
              for name in records[0]["gates"][gate] if name != "counts"}
    name = "|g|" if gate == "g" else gate
    return (f"  {_task(row):18} {name:3} n = {len(records)} networks, {_setting(records[0])}: "
            + ", ".join(f"{'<' if side == 'below' else '>'} {float(width) if side == 'below' else 1 - float(width):g} "
                        f"{share:.3f}" for (side, width), share in ((key.split(), s) for key, s in shares.items())))


def _task(row):
    return f"{row.task}({row.length})"


def _setting(record):
    return ", ".join(f"{'rate' if name == 'learning_rate' else name} {value}"
                     for name, value in record["setting"].items())


# --- the command ------------------------------------------------------------------------------------------------------


def main(arguments=None):
    """The command line: see the top of this file. Ends with one clear sentence when something is wrong."""
    parser = argparse.ArgumentParser(prog="python -m lstm_teach.study", description=__doc__.split("\n")[0])
    parser.add_argument("command", choices=["run", "summary", "table"])
    parser.add_argument("--smoke", action="store_true", help="the same table, tiny, in a temporary folder")
    parser.add_argument("--folder", help=f"where the records are (default: {FOLDER.name}/ beside the package)")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes (default: one a processor)")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="a Dask scheduler, instead of processes here")
    chosen = parser.parse_args(arguments)
    rows = declare(SMOKE if chosen.smoke else FULL)
    try:
        if chosen.command == "table":
            print(table(rows))
        elif chosen.command == "summary":
            print(summary(results.load(chosen.folder or FOLDER, rows), rows))
        elif chosen.smoke and not chosen.folder:
            with tempfile.TemporaryDirectory() as folder:
                _run(rows, folder, chosen)
        else:
            _run(rows, chosen.folder or FOLDER, chosen)
    except (ResultsError, ValueError) as error:
        sys.exit(str(error))
    except BrokenExecutor:
        sys.exit("a worker process was ended from outside; nothing that had finished is lost: the same command goes on")
    except KeyboardInterrupt:
        sys.exit("interrupted; nothing that had finished is lost: the same command goes on")


def _run(rows, folder, chosen):
    workers = whole_number("--workers", chosen.workers)
    with dask_executor(chosen.scheduler) if chosen.scheduler else process_pool(workers) as (executor, workers):
        made = run(rows, folder, executor, workers)
    print(f"{made} records made; all {sum(len(row.keys()) for row in rows)} are there")
    print(summary(results.load(folder, rows), rows))


if __name__ == "__main__":
    main()
