"""The pictures of the series: one function a picture, numbers in, a Matplotlib `Figure` out.

Every figure carries one sentence that says what it shows, as its label (`figure.get_label()`); `show` displays the
figure and prints that sentence under it, for those who do not see the picture. One colour stands for one role
everywhere, and a line style goes with it, so that the roles are told apart without colour too.

One module a subject; the pictures that move are in `lstm_teach.explorers`.
"""

from .comparisons import errors_by_length, moved_by_a_value, ratios_with_intervals
from .counting import blocks_to_scale, equal_counts_two_jobs
from .diagrams import draw_cell, draw_cells
from .gradients import along_the_cell, gradient_by_lag, price_of_shutting, tug_of_war
from .masks import erasing, partly_open, running_parity
from .overfitting import errors_by_count, errors_over_data
from .own import by_month, gate_histograms, without_gates
from .product import bars, pair_of_tanh, shifted_by_the_mark, three_maps
from .question import fading
from .race import CELL_NAMES, every_seed, gate_ends, lags, live_race, setting_maps, three_tasks
from .saturation import counted_outputs, fresh_outputs, price_of_spread, three_rests, two_curves, two_humps
from .sequence import gates_over_time, sentence_scores, units_by_time
from .silence import (
    fluctuating_gate,
    forget_bound,
    forgetting,
    off_maps,
    read_by_a_line,
    wander_climb_hold,
    weight_conflict,
)
from .style import ROLES, as_png, show
from .work import gate_at_work, what_it_hangs_on
