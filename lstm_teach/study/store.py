"""The files in which a study's records stand: read, checked, mended after a kill, appended to.

A results file holds the records of one experiment as JSON lines. It only ever grows by whole records at its end, so a
kill at any moment leaves whole records and at most one line without its end.
"""

import json
import os
from pathlib import Path

import numpy as np

from . import job
from .declaration import OWN, VERSIONED, Record, by_experiment
from .selection import due_rows, selected

PACKAGE = Path(__file__).parent.parent


class ResultsError(ValueError):
    """A results file that cannot be used as it is, in one sentence. The file was not changed."""


def records_folder(study):
    """Where a study's records stand beside its table."""
    return PACKAGE / "studies" / study.name / "records"


def path_of(folder, experiment):
    """The file of an experiment's records."""
    return Path(folder) / f"{experiment}.jsonl"


def load(study, folder=None, rows=None, complete=True):
    """All records of `rows` in a folder: a mapping from experiment to list, in the order of the declaration.

    `folder` is the study's own by default, `rows` its whole table. Raises `ResultsError` for a file that is cut off,
    for records of another declaration or at another setting than the select records give, for a record that is there
    twice, and, if `complete`, for missing ones.
    """
    folder, rows = folder or records_folder(study), study.declare(study.full) if rows is None else rows
    found = {name: read(study, path_of(folder, name), own) for name, own in by_experiment(rows).items()}
    everything = [record for records in found.values() for record in records]
    own, due = selected(everything, rows), by_experiment(due_rows(everything, rows))
    for name, records in found.items():
        expected = [key for row in due.get(name, ()) for key in row.keys()]
        present = {record.key: record for record in records}
        missing = [key for key in expected if key not in present]
        if complete and missing:
            raise ResultsError(
                f"{path_of(folder, name)}: {len(missing)} of {len(expected)} records are missing, such as "
                f"{missing[0]}; python -m lstm_teach.studies.{study.name} run makes them"
            )
        for record in records:
            if record.phase in OWN and record.setting != own.get(record.network):
                raise ResultsError(
                    f"{path_of(folder, name)}: {record.key} was made at {record.setting}, but the select "
                    f"records give {own.get(record.network)}"
                )
        found[name] = [present[key] for key in expected if key in present]
    return found


def read(study, path, rows):
    """The records of one file, checked against the rows of its experiment: a list, in the order of the file.

    No file is no records. Raises `ResultsError` as `load` does.
    """
    declared = {}
    for row in rows:
        declared |= dict.fromkeys(row.keys(), study.fingerprint(row))
    records, seen = [], set()
    for number, line in enumerate(_content(path).splitlines(keepends=True), 1):
        if not line.endswith(b"\n"):
            raise ResultsError(
                f"{path}: its last line, {number}, is cut off; python -m lstm_teach.studies.{study.name} run removes "
                "that line and makes its records again"
            )
        try:
            record = Record.from_line(line)
            key = record.key
        except (ValueError, KeyError, TypeError):
            raise ResultsError(f"{path}: line {number} is no record of the study; nothing was changed") from None
        if declared.get(key) != record.declaration:
            raise ResultsError(
                f"{path}: line {number} was made with another declaration ({key}); nothing was changed: move the "
                "file away, or name another folder with --folder"
            )
        if key in seen:
            raise ResultsError(f"{path}: line {number} is there for the second time ({key}); nothing was changed")
        seen.add(key)
        records.append(record)
    return records


def repair(path, experiment):
    """Take off the last line if a kill cut it while it was written. Returns a sentence, or None if there was no need.

    Raises `ResultsError` if that line does not begin like a record of this experiment: it is not ours to remove.
    """
    content = _content(path)
    rest = content[content.rfind(b"\n") + 1 :]
    if not rest:
        return None
    beginning = json.dumps({"experiment": experiment})[:-1].encode()
    if rest[: len(beginning)] != beginning[: len(rest)]:
        raise ResultsError(f"{path}: its last line is no record of the study; nothing was changed")
    os.truncate(path, len(content) - len(rest))
    return f"{path}: the last line was cut off; it was removed, and its record will be made again"


def check_that_it_goes_on(study, path, records, rows):
    """Whether records that are missing may be made beside these: the code must still compute the same numbers.

    The one thing compared is what a record's numbers come from: the latest record that keeps its first losses (in
    float64) must give them again to 1e-6. Versions alone refuse nothing. Returns a sentence if versions differ, else
    None. Raises `ResultsError` if the losses differ.
    """
    running = job.running_versions()
    others = sorted({f"{name} {record.versions.get(name)}" for record in records for name in VERSIONED
                     if record.versions.get(name) != running[name]})
    then, now = ", ".join(others), ", ".join(f"{name} {running[name]}" for name in VERSIONED)
    sample = next((record for record in reversed(records) if record.first_losses is not None), None)
    if sample is not None:
        row = next(row for row in rows if sample.key in row.keys())
        again = job.first_losses(study, row, sample.seed, sample.setting)
        if not np.allclose(again, sample.first_losses, rtol=1e-6, atol=0):
            raise ResultsError(
                f"{path}: the first losses of {sample.key} come out otherwise now (this is {now}; records made with "
                f"other versions: {then or 'none'}); nothing was changed: finish with the code that made the records, "
                "or name another folder with --folder"
            )
    if not others:
        return None
    agreed = "its first losses come out the same" if sample is not None else "it holds no losses to compare"
    return f"{path}: has records made with {then}, this is {now}; {agreed}, and the run goes on"


def append(path, records, size):
    """Append records to a file of `size` bytes in one write, through to the disk. Returns the new size.

    Raises `ResultsError` if the file is not of this size (another run writes to it), and if it cannot be written, then
    after taking back what was written of them.
    """
    data = "".join(record.line() for record in records).encode()
    try:
        with open(path, "ab", buffering=0) as file:
            if file.tell() != size:
                raise ResultsError(f"{path}: something else is writing to it; this run ends and leaves it as it is")
            try:
                if file.write(data) != len(data):
                    file.write(data[file.tell() - size :])  # says why the rest did not fit
                    raise OSError("only a part of it could be written")
                os.fsync(file.fileno())
            except OSError:
                os.truncate(path, size)
                raise
    except OSError as error:
        raise ResultsError(
            f"{path}: cannot be written ({error.strerror or error}); what it held before is whole, and the same "
            "command goes on from there"
        ) from None
    return size + len(data)


def _content(path):
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise ResultsError(f"{path}: cannot be read ({error.strerror})") from None
