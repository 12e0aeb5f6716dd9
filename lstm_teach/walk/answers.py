"""The reply to a guess: what the reader said, what it is, and why. Folded as long as nothing was guessed."""

import html
import sys

from ..checks import complaint, describe


def answer(guess, value, because):
    """Reply to `guess`: "You said 2; it is 4, because …".

    `value` is what it is, `because` the reason, which goes on after "because" and ends without a full stop. A guess of
    None is none yet: in a notebook the answer is then folded under a line that asks for the guess, and opens on a
    click. Numbers are shown with at most four digits; texts, tuples and lists of either as they are. Raises
    `ValueError` if `because` is no text.
    """
    if not isinstance(because, str) or not because.strip():
        raise complaint("because", "the reason, as a text", describe(because))
    reason = because.strip().rstrip(".")
    if guess is None:
        ask = "No guess yet: put one in place of None, or open this."
        reply = f"It is {_shown(value)}, because {reason}."
        _show(f"No guess yet. {reply}", f"<details><summary>{ask}</summary>{html.escape(reply)}</details>")
    elif _shown(guess) == _shown(value):
        reply = f"You said {_shown(guess)}, and so it is, because {reason}."
        _show(reply, f"<p>{html.escape(reply)}</p>")
    else:
        reply = f"You said {_shown(guess)}; it is {_shown(value)}, because {reason}."
        _show(reply, f"<p>{html.escape(reply)}</p>")


def _shown(value):
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_shown, value))
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(one)}" for name, one in value.items())
    value = value.item() if hasattr(value, "item") and getattr(value, "ndim", 1) == 0 else value
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _show(text, page):
    # IPython is asked for only when it runs already: the package itself needs no notebook.
    ipython = sys.modules.get("IPython")
    if ipython is not None and ipython.get_ipython() is not None:
        from IPython.display import display

        display({"text/plain": text, "text/html": page}, raw=True)
    else:
        print(text)
