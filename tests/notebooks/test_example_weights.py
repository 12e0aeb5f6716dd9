"""The example files of appendix A2 are what their notes say: LSTMs from PyTorch that forecast real sequences."""

import numpy as np
import pytest

from lstm_teach import LSTM, load_weights, step, unroll
from tools.notebooks import FOLDER

FILE = FOLDER / "data" / "nino.npz"


@pytest.fixture(scope="module")
def data():
    with np.load(FILE) as content:
        return dict(content)


@pytest.fixture(scope="module")
def trace(data):
    scaled = (data["temperature"] - data["mean"]) / data["scale"]
    return unroll(LSTM, load_weights(FILE), scaled[:, None, None])


def rmse(difference):
    return np.sqrt(np.mean(difference**2))


def test_the_file_is_small_and_complete(data):
    assert FILE.stat().st_size < 100_000
    assert data["temperature"].shape == data["date"].shape == (732,)
    assert str(data["date"][0]) == "1950-01" and str(data["date"][-1]) == "2010-12"
    params = load_weights(FILE)
    assert (params.inputs, params.hidden, len(params), params.weights.dtype) == (1, 8, 4, np.float32)


def test_errors_are_those_of_the_note(data, trace):
    temperature = data["temperature"]
    kept_apart = int(data["train_months"] + data["validation_months"])
    forecast = (trace.h @ data["head.weight"].T + data["head.bias"]).ravel() * data["scale"] + data["mean"]
    assert rmse(forecast[kept_apart - 1 : -1] - temperature[kept_apart:]) == pytest.approx(0.494, abs=5e-4)
    assert rmse(temperature[kept_apart - 1 : -1] - temperature[kept_apart:]) == pytest.approx(1.155, abs=5e-4)


def test_its_gates_are_worth_looking_at(data, trace):
    """One forget gate follows the seasons (as the sea it reads does) and stays shut through El Niño of 1997–98."""
    gate = trace.f[24:, 0, 7].astype(float)
    month = np.arange(24, 732) % 12
    usual = np.array([gate[month == one].mean() for one in range(12)])
    assert usual.argmin() == 1 and usual.argmax() == 8  # February, September
    assert np.var(usual[month]) / np.var(gate) > 0.7
    during = (data["date"][24:] >= np.datetime64("1997-02")) & (data["date"][24:] < np.datetime64("1998-07"))
    assert gate[during].max() < 0.3 < usual.max()


# --- the text ---------------------------------------------------------------------------------------------------------

TEXT = FOLDER / "data" / "moby.npz"


@pytest.fixture(scope="module")
def book():
    with np.load(TEXT) as content:
        data = dict(content)
    signs, text = list(str(data["alphabet"])), str(data["text"])
    x = np.eye(len(signs), dtype=np.float32)[[signs.index(one) for one in text]]
    return data, signs, text, x, load_weights(TEXT)


def chances(data, h):
    z = h @ data["head.weight"].T + data["head.bias"]
    p = np.exp(z - z.max(axis=-1, keepdims=True))
    return p / p.sum(axis=-1, keepdims=True)


def test_the_text_file_is_small_and_guesses_as_its_note_says(book):
    data, signs, text, x, params = book
    assert TEXT.stat().st_size < 200_000 and len(text) == 6000 and len(signs) == 80
    assert max(map(len, text.split("\n"))) <= int(data["width"]) == 40
    assert (params.inputs, params.hidden, params.weights.dtype) == (80, 64, np.float32)
    p = chances(data, unroll(LSTM, params, x[:, None]).h[:-1, 0])
    loss = -np.log(p[np.arange(len(text) - 1), x[1:].argmax(axis=1)]).mean()
    assert loss == pytest.approx(1.741, abs=2e-3)


@pytest.mark.parametrize("unit, value, capitals", [(57, 0.85, (0.2, 1)), (57, -0.9, (0, 0.04)), (60, 0.6, (0, 0.2))])
def test_unit_57_is_the_one_that_writes_in_capitals(book, unit, value, capitals):
    """Held high it makes capitals in mid-sentence, held low none; the unit that goes with them best does much less."""
    data, signs, text, x, params = book
    places = [t for t in range(100, 600) if text[t] == " " and text[t - 1].isalpha()]
    h = c = np.zeros(64, np.float32)
    outputs = []
    for x_t in x[:600]:
        one = step(LSTM, params, x_t, h, c)
        h, c = one.h.copy(), one.c
        h[unit] = value
        outputs.append(h)
    p = chances(data, np.array(outputs))[places][:, [sign.isupper() for sign in signs]].sum(axis=1).mean()
    assert capitals[0] <= p <= capitals[1]
