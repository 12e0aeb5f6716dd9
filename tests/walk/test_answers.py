"""The reply to a guess says what the reader said, what it is and why; nothing guessed, nothing shown unfolded."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest

import lstm_teach as lt


@pytest.mark.parametrize("guess, value, reply", [
    (2, 4, "You said 2; it is 4, because of this."),
    (4, 4.0, "You said 4, and so it is, because of this."),
    (np.float64(0.64), 0.6400001, "You said 0.64, and so it is, because of this."),
    ("up", ("down", 0.5), "You said up; it is down, 0.5, because of this."),
    (True, False, "You said yes; it is no, because of this."),
    (None, {"once": 2.8}, "No guess yet. It is once 2.8, because of this."),
])
def test_the_reply(capsys, guess, value, reply):
    lt.answer(guess, value, "of this.")
    assert capsys.readouterr().out == reply + "\n"


def test_without_a_guess_the_answer_is_folded_in_a_notebook(monkeypatch):
    shown = []
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: True))
    monkeypatch.setitem(sys.modules, "IPython.display",
                        SimpleNamespace(display=lambda data, raw: shown.append(data["text/html"])))
    lt.answer(None, 4, "a < b")
    lt.answer(5, 4, "a < b")
    assert shown[0].startswith("<details><summary>No guess yet") and "It is 4, because a &lt; b." in shown[0]
    assert shown[1] == "<p>You said 5; it is 4, because a &lt; b.</p>"


def test_a_reason_is_asked_for():
    with pytest.raises(ValueError, match="^because: expected the reason, as a text, got ''$"):
        lt.answer(1, 2, "")
