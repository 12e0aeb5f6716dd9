"""The explorer itself, around a picture of one line: what it shows, what it leaves in a notebook, what it lets move."""

import io

import pytest
import traitlets
from PIL import Image

from lstm_teach.explorers import explorer as module
from lstm_teach.explorers.controls import choice, slider, text_field
from lstm_teach.explorers.explorer import Explorer

DRAWN = []


def picture(figure):
    figure.set_size_inches(3.0, 2.0)
    (line,) = (axes := figure.subplots()).plot([], [])
    axes.set(xlim=(0, 1), ylim=(0, 1))

    def draw(height, colour, name):
        DRAWN.append(height)
        line.set(data=([0, 1], [height, height]), color=colour)
        figure.set_label(f"{name}: a {colour} line at {height:g}")

    return draw


@pytest.fixture
def explorer():
    return Explorer(picture, "Is a < b & c?", presets={"colour": {"red": {"height": 0.5}, "blue": {"height": 1.0}}},
                    only={"height": ("colour", "blue")}, colour=choice("colour", ["red", "blue"]),
                    height=slider("height", 0.5, 0.0, 1.0, 0.1), name=text_field("name", "one"))


def test_a_question_is_text_and_stands_with_picture_and_text_field_on_a_row_of_its_own(explorer):
    title = explorer.children[0]
    assert title.value == "Is a &lt; b &amp; c?"
    wide = [one for one in explorer.children if "lstm-whole-row" in one._dom_classes]
    assert wide == [title, explorer.controls["name"], explorer.view]


def test_picture_size_and_sentence_come_in_one_message_and_the_sentence_under_it_follows(explorer, monkeypatch):
    sent = []
    monkeypatch.setattr(explorer.view, "send_state", lambda key=None: sent.append(set(key)))
    explorer.move(name="two", height=0.25)
    assert explorer.words == explorer._under.text == "two: a red line at 0.25"
    assert explorer.view.size == list(Image.open(io.BytesIO(explorer.view.png)).size) == [300, 200]
    assert len(sent) == 1 and {"png", "words"} <= sent[0]


def test_what_may_be_moved_only_with_another_value_is_disabled_before_and_after(explorer):
    assert explorer.controls["height"].disabled
    explorer.controls["colour"].value = "blue"
    assert not explorer.controls["height"].disabled and explorer.words == "one: a blue line at 1"
    explorer.reset_button.click()
    assert explorer.controls["height"].disabled and explorer.words == "one: a red line at 0.5"


def test_after_a_move_that_was_refused_the_picture_follows_again(explorer):
    with pytest.raises(traitlets.TraitError):
        explorer.move(height="high")
    explorer.controls["height"].value = 0.25
    assert explorer.words == "one: a red line at 0.25"
    count = len(DRAWN)
    with pytest.raises(ValueError, match="^values: expected names out of colour, height, name, got "):
        explorer.move(width=1.0)
    assert len(DRAWN) == count


def test_a_still_has_the_series_style_and_another_values_picture(explorer):
    figure = explorer.still(height=1.0)
    assert figure.get_label() == "one: a red line at 1" and explorer.words == "one: a red line at 0.5"
    assert not figure.axes[0].spines["top"].get_visible()


def test_a_notebook_is_left_the_widgets_and_what_stands_for_them_where_no_kernel_runs(explorer, monkeypatch):
    left = []
    monkeypatch.setattr(module, "display", lambda data, metadata=None, raw=False: left.append((data, metadata, raw)))
    explorer._ipython_display_()
    view = "application/vnd.jupyter.widget-view+json"
    (shown, metadata, _), (under, *_) = left
    assert (shown[view]["model_id"], under[view]["model_id"]) == (explorer.model_id, explorer._under.model_id)
    assert metadata["image/png"]["alt"] == explorer.words and "image/png" in shown and all(raw for *_, raw in left)
    assert " ".join(under["text/plain"].split()) == explorer.words
