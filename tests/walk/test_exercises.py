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


def gate(dc, i, g):
    return dc * g * i * (1 - i)


def candidate(dc, i, g):
    return dc * i * (1 - g**2)


@pytest.mark.parametrize("work, reply", [
    (lambda dc, i, g: None, "Not written yet."),
    (lambda dc, i, g: (gate(dc, i, g), candidate(dc, i, g)), "Right."),
    (lambda dc, i, g: [dc * g * (i - i * i), dc * i * (1 - g) * (1 + g)], "Right."),
    (lambda dc, i, g: (candidate(dc, i, g), gate(dc, i, g)), "Not yet: the two are the wrong way round"),
    (lambda dc, i, g: (dc * g, candidate(dc, i, g)), "Not yet: your dz_i: the slope of σ"),
    (lambda dc, i, g: (dc * i * (1 - i), candidate(dc, i, g)), "Not yet: your dz_i: the other factor"),
    (lambda dc, i, g: (g * i * (1 - i), candidate(dc, i, g)), "Not yet: your dz_i: dc is missing"),
    (lambda dc, i, g: (dc * g * (1 - i**2), candidate(dc, i, g)), "Not yet: your dz_i: 1 − i² is tanh's"),
    (lambda dc, i, g: (dc * i * i * (1 - i), candidate(dc, i, g)), "Not yet: your dz_i: the factor beside σ's"),
    (lambda dc, i, g: (dc * g * (1 - i), candidate(dc, i, g)), "Not yet: your dz_i: the slope of σ is i (1 − i)"),
    (lambda dc, i, g: (gate(dc, i, g), dc * i), "Not yet: your dz_g: the slope of tanh"),
    (lambda dc, i, g: (gate(dc, i, g), dc * (1 - g**2)), "Not yet: your dz_g: the other factor"),
    (lambda dc, i, g: (gate(dc, i, g), i * (1 - g**2)), "Not yet: your dz_g: dc is missing"),
    (lambda dc, i, g: (gate(dc, i, g), dc * i * g * (1 - g)), "Not yet: your dz_g: g (1 − g) is σ's"),
    (lambda dc, i, g: (gate(dc, i, g), dc * i * (1 - g)), "Not yet: your dz_g: the g is to be squared"),
    (lambda dc, i, g: (gate(dc, i, g), dc * g * (1 - g**2)), "Not yet: your dz_g: the factor beside tanh's"),
    (lambda dc, i, g: (gate(dc, i, g), 0), "Not yet: at dc = 1, i = 0.599, g = 0.291 a finite difference gives dz_g"),
    (lambda dc, i, g: 1.0, "Not yet: return two numbers"),
    (lambda dc, i: 1.0, "Not yet: your code raised TypeError"),
    (3, "Not yet: expected a function"),
])
def test_write_backward(capsys, work, reply):
    assert said(capsys, "write_backward", work).startswith(reply)


@pytest.mark.parametrize("work, reply", [
    (lambda blocks, d, h: None, "Not written yet."),
    (lambda blocks, d, h: blocks * h * (d + h + 1), "Right."),
    (lambda blocks, d, h: blocks * (h * d + h * h + h), "Right."),
    (lambda blocks, d, h: blocks * h * (d + h), "Not yet: the biases are missing"),
    (lambda blocks, d, h: h * (d + h + 1), "Not yet: that is one block"),
    (lambda blocks, d, h: 4 * h * (d + h + 1), "Not yet: with "),
    (lambda blocks, d, h: blocks * (h * (d + h) + 1), "Not yet: a bias belongs to each of the h rows"),
    (lambda blocks, d, h: blocks * h * (d + h) + h, "Not yet: a cell has one bias for each row"),
    (lambda blocks, d, h: blocks * d * (d + h + 1), "Not yet: a block has one row for each of its h units"),
    (lambda blocks, d, h: blocks * h * (d + 1), "Not yet: the columns for h are missing"),
    (lambda blocks, d, h: blocks * h * (h + 1), "Not yet: the columns for x are missing"),
    (lambda blocks, d, h: blocks * h * (d + h + 2), "Not yet: two biases a row is PyTorch's way"),
    (lambda blocks: 1, "Not yet: your code raised TypeError"),
    (2480, "Not yet: expected a function"),
])
def test_count(capsys, work, reply):
    assert said(capsys, "count", work).startswith(reply)
