"""The example file of appendix A2 is what its note says: an LSTM from PyTorch that forecasts a real sequence."""

import numpy as np
import pytest

from lstm_teach import LSTM, load_weights, unroll
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
