"""The reader's guesses at the start of the walk, kept in a small file for the end of it."""

import json
from pathlib import Path

from ..checks import complaint, describe
from .answers import reply, show

FILE = "my_guesses.json"


def keep_guesses(guesses, file=FILE):
    """Add `guesses`, a mapping of question to answer, to the reader's file, and say so.

    An answer is a number, True or False; None is a question not yet guessed at. As long as one is something else,
    nothing is written, and what is wanted is said. The file holds all
    sets of guesses in the order in which they were made: nothing in it is ever overwritten. Raises `ValueError` if
    `guesses` is not a mapping or if `file` holds something else.
    """
    if not isinstance(guesses, dict) or not guesses:
        raise complaint("guesses", "a mapping of questions to answers", describe(guesses))
    open_questions = [question for question, answer in guesses.items() if answer is None]
    if open_questions:
        print(f"Not kept yet. Put your guess in place of None for: {', '.join(open_questions)}.")
        return
    for question, answer in guesses.items():
        if not isinstance(answer, (bool, int, float)):
            print(f"Not kept yet. {question}: expected a number, True or False, got {describe(answer)}.")
            return
    kept = _read(file)
    if not kept or kept[-1] != guesses:
        Path(file).write_text(json.dumps([*kept, guesses], indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"Kept {len(guesses)} guesses in {file}. You may change one and run this again: earlier ones stay too.")


def recall_guesses(file=FILE):
    """The reader's latest guesses, a mapping of question to answer; empty if there are none."""
    kept = _read(file)
    return kept[-1] if kept else {}


def answer_bet(question, value, because, file=FILE):
    """Reply to the reader's latest guess at `question`, as `answer` does, without folding: this is the end of the walk.

    If nothing was kept, the reply says so and tells the answer all the same. Raises as `answer` and `recall_guesses`.
    """
    guess = recall_guesses(file).get(question)
    said = reply(guess, value, because, verb="bet")
    show(f"You kept no bet on this. {said}" if guess is None else said)


def _read(file):
    path = Path(file)
    if not path.exists():
        return []
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:  # not JSON, or not text
        kept = None
    if not isinstance(kept, list) or not all(isinstance(guesses, dict) for guesses in kept):
        raise complaint("file", "a file that keep_guesses wrote (move yours away to start anew)", str(file))
    return kept
