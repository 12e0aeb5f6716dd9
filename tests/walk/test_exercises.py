"""What the reader writes: right work is called right, and each mistake by its name."""

from dataclasses import replace

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
