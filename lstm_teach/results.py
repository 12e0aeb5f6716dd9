"""The study's records: read, checked, appended; and what they say, with its uncertainty.

A results file holds the records of one experiment as JSON lines. It only ever grows by whole records at its end, so a
kill at any moment leaves whole records and at most one line without its end.
"""

import json
import math
import os
from collections import defaultdict
from pathlib import Path

import numpy as np

from .cell.cells import CELLS, Params
from .checks import complaint, describe, whole_number
from .declaration import VERSIONS, by_experiment, fingerprint, key_of, network_of
from .training.train import Head

FOLDER = Path(__file__).parent / "studies" / "first" / "records"
RESAMPLES = 10_000


class ResultsError(ValueError):
    """A results file that cannot be used as it is, in one sentence. The file was not changed."""


def path_of(folder, experiment):
    """The file of an experiment's records."""
    return Path(folder) / f"{experiment}.jsonl"


def load(folder, rows, complete=True):
    """All records of `rows` in a folder: a mapping from experiment to list, in the order of the declaration.

    Raises `ResultsError` for a file that is cut off, for records of another declaration or at another setting than the
    select records give, for a record that is there twice, and, if `complete`, for missing ones.
    """
    found = {name: read(path_of(folder, name), own) for name, own in by_experiment(rows).items()}
    own = selected([record for records in found.values() for record in records], rows)
    for name, records in found.items():
        expected = [key for row in by_experiment(rows)[name] for key in row.keys()]
        present = {key_of(record): record for record in records}
        missing = [key for key in expected if key not in present]
        if complete and missing:
            raise ResultsError(
                f"{path_of(folder, name)}: {len(missing)} of {len(expected)} records are missing, such as "
                f"{missing[0]}; python -m lstm_teach.study run makes them"
            )
        for record in records:
            if record["phase"] in ("confirm", "overfit", "gates") and record["setting"] != own.get(network_of(record)):
                raise ResultsError(
                    f"{path_of(folder, name)}: {key_of(record)} was made at {record['setting']}, but the select "
                    f"records give {own.get(network_of(record))}"
                )
        found[name] = [present[key] for key in expected if key in present]
    return found


def read(path, rows):
    """The records of one file, checked against the rows of its experiment: a list, in the order of the file.

    No file is no records. Raises `ResultsError` as `load` does.
    """
    declared = {key: fingerprint(row) for row in rows for key in row.keys()}
    records, seen = [], set()
    for number, line in enumerate(_content(path).splitlines(keepends=True), 1):
        if not line.endswith(b"\n"):
            raise ResultsError(
                f"{path}: its last line, {number}, is cut off; python -m lstm_teach.study run removes that line and "
                "makes its records again"
            )
        try:
            record = json.loads(line)
            key = key_of(record)
        except (ValueError, KeyError, TypeError):
            raise ResultsError(f"{path}: line {number} is no record of the study; nothing was changed") from None
        if declared.get(key) != record.get("declaration"):
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


def refuse_other_versions(path, records):
    """Raise `ResultsError` if records were made with other versions than those running: a run does not mix them."""
    for record in records:
        others = [f"{name} {record.get(name)}" for name in VERSIONS if record.get(name) != VERSIONS[name]]
        if others:
            running = ", ".join(f"{name} {VERSIONS[name]}" for name in VERSIONS)
            raise ResultsError(
                f"{path}: has records made with {', '.join(others)}, this is {running}; nothing was changed: finish "
                "with those versions, or name another folder with --folder"
            )


def append(path, records, size):
    """Append records to a file of `size` bytes in one write, through to the disk. Returns the new size.

    Raises `ResultsError` if the file is not of this size (another run writes to it), and if it cannot be written, then
    after taking back what was written of them.
    """
    data = "".join(json.dumps(record) + "\n" for record in records).encode()
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


# --- selection --------------------------------------------------------------------------------------------------------


def selected(records, rows):
    """Every network's own setting, for those whose select records are complete: a mapping from (task, length, cell,
    hidden) to the setting, a mapping.

    The best is the one with most seeds solved; of equals, the lowest median of updates (not solved counts as the cap);
    then the lowest median of final errors; then the first in the table.
    """
    made = {key_of(record): record for record in records if record["phase"] == "select"}
    own = {}
    for row in rows:
        if row.phase == "select" and all(key in made for key in row.keys()):
            own[row.network] = min(row.choices(None), key=lambda setting, row=row: _merit(
                [made[row.key(seed, setting)] for seed in row.seeds]))
    return own


