"""The fast frames of an explorer are the pictures that Matplotlib draws."""

import io

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.pyplot import style
from PIL import Image

from lstm_teach.explorers import frames
from lstm_teach.plots.style import STYLE
from tests.explorers.moves import EXPLORERS, made, settings_of


def check(screen, frame, when):
    """Of the frame's pixels hardly any differs from what Matplotlib draws, and those by little."""
    screen.canvas.draw()
    whole = np.asarray(screen.canvas.buffer_rgba())[..., :3]
    assert np.mean(abs(frame[..., :3].astype(int) - whole).max(axis=2) > 40) < 0.002, when


def test_ground_what_stands_at_zero_grid_and_what_stands_at_one_lie_over_each_other_in_this_order():
    axes = (figure := Figure(figsize=(3, 2), dpi=100)).subplots()
    (behind,) = axes.barh([0.3], [1], color="0.5", zorder=0)
    (before,) = axes.barh([0.8], [0.8], 0.2, left=0.1, color="0.9")
    axes.set(xlim=(0, 1), ylim=(0, 1), axisbelow=True, facecolor="0.8")
    figure.text(0, 0, "of the figure", color="blue")
    axes.grid(color="#400000")
    screen = frames._Screen(figure)
    for frame in (screen.full, screen.quick, screen.quick):
        pixels = frame()
        check(screen, pixels, frame.__name__)
        colours = set(map(tuple, pixels[..., :3].reshape(-1, 3).tolist()))
        assert {(128,) * 3, (204,) * 3, (230,) * 3, (64, 0, 0), (0, 0, 255)} <= colours
        behind.set_height(0.5)
        before.set_height(0.26)


def test_axes_that_are_switched_off_have_neither_frame_nor_ground():
    axes = (figure := Figure(figsize=(3, 2), dpi=100)).subplots(subplot_kw={"facecolor": "0.5"})
    axes.plot([0, 1], [0, 1])
    axes.axis("off")
    screen = frames._Screen(figure)
    check(screen, screen.full(), "off")


@pytest.mark.parametrize("helps", [True, False])
def test_a_text_that_grows_over_the_edge_gets_a_new_layout_but_only_once_where_that_does_not_help(helps, monkeypatch):
    with style.context(STYLE):
        axes = (figure := Figure(figsize=(3, 2), dpi=100)).subplots()
        text = axes.text(0.35, 0.5, "short", transform=axes.transAxes)
        text.set_in_layout(helps)
        screen = frames._Screen(figure)
        screen.full()
        full, laid_out = screen.full, []
        monkeypatch.setattr(screen, "full", lambda: laid_out.append(len(text.get_text())) or full())
        for length in (5, 15, 16):
            text.set_text("W" * length)
            screen.quick()
            assert screen.cut == (not helps and length > 5)
            assert (text.get_window_extent(screen.renderer).x1 > 300) == screen.cut
        assert laid_out == ([15, 16] if helps else [15])


def test_a_whole_frame_draws_anew_also_what_has_rested():
    axes = (figure := Figure(figsize=(3, 2), dpi=100)).subplots()
    axes.set_title("first", color="red")
    screen = frames._Screen(figure)
    check(screen, screen.full(), "at first")
    axes.set_title("second, and longer", color="blue")
    check(screen, screen.full(), "then")


def test_a_text_that_stays_is_kept_as_pixels_and_one_that_went_is_not_kept():
    axes = (figure := Figure(figsize=(3, 2), dpi=100)).subplots()
    moved, screen = axes.text(0.5, 0.5, "first"), frames._Screen(figure)
    screen.full()
    for words in ("second", "third", "fourth", "fourth", "fourth"):
        moved.set_text(words)
        screen.quick()
    kept = {key[0]: stamp for key, stamp in (screen.renderer.before | screen.renderer.texts).items()}
    assert kept["fourth"] is not None and not {"first", "second", "third"} & set(kept)


@pytest.mark.parametrize("projection", ["polar", "3d"])
def test_axes_that_no_layers_can_be_had_of_are_drawn_whole(projection):
    figure = Figure(dpi=100)
    figure.add_subplot(1, 2, 1)
    (axes := figure.add_subplot(1, 2, 2, projection=projection)).plot([0, 1], [0, 1])
    screen = frames._Screen(figure)
    for _ in range(2):
        check(screen, screen.full().copy(), "at first")
        axes.plot([1, 2], [1, 0])
        check(screen, screen.quick().copy(), "then")


@pytest.mark.parametrize("name", EXPLORERS)
def test_a_quick_frame_is_the_whole_picture(name):
    explorer = made(name)
    with style.context(STYLE):
        draw = explorer.picture(figure := Figure(dpi=100))
        screen = frames._Screen(figure)
        values = explorer.values
        draw(**values)
        check(screen, screen.full(), "at first")
        for key, control in explorer.controls.items():
            choice = not hasattr(control, "max")
            ends = settings_of(control) if choice else (control.min, control.min + control.step, control.max)
            for value in ends:
                values[key] = value if choice else int(value) if control.whole else value
                draw(**values)
                for _ in range(3):  # a text that stays is drawn, kept as pixels, and laid down
                    quick = screen.quick(same_room=choice)
                check(screen, quick, (key, value))


def test_a_choice_keeps_the_layout_only_where_the_axes_take_the_same_room():
    with style.context(STYLE):
        axes = (figure := Figure(dpi=100)).subplots()
        (line,) = axes.plot([0, 1], [0, 1])
        screen = frames._Screen(figure)
        axes.set_ylim(-1000, 1)
        screen.full()
        left = axes.get_position().x0
        axes.set_ylim(-1001, 1)
        screen.quick(same_room=True)
        assert axes.get_position().x0 == left
        axes.set_ylim(0, 1)  # narrower labels fit, whatever Matplotlib's version makes of a font
        screen.quick()
        assert axes.get_position().x0 == left
        axes.set_ylim(0.2, 1)
        screen.quick(same_room=True)
        assert axes.get_position().x0 < left - 0.01


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
