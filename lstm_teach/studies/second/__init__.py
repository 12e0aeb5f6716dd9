"""The second study: does training obey the argument? `table` declares it, `mechanism` looks into trained networks,
`findings` asks, `report` tells, `records` holds what was found.

`from lstm_teach.studies import second`, then `found = second.load()`, `second.pick(found, "adding_both", "LSTM")`.
"""

from ...study.selection import best_setting
from ...study.statistics import arrivals, capped, median_updates, solved, updates_ratio
from .findings import edges, grid, interventions, load, median_more, nulls, pick, primary, unit_effects
from .mechanism import cut, error, freeze, refitted, sequences
from .table import CELLS, STUDY
