"""Explorers: sliders → numbers → one of the pictures of `plots`. No arithmetic happens here.

A picture that can be moved is a function `picture(figure)` in `plots` that returns `draw(**values)`; `draw` redraws
the figure for these values and sets the figure's label to one sentence that says what it now shows. An explorer is
such a picture with a control for each value.
"""

import base64
import html
from pathlib import Path

import anywidget
import ipywidgets
import traitlets

from . import plots

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
    """An image with its alternative text, and the same sentence under it, announced when it has come to rest."""

    _esm = _WEB / "picture.js"
    _css = _WEB / "explorer.css"
    # As an address that holds the image: the browser shows it without a request, as it would make for a Blob.
    png = traitlets.Bytes().tag(
        sync=True, to_json=lambda png, _widget: f"data:image/png;base64,{base64.b64encode(png).decode()}"
    )
    size = traitlets.List(traitlets.Int()).tag(sync=True)
    words = traitlets.Unicode().tag(sync=True)


def explorer(picture, question, presets=None, only=None, **controls):
    """Controls above a picture that follows them. Returns an `ipywidgets.Box`.

    `picture` is a function of `plots` as described above, `question` the sentence printed above the controls, and
    each keyword a control named after the value it sets. The picture's sentence is its alternative text and stands
    under it in words. `presets`, when given, is {control: {choice: {other control: value}}}: choosing sets the others.
    `only`, when given, is {control: (other control, value)}: it can be moved only while the other has that value.

    A change is drawn before the kernel takes the next message, and the browser holds back all but the last change of
    a control until then: a quick drag leaves no queue of stale pictures behind. Presets and Reset draw once.
    """
    frame = plots.live(picture)
    view = Picture()
    start = {name: control.value for name, control in controls.items()}
    resting = False  # True while several controls change as one

    def refresh(_change=None):
        if resting:
            return
        for name, (other, value) in (only or {}).items():
            controls[name].disabled = controls[other].value != value
        shown = frame(**{name: control.value for name, control in controls.items()})
        with view.hold_sync():
            view.size, view.words, view.png = [shown.width, shown.height], shown.words, shown.png

    def choose(values):
        nonlocal resting
        was, resting = resting, True
        try:
            for name, value in values.items():
                controls[name].value = value
        finally:
            resting = was
        refresh()

    for name, choices in (presets or {}).items():
        controls[name].observe(lambda change, choices=choices: choose(choices[change["new"]]), names="value")
    for name, control in controls.items():
        if name not in (presets or {}):
            control.observe(refresh, names="value")
    button = ipywidgets.Button(description="Reset", tooltip="Return every control to where it started")
    button.on_click(lambda _button: choose(start))
    refresh()
    title = ipywidgets.HTML(html.escape(question))
    title.add_class("lstm-question")
    for whole_row in (title, view, *(control for control in controls.values() if isinstance(control, ipywidgets.Text))):
        whole_row.add_class("lstm-whole-row")
    box = ipywidgets.Box([title, *controls.values(), button, view])
    box.add_class("lstm-explorer")
    return box


def _slider(label, value, low, high, step, unit=""):
    return Slider(min=low, max=high, value=value, step=step, description=label, unit=unit)


def _whole_slider(label, value, low, high, unit=""):
    return Slider(min=low, max=high, value=value, step=1, description=label, unit=unit, whole=True)


def _choice(label, options, start=0):
    return ipywidgets.Dropdown(options=list(options), description=label, index=start)


def _text(label, value):
    return ipywidgets.Text(value=value, description=label, continuous_update=False)


def saturation():
    """Explorer of notebook 01: spread and mean of the pre-activation, σ or tanh; where the outputs land."""
    return explorer(
        plots.saturation_picture,
        "At which spread does the hump in the middle split in two, and what does a mean other than 0 do to that?",
        activation=_choice("activation", [("sigmoid (a gate)", "sigmoid"), ("tanh (the candidate)", "tanh")]),
        scale=_slider("spread s of the pre-activation", 1.0, 0.1, 6.0, 0.05),
        mean=_slider("mean of the pre-activation", 0.0, -6.0, 6.0, 0.25),
    )


def masks():
    """Explorer of notebook 02: four gate pre-activations act on four values; the thread's examples as presets."""
    names = ("z1", "z2", "z3", "z4")
    presets = {title: dict(zip(names, z, strict=True)) for title, (_values, z) in plots.MASK_EXAMPLES.items()}
    start = next(iter(presets.values()))
    return explorer(
        plots.masks_picture,
        "After = gate × before. Which z makes a unit vanish, and how exactly must its slider be set?",
        presets={"example": presets},
        example=_choice("values and gate from the thread", presets),
        gate=_choice("activation in the gate's place", ("σ", "tanh")),
        **{name: _slider(f"z of unit {k}", start[name], -20.0, 20.0, 0.5) for k, name in enumerate(names, 1)},
    )


