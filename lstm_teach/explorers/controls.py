"""What an explorer is made of: a slider and a picture with accessible names, and the controls by short names."""

import base64
from pathlib import Path

import anywidget
import ipywidgets
import traitlets

_WEB = Path(__file__).with_name("web")


class Slider(anywidget.AnyWidget):
    """A native slider and a field for its exact number, both named by `description`; `unit` stands behind the number.

    A value outside [min, max] becomes the nearest one inside, NaN leaves the value as it is, and what is no number
    raises `traitlets.TraitError`.
    """

    _esm = _WEB / "slider.js"
    # No echo: one message less at every change, and nothing else moves a slider but its own views and the kernel.
    value = traitlets.Union([traitlets.Int(), traitlets.Float()]).tag(sync=True, echo_update=False)
    min = traitlets.Float(0.0).tag(sync=True)
    max = traitlets.Float(1.0).tag(sync=True)
    step = traitlets.Float(0.1).tag(sync=True)
    description = traitlets.Unicode().tag(sync=True)
    unit = traitlets.Unicode().tag(sync=True)
    whole = traitlets.Bool(False).tag(sync=True)
    disabled = traitlets.Bool(False).tag(sync=True)

    @traitlets.validate("value")
    def _inside(self, proposal):
        value = proposal["value"]
        if value != value:
            return self.value
        value = min(max(value, self.min), self.max)
        return round(value) if self.whole else float(value)


class Picture(anywidget.AnyWidget):
    """An image with its alternative text."""

    _esm = _WEB / "picture.js"
    _css = _WEB / "explorer.css"
    # As an address that holds the image: the browser shows it without a request, as it would make for a Blob.
    png = traitlets.Bytes().tag(
        sync=True, to_json=lambda png, _widget: f"data:image/png;base64,{base64.b64encode(png).decode()}"
    )
    size = traitlets.List(traitlets.Int()).tag(sync=True)
    words = traitlets.Unicode().tag(sync=True)


class Words(anywidget.AnyWidget):
    """The sentence of a picture, which a screen reader announces when it has come to rest."""

    _esm = _WEB / "words.js"
    text = traitlets.Unicode().tag(sync=True)


def slider(label, value, low, high, step, unit=""):
    """A slider over the numbers from `low` to `high`."""
    return Slider(min=low, max=high, value=value, step=step, description=label, unit=unit)


def whole_slider(label, value, low, high, unit=""):
    """A slider over the whole numbers from `low` to `high`."""
    return Slider(min=low, max=high, value=value, step=1, description=label, unit=unit, whole=True)


def choice(label, options, value=None):
    """One of several: names, or pairs of a name and what it stands for. The first, unless `value` says which."""
    return ipywidgets.Dropdown(options=list(options), description=label, **({} if value is None else {"value": value}))


def text_field(label, value):
    """A line to write in, taken over by Enter."""
    return ipywidgets.Text(value=value, description=label, continuous_update=False)
