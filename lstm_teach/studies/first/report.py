"""The first study's report: every comparison as text, with n, interval and setting."""

import numpy as np

from ...study.command import aligned
from ...study.declaration import by_experiment
from ...study.selection import by_setting, solving_share
from ...study.statistics import (
    bootstrap_ratio,
    holm,
    median_updates,
    paired,
    sign_flip_p,
    solved,
    updates_ratio,
)
from .table import CORE, STUDY


def report(found, rows):
    """Every comparison as text, from the records that `store.load` returned."""
    by_key = {record.key: record for records in found.values() for record in records}
    of_row = {row: [by_key[key] for key in row.keys()] for row in rows}
    lines = _primary(rows, of_row)
    for name, own in by_experiment(rows).items():
        kinds = {phase: [row for row in own if row.phase in phases] for phase, phases in {
            "raced": ("confirm", "common"), "overfit": ("overfit",), "sweep": ("sweep",), "gates": ("gates",)}.items()}
        if kinds["raced"]:
            lines += ["", f"{name} (exploratory): solved, with 95 % Wilson interval; median updates; the ratio of",
                      "  updates (capped) to the LSTM's, seed-paired, with 95 % bootstrap interval; how many of the",
                      "  cell's nine settings solve (at least half of the select seeds)",
                      _indented([_raced(row, of_row) for row in kinds["raced"]], "llrrlrlll")]
        if kinds["overfit"]:
            lines += ["", f"{name} (exploratory): mean errors on training and on test sequences, at the end and when",
                      "  the test error was lowest; the ratio of final test errors to the LSTM's, seed-paired, with",
                      "  95 % bootstrap interval",
                      _indented([_overfit(row, of_row) for row in kinds["overfit"]], "lrlrrlrllll")]
        if kinds["sweep"]:
            lines += ["", f"{name} (exploratory): all nine settings: how many seeds solved, and median updates",
                      _indented([line for row in kinds["sweep"] for line in _swept(row, of_row[row])], "llrrlrl")]
        if kinds["gates"]:
            lines += ["", f"{name} (exploratory): shares of gate values, over steps, units, sequences and seeds",
                      _indented([_gates(row, of_row[row], gate) for row in kinds["gates"]
                                 for gate in ("i", "f", "o", "g")], "llrlllll")]
    return "\n".join(lines)


def _indented(rows, sides):
    return "  " + aligned(rows, sides).replace("\n", "\n  ")


def _primary(rows, of_row):
    pairs = []
    for task in CORE:
        pairs.append([next(of_row[row] for row in rows
                           if (row.experiment, row.phase, row.task, row.cell) == ("core", "confirm", task, cell))
                      for cell in ("LSTM", "TANH_ONLY")])
    p_values = [sign_flip_p(*paired(*pair, lambda record: record.capped)) for pair in pairs]
    lines = []
    for task, pair, p, adjusted in zip(CORE, pairs, p_values, holm(p_values), strict=True):
        ratio = updates_ratio(*pair)
        lines.append((task, f"n = {ratio.pairs} pairs:", f"ratio {_interval(ratio)},", f"p = {p:.2g},",
                      f"Holm {adjusted:.2g}"))
    return ["primary: no input gate against the LSTM at equal count, updates to the criterion, capped, with 95 % "
            "bootstrap interval;", "  p: exact sign-flip test; Holm over the three", _indented(lines, "lllll")]


def _interval(ratio):
    return f"{ratio[0]:.2f} [{ratio[1]:.2f}, {ratio[2]:.2f}]"


def _share(records):
    share = solved(records)
    return f"{share.count} of {share.of} [{share.low:.2f}, {share.high:.2f}]"


def _lstm_of(row, of_row, *same):
    """The LSTM's records of the same phase and of what else is named; None if it has none."""
    return next((own for other, own in of_row.items() if other.cell == "LSTM" and all(
        getattr(other, name) == getattr(row, name) for name in ("phase", "task", *same))), None)


def _raced(row, of_row):
    records = of_row[row]
    lstm = _lstm_of(row, of_row, "length")
    sensitivity = ""
    if row.phase == "confirm":
        tuned = next(own for other, own in of_row.items() if (other.phase, other.network) == ("select", row.network))
        sensitivity = "{} of {}".format(*solving_share(tuned))
    diverged = sum(record.diverged is not None for record in records)
    return (
        _task(row), row.cell, str(row.hidden), f"({STUDY.parameters(row)})", _setting(records[0]), _share(records),
        median_updates(records), _interval(updates_ratio(lstm, records)) if lstm and row.cell != "LSTM" else "",
        sensitivity + (f"  {diverged} diverged" if diverged else ""),
    )


def _overfit(row, of_row):
    records, lstm = of_row[row], _lstm_of(row, of_row, "training_sequences")
    head = (_task(row), str(row.training_sequences), row.cell, str(row.hidden), f"({STUDY.parameters(row)})",
            _setting(records[0]), f"n = {len(records)}")
    finite = all(None not in [*record.errors, *record.training_errors] for record in records + lstm)
    if not finite or any(record.diverged is not None for record in records):
        return *head, "some diverged", "", "", ""
    at_best = [int(np.argmin(record.errors)) for record in records]
    ends = [np.mean([getattr(record, name)[-1] for record in records]) for name in ("training_errors", "errors")]
    best = [np.mean([getattr(record, name)[k] for record, k in zip(records, at_best, strict=True)])
            for name in ("training_errors", "errors")]
    ratio = ""
    if row.cell != "LSTM":
        ours, theirs = paired(lstm, records, lambda record: record.errors[-1])
        # An error of exactly 0 leaves no ratio.
        ratio = _interval(bootstrap_ratio(ours, theirs)) if min(ours.min(), theirs.min()) > 0 else ""
    return (*head, f"end: {ends[0]:.2g} {ends[1]:.3g}", f"best: {best[0]:.2g} {best[1]:.3g}", ratio, "")


def _swept(row, records):
    for own in by_setting(records):
        yield (_task(row), row.cell, str(row.hidden), f"({STUDY.parameters(row)})", _setting(own[0]), _share(own),
               median_updates(own))


def _gates(row, records, gate):
    shares = {name: np.mean([record.more["gates"][gate][name] for record in records])
              for name in records[0].more["gates"][gate] if name != "counts"}
    texts = [f"{'<' if side == 'below' else '>'} {float(width) if side == 'below' else 1 - float(width):g} {share:.3f}"
             for (side, width), share in ((key.split(), share) for key, share in shares.items())]
    return (_task(row), "|g|" if gate == "g" else gate, f"n = {len(records)} networks,", _setting(records[0]), *texts)


def _task(row):
    return f"{row.task}({row.length})"


def _setting(record):
    return ", ".join(f"{'rate' if name == 'learning_rate' else name} {value}"
                     for name, value in record.setting.items())
