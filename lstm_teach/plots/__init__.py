"""The pictures of the series: one function a picture, numbers in, a Matplotlib `Figure` out.

Every figure carries one sentence that says what it shows, as its label (`figure.get_label()`); `show` displays the
figure and prints that sentence under it, for those who do not see the picture. One colour stands for one role
everywhere, and a line style goes with it, so that the roles are told apart without colour too.

A picture that an explorer can move is a function `picture(figure)` that returns `draw(**values)`; `still` shows it in
one state. One module a subject: `saturation`, `masks`, `product`, `silence`.
"""

from .silence import (
    drift,
    forget_bound,
    forgetting,
    four_writers,
    off_maps,
    silence_picture,
    weight_conflict,
)
from .style import ROLES, as_png, movable, show, still

__all__ = [
    "ROLES", "as_png", "drift", "forget_bound", "forgetting", "four_writers", "movable", "off_maps", "show",
    "silence_picture", "still", "weight_conflict",
]
