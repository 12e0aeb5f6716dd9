"""What all pictures share: the style sheet, one colour and line style a role, and how a figure is shown."""

import base64
import io
import textwrap
from functools import wraps
from pathlib import Path
from typing import NamedTuple

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter

STYLE = Path(__file__).with_name("series.mplstyle")
_SETTINGS = matplotlib.rc_params_from_file(STYLE, use_default_template=False)  # read once, not at every drawing


class Role(NamedTuple):
    """How one role is drawn: its colour, its line style, and its name in legends."""

    color: str
    linestyle: str | tuple
    label: str

    @property
    def line(self):
        """Keyword arguments for `Axes.plot`."""
        return {"color": self.color, "linestyle": self.linestyle}


# Wong's colour-blind-safe palette; each role has a line style of its own as well.
ROLES = {
    "input_gate": Role("#0072B2", "-", "input gate i"),
    "forget_gate": Role("#D55E00", "--", "forget gate f"),
    "output_gate": Role("#009E73", "-.", "output gate o"),
    "candidate": Role("#CC79A7", (0, (4, 1)), "candidate g"),
    "cell_state": Role("#000000", "-", "memory c"),
    "hidden_state": Role("#7A7A7A", (0, (5, 1, 1, 1)), "output h"),
}

# One colour and line style a cell, wherever cells are compared.
CELL_ROLES = {
    "LSTM": Role("#0072B2", "-", "LSTM"),
    "TANH_ONLY": Role("#B5197B", (0, (4, 1.5)), "tanh-only"),
    "VANILLA_RNN": Role("#6E6E6E", ":", "vanilla RNN"),
}

# What is no role: text and lines, and what stands behind them.
BLACK, DARK, GREY, PALE = "#000000", "#222222", "#8a8a8a", "#d9d9d9"


def styled(draw):
    """Run a drawing function under the series' style sheet."""

    @wraps(draw)
    def in_style(*args, **kwargs):
        with matplotlib.rc_context(_SETTINGS):
            return draw(*args, **kwargs)

    return in_style


def show(figure):
    """Display a figure in the notebook, and print under it the sentence that says what it shows."""
    from IPython.display import display

    data, metadata = as_output(figure)
    display(data, metadata=metadata, raw=True)
    print(in_lines(figure.get_label()))


def as_output(figure):
    """A figure as the output of a cell, in two parts: its data by MIME type, and its metadata.

    The metadata holds the figure's sentence as alternative text, where nbconvert looks for it.
    """
    width, height = (round(96 * inches) for inches in figure.get_size_inches())
    return (
        {"image/png": base64.b64encode(as_png(figure, dpi=130)).decode(), "text/plain": "a figure"},
        {"image/png": {"width": width, "height": height, "alt": figure.get_label()}},
    )


def in_lines(sentence):
    """A sentence in the lines in which it stands under its picture."""
    return textwrap.fill(sentence, width=90)


def as_png(figure, dpi=100):
    """The figure as the bytes of a PNG file; the same bytes for the same picture whatever the Matplotlib version."""
    buffer = io.BytesIO()
    before = {"dpi": figure.dpi, "facecolor": figure.get_facecolor(), "canvas": figure.canvas}
    # `savefig` would compute the layout twice, which takes longer than all the rest.
    try:
        figure.set(dpi=dpi, facecolor=_SETTINGS["savefig.facecolor"])
        with matplotlib.rc_context(_SETTINGS):
            FigureCanvasAgg(figure).print_png(buffer, metadata={"Software": None})
    finally:
        figure.set(**before)
    return buffer.getvalue()


def plain_ticks(axis, ticks=None):
    """Label an axis with plain numbers (0.01, 1, 100) in place of powers of ten; at `ticks` only, when given."""
    if ticks is not None:
        axis.set_major_locator(FixedLocator(ticks))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())
