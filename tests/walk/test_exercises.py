"""What the reader writes: right work is called right, and each mistake by its name."""

from dataclasses import replace

import numpy as np
import pytest

import lstm_teach as lt


def said(capsys, name, work):
    lt.check(name, work)
    return capsys.readouterr().out.strip()


@pytest.mark.parametrize("work, reply", [
    (None, "Not written yet."),
    (..., "Not written yet."),
    (replace(lt.LSTM, input_gate=None), "Right."),
    (lt.LSTM, "Not yet: this is still the LSTM"),
    (replace(lt.LSTM, forget_gate=None), "Not yet: what goes is the input gate; you changed forget_gate"),
    (replace(lt.LSTM, input_gate="tanh"), "Not yet: an input gate of 'tanh' is still there"),
    (replace(lt.LSTM, input_gate=1), "Not yet: a gate of 1 is the same in numbers"),
    ("tanh", "Not yet: expected a Cell"),
])
def test_tanh_only(capsys, work, reply):
    assert said(capsys, "tanh_only", work).startswith(reply)


def test_an_exercise_that_does_not_exist():
    with pytest.raises(ValueError, match="^name: expected one of"):
        lt.check("nothing", None)


@pytest.mark.parametrize("work, reply", [
    (lambda values, marked, new: None, "Not written yet."),
    (lambda values, marked, new: np.where(marked, values, new), "Right."),
    (lambda values, marked, new: marked * values + (1 - marked) * new, "Right."),
    (lambda values, marked, new: np.where(marked, new, values), "Not yet: the other way round"),
    (lambda values, marked, new: values, "Not yet: nothing was redrawn"),
    (lambda values, marked, new: new, "Not yet: everything was redrawn"),
    (lambda values, marked, new: np.where(marked, values, 0), "Not yet: some values are neither"),
    (lambda values, marked, new: values[0], "Not yet: expected an array of shape (7, 3)"),
    (lambda values, marked, new: np.copyto(values, new, where=~marked) or values, "Not yet: the old values were"),
    (lambda values, marked, new: values[marked] + new, "Not yet: your code raised ValueError"),
])
def test_redraw(capsys, work, reply):
    assert said(capsys, "redraw", work).startswith(reply)


@pytest.mark.parametrize("work, reply", [
    (None, "Not written yet."),
    (replace(lt.LSTM, input_gate="relu"), "Right."),
    (lt.VANILLA_RNN, "Right."),
    (lt.LSTM, "Not yet: this is the LSTM itself"),
    (5, "Not yet: expected a Cell"),
])
def test_contestant(capsys, work, reply):
    assert said(capsys, "contestant", work).startswith(reply)
