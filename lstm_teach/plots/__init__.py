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
    match_error,
    weights_one_by_one,
)
from .diagrams import draw_cell, draw_cells
from .frames import Frame, live
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
from .own import by_month, episode, gate_histograms, gate_maps, own_unit_picture, without_gates
from .product import (
    UNITS,
    beat_one_half_picture,
    output_maps,
    pair_of_tanh,
    search_progress,
    shifted_by_the_mark,
    two_needs,
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
    forget_bound,
    forgetting,
    four_writers,
    off_maps,
    silence_picture,
    weight_conflict,
)
from .style import ROLES, as_png, movable, show, still