def beat_one_half():
    """Explorer of notebook 03: tune one unit to the four points, then a product of two."""
    return explorer(
        plots.beat_one_half_picture,
        "The output should be v where the mark m is 1, and 0 where m is 0. Can you get the worst error under one half?",
        only={"gate_weight_m": ("unit", "σ × tanh"), "gate_bias": ("unit", "σ × tanh")},
        unit=_choice("unit", plots.UNITS),
        weight_v=_slider("weight of v", 1.0, -10, 10, 0.05),
        weight_m=_slider("weight of m", 0.0, -10, 10, 0.05),
        bias=_slider("bias", 0.0, -10, 10, 0.05),
        scale=_slider("scale of the output", 1.0, -3, 3, 0.05),
        offset=_slider("offset of the output", 0.0, -2, 2, 0.05),
        gate_weight_m=_slider("product only: gate weight", 0.0, -20, 20, 0.5),
        gate_bias=_slider("product only: gate bias", 0.0, -10, 10, 0.5),
    )


def silence():
    """Explorer of notebook 04: how quiet is "off", and what do 100 steps of noise leave of a stored 1?"""
    return explorer(
        plots.silence_picture,
        "Where may the cloud stand so that all eight runs still end between ½ and 1½ after 100 steps?",
        mean_i=_slider("gate's mean z_i", -5.0, -8.0, 8.0, 0.5),
        mean_g=_slider("candidate's mean z_g", 0.0, -4.0, 4.0, 0.25),
        sd=_slider("noise, sd on both", 0.5, 0.0, 3.0, 0.1),
        forget=_slider("forget gate f", 1.0, 0.0, 1.0, 0.01),
    )


def full_cell():
    """Explorer of notebook 05: write a score of events, choose the cell that plays it, and step through."""
    return explorer(
        plots.score_picture,
        "Choose a cell that lacks a gate: on which shortest score does its h differ from the full cell's?",
        score=_text(
            "score: + or - writes, d distracts, e erases, r reads, . rests; e+ is both in one step (Enter plays it)",
            "+ . d + . r e r - e+ . r",
        ),
        cell=_choice("cell", plots.SCORE_CELLS, list(plots.SCORE_CELLS).index("no input gate")),
        at=_whole_slider("step to look at", 6, 1, 24),
    )


def gradient():
    """Explorer of notebook 06: forget bias, its spread and the length; what of the gradient reaches step 1."""
    return explorer(
        plots.gradient_picture,
        "Which bias lets a tenth of the gradient reach step 1, and what does a restless gate (spread > 0) do to it?",
        bias=_slider("forget bias b", 1.0, -2.0, 8.0, 0.25),
        spread=_slider("spread of the pre-activation", 0.0, 0.0, 4.0, 0.25),
        length=_whole_slider("steps T", 50, 2, 500),
    )


def race(found=None):
    """Explorer of notebook 07: a task, a rival of the LSTM, the terms; error curves and who had solved it by when.

    `found` are the study's records as `first.load` returns them; by default the committed ones.
    """
    from .studies import first  # only here: no other explorer needs the study

    return explorer(
        plots.race_picture(first.load() if found is None else found),
        "Tanh only is the LSTM without its input gate. On which task does it win? Does another rival, on other terms?",
        race=_choice("task", plots.RACES),
        rival=_choice("LSTM against", plots.RIVALS),
        terms=_choice("compared at", plots.TERMS),
    )


def counter():
    """Explorer of notebook 08: inputs, width, cell and framework; the weights to scale and the width that matches."""
    return explorer(
        plots.counter_picture,
        "How large is this layer beside an LSTM of its width, and how wide is it at about as many weights?",
        layer=_choice("layer", plots.LAYERS, list(plots.LAYERS).index("no input gate")),
        framework=_choice("counted by", plots.BIASES),
        inputs=_whole_slider("inputs d", 10, 1, 512, "per step"),
        hidden=_whole_slider("width h", 20, 1, 256, "units"),
    )


def own_unit(trace, labels=None, window=120, sequence=0, fed="input x", marked=None, start=None):
    """Explorer of appendix A2, for any `Trace`: one unit over time, its gates, candidate, memory or output.

    `labels` are the steps' names, `window` the number of steps shown, `sequence` picks one of a batch; `fed` says what
    came in, and `marked`, (T,) booleans, which steps to shade. `start` is the number of steps before the window that
    is shown at first, by default as many as there are.
    """
    names = {"i": "input gate i", "f": "forget gate f", "o": "output gate o", "g": "candidate g", "c": "cell state c",
             "h": "hidden state h"}
    last_start = max(len(trace) - window, 0)
    start = last_start if start is None else start
    return explorer(
        plots.own_unit_picture(trace, labels, window, sequence, fed, marked),
        "Which unit repeats the same swing again and again, and which marks what is out of the ordinary?",
        unit=_whole_slider("unit", 0, 0, trace.c.shape[-1] - 1, f"of {trace.c.shape[-1]}, from 0"),
        start=_whole_slider("start after step", start, 0, last_start, f"(to {last_start})"),
        shown=_choice("show", [("all three gates", "gates"), *((name, letter) for letter, name in names.items())]),
    )