def _merit(records):
    updates = [record["updates"] for record in records]
    final = [math.inf if record["final_error"] is None else record["final_error"] for record in records]
    return -sum(u is not None for u in updates), np.median(capped(records)), np.median(final)


def solving_share(records):
    """(how many, of how many) settings of a network solve: with at least half of the select seeds."""
    solved = defaultdict(list)
    for record in records:
        solved[json.dumps(record["setting"])].append(record["updates"] is not None)
    return sum(np.mean(seeds) >= 0.5 for seeds in solved.values()), len(solved)


def trained(record):
    """The trained network that a gates record of seed 0 holds: its `Params` and its output layer, a `Head`."""
    return Params(np.array(record["weights"]), CELLS[record["cell"]].places), Head(
        np.array(record["head_W"]), np.array(record["head_b"]))


# --- statistics -------------------------------------------------------------------------------------------------------


def capped(records):
    """Updates to the criterion, the cap for those that did not get there: an array."""
    return np.array([record["cap"] if record["updates"] is None else record["updates"] for record in records])


def median_updates(records):
    """The (lower) median of updates to the criterion as text: "> 4000" if under half got there."""
    updates = sorted(math.inf if record["updates"] is None else record["updates"] for record in records)
    median = updates[(len(updates) - 1) // 2]
    return f"> {records[0]['cap']}" if math.isinf(median) else str(median)


def wilson(successes, trials, z=1.959964):
    """Wilson's interval for a probability (Wilson 1927; 95 % by default): (low, high), in [0, 1]."""
    trials = whole_number("trials", trials)
    if whole_number("successes", successes, at_least=0) > trials:
        raise complaint("successes", f"at most the {trials} trials", describe(successes))
    share, spread = successes / trials, z * z / trials
    middle = share + spread / 2
    reach = z * math.sqrt(share * (1 - share) / trials + spread / (4 * trials))
    # The two ends that are exactly 0 and 1 may miss them by rounding.
    low = 0.0 if successes == 0 else (middle - reach) / (1 + spread)
    high = 1.0 if successes == trials else (middle + reach) / (1 + spread)
    return low, high


def bootstrap_ratio(ours, theirs, seed=0):
    """The geometric mean of the seed-paired ratios theirs/ours, with a 95 % percentile interval: (ratio, low, high).

    Pairs are resampled 10 000 times (Efron & Tibshirani 1993). With capped updates in `theirs` the ratio is a lower
    bound. `ours` and `theirs` are positive and of one length; raises `ValueError` otherwise.
    """
    logs = _paired_logs(ours, theirs)
    chosen = np.random.default_rng(seed).integers(len(logs), size=(RESAMPLES, len(logs)))
    low, high = np.quantile(logs[chosen].mean(axis=1), [0.025, 0.975])
    return tuple(float(value) for value in np.exp([logs.mean(), low, high]))


def sign_flip_p(ours, theirs):
    """Two-sided p-value of the exact sign-flip test on the seed-paired log ratios (Fisher's randomisation test).

    If neither differs from the other, each pair could as well have come the other way round: p is the share of
    the 2ⁿ ways whose sum is as far from 0. At most 20 pairs; raises `ValueError` otherwise.
    """
    logs = _paired_logs(ours, theirs)
    if len(logs) > 20:
        raise complaint("ours", "at most 20 pairs", str(len(logs)))
    sums = np.zeros(1)
    for log in logs:
        sums = np.concatenate([sums + log, sums - log])
    return float(np.mean(np.abs(sums) >= abs(logs.sum()) * (1 - 1e-9)))


def holm(p_values):
    """Holm's adjusted p-values (1979), in the order given: reject those at most the level."""
    p = np.asarray(p_values, float)
    order = np.argsort(p, kind="stable")
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)), 1)
    return adjusted


def _paired_logs(ours, theirs):
    ours, theirs = np.asarray(ours, float), np.asarray(theirs, float)
    if ours.shape != theirs.shape or ours.ndim != 1 or not len(ours) or min(ours.min(), theirs.min()) <= 0:
        raise complaint("ours and theirs", "two sequences of positive numbers, of one length", "something else")
    return np.log(theirs / ours)
