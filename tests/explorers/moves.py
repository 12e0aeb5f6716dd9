"""All explorers, and how far the tests move their controls."""

import inspect

import ipywidgets
import numpy as np

from lstm_teach import LSTM, explorers, init_params, unroll

EXPLORERS = [name for name, value in vars(explorers).items() if inspect.isfunction(value)]
# What an explorer is shown, when it needs something to show.
SHOWN = {
    "own_unit": (unroll(LSTM, init_params(LSTM, 2, 3, 0), np.random.default_rng(1).standard_normal((150, 2, 2))),),
}


def made(name):
    """An explorer by its name."""
    return getattr(explorers, name)(*SHOWN.get(name, ()))


def settings_of(control):
    """Both ends and a value between for a slider; every option for a choice; scores and nonsense for a text."""
    if isinstance(control, ipywidgets.Text):
        return ["+ d r", "", "+- wx <b> 12", "e- " * 60]
    if isinstance(control, ipywidgets.Dropdown):
        return [value for _, value in control._options_full]
    middle = control.min + round((control.max - control.min) / 3 / control.step) * control.step
    return [control.min, middle, control.max]
