"""Fast frames of a movable picture: what an explorer shows while its controls are moved.

A full `canvas.draw` spends most of its time on what did not change: the layout, ticks and their labels, resting
artists. Here each axes keeps these as a layer of pixels until they change. A frame is the layers, laid over each other
by taking the darker pixel, and over them the artists that moved with all that stands in front of those. Of these,
texts are the slowest; one that stands where it stood is kept as pixels too.
"""

import struct
import zlib
from typing import NamedTuple
from weakref import WeakSet

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from ..plots.style import styled


class Frame(NamedTuple):
    """One state of a movable picture: the bytes of a PNG file, its size in pixels, and the sentence that says it."""

    png: bytes
    width: int
    height: int
    words: str


@styled
def live(picture, dpi=100):
    """Give a movable picture its figure. Returns a function of the picture's values that returns a `Frame`.

    The layout is computed anew when something no longer fits, and when the axes with their ticks and labels take
    another room after a value that is a text has changed (a choice); otherwise the axes stay where they are, so that
    moving a slider moves only what it changes.
    """
    figure = Figure(dpi=dpi)
    draw, screen = picture(figure), _Screen(figure)
    chosen = None

    @styled
    def frame(**values):
        nonlocal chosen
        draw(**values)
        choice = {name: value for name, value in values.items() if isinstance(value, str)}
        pixels = screen.full() if chosen is None else screen.quick(same_room=choice != chosen)
        chosen = choice
        height, width, _ = pixels.shape
        return Frame(_png(pixels), width, height, figure.get_label())

    return frame


def wipe(axes):
    """Remove what was drawn into axes and keep their frame, ticks and labels: quicker than `clear`."""
    for artist in [*axes.lines, *axes.patches, *axes.collections, *axes.texts, *axes.images]:
        artist.remove()
    axes.set_prop_cycle(None)


def _png(pixels):
    """The bytes of an RGB PNG file of RGBA pixels (height, width, 4), compressed as fast as zlib can."""
    height, width, _ = pixels.shape
    rows = np.zeros((height, 1 + 3 * width), np.uint8)  # each row begins with a byte that says: not filtered
    colours = rows[:, 1:].reshape(height, width, 3)
    for k in range(3):  # one by one is faster than all three
        colours[..., k] = pixels[..., k]
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


class _Renderer(RendererAgg):
    """Agg, but a text at the place where the frame before had it is laid down as the pixels it was."""

    def __init__(self, width, height, dpi):
        super().__init__(width, height, dpi)
        self.aside = RendererAgg(width, height, dpi)
        self.before, self.texts = {}, {}  # text with its look and place -> its pixels, None when drawn the first time

    def begin(self):
        """Begin a frame: what neither it nor the one before shows is forgotten."""
        self.before, self.texts = self.texts, {}

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        # docstring inherited
        if not s.strip():  # nothing to see, and so no pixels to keep
            return
        look = gc.get_rgb(), gc.get_alpha(), gc.get_clip_rectangle(), gc.get_clip_path()[0]
        key = s, round(64 * x), round(64 * y), hash(prop), angle, ismath, look
        stamp = self.texts.get(key) or self.before.get(key)
        if stamp is None and key in self.before:
            stamp = self._stamp(gc, x, y, s, prop, angle, ismath, mtext)
        self.texts[key] = stamp
        if stamp is None:
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
        else:
            self.draw_image(self.new_gc(), *stamp)

    def _stamp(self, *text):
        """The pixels of a text on a transparent ground, as `draw_image` wants: left, bottom, (rows, columns, 4)."""
        self.aside.clear()
        self.aside.draw_text(*text)
        pixels = np.asarray(self.aside.buffer_rgba())
        rows, columns = (np.flatnonzero(pixels[..., 3].any(axis=axis)) for axis in (1, 0))
        if not rows.size:  # outside the picture
            return None
        top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
        return left, self.height - bottom, pixels[top:bottom, left:right][::-1].copy()


