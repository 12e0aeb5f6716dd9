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
    (both(lt.sigmoid_derivative, lambda z: 4 * lt.sigmoid_derivative(z)), "Not yet: your slope of tanh: 4 σ(z)(1 − σ("),
    (both(lt.sigmoid_derivative, lambda z: 2 * lt.sigmoid_derivative(2 * z)), "Not yet: your slope of tanh: one fact"),
    (both(lt.sigmoid_derivative, lambda z: (1 - lt.tanh(z)) ** 2), "Not yet: your slope of tanh: it is 1 − tanh², the"),
    (both(lt.sigmoid_derivative, lambda z: 3 * lt.sigmoid_derivative(z)), "Not yet: at z = "),
    (both(lt.sigmoid_derivative, lambda z: 1.1 * lt.tanh_derivative(z)),
     "Not yet: at z = 0 tanh rises by 1.0000 for each unit of z, and you say 1.1000"),
    (both(lambda z: lt.sigmoid_derivative(z) - (z == 2) / 10, lt.tanh_derivative),
     "Not yet: at z = 2 σ rises by 0.1050 for each unit of z, and you say 0.0050"),
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
    (lambda v, m: m * v, "Not yet: a write should stay between −1 and 1 whatever v is"),
    (lambda v, m: lt.tanh(5 * m) * lt.tanh(5 * v), "Not yet: the four words are right, and at v = 1, m = −1 it wr"),
    (lambda v, m: lt.sigmoid(10 * v - 5) * lt.tanh(5 * m), "Not yet: key writes 3.1e-07 and is off by 1: the gate l"),
    (lambda v, m: lt.sigmoid(4 * m - 2) * lt.tanh(v), "Not yet: cabinet writes -0.091 and is off by 0.091: the gate"),
    (lambda v, m: lt.tanh(0.55 * v), "Not yet: cabinet writes -0.5 and is off by 0.5: the mark"),
    (lambda v, m: lt.sigmoid(10 * m - 5) * lt.tanh(-5 * v), "Not yet: key writes 0.99 and is off by 2: keys should"),
    (lambda v, m: lt.tanh(0.5 * v + 6 * (1 - m)), "Not yet: cabinets writes 1 and is off by 1: an ignored word"),
    (lambda v, m: lt.sigmoid(5 - 10 * m) * lt.tanh(5 * v), "Not yet: key writes -0.0067 and is off by 0.99: the gate"),
    (lambda v, m: lt.sigmoid(10 * m) * lt.tanh(5 * v), "Not yet: cabinet writes -0.5 and is off by 0.5: the gate"),
    (lambda v, m: lt.sigmoid(10 * m - 5) * lt.tanh(v), "Not yet: key writes -0.76 and is off by 0.24: the gate does"),
    (lambda v, m: lt.sigmoid(6 * m - 5) * lt.tanh(5 * v), "Not yet: key writes -0.73 and is off by 0.27: nothing"),
    (lambda v, m: lt.tanh(5.0 * v) if m else 0.1, "Not yet: cabinet writes 0.1 and is off by 0.1: the gate is not sh"),
    (lambda v: v, "Not yet: your code raised TypeError"),
    (0.5, "Not yet: expected a function of v and m, got float"),
])
def test_product(capsys, work, reply):
    assert said(capsys, "product", work).startswith(reply)


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
    (lambda c, f, writes: print(c), "Not yet: your function prints its answer and returns None; return it"),
    (loop(lambda c, f, write: f * c + write), "Right."),
    (lambda c, f, writes: lt.hold(writes, f, c)[-1], "Right."),
    (lambda c, f, writes: lt.hold(writes, f, c), "Not yet: return one number, the last c; yours has the shape (4,)"),
    (loop(lambda c, f, write: c + write), "Not yet: the old c is not multiplied by f"),
    (loop(lambda c, f, write: f * (c + write)), "Not yet: f multiplies the write too"),
    (loop(lambda c, f, write: c + f * write), "Not yet: f multiplies the write, and should"),
    (loop(lambda c, f, write: c + f * c + write), "Not yet: the old c is added once more"),
    (lambda c, f, writes: lt.hold(writes[:-1], f, c)[-1], "Not yet: the last write is left out"),
    (lambda c, f, writes: lt.hold(writes[1:], f, c)[-1], "Not yet: the first write is left out"),
    (loop(lambda c, f, write: f * c + (1 - f) * write), "Not yet: the write is multiplied by 1 − f"),
    (loop(lambda c, f, write: f * c + write, start=0), "Not yet: the loop starts from 0"),
    (lambda c, f, writes: f * c + writes[-1], "Not yet: each step starts from the first c again"),
    (lambda c, f, writes: f * c + writes[0], "Not yet: this is c after the first step"),
    (lambda c, f, writes: f * c + sum(writes), "Not yet: f is applied once"),
    (loop(lambda c, f, write: c - write), "Not yet: with c = 2, f = 0.5 and the writes [1.0, -3.0, 0.25] the last c "
     "is -0.75, and yours 3.75"),
    (lambda c, f: c, "Not yet: your code raised TypeError"),
    (3.0, "Not yet: expected a function of c, f and writes, got float"),
])
def test_remember(capsys, work, reply):
    assert said(capsys, "remember", work).startswith(reply)


