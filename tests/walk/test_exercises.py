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


def loop(one_step, start=None):
    """A memory's loop with `one_step(c, f, write)`, from the c it is given or from `start`."""
    def remember(c, f, writes):
        c = c if start is None else start
        for write in writes:
            c = one_step(c, f, write)
        return c
    return remember


@pytest.mark.parametrize("work, reply", [
    (lambda c, f, writes: ..., "Not written yet."),
    (lambda c, f, writes: None, "Not written yet."),
    (loop(lambda c, f, write: f * c + write), "Right."),
    (lambda c, f, writes: lt.hold(writes, f, c)[-1], "Right."),
    (lambda c, f, writes: lt.hold(writes, f, c), "Not yet: return one number, the last c; yours has the shape (4,)"),
    (loop(lambda c, f, write: c + write), "Not yet: the old c is not multiplied by f"),
    (loop(lambda c, f, write: f * (c + write)), "Not yet: f multiplies the write too"),
    (loop(lambda c, f, write: c + f * write), "Not yet: f multiplies the write, and should"),
    (loop(lambda c, f, write: f * c + (1 - f) * write), "Not yet: the write is multiplied by 1 − f"),
    (loop(lambda c, f, write: f * c + write, start=0), "Not yet: the loop starts from 0"),
    (lambda c, f, writes: f * c + writes[-1], "Not yet: each step starts from the first c again"),
    (lambda c, f, writes: f * c + writes[0], "Not yet: this is c after the first step"),
    (lambda c, f, writes: f * c + sum(writes), "Not yet: f is applied once"),
    (loop(lambda c, f, write: c - write), "Not yet: with c = 2, f = 0.5 and the writes [1.0, -3.0, 0.25] the last c"),
    (lambda c, f: c, "Not yet: your code raised TypeError"),
    (3.0, "Not yet: expected a function of c, f and writes, got float"),
])
def test_remember(capsys, work, reply):
    assert said(capsys, "remember", work).startswith(reply)


def test_an_exercise_that_does_not_exist():
    with pytest.raises(ValueError, match="^name: expected one of"):
        lt.check("nothing", None)
