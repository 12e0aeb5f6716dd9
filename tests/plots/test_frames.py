"""The fast frames of an explorer are the pictures that Matplotlib draws, and a preset or Reset draws once."""

import io

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.pyplot import style
from PIL import Image

from lstm_teach import plots, widgets
from lstm_teach.plots import frames
from lstm_teach.plots.style import STYLE
from tests.explorers.test_explorers import EXPLORERS, SHOWN, controls_of, settings_of


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
    with style.context(STYLE):
        draw = noted["picture"](figure := Figure(dpi=100))
        screen = frames._Screen(figure)
        values = {key: control.value for key, control in noted["controls"].items()}
        draw(**values)
        screen.full()
        for key, control in noted["controls"].items():
            choice = not hasattr(control, "max")
            ends = settings_of(control) if choice else (control.min, control.min + control.step, control.max)
            for value in ends:
                values[key] = value if choice else int(value) if control.whole else value
                draw(**values)
                for _ in range(3):  # a text that stays is drawn, kept as pixels, and laid down
                    quick = screen.quick(same_room=choice)[..., :3].astype(int)
                screen.canvas.draw()
                whole = np.asarray(screen.canvas.buffer_rgba())[..., :3]
                assert np.mean(abs(quick - whole).max(axis=2) > 40) < 0.002, (key, value)


def test_a_choice_keeps_the_layout_only_where_the_axes_take_the_same_room():
    with style.context(STYLE):
        axes = (figure := Figure(dpi=100)).subplots()
        (line,) = axes.plot([0, 1], [0, 1])
        screen = frames._Screen(figure)
        axes.set_ylim(0, 1)
        screen.full()
        left = axes.get_position().x0
        axes.set_ylim(0.2, 1)
        screen.quick(same_room=True)
        assert axes.get_position().x0 == left
        axes.set_ylim(-1000, 1)
        screen.quick()
        assert axes.get_position().x0 == left
        axes.set_ylim(-1001, 1)
        screen.quick(same_room=True)
        assert axes.get_position().x0 > left + 0.01


def test_a_text_laid_down_as_pixels_is_the_text_that_was_drawn():
    figure = Figure(figsize=(3, 1), dpi=100)
    figure.text(0.1, 0.6, "wanted −1, $10^{-2}$", color="#0072B2", alpha=0.8)
    figure.text(0.9, 0.1, " ", rotation=90)
    gone = figure.text(0.6, 0.1, "gone")
    renderer, pictures = frames._Renderer(300, 100, 100), []
    for k in range(6):
        renderer.begin()
        renderer.clear()
        gone.set_visible(k < 3)
        for text in figure.texts:
            text.draw(renderer)
        pictures.append(np.array(renderer.buffer_rgba()).astype(int))
    assert max(abs(one - pictures[0]).max() for one in pictures[:3]) <= 2 and (pictures[0] < 200).any()
    assert max(abs(one - pictures[3]).max() for one in pictures[3:]) <= 2
    assert sum("gone" in key for key in renderer.texts | renderer.before) == 0 < len(renderer.texts)


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
