"""The explorers: pictures with controls, each with its movable picture in a file of its own.

An explorer is `explorers.silence()`, say: shown by the notebook, or moved from code (`Explorer` says how). Its file
holds its picture, a function of numbers that draws, and its controls, which set those numbers; the arithmetic is the
cell's, in `lstm_teach.cell`.
"""

from .beat_one_half import beat_one_half
from .counter import counter
from .explorer import Explorer
from .full_cell import full_cell
from .gradient import gradient
from .masks import masks
from .own_unit import own_unit
from .race import race
from .saturation import saturation
from .silence import silence
