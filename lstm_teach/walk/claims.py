"""A claim is a verdict and the number it rests on; it raises when the number does not bear it out.

In a notebook a claim's output holds beside its text a small JSON record under its own MIME type, so that the ledger can
gather the verdicts from the saved notebooks without retyping one.
"""

import math
import sys

import numpy as np

from ..checks import complaint, describe

CLAIM_MIME = "application/vnd.lstm-teach.claim+json"

# What was said in the thread, in our words.
CLAIMS = {
    "C1": "The sigmoid's output is a filter, or multiplier, of the tanh's.",
    "C2": "Tanh says whether to decrement or increment, the sigmoid whether to update at all.",
    "C3": "Gate and candidate have different weights.",
    "C4": "The product has tanh's own range, so one tanh could learn to give the same output.",
    "C5": "The same question stands for the forget gate.",
    "C6": "It is hard for a sigmoid to be at 0.5, and hard for a tanh to be at 0.",
    "C7": "The forget example: sigmoid of [−20, −15, 10, 20] erases two of four values and keeps two.",
    "C8": "The output example: tanh keeps a sign in the hidden state that a sigmoid would lose.",
    "C9": "A cell can gather information silently and release it when its output gate opens.",
    "C10": "In reality values are not that extreme.",
    "C11": "A single tanh would take many more iterations, or even never learn it.",
    "C12": "Overfitting depends on the parameter count and the data, not on activation functions.",
    "C13": "Changing or removing an activation function does not change the parameter count.",
    "C14": "Turning tanh times sigmoid into one tanh gets rid of the sigmoid's weights.",
    "C15": "Without the sigmoid there are fewer parameters, hence less overfitting.",
    "C16": "The candidate's activation could be another one; the gate is the generic part.",
}


class ClaimError(AssertionError):
    """What was measured does not bear out the verdict."""


def claim(id, verdict, measured, at_least=None, at_most=None, equals=None):
    """State a verdict on one claim of the thread, and raise `ClaimError` unless the measurement bears it out.

    `id` is "C1" … "C16"; `verdict` a short sentence; `measured` a number, a string, or a sequence of either.
    At least one condition must be given: `at_least` and `at_most` hold for every number of `measured`; `equals`
    compares strings and whole numbers exactly and other numbers to a relative 1e-9. NaN bears out nothing. Says what
    was said in the thread, the verdict and the number, rounded to four digits. Raises `ValueError` for an unknown id,
    an empty verdict, an empty measurement, or no condition: a claim that cannot fail is not one.
    """
    if not isinstance(id, str) or id not in CLAIMS:
        raise complaint("id", "a claim of the thread, 'C1' to 'C16'", describe(id))
    if not isinstance(verdict, str) or not verdict.strip():
        raise complaint("verdict", "a short sentence", describe(verdict))
    conditions = {"at least": at_least, "at most": at_most, "equal to": equals}
    conditions = {name: bound for name, bound in conditions.items() if bound is not None}
    if not conditions:
        raise complaint("at_least, at_most, equals", "at least one of them, or the claim cannot fail", "none")
    values = np.asarray(measured)
    if values.size == 0 or values.dtype.kind not in "biufU":
        raise complaint("measured", "a number, a string, or a sequence of either", describe(measured))
    stated = " and ".join(f"{name} {_rounded(bound)}" for name, bound in conditions.items())
    for name, bound in conditions.items():
        if not _holds(values, name, np.asarray(bound)):
            raise ClaimError(f"{id} does not hold ({verdict}): expected {stated}, measured {_rounded(measured)}")
    _say(
        f"{id}. {CLAIMS[id]}\n    {verdict}\n    measured {_rounded(measured)}, required {stated}",
        {"id": id, "verdict": verdict, "measured": _rounded(measured)}
        | {name.replace(" ", "_"): _rounded(bound) for name, bound in conditions.items()},
    )


def _holds(values, name, bound):
    if name == "equal to":
        if values.shape != bound.shape or (values.dtype.kind == "U") != (bound.dtype.kind == "U"):
            return False
        if values.dtype.kind == "f" or bound.dtype.kind == "f":
            return bool(np.isclose(values, bound, rtol=1e-9, atol=0).all())
        return bool((values == bound).all())
    if values.dtype.kind == "U" or bound.dtype.kind not in "biuf":
        raise complaint("measured", f"numbers, since {name} is asked", describe(values.tolist()))
    return bool((values >= bound).all() if name == "at least" else (values <= bound).all())


def _rounded(value):
    """Four significant digits, as plain text: the same on every processor."""
    value = np.asarray(value).tolist()
    if isinstance(value, list):
        return "[" + ", ".join(_rounded(one) for one in value) + "]"
    if isinstance(value, float) and math.isfinite(value):
        return f"{value:.4g}"
    return str(value)


def _say(text, record):
    # IPython is asked for only when it runs already: the package itself needs no notebook.
    ipython = sys.modules.get("IPython")
    if ipython is None or ipython.get_ipython() is None:
        print(text)
    else:
        from IPython.display import display

        display({CLAIM_MIME: record, "text/plain": text}, raw=True)
