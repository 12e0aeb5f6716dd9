"""The explorer: controls above a picture that follows them. It knows neither cells nor notebooks."""

import html
from types import MappingProxyType

import ipywidgets
from IPython.display import display
from matplotlib.figure import Figure

from ..checks import complaint, describe
from ..plots.style import as_output, in_lines, styled
from .controls import Picture, Words
from .frames import live


class Explorer(ipywidgets.Box):
    """Controls above a picture that follows them, and its sentence under it.

    `picture(figure)` draws into the figure what rests, and returns `draw(**values)`, which draws the rest for these
    values and sets the figure's label to one sentence that says what it now shows. `question` is the sentence above
    the controls, and each keyword a control named after the value it sets. `presets`, when given, is
    {control: {choice: {other control: value}}}: choosing sets the others. `only`, when given, is
    {control: (other control, value)}: it can be moved only while the other has that value.

    A change is drawn before the kernel takes the next message, and the browser holds back all but the last change of
    a control until then: a quick drag leaves no queue of stale pictures behind. Presets and Reset draw once.

    In a notebook it leaves two outputs, the controls with the picture and the sentence. Each holds beside the widget
    what a page shows where no kernel runs: the picture as it stands now, and the sentence as text.

    Attributes: `picture`; `controls`, a mapping of names to widgets; `values`, theirs; `view`, the `Picture` that
    shows the present state in its `png`; `words`, its sentence; `reset_button`.
    """

    def __init__(self, picture, question, presets=None, only=None, **controls):
        self.picture, self.controls = picture, MappingProxyType(controls)
        self.view, self._under = Picture(), Words()
        self._frame, self._only, self._resting = live(picture), only or {}, False
        self.reset_button = ipywidgets.Button(
            description="Reset", tooltip="Return every control to where it started"
        )
        presets, start = presets or {}, self.values
        for name, control in controls.items():
            if name in presets:
                control.observe(lambda change, sets=presets[name]: self.move(**sets[change["new"]]), names="value")
            else:
                control.observe(self._refresh, names="value")
        self.reset_button.on_click(lambda _button: self.move(**start))
        title = ipywidgets.HTML(html.escape(question))
        title.add_class("lstm-question")
        texts = [control for control in controls.values() if isinstance(control, ipywidgets.Text)]
        for whole_row in (title, self.view, *texts):
            whole_row.add_class("lstm-whole-row")
        super().__init__([title, *controls.values(), self.reset_button, self.view])
        self.add_class("lstm-explorer")
        self._refresh()

    @property
    def values(self):
        """What the controls stand at, by name."""
        return {name: control.value for name, control in self.controls.items()}

    @property
    def words(self):
        """The sentence that says what the picture now shows."""
        return self.view.words

    def move(self, **values):
        """Set several controls as one change. Raises `ValueError` for a name that no control has."""
        self._check(values)
        was, self._resting = self._resting, True  # a preset moved by Reset draws no picture of its own
        try:
            for name, value in values.items():
                self.controls[name].value = value
        finally:
            self._resting = was
        self._refresh()

    def still(self, **values):
        """The picture as a figure of its own: as the controls stand or, where `values` are named, with those.

        Raises `ValueError` for a name that no control has.
        """
        self._check(values)
        return _drawn(self.picture, self.values | values)

    def _refresh(self, _change=None):
        if self._resting:
            return
        for name, (other, value) in self._only.items():
            self.controls[name].disabled = self.controls[other].value != value
        shown = self._frame(**self.values)
        with self.view.hold_sync():
            self.view.size, self.view.words, self.view.png = [shown.width, shown.height], shown.words, shown.png
        self._under.text = shown.words

    def _ipython_display_(self):
        data, metadata = as_output(self.still())
        display(_view_of(self) | data, metadata=metadata, raw=True)
        display(_view_of(self._under) | {"text/plain": in_lines(self.words)}, raw=True)

    def _check(self, values):
        if not values.keys() <= self.controls.keys():
            raise complaint("values", f"names out of {', '.join(self.controls)}", describe(list(values)))


def _view_of(widget):
    """The part of an output that shows a widget where its kernel runs."""
    view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    return {"application/vnd.jupyter.widget-view+json": view}


@styled
def _drawn(picture, values):
    figure = Figure()
    picture(figure)(**values)
    return figure
