"""The pictures of the series: one function a picture, numbers in, a Matplotlib `Figure` out.

Every figure carries one sentence that says what it shows, as its label (`figure.get_label()`); `show` displays the
figure and prints that sentence under it, for those who do not see the picture. One colour stands for one role
everywhere, and a line style goes with it, so that the roles are told apart without colour too.

A picture that an explorer can move is a function `picture(figure)` that returns `draw(**values)`; `still` shows it in
one state. One module a subject.
"""

from .counting import (
    BIASES,
    LAYERS,
    blocks_to_scale,
    counter_picture,
    equal_counts_two_jobs,
    weights_one_by_one,
)
from .diagrams import draw_cell, draw_cells
from .gradients import along_the_cell, gradient_by_lag, gradient_picture, price_of_shutting, tug_of_war
from .masks import (
    MASK_EXAMPLES,
    fastest_growth,
    masks_picture,
    partly_open,
    running_parity,
    two_doors,
    weight_trade_off,
    writes,
)
from .overfitting import errors_by_count, errors_over_data
from .own import by_month, gate_histograms, own_unit_picture, without_gates
from .product import (
    UNITS,
    bars,
    beat_one_half_picture,
    output_maps,
    pair_of_tanh,
    search_progress,
    shifted_by_the_mark,
)
from .race import (
    CELL_NAMES,
    RACES,
    RIVALS,
    TERMS,
    every_seed,
    gate_ends,
    lags,
    live_race,
    race_picture,
    setting_maps,
    three_tasks,
)
from .saturation import (
    counted_outputs,
    fresh_outputs,
    price_of_spread,
    same_noise,
    saturation_picture,
    two_curves,
    two_humps,
)
from .sequence import (
    SCORE_CELLS,
    compare_runs,
    gates_over_time,
    score_picture,
    units_by_time,
)
from .silence import (
    drift,
    fluctuating_gate,
    forget_bound,
    forgetting,
    marked_writers,
    off_maps,
    silence_picture,
    weight_conflict,
)
from .style import ROLES, as_png, movable, show, still
