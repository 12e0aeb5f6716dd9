"""Copy pictures out of the saved notebooks, for the README and for slides: `python -m tools.make_pictures`.

So both show what a notebook computed, and not a drawing of its own.
"""

import base64

import nbformat

from .notebooks import FOLDER, ROOT

PICTURES_FOLDER = ROOT / "pictures"
# File name: the notebook, and a text that stands only in the cell that draws the picture there.
PICTURES = {
    "first_word_fading.png": ("00_the_question.ipynb", "plots.fading("),
    "three_rests.png": ("01_saturation.ipynb", "plots.three_rests("),
    "three_maps.png": ("02_what_and_whether.ipynb", "plots.three_maps("),
    "wander_climb_hold.png": ("03_silence.ipynb", "plots.wander_climb_hold("),
    "does_training_obey.png": ("06_can_tanh_only_learn_it.ipynb", "for title, row in grid.items()}))"),
    "gate_at_work.png": ("07_a_gate_at_work.ipynb", "plots.gate_at_work("),
    "blocks.png": ("08_parameters_tanh_only_against_gated.ipynb", "plots.blocks_to_scale("),
}


def picture(notebook_name, text):
    """The bytes of the one PNG that the cell with `text` in it left in the saved notebook."""
    notebook = nbformat.read(FOLDER / notebook_name, as_version=4)
    (cell,) = (cell for cell in notebook.cells if cell.cell_type == "code" and text in cell.source)
    (png,) = (output.data["image/png"] for output in cell.outputs if "image/png" in output.get("data", {}))
    return base64.b64decode(png)


if __name__ == "__main__":
    for file_name, source in PICTURES.items():
        (PICTURES_FOLDER / file_name).write_bytes(picture(*source))
