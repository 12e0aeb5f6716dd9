"""Copy the pictures of the README out of the saved notebooks: `python -m tools.make_pictures`.

So the README shows what a notebook computed, and not a drawing of its own.
"""

import base64

import nbformat

from .notebooks import FOLDER, ROOT

PICTURES_FOLDER = ROOT / "pictures"
# File name: the notebook, and a text that stands only in the cell that draws the picture there.
PICTURES = {"wander_climb_hold.png": ("03_silence.ipynb", 'runs["climb"] = ')}


def picture(notebook_name, text):
    """The bytes of the one PNG that the cell with `text` in it left in the saved notebook."""
    notebook = nbformat.read(FOLDER / notebook_name, as_version=4)
    (cell,) = (cell for cell in notebook.cells if cell.cell_type == "code" and text in cell.source)
    (png,) = (output.data["image/png"] for output in cell.outputs if "image/png" in output.get("data", {}))
    return base64.b64decode(png)


if __name__ == "__main__":
    for file_name, source in PICTURES.items():
        (PICTURES_FOLDER / file_name).write_bytes(picture(*source))
