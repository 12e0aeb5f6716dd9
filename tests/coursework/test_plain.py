"""Marking without nbgrader: what was asked for reaches the referee, and a notebook that did not end is no verdict."""

import nbformat
import pytest
from grading import plain, referee

from tests.coursework.submissions import reference

NAME = "2_one_step"


@pytest.fixture
def marked(monkeypatch):
    """A stand-in for the referee: what it was asked, and the marking it answers with, to be changed."""
    asked, marking = [], referee.Marking(verdicts={"one": None, "two": "NotYet: no"})
    monkeypatch.setattr(referee, "mark", lambda *given, **options: asked.append((given, options)) or marking)
    return asked, marking


def test_a_notebook_is_restored_and_marked_with_the_seed_the_time_and_the_options(marked):
    asked, marking = marked
    notebook = reference(NAME)
    notebook.cells = notebook.cells[::-1] + [nbformat.v4.new_markdown_cell("mine")]
    assert plain.verdicts(notebook, NAME, "ada", 7, sandboxed=False) == marking.verdicts
    ((given, options),) = asked
    assert [cell.id for cell in given[0].cells if not cell.id.startswith("own-")] == [
        cell.id for cell in reference(NAME).cells]
    assert given[1:] == (NAME, "ada", referee.Limits(cell=7, total=7)) and options == {"sandboxed": False}


def test_one_that_ran_too_long_or_ended_itself_is_an_error(marked):
    _, marking = marked
    marking.over, marking.exit_code = "The process ended in code cell 3: a crash, an exit, or memory.", 7
    with pytest.raises(RuntimeError, match=r"^the notebook ended its own process \(exit code 7\): The process ended"):
        plain.verdicts(reference(NAME), NAME)
    marking.late = True
    with pytest.raises(TimeoutError, match="^the notebook ran for more than 120 seconds$"):
        plain.verdicts(reference(NAME), NAME)
