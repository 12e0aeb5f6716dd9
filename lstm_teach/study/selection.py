"""Each network's own setting, chosen by the study's select records and, where the best lay at an end, by more."""

import math
from collections import defaultdict

import numpy as np

from .declaration import SWEPT


def selected(records, rows):
    """Every network's own setting, for those whose choice is complete: a mapping from (task, length, cell, hidden) to
    the setting, a mapping.

    The best is the one with most seeds solved; of equals, the lowest median of updates (not solved counts as the cap);
    then the lowest median of final errors; then the first in the table. If the table has edge rows for the network,
    the first choice, among the select records, says which of them are due (`is_due`), and they take part in the last.
    """
    made = {record.key: record for record in records if record.phase in SWEPT}
    of_network = defaultdict(lambda: {"select": [], "edge": []})
    for row in rows:
        if row.phase in ("select", "edge"):
            of_network[row.network][row.phase].append(row)
    own = {}
    for network, kinds in of_network.items():
        best = _best(kinds["select"], made)
        due = [row for row in kinds["edge"] if best is not None and is_due(row, best, kinds["select"])]
        best = _best(kinds["select"] + due, made)
        if best is not None:
            own[network] = best
    return own


def is_due(row, best, select):
    """Whether an edge row is to be run: its learning rate lies next to the best setting's, outside the select rates."""
    rate = dict(row.settings[0])["learning_rate"]
    rates = [setting["learning_rate"] for one in select for setting in one.choices(None)]
    return best["learning_rate"] == (min(rates) if rate < min(rates) else max(rates))


def due_rows(records, rows):
    """The rows of a table that are to be run, as far as the records tell: all but edge rows that are not due."""
    select, made = defaultdict(list), {record.key: record for record in records if record.phase == "select"}
    for row in rows:
        if row.phase == "select":
            select[row.network].append(row)
    first = {network: _best(own, made) for network, own in select.items()}
    return [row for row in rows if row.phase != "edge" or (
        first[row.network] is not None and is_due(row, first[row.network], select[row.network]))]


def _best(rows, made):
    """The best of all settings of these rows; None as long as a record is missing."""
    if not rows or any(key not in made for row in rows for key in row.keys()):
        return None
    choices = [(row, setting) for row in rows for setting in row.choices(None)]
    return min(choices, key=lambda one: merit([made[one[0].key(seed, one[1])] for seed in one[0].seeds]))[1]


def merit(records):
    """What a setting is judged by, the smaller the better: unsolved, median updates, median final error."""
    final = [math.inf if record.final_error is None else record.final_error for record in records]
    return -sum(record.solved for record in records), np.median([r.capped for r in records]), np.median(final)


def by_setting(records):
    """The records of several settings, apart: a list of lists, in the order in which the settings first come."""
    apart = defaultdict(list)
    for record in records:
        apart[tuple(record.setting.items())].append(record)
    return list(apart.values())


def best_setting(records):
    """Of the records of several settings those at the best one: most seeds solved, then the lowest median (capped)."""
    return min(by_setting(records), key=lambda own: merit(own)[:2])


def solving_share(records):
    """(how many, of how many) settings solve: with at least half of their seeds."""
    apart = by_setting(records)
    return sum(np.mean([record.solved for record in own]) >= 0.5 for own in apart), len(apart)
