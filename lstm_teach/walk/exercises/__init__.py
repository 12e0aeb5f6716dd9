"""What the reader writes, one piece a notebook: each is checked against the package, and its mistake named.

One module a core notebook, each with functions of the reader's work that return None if it is right, else one sentence
about the first thing that is not. `check` runs one of them.
"""

from contextlib import redirect_stdout
from io import StringIO

from ...checks import one_of
from . import counting, flows_back, full_cell, product, question, race, saturation, silence, work
from .begun import NotWritten

# The exercise's name in the notebook: the function that checks it.
EXERCISES = {
    "tanh_only": question.tanh_only,
    "slopes": saturation.slopes,
    "product": product.product,
    "remember": silence.remember,
    "step": full_cell.step,
    "write_backward": flows_back.write_backward,
    "contestant": race.contestant,
    "redraw": work.redraw,
    "count": counting.count,
}


def check(name, work):
    """Say whether the reader's work for the exercise `name` is right: "Not written yet", "Right", or what is wrong.

    `work` is what the notebook asks for there, a function or a value. Prints one line and returns nothing; whatever
    `work` raises becomes a sentence. Raises `ValueError` for an exercise that does not exist.
    """
    exercise, printed = EXERCISES[one_of("name", name, EXERCISES)], StringIO()
    try:
        with redirect_stdout(printed):
            wrong = exercise(work)
    except (NotWritten, NotImplementedError):
        if not printed.getvalue():
            print("Not written yet.")
            return
        wrong = "your function prints its answer and returns None; return it"
    except Exception as error:  # the reader's own code, whatever it does
        wrong = f"your code raised {type(error).__name__}: {error}"
    print("Right." if wrong is None else f"Not yet: {wrong}")
