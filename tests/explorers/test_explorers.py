"""Explorers, by moving their controls: the picture follows, its words follow, extremes neither raise nor blank it."""

import itertools

import pytest

from lstm_teach import explorers
from tests.explorers.moves import EXPLORERS, made, settings_of


def words_of(explorer):
    """The picture's alternative text, after checking that there is a picture."""
    view = explorer.view
    assert view.png.startswith(b"\x89PNG") and len(view.png) > 4000 and min(view.size) > 200 and view.words
    return view.words


def test_every_explorer_is_found():
    assert len(EXPLORERS) == 9


@pytest.fixture(scope="module", params=EXPLORERS)
def made_once(request):
    """An explorer for the tests that move it, and its words when it was new."""
    explorer = made(request.param)
    return explorer, words_of(explorer)


@pytest.fixture
def explorer(made_once):
    """It, as when it was new."""
    explorer, words = made_once
    explorer.reset_button.click()
    assert words_of(explorer) == words
    return explorer


def test_each_control_moves_the_picture_and_reset_brings_it_back(explorer):
    at_start = words_of(explorer)
    for control in explorer.controls.values():
        before, start = explorer.view.png, control.value
        pictures = set()
        for value in settings_of(control):
            control.value = value
            words_of(explorer)
            pictures.add(explorer.view.png)
        assert len(pictures | {before}) > 1 or "only" in control.description, control.description
        control.value = start
    explorer.reset_button.click()
    assert words_of(explorer) == at_start


def test_all_extremes_together(explorer):
    settings = {name: settings_of(control) for name, control in explorer.controls.items()}
    sliders = {name for name, control in explorer.controls.items() if hasattr(control, "min")}
    ends = [{name: settings[name][end] for name in sliders} for end in (0, -1)][:1 + bool(sliders)]
    choices = [[(name, value) for value in values] for name, values in settings.items() if name not in sliders]
    for end, picked in itertools.product(ends, itertools.product(*choices)):
        explorer.move(**dict(picked), **end)
        assert "nan" not in words_of(explorer)


def test_a_slider_refuses_nonsense_and_keeps_its_picture(explorer):
    before = words_of(explorer)
    for control in explorer.controls.values():
        if hasattr(control, "min"):
            with pytest.raises(Exception, match="trait"):
                control.value = "nonsense"
    assert words_of(explorer) == before


def test_a_preset_and_reset_draw_once():
    explorer, drawn = explorers.masks(), []
    explorer.view.observe(lambda change: drawn.append(explorer.values), names="png")
    example = explorer.controls["example"]
    example.index = 1
    assert len(drawn) == 1 and (drawn[0]["z1"], drawn[0]["z2"]) == (-20.0, 20.0)
    explorer.reset_button.click()
    assert len(drawn) == 2 and drawn[1]["z2"] == -15.0


def test_a_still_is_the_picture_as_it_stands_or_with_other_values():
    explorer = explorers.silence()
    explorer.move(rest=5.0, sd=0.0)
    assert explorer.still().get_label() == explorer.words
    assert "resting at 2 " in explorer.still(rest=2.0).get_label() and "resting at 5 " in explorer.words
    for refused in (explorer.move, explorer.still):
        with pytest.raises(ValueError, match="^values: expected names out of rest, ignored, known, sd, got .*'bias'"):
            refused(bias=1.0)
