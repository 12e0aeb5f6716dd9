"""The notebooks as the tests and tools see them."""

from pathlib import Path

import nbformat

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "notebooks"
PATHS = sorted(FOLDER.glob("*.ipynb"))


def read(path):
    """A notebook of the series, as nbformat reads it."""
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    """The code cells of a notebook, from top to bottom."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def printed(cell):
    """What a code cell wrote to stdout."""
    return "".join(output["text"] for output in cell.outputs if output.get("name") == "stdout")
