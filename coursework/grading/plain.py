"""Mark a notebook in one plain Python process, without kernel and gradebook: for the tests, and for a student alone."""

import json
import os
import subprocess
from pathlib import Path

from . import isolation
from .assignments import grade_id, is_test

_SCRIPT = Path(__file__).with_name("run_cells.py")


def verdicts(notebook, assignment, seed=0, seconds=120):
    """Execute a notebook's code cells in order. Returns {grade_id: None, or what was said} for each test cell.

    A cell that raises or writes to stderr earns nothing, as in nbgrader. Raises TimeoutError after so many seconds, and
    RuntimeError when the process ends before the last cell.
    """
    cells = [(grade_id(cell) if is_test(cell) else None, cell.source) for cell in notebook.cells
             if cell.cell_type == "code"]
    environment = os.environ | {"COURSEWORK_SEED": str(seed), "MPLBACKEND": "agg", "OPENBLAS_NUM_THREADS": "1"}
    try:
        done = subprocess.run(isolation.command(_SCRIPT, assignment), input=json.dumps(cells), text=True,
                              capture_output=True, env=environment, timeout=seconds)
    except subprocess.TimeoutExpired:
        raise TimeoutError(f"the notebook ran for more than {seconds} seconds") from None
    if done.returncode or not done.stdout.strip():
        last = (done.stderr.strip().splitlines() or ["without a word"])[-1]
        raise RuntimeError(f"the notebook ended its own process (exit code {done.returncode}): {last}")
    return json.loads(done.stdout.splitlines()[-1])
