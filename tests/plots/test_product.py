"""Pictures of what is written: the words they name, and what they say is there, is there."""

import itertools

import numpy as np

from lstm_teach import sigmoid, tanh
from lstm_teach.plots import erasing, three_maps, three_rests

UNITS = {
    "one tanh": lambda v, m: tanh(np.arctanh(0.5) * v),
    "hushed": lambda v, m: tanh(0.5 * v + 6 * (1 - m)),
    "σ × tanh": lambda v, m: sigmoid(10 * m - 5) * tanh(5 * v),
}


def test_each_map_names_the_four_words_and_what_is_written_there():
    figure = three_maps(UNITS)
    assert [ax.get_title(loc="left").split()[-1] for ax in figure.axes[:3]] == ["0.50", "1.00", "0.01"]
    written = [text.get_text() for text in figure.axes[1].texts if text.get_text()]
    assert written == ["cabinet +1\nwanted 0", "cabinets +1\nwanted 0", "key −0.46\nwanted −1", "keys +0.46\nwanted +1"]
    assert "hushed +1, +1, −0.46, +0.46; σ × tanh −0.01, +0.01, −0.99, +0.99; wanted 0, 0, −1, +1" in figure.get_label()


def test_no_word_of_a_map_lies_on_another_and_the_arrows_follow_the_mark():
    figure = three_maps(UNITS)
    figure.draw_without_rendering()
    for ax in figure.axes[:3]:
        shown = [text.get_window_extent() for text in ax.texts if text.get_text()]
        assert len(shown) == 4 and not any(one.overlaps(other) for one, other in itertools.combinations(shown, 2))
        arrows = [(text.xyann, text.xy) for text in ax.texts if not text.get_text()]
        assert arrows == [((-1, 0), (-1, 1)), ((1, 0), (1, 1))]


def test_a_rest_is_drawn_where_the_curve_is_and_said_with_its_noise():
    shut, opened = (-4.0, 0.0056, "calm"), (4.0, 0.0056, "1")
    figure = three_rests(0.3, {"tanh": [(0.0, 0.277, "jumpy")], "sigmoid": [shut, opened]})
    dots = [(line.get_xdata()[0], line.get_ydata()[0]) for line in figure.axes[1].lines[1:]]
    assert dots == [(-4.0, sigmoid(-4.0)), (4.0, sigmoid(4.0))]
    assert "tanh at z = 0, jumpy: 0.28; σ at z = -4, calm: 0.0056" in figure.get_label()


def test_what_is_nothing_but_rounding_is_said_as_a_bound():
    figure = erasing(np.array([0.1, 0.2]), {"tanh": np.array([0.3, 0.6]), "σ": np.array([1e-13, 0.2])})
    assert "tanh 0.3, 0.6; σ less than 1e-6, 0.2" in figure.get_label()
    assert figure.axes[0].lines[1].get_ydata()[0] == 1e-6
