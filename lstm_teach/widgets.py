"""Explorers: sliders → numbers → one of the pictures of `plots`. No arithmetic happens here.

A picture that can be moved is a function `picture(figure)` in `plots` that returns `draw(**values)`; `draw` redraws
the figure for these values and sets the figure's label to one sentence that says what it now shows. An explorer is
such a picture with a control for each value.
"""

import base64
import html

import ipywidgets

from . import plots


def explorer(picture, question, **controls):
    """Controls above a picture that follows them. Returns an `ipywidgets.VBox`.

    `picture` is a function of `plots` as described above, `question` the sentence printed above the controls, and
    each keyword a control named after the value it sets. The picture's sentence is its alternative text and stands
    under it in words.
    """
    draw = plots.movable(picture)
    view = ipywidgets.HTML()
    start = {name: control.value for name, control in controls.items()}

    def refresh(_change=None):
        figure = draw(**{name: control.value for name, control in controls.items()})
        sentence = html.escape(figure.get_label(), quote=True)
        encoded = base64.b64encode(plots.as_png(figure)).decode()
        view.value = f'<img alt="{sentence}" src="data:image/png;base64,{encoded}"><p>{sentence}</p>'

    def reset(_button):
        for name, control in controls.items():
            control.value = start[name]

    for control in controls.values():
        control.observe(refresh, names="value")
    button = ipywidgets.Button(description="Reset", tooltip="Return every control to where it started")
    button.on_click(reset)
    refresh()
    return ipywidgets.VBox([ipywidgets.HTML(f"<b>{html.escape(question)}</b>"), *controls.values(), button, view])


def _slider(label, value, low, high, step):
    return ipywidgets.FloatSlider(
        value=value, min=low, max=high, step=step, description=label, continuous_update=True,
        style={"description_width": "16em"}, layout={"width": "36em"},
    )


def silence():
    """Explorer of notebook 04: how quiet is "off", and what do 100 steps of noise leave of a stored 1?"""
    return explorer(
        plots.silence_picture,
        "Where may the cloud stand so that a stored 1 survives 100 steps?",
        mean_i=_slider("mean of the gate's z_i", -5.0, -8.0, 8.0, 0.5),
        mean_g=_slider("mean of the candidate's z_g", 0.0, -4.0, 4.0, 0.25),
        sd=_slider("noise, sd on both", 0.5, 0.0, 3.0, 0.1),
        forget=_slider("forget gate f", 1.0, 0.0, 1.0, 0.01),
    )
