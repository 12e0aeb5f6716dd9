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


def both(sigmoid_slope, tanh_slope):
    return lambda z: (sigmoid_slope(z), tanh_slope(z))


@pytest.mark.parametrize("work, reply", [
    (None, "Not written yet."),
    (lambda z: ..., "Not written yet."),
    (lambda z: (..., ...), "Not written yet."),
    (lambda z: (lt.sigmoid(z) * (1 - lt.sigmoid(z)), None), "Not written yet."),
    (both(lambda z: lt.sigmoid(z) * (1 - lt.sigmoid(z)), lambda z: 1 - lt.tanh(z) ** 2), "Right."),
    (lambda z: [lt.sigmoid_derivative(z), lt.tanh_derivative(z)], "Right."),
    (both(lt.tanh_derivative, lt.sigmoid_derivative), "Not yet: the two are the wrong way round"),
    (both(lt.sigmoid, lt.tanh_derivative), "Not yet: your slope of σ: it is σ itself"),
    (both(lambda z: 1 - lt.sigmoid(z) ** 2, lt.tanh_derivative), "Not yet: your slope of σ: 1 − σ² is tanh's rule"),
    (both(lambda z: z * (1 - z), lt.tanh_derivative), "Not yet: your slope of σ: z (1 − z) lacks the σ"),
    (both(lambda z: lt.sigmoid(z) * (1 - z), lt.tanh_derivative), "Not yet: your slope of σ: σ(z) (1 − z) lacks a σ"),
    (both(lt.sigmoid_derivative, lt.tanh), "Not yet: your slope of tanh: it is tanh itself"),
    (both(lt.sigmoid_derivative, lambda z: lt.tanh(z) * (1 - lt.tanh(z))), "Not yet: your slope of tanh: tanh (1 − t"),
    (both(lt.sigmoid_derivative, lambda z: 1 - z**2), "Not yet: your slope of tanh: 1 − z² lacks the tanh"),
    (both(lt.sigmoid_derivative, lambda z: 1 - lt.tanh(z)), "Not yet: your slope of tanh: the tanh is to be squared"),
    (both(lt.sigmoid_derivative, lambda z: 4 * lt.sigmoid_derivative(z)), "Not yet: at z = "),
    (lt.sigmoid_derivative, "Not yet: return two numbers, σ's slope and tanh's; yours has the shape ()"),
    (0.25, "Not yet: expected a function of z, got float"),
    (lambda: 0, "Not yet: your code raised TypeError"),
])
def test_slopes(capsys, work, reply):
    assert said(capsys, "slopes", work).startswith(reply)


@pytest.mark.parametrize("work, reply", [
    (None, "Not written yet."),
    (lambda v, m: ..., "Not written yet."),
    (lambda v, m: lt.sigmoid(10 * m - 5) * lt.tanh(5 * v), "Right."),
    (lambda v, m: lt.sigmoid(20 * m - 10) * lt.tanh(3 * v), "Right."),
    (lambda v, m: m * v, "Not yet: at v = 100 it writes more than 1"),
    (lambda v, m: lt.tanh(lt.dead_zone_tanh(5 * v) * m * 5), "Right."),  # other ways there are as good
    (lambda v, m: lt.tanh(0.55 * v), "Not yet: cabinet writes -0.5 and is off by 0.5: the mark m changes nothing"),
    (lambda v, m: lt.sigmoid(10 * m - 5) * lt.tanh(-5 * v), "Not yet: key writes 0.99 and is off by 2: keys should"),
    (lambda v, m: lt.tanh(0.5 * v + 6 * (1 - m)), "Not yet: cabinets writes 1 and is off by 1: an ignored word"),
    (lambda v, m: lt.sigmoid(5 - 10 * m) * lt.tanh(5 * v), "Not yet: key writes -0.0067 and is off by 0.99: the gate is open"),
    (lambda v, m: lt.sigmoid(10 * m) * lt.tanh(5 * v), "Not yet: cabinet writes -0.5 and is off by 0.5: the gate is not"),
    (lambda v, m: lt.sigmoid(10 * m - 5) * lt.tanh(v), "Not yet: key writes -0.76 and is off by 0.24: nothing comes"),
    (lambda v: v, "Not yet: your code raised TypeError"),
    (0.5, "Not yet: expected a function of v and m, got float"),
])
def test_product(capsys, work, reply):
    assert said(capsys, "product", work).startswith(reply)


def test_an_exercise_that_does_not_exist():
    with pytest.raises(ValueError, match="^name: expected one of"):
        lt.check("nothing", None)
