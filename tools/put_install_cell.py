"""Put the cell that installs the package behind the title of every notebook: `python -m tools.put_install_cell`.

The cell does nothing where the package is there, so the other cells and their outputs stay as they are, and only the
count of the executed cells moves on. Run again, it changes nothing.
"""

from itertools import count

import nbformat

from .notebooks import PATHS, code_cells, install_cell, installs, read

# Folded in JupyterLab, and left out of a page on which nothing runs.
METADATA = {"jupyter": {"source_hidden": True}, "tags": ["remove-cell"]}


def put(notebook, path):
    """Put the cell into a notebook read from `path`, in place of an older one if there is one."""
    cells = [cell for cell in notebook.cells if not installs(cell)]
    new = nbformat.v4.new_code_cell(install_cell(path), id=f"{path.name[:2]}-00", metadata=METADATA)
    notebook.cells = [cells[0], new, *cells[1:]]
    for number, cell in zip(count(1), code_cells(notebook), strict=False):
        cell.execution_count = number
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = number


def main():
    """Put the cell into all notebooks, and say which of them changed."""
    for path in PATHS:
        before, notebook = path.read_text(encoding="utf-8"), read(path)
        put(notebook, path)
        after = nbformat.writes(notebook) + "\n"
        if after != before:
            path.write_text(after, encoding="utf-8")
            print(f"{path.name}: changed")


if __name__ == "__main__":
    main()
