"""Explorers, by moving their controls: the picture follows, its words follow, extremes neither raise nor blank it."""

import inspect
import itertools

import ipywidgets
import numpy as np
import pytest

from lstm_teach import LSTM, init_params, plots, unroll, widgets

EXPLORERS = [name for name, value in vars(widgets).items() if inspect.isfunction(value) and name[0] != "_"]
EXPLORERS.remove("explorer")
# What an explorer is shown, when it needs something to show.
SHOWN = {
    "own_unit": (unroll(LSTM, init_params(LSTM, 2, 3, 0), np.random.default_rng(1).standard_normal((150, 2, 2))),),
}


def controls_of(box):
    return [child for child in box.children if hasattr(child, "value") and not isinstance(child, ipywidgets.HTML)]


def words_of(box):
    """The picture's alternative text, after checking that there is a picture."""
    view = box.children[-1]
    assert view.png.startswith(b"\x89PNG") and len(view.png) > 4000 and min(view.size) > 200 and view.words
    return view.words


def settings_of(control):
    """Both ends and a value between for a slider; every option for a choice; scores and nonsense for a text."""
    if isinstance(control, ipywidgets.Text):
        return ["+ d r", "", "+- wx <b> 12", "e- " * 60]
    if isinstance(control, (ipywidgets.Dropdown, ipywidgets.ToggleButtons)):
        return [value for _, value in control._options_full]
    middle = control.min + round((control.max - control.min) / 3 / control.step) * control.step
    return [control.min, middle, control.max]


@pytest.mark.parametrize("name", EXPLORERS)
def test_each_control_moves_the_picture_and_reset_brings_it_back(name):
    box = getattr(widgets, name)(*SHOWN.get(name, ()))
    at_start = words_of(box)
    for control in controls_of(box):
        before, start = box.children[-1].png, control.value
        pictures = set()
        for value in settings_of(control):
            control.value = value
            words_of(box)
            pictures.add(box.children[-1].png)
        assert len(pictures | {before}) > 1 or "only" in control.description, control.description
        control.value = start
    next(child for child in box.children if isinstance(child, ipywidgets.Button)).click()
    assert words_of(box) == at_start


@pytest.mark.parametrize("name", EXPLORERS)
def test_all_extremes_together(name):
    box = getattr(widgets, name)(*SHOWN.get(name, ()))
    controls = controls_of(box)
    choices = [control for control in controls if not hasattr(control, "min")]
    for picked in itertools.product(*(settings_of(choice) for choice in choices)):
        for choice, value in zip(choices, picked, strict=True):
            choice.value = value
        for end in (0, -1):
            for control in set(controls) - set(choices):
                control.value = settings_of(control)[end]
            assert "nan" not in words_of(box)


@pytest.mark.parametrize("name", EXPLORERS)
def test_a_slider_refuses_nonsense_and_keeps_its_picture(name):
    box = getattr(widgets, name)(*SHOWN.get(name, ()))
    before = words_of(box)
    for control in controls_of(box):
        if hasattr(control, "min"):
            with pytest.raises(Exception, match="trait"):
                control.value = "nonsense"
    assert words_of(box) == before


def test_what_only_rounds_to_zero_or_one_is_said_to_be_about_that():
    box = widgets.masks()
    controls = {control.description: control for control in controls_of(box)}
    assert "σ([-20, -15, 10, 20]) = [≈0, ≈0, ≈1, ≈1]" in words_of(box)
    controls["activation in the gate's place"].value = "tanh"
    controls["z of unit 1"].value = 0.0
    assert "tanh([0, -15, 10, 20]) = [0, ≈-1, ≈1, ≈1]" in words_of(box)


def test_every_bar_as_high_as_the_worst_is_hatched():
    at_rest = {name: 0.0 for name in ("weight_m", "bias", "offset", "gate_weight_m", "gate_bias")}
    for weight, hatched in ((np.arctanh(0.5), [True] * 4), (1.0, [True, True, False, False])):
        figure = plots.still(plots.beat_one_half_picture, unit="one tanh", weight_v=weight, scale=1.0, **at_rest)
        assert [bool(bar.get_hatch()) for bar in figure.axes[1].patches] == hatched
