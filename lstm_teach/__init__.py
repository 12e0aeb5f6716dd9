"""Cell mathematics and pictures for the series "Why the sigmoid?".

Importing the package loads NumPy only. Pictures are in `lstm_teach.plots` (loads Matplotlib), explorers in
`lstm_teach.widgets` (loads ipywidgets).
"""

from . import tasks
from .activations import (
    dead_zone_tanh,
    dead_zone_tanh_derivative,
    is_two_humped,
    output_density,
    saturated_probability,
    saturated_share,
    sigmoid,
    sigmoid_derivative,
    tanh,
    tanh_derivative,
)
from .cells import (
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
    step,
    step_backward,
    unroll,
)
from .claims import ClaimError, claim
from .tasks import Task
from .training import History, train

__all__ = [
    "CELLS", "COUPLED", "Cell", "ClaimError", "History", "LINEAR_GATE", "LSTM", "NO_FORGET_GATE", "NO_OUTPUT_GATE",
    "Params", "TANH_GATE", "TANH_ONLY", "Task", "VANILLA_RNN", "backward", "claim", "dead_zone_tanh",
    "dead_zone_tanh_derivative", "init_params", "is_two_humped", "output_density", "saturated_probability",
    "saturated_share", "sigmoid", "sigmoid_derivative", "step", "step_backward", "tanh", "tanh_derivative", "tasks",
    "train", "unroll",
]
