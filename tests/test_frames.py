"""The fast frames of an explorer are the pictures that Matplotlib draws, and a preset or Reset draws once."""

import io

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image
from test_explorers import EXPLORERS, SHOWN, controls_of

from lstm_teach import plots, widgets
from lstm_teach.plots import frames
from lstm_teach.plots.style import STYLE


@pytest.fixture
def noted(monkeypatch):
    """What the next explorer is made of: its picture and its controls."""
    known, explorer = {}, widgets.explorer
    monkeypatch.setattr(widgets, "explorer", lambda picture, question, presets=None, only=None, **controls: (
        known.update(picture=picture, controls=controls), explorer(picture, question, presets, only, **controls))[1])
    return known


@pytest.mark.parametrize("name", EXPLORERS)
def test_a_quick_frame_is_the_whole_picture(name, noted):
    getattr(widgets, name)(*SHOWN.get(name, ()))
    from matplotlib.pyplot import style

    with style.context(STYLE):
        draw = noted["picture"](figure := Figure(dpi=100))
        screen = frames._Screen(figure)
        values = {key: control.value for key, control in noted["controls"].items()}
        draw(**values)
        screen.full()
        for key, control in noted["controls"].items():
            if hasattr(control, "max"):
                for value in (control.min, control.min + control.step, control.max):
                    values[key] = int(value) if control.whole else value
                    draw(**values)
                    quick = screen.quick()[..., :3].astype(int)
                    screen.canvas.draw()
                    whole = np.asarray(screen.canvas.buffer_rgba())[..., :3]
                    assert np.mean(abs(quick - whole).max(axis=2) > 40) < 0.002, (key, value)


def test_the_png_writer_loses_nothing():
    pixels = np.random.default_rng(0).integers(0, 256, (37, 53, 4), dtype=np.uint8)
    read = np.asarray(Image.open(io.BytesIO(frames._png(pixels))))
    np.testing.assert_array_equal(read, pixels[..., :3])


def test_a_preset_and_reset_draw_once(monkeypatch):
    drawn, live = [], plots.live

    def counting(picture):
        frame = live(picture)
        return lambda **values: (drawn.append(values), frame(**values))[1]

    monkeypatch.setattr(plots, "live", counting)
    box = widgets.masks()
    example = controls_of(box)[0]
    drawn.clear()
    example.index = 1
    assert len(drawn) == 1 and (drawn[0]["z1"], drawn[0]["z2"]) == (-20.0, 20.0)
    next(child for child in box.children if hasattr(child, "click")).click()
    assert len(drawn) == 2 and drawn[1]["z2"] == -15.0
