"""The notebooks as the tests and tools see them."""

from pathlib import Path
from symtable import symtable

import nbformat

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "notebooks"
PATHS = sorted(FOLDER.glob("*.ipynb"))
EXPLORERS = ROOT / "explorers" / "explorers.ipynb"  # the page of all explorers; no part of the path

# The first code cell of every notebook, for where the package is not there: Colab, Kaggle, a page that runs Python in
# the browser. pip's folder of wheels is given by its variable, since the browser's pip knows no such option.
INSTALL = """\
from importlib.util import find_spec
if not find_spec("lstm_teach"):  # as on Colab; from a wheel in this folder, if there is one
    %env PIP_FIND_LINKS=.
    %pip install --quiet lstm-teach"""
# The appendices read files that lie beside them.
LAY = """
from pathlib import Path
if not Path("data/nino.npz").exists():  # the other notebooks and the example data
    %run -m lstm_teach . --no-lab"""


def read(path):
    """A notebook of the series, as nbformat reads it."""
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    """The code cells of a notebook, from top to bottom."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def install_cell(path):
    """The source of the first code cell that the notebook at `path` has to carry."""
    return INSTALL + (LAY if path.name.startswith("A") else "")


def installs(cell):
    """Whether a cell is the one that installs the package where it is missing: IPython's language, not plain Python."""
    return cell.id.endswith("-00")


def shows_explorer(cell):
    """Whether a code cell does nothing but show an explorer."""
    return cell.source.startswith("explorers.")


def taken_by(wanted, cells):
    """Of code cells in order, those for which `wanted(cell)` holds, and those that make a name which these read."""
    taken, needed = [], set()
    for cell in reversed(cells):
        made, read = (set(), set()) if installs(cell) else _names(cell.source)
        if wanted(cell) or made & needed:
            taken.insert(0, cell)
            needed = needed - made | read
    return taken


def _names(source):
    """The global names that a program binds, and those that it reads: also one that it binds, which may be older."""
    top = symtable(source, "cell", "exec")
    tables = [top]
    for table in tables:
        tables += table.get_children()
    made = {one.get_name() for one in top.get_symbols() if one.is_assigned() or one.is_imported()}
    return made, {one.get_name() for table in tables for one in table.get_symbols()
                  if one.is_referenced() and (table is top or one.is_global())}


def text_of(output):
    """What an output says in words, in one line: what was printed, or its plain text."""
    return " ".join((output["text"] if output.output_type == "stream" else output.data.get("text/plain", "")).split())