def sigma(z):
    return 1 / (1 + np.exp(-z))


def lstm_step(
    memory="f * c + i * g", output="o * tanh(new)", order="ifgo", seen="[h, x, 1]", gates=None, back="h, new"
):
    """A reader's step, put together from pieces of code."""
    def step(h, x, c, rows):
        known = {"tanh": np.tanh, "h": h, "x": x, "c": c}
        z = dict(zip(order, rows @ eval(seen, known), strict=True))
        squash = dict.fromkeys("ifo", sigma) | {"g": np.tanh} | (gates or {})
        known |= {letter: squash[letter](z[letter]) for letter in "ifgo"}
        known["new"] = eval(memory, known)
        known["h"] = eval(output, known)
        return eval(back, known)
    return step


@pytest.mark.parametrize("work, reply", [
    (lambda h, x, c, rows: ..., "Not written yet."),
    (lstm_step(), "Right."),
    (lstm_step(back="[new, h][::-1]"), "Right."),
    (lstm_step(back="new, h"), "Not yet: the two numbers are right and come in the other order"),
    (lstm_step(back="h"), "Not yet: return two numbers, h and c"),
    (lstm_step(memory="f * c + i + g"), "Not yet: i and g are added"),
    (lstm_step(output="o * new"), "Not yet: h = o·c leaves the tanh out"),
    (lstm_step(output="o * tanh(c)"), "Not yet: h is read from the old c, one step late"),
    (lstm_step(output="tanh(new)"), "Not yet: h is tanh(c): the output gate is left out"),
    (lstm_step(gates={"o": np.tanh}), "Not yet: the output gate has a tanh"),
    (lstm_step(gates={"i": np.tanh}), "Not yet: the input gate has a tanh"),
    (lstm_step(gates={"f": np.tanh}), "Not yet: the forget gate has a tanh"),
    (lstm_step(gates={"g": sigma}), "Not yet: the candidate has a σ"),
    (lstm_step(order="ifog"), "Not yet: the rows are read as i, f, o, g"),
    (lstm_step(order="iofg"), "Not yet: the rows are read as i, o, f, g, the order of ONNX"),
    (lstm_step(order="figo"), "Not yet: i and f are exchanged"),
    (lstm_step(seen="[x, h, 1]"), "Not yet: x stands before h"),
    (lstm_step(seen="[h, x, 0]"), "Not yet: the bias is left out"),
    (lstm_step(memory="f * (c + i * g)"), "Not yet: the forget gate multiplies the write too"),
    (lstm_step(memory="i * c + f * g"), "Not yet: i and f are exchanged"),
    (lstm_step(memory="f * c + g"), "Not yet: the candidate is written without its gate"),
    (lstm_step(memory="c + i * g"), "Not yet: nothing is forgotten"),
    (lstm_step(memory="(1 - f) * c + i * g"), "Not yet: 1 − f multiplies the old c"),
    (lstm_step(memory="f * c + (1 - f) * g"), "Not yet: 1 − f stands in the input gate's place"),
    (lstm_step(output="o * new", gates={"g": sigma}), "Not yet: two things: h = o·c leaves the tanh out: it is o"),
    (lstm_step(order="ifog", memory="f * c + g"), "Not yet: two things: the rows are read as i, f, o, g; the third is"),
    (lambda h, x, c, rows: (rows * [h, x, 1])[:2], "Not yet: a gate is one number here"),
    (lstm_step(output="o * o * tanh(new)"), "Not yet: c is right; h should be o·tanh(c) = 0.2009 in the first "
     "case, and is 0.1004"),
    (lstm_step(memory="f * c - i * g"), "Not yet: in the first case c should be 0.4258, and is 1.7674"),
    (lambda h, x, c, rows: rows.oops, "Not yet: your code raised AttributeError"),
])
def test_step(capsys, work, reply):
    assert said(capsys, "step", work).startswith(reply)


