"""A study's numbers as a tidy table, one statistic a line, for whoever computes on with them."""

import csv
import io
import json

import numpy as np

from .selection import by_setting
from .statistics import arrivals, solved

COLUMNS = ("experiment", "phase", "task", "length", "cell", "hidden", "parameters", "training_sequences", "setting",
           "statistic", "value", "low", "high", "n")


def tidy(study, found, comparisons=()):
    """The table as CSV text: for every row and setting of the records in `found` how many solved (with the 95 % Wilson
    interval of the share), the median of updates (empty if under half solved) and of final errors; then the study's own
    `comparisons`, mappings of some of `COLUMNS`."""
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    table.writeheader()
    for records in found.values():
        groups = {}
        for record in records:
            groups.setdefault((record.phase, record.network, record.training_sequences), []).append(record)
        for same in groups.values():
            for own in by_setting(same):
                table.writerows(_lines(study, own))
    table.writerows(comparisons)
    return text.getvalue()


def _lines(study, records):
    one, share, arrived = records[0], solved(records), arrivals(records)
    head = {name: getattr(one, name) for name in COLUMNS[:6]} | {
        "parameters": study.parameters(one), "training_sequences": one.training_sequences or "",
        "setting": json.dumps(one.setting), "n": len(records)}
    yield head | {"statistic": "share solved", "value": _short(share.count / share.of), "low": _short(share.low),
                  "high": _short(share.high)}
    yield head | {"statistic": "median updates", "value": _short(arrived.median)}
    final = [record.final_error for record in records if record.final_error is not None]
    yield head | {"statistic": "median final error", "value": _short(np.median(final)) if final else ""}


def _short(value):
    return f"{value:.4g}" if np.isfinite(value) else ""
