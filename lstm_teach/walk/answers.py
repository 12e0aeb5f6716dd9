"""The reply to a guess: what the reader said, what it is, and why. Folded as long as nothing was guessed."""

import html
import math
import sys

from ..checks import complaint, describe


def answer(guess, value, because):
    """Reply to `guess`: "You said 2; it is 4, because …".

    `value` is what it is, `because` the reason, which goes on after "because" and ends without a full stop. A guess of
    None is none yet: in a notebook the answer is then folded under a line that asks for the guess, and opens on a
    click. Numbers are shown with at most four digits; texts, tuples and lists of either as they are. Raises
    `ValueError` if `because` is no text.
    """
    said = reply(guess, value, because)
    if guess is None:
        ask = "No guess yet: put one in place of None, or open this."
        show(f"No guess yet. {said}", f"<details><summary>{ask}</summary>{html.escape(said)}</details>")
    else:
        show(said)


def reply(guess, value, because, verb="said"):
    """The sentence of `answer`, as text; a guess of None is left out of it. Raises as `answer` does."""
    if not isinstance(because, str) or not because.strip():
        raise complaint("because", "the reason, as a text", describe(because))
    reason = because.strip().rstrip(".")
    if guess is None:
        return f"It is {_shown(value)}, because {reason}."
    if _shown(guess) == _shown(value):
        return f"You {verb} {_shown(guess)}, and so it is, because {reason}."
    return f"You {verb} {_shown(guess)}; it is {_shown(value)}, because {reason}."


def _shown(value):
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_shown, value))
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(one)}" for name, one in value.items())
    value = value.item() if hasattr(value, "item") and getattr(value, "ndim", 1) == 0 else value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return "∞" if value == math.inf else f"{value:.4g}"
    return str(value)


def show(text, page=None):
    """Display `text`, in a notebook as HTML: `page`, or the text as a paragraph; elsewhere print it."""
    # IPython is asked for only when it runs already: the package itself needs no notebook.
    ipython = sys.modules.get("IPython")
    if ipython is not None and ipython.get_ipython() is not None:
        from IPython.display import display

        display({"text/plain": text, "text/html": page or f"<p>{html.escape(text)}</p>"}, raw=True)
    else:
        print(text)
