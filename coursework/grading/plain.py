"""Mark a notebook without nbgrader: for the tests, and for a student alone."""

from . import referee
from .assignments import read, restore, source_path


def verdicts(notebook, assignment, seed=0, seconds=120, **options):
    """Execute a notebook and test it. Returns {grade_id: None, or what was said} for each test cell.

    Only its solutions, and cells of the student's own, are taken from the notebook. Options are those of
    `referee.mark`. Raises TimeoutError after so many seconds, and RuntimeError when the process ends before the last
    cell.
    """
    marking = referee.mark(restore(notebook, read(source_path(assignment))), assignment, seed,
                           referee.Limits(cell=seconds, total=seconds), **options)
    if marking.late:
        raise TimeoutError(f"the notebook ran for more than {seconds} seconds")
    if marking.over:
        raise RuntimeError(f"the notebook ended its own process (exit code {marking.exit_code}): {marking.over}")
    return marking.verdicts