class _Screen:
    """A figure on one Agg canvas, and the layers of its axes: axes -> (key, pixels)."""

    def __init__(self, figure):
        self.figure, self.canvas = figure, FigureCanvasAgg(figure)
        self.engine = figure.get_layout_engine()
        figure.set_layout_engine("none")
        self.moving, self.layers, self.room, self.cut = WeakSet(), {}, None, False
        self.renderer = _Renderer(*self.canvas.get_width_height(physical=True), figure.dpi)

    def full(self):
        """Everything drawn anew, in a new layout. Returns the pixels, a view of a canvas."""
        for _ in range(4):  # a layout makes room for texts as they stood in the one before
            if self.engine is not None:
                self.engine.execute(self.figure)
            if not self._in_layers():
                self.canvas.draw()
                return np.asarray(self.canvas.buffer_rgba())
            self.layers.clear()
            layered = {axes: self._layered(axes) for axes in self.figure.axes}
            for axes, (resting, _) in layered.items():
                self._renew(axes, resting)
            self.cut = self._cuts(layered)
            if not self.cut:
                break
        self.room = self._room()
        return self._laid_over(layered)

    def quick(self, same_room=False):
        """Only what changed drawn anew; all of it if it does not fit, or, asked for the same room, takes another.

        Returns the pixels, a view of a canvas.
        """
        if not self._in_layers():
            return self.full()
        self.renderer.begin()
        for axes in self.figure.axes:
            self.moving.update(artist for artist in _parts(axes) if _changed(artist))
        layered = {axes: self._layered(axes) for axes in self.figure.axes}
        renewed = [axes for axes in layered if self._renew(axes, layered[axes][0])]
        if renewed and not (self._fits() and (not same_room or np.allclose(self._room(), self.room, atol=3))):
            return self.full()
        if not self.cut and self._cuts(layered):  # what is cut in a new layout as well asks for no other
            return self.full()
        return self._laid_over(layered)

    def _in_layers(self):
        """Whether layers can be had of these axes."""
        return all(axes.name == "rectilinear" for axes in self.figure.axes)

    def _laid_over(self, layered):
        """The pixels of the layers, and of what is drawn over them."""
        figure, renderer = self.figure, self.renderer
        renderer.clear()
        figure.patch.draw(renderer)
        moving = [artist for _, front in layered.values() for artist in front]
        moving.sort(key=lambda artist: artist.get_zorder())
        behind = [artist for artist in moving if artist.get_zorder() < 0.5]  # ticks and grid stand at 0.5
        for artist in behind:
            artist.draw(renderer)
        pixels = np.asarray(renderer.buffer_rgba())
        for axes in layered:
            np.minimum(pixels, self.layers[axes][1], out=pixels)
        for artist in moving[len(behind):]:
            artist.draw(renderer)
        for artist in figure.get_children():
            if artist is not figure.patch and artist not in layered:
                artist.draw(renderer)
        return pixels

    def _layered(self, axes):
        """What is drawn in axes, in two lists: what rests in their layer, and the rest, over it.

        Behind the first artist that has ever moved all rests. So do the titles, which stand outside.
        """
        parts, texts = _parts(axes), axes.texts
        first = next((k for k, one in enumerate(parts) if one in self.moving), len(parts))
        front = [one for one in parts[first:] if one in self.moving or not isinstance(one, Text) or one in texts]
        return [one for one in parts if one not in front], front

    def _renew(self, axes, resting):
        """Draw the layer of these axes if it is not there or no longer right. Returns whether it was drawn."""
        key = (_look(axes), [id(artist) for artist in resting])
        if axes in self.layers and self.layers[axes][0] == key:
            return False
        self.renderer.clear()
        self.figure.patch.draw(self.renderer)
        frame = [axes.xaxis, axes.yaxis, *axes.spines.values()] if axes.axison else []
        if axes.axison:
            axes.patch.draw(self.renderer)  # behind all else, also what stands at 0
        for artist in sorted([*frame, *resting], key=lambda artist: artist.get_zorder()):
            artist.draw(self.renderer)
        self.layers[axes] = key, np.array(self.renderer.buffer_rgba())
        return True

    def _inks(self):
        return [layer[..., 1] < 200 for _key, layer in map(self.layers.get, self.figure.axes)]

    def _fits(self):
        """Whether no layer is cut off by the picture's edge, and none reaches into another's."""
        inks = self._inks()
        cut = any(np.any(edge) for ink in inks for edge in (ink[0], ink[-1], ink[:, 0], ink[:, -1]))
        return not cut and not np.any(np.sum(inks, axis=0) > 1)

    def _cuts(self, layered):
        """Whether the picture's edge cuts a text that moves, as it may when the text becomes longer."""
        width, height = self.figure.bbox.size
        texts = [one for _, front in layered.values() for one in front if isinstance(one, Text)]
        boxes = [one.get_window_extent(self.renderer) for one in texts if one.get_text().strip()]
        return any(box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height for box in boxes)

    def _room(self):
        """First and last row and column of pixels that each layer takes: (number of axes, 4)."""
        taken = [np.flatnonzero(ink.any(axis=axis)) for ink in self._inks() for axis in (1, 0)]
        return np.array([(one[0], one[-1]) if one.size else (0, 0) for one in taken]).reshape(-1, 4)


def _parts(axes):
    """What is drawn in axes from back to front, but for the frame with its ticks and labels."""
    frame = {axes.patch, axes.xaxis, axes.yaxis, *axes.spines.values()}
    parts = [artist for artist in axes.get_children() if artist not in frame and artist.get_visible()]
    return sorted(parts, key=lambda artist: artist.get_zorder())


def _changed(artist):
    # What is not visible is not drawn, and so remains stale.
    return artist.get_visible() and (artist.stale or any(map(_changed, artist.get_children())))


def _look(axes):
    """What the frame of axes looks like, in a form that can be compared."""
    look = [axes.get_position().bounds, axes.axison, axes.get_facecolor()]
    look += [(spine.get_visible(), spine.get_edgecolor(), spine.get_linewidth()) for spine in axes.spines.values()]
    for axis in (axes.xaxis, axes.yaxis):
        places = list(axis.get_majorticklocs())
        look += [
            list(axis.get_view_interval()), axis.get_scale(), axis.get_visible(), places,
            axis.get_major_formatter().format_ticks(places), list(axis.get_minorticklocs()), axis.get_label_text(),
            axis.label.get_color(), axis.label.get_fontsize(), repr(axis.get_tick_params()),
        ]
    return look
