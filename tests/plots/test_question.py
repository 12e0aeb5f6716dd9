"""The picture of notebook 00 says in words what it draws."""

import numpy as np

from lstm_teach.plots import fading


def test_each_line_is_named_and_its_ends_are_said():
    falls = 2.0 ** -np.arange(51)
    figure = fading({"vanilla RNN": ("VANILLA_RNN", falls), "LSTM, open": ("LSTM", 0 * falls + 0.5),
                     "LSTM": ("LSTM", falls)})
    assert [text.get_text() for text in figure.axes[0].texts] == ["vanilla RNN", "LSTM, open", "LSTM"]
    assert "vanilla RNN 1, 0.002, less than 1e-9; LSTM, open 0.5, 0.5, 0.5" in figure.get_label()
    _, strong, thin = figure.axes[0].lines
    assert strong.get_linewidth() > thin.get_linewidth() and strong.get_color() == thin.get_color()
