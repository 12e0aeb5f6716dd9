"""The first study: 4000 networks on latch, once, adding and others.

`table` declares it, `findings` asks, `report` tells, `records` holds what was found.

`from lstm_teach.studies import first`, then `found = first.load()`, `first.pick(found, "adding", "LSTM")` and the
statistics of `lstm_teach.study`.
"""

from ...study.selection import best_setting
from ...study.statistics import (
    arrivals,
    bootstrap_ratio,
    capped,
    holm,
    median_updates,
    paired,
    sign_flip_p,
    solved,
    updates_ratio,
)
from .findings import at_best_setting, fresh_gate_counts, gate_counts, load, overfitting, pick, settings_grid
from .table import STUDY
