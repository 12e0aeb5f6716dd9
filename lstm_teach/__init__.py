"""Cell mathematics and pictures for the series "Why the sigmoid?".

Importing the package loads NumPy only. Pictures are in `lstm_teach.plots` (loads Matplotlib), explorers in
`lstm_teach.explorers` (loads ipywidgets).
"""

from .cell.activations import (
    dead_zone_tanh,
    dead_zone_tanh_derivative,
    sigmoid,
    sigmoid_derivative,
    tanh,
    tanh_derivative,
)
from .cell.cells import (
    CELLS,
    COUPLED,
    LINEAR_GATE,
    LSTM,
    NO_FORGET_GATE,
    NO_OUTPUT_GATE,
    TANH_GATE,
    TANH_ONLY,
    VANILLA_RNN,
    Cell,
    Params,
    backward,
    init_params,
    init_params_pytorch,
    step,
    step_backward,
    unroll,
)
from .cell.counting import count_parameters, matched_hidden
from .cell.memory import (
    chrono_bias,
    decayed_sum,
    gated_write,
    half_life,
    hold,
    marked_values,
    noise_sd,
    normal_mean,
    normal_sd,
    r_squared,
    signal_to_noise,
    steps_until_sd,
    typical_forget,
)
from .cell.saturation import (
    is_two_humped,
    mean_slope,
    output_density,
    saturated_probability,
    saturated_share,
    share_near_an_end,
)
from .cell.score import HAND_SET, encode_score, hand_set_params, read_score, score_lines
from .training import tasks
from .training.tasks import Task
from .training.train import History, train
from .walk.answers import answer
from .walk.claims import ClaimError, claim
from .walk.exercises import check
from .walk.guesses import answer_bet, keep_guesses, recall_guesses
from .weights.counting import framework_parameters
from .weights.layers import Layer, Run, load_layers, load_weights, unroll_layers
from .weights.layouts import from_framework, to_framework
from .weights.options import framework_cell
