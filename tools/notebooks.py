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


def shows_explorer(cell):
    """Whether a code cell does nothing but show an explorer."""
    return cell.source.startswith("explorers.")


def text_of(output):
    """What an output says in words, in one line: what was printed, or its plain text."""
    return " ".join((output["text"] if output.output_type == "stream" else output.data.get("text/plain", "")).split())