def test_the_right_step_is_the_packages_own(capsys):
    def step(h, x, c, rows):
        one = lt.step(lt.LSTM, lt.Params(rows, lt.LSTM.places), x=[x], h=[h], c=[c])
        return one.h[0], one.c[0]
    assert said(capsys, "step", step) == "Right."


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
    (lambda dc, i, g: (gate(dc, sigma(i), g), candidate(dc, i, g)), "Not yet: your dz_i: i is σ(z_i) already"),
    (lambda dc, i, g: (gate(dc, i, g), candidate(dc, i, np.tanh(g))), "Not yet: your dz_g: g is tanh(z_g) already"),
    (lambda dc, i, g: (gate(dc, i, g), dc * i), "Not yet: your dz_g: the slope of tanh"),
    (lambda dc, i, g: (gate(dc, i, g), dc * (1 - g**2)), "Not yet: your dz_g: the other factor"),
    (lambda dc, i, g: (gate(dc, i, g), i * (1 - g**2)), "Not yet: your dz_g: dc is missing"),
    (lambda dc, i, g: (gate(dc, i, g), dc * i * g * (1 - g)), "Not yet: your dz_g: g (1 − g) is σ's"),
    (lambda dc, i, g: (gate(dc, i, g), dc * i * (1 - g)), "Not yet: your dz_g: the g is to be squared"),
    (lambda dc, i, g: (gate(dc, i, g), dc * g * (1 - g**2)), "Not yet: your dz_g: the factor beside tanh's"),
    (lambda dc, i, g: (gate(dc, i, g), 0), "Not yet: at dc = 1, i = 0.599, g = 0.291 a finite difference gives dz_g "
     "= 0.54788, and you say 0.00000"),
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
    (lambda blocks, d, h: 4 * h * (d + h + 1), "Not yet: the number of blocks is given"),
    (lambda blocks, d, h: blocks * (d + h + 1), "Not yet: that is one row of each block"),
    (lambda blocks, d, h: 3.5 * h * (d + h + 1),
     "Not yet: with 3 blocks, d = 23 and h = 20 there are 2640 weights, and you say 3080.0"),
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
    (lambda values, marked, new: values if marked else new, "Not yet: NumPy says: The truth value of an"),
    (lambda values, marked, new: values[marked] + new, "Not yet: NumPy says: operands could not be broadcast"),
    (lambda values, marked, new: np.where(-marked, new, values), "Not yet: NumPy says: The numpy boolean negative"),
    (lambda values, marked: values, "Not yet: NumPy says: "),
])
def test_redraw(capsys, work, reply):
    assert said(capsys, "redraw", work).startswith(reply)


@pytest.mark.parametrize("work, reply", [
    (None, "Not written yet."),
    (replace(lt.LSTM, input_gate="relu"), "Right."),
    (replace(lt.LSTM, input_gate=None, output_gate=None), "Not yet: one place at a time, or nobody"),
    (lt.VANILLA_RNN, "Not yet: one place at a time"),
    (lt.LSTM, "Not yet: this is the LSTM itself"),
    (5, "Not yet: expected a Cell"),
])
def test_contestant(capsys, work, reply):
    assert said(capsys, "contestant", work).startswith(reply)
