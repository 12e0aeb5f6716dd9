"""Make what is missing of a study, and resume after a kill at any moment.

A job is one call of `job.perform`: some networks trained together. This process alone writes: a job's records go to
the file of their experiment when it has finished, in one write. So a kill loses unfinished jobs only, and the next run
makes exactly the records that are not there.
"""

import sys
from collections import defaultdict
from concurrent.futures import FIRST_COMPLETED, wait
from pathlib import Path

from tqdm.auto import tqdm

from ..training.unrolled import replicas_at_a_time
from . import store
from .declaration import by_experiment
from .job import perform
from .selection import due_rows, selected
from .store import ResultsError


def run(study, rows, folder, executor, workers, progress=True):
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
        path = store.path_of(folder, name)
        repaired = store.repair(path, name)
        if repaired:
            print(repaired, file=sys.stderr)
        sizes[name] = path.stat().st_size if path.exists() else 0
    found = store.load(study, folder, rows, complete=False)
    records = [record for own in found.values() for record in own]
    waiting, running, made = _jobs(rows, records), {}, 0
    for name in {row.experiment for row, _ in waiting}:
        remark = store.check_that_it_goes_on(study, store.path_of(folder, name), found[name], rows)
        if remark:
            print(remark, file=sys.stderr)

    own, due = selected(records, rows), set(due_rows(records, rows))
    left = _TimeLeft(rows, records, workers)

    def ready(row):  # an edge row once it is known to be due, a row at the network's own setting once that is known
        return row in due if row.phase == "edge" else bool(row.settings) or row.network in own

    total = sum(len(row.keys()) for row in rows if row.phase != "edge" or row in due)
    with tqdm(total=total, initial=len(records), unit="record", disable=not progress,
              bar_format="{percentage:3.0f}%|{bar:30}| {n_fmt} of {total_fmt} records, {elapsed}{postfix}") as bar:
        try:
            while True:
                for job in [job for job in waiting if ready(job[0])]:
                    if len(running) == 2 * workers:  # one at work and one at hand for each
                        break
                    waiting.remove(job)
                    row, pairs = job
                    filled = [(seed, setting or own[row.network]) for seed, setting in pairs]
                    running[executor.submit(perform, study, row, filled)] = job
                if not running:  # what still waits is of edge rows that are not due
                    return made
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    row, _ = running.pop(future)
                    new = future.result()
                    path = store.path_of(folder, row.experiment)
                    sizes[row.experiment] = store.append(path, new, sizes[row.experiment])
                    records += new
                    made += len(new)
                    if row.phase in ("select", "edge"):  # they tell of their own network and of no other
                        its = [one for one in rows if one.network == row.network]
                        known = [one for one in records if one.network == row.network]
                        own |= selected(known, its)
                        now_due = set(due_rows(known, its)) - due
                        bar.total += sum(len(one.keys()) for one in now_due if one.phase == "edge")
                        due |= now_due
                    left.learn(row, new)
                    bar.set_postfix_str(left.text(waiting + list(running.values())), refresh=False)
                    bar.update(len(new))
        finally:
            for future in running:
                future.cancel()


def _jobs(rows, records):
    """What is missing, in the order of the table: (row, pairs of seed and setting), the own setting as None."""
    present, jobs = {record.key for record in records}, []
    for row in rows:
        choices = row.choices(None)
        missing = [
            (seed, setting) for seed in row.seeds for setting in choices if row.key(seed, setting) not in present
        ]
        # All settings of one seed together: they learn from the same sequences, which are then drawn once.
        size = len(choices) if len(choices) > 1 else replicas_at_a_time(row.hidden)
        jobs += [(row, missing[start : start + size]) for start in range(0, len(missing), size)]
    return jobs


class _TimeLeft:
    """How long the rest will take, from the time that each kind of job took: same phase, same task."""

    def __init__(self, rows, records, workers):
        self.workers, self.seconds, self.work = workers, defaultdict(float), defaultdict(float)
        of_key = {key: row for row in rows for key in row.keys()}
        for record in records:
            self.learn(of_key[record.key], [record])

    def learn(self, row, records):
        for kind in ((row.phase, row.task), None):
            self.seconds[kind] += sum(record.seconds for record in records)
            self.work[kind] += row.work(len(records))

    def text(self, jobs):
        seconds = 0
        for row, pairs in jobs:
            kind = (row.phase, row.task)
            kind = kind if kind in self.work else None  # not seen yet: as the average of what was
            seconds += row.work(len(pairs)) * self.seconds[kind] / self.work[kind]
        return f"about {seconds / self.workers / 60:.0f} min left"
