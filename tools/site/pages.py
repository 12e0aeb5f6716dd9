"""How a saved notebook becomes a page: what myst-nb asks for, and what Sphinx does with it, as one Sphinx extension."""

import hashlib
import html
import re
from pathlib import Path

import nbformat
from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode

from lstm_teach.walk.claims import CLAIM_MIME

from ..lite.addresses import explorer_addresses, notebook_address
from ..notebooks import code_cells, shows_explorer, text_of

# How a notebook folds its cells, (outputs, code), and how myst-nb is told to.
FOLDS = {(False, False): [], (True, False): ["hide-output"], (False, True): ["hide-input"], (True, True): ["hide-cell"]}

WIDE = 900  # pixels: at the width of a phone such a picture is too small to be read


def page_of(text):
    """A notebook of the series, from its file's text, as myst-nb is to show it.

    Outputs that the notebook folds are folded, and an answer in them then opens with the fold. A picture's sentence
    and a claim become text that fits a narrow screen, and the ledger's links lead to pages.
    """
    notebook = nbformat.reads(text, as_version=4)
    for cell in code_cells(notebook):
        asked = cell.metadata.get("jupyter", {})
        folded = asked.get("outputs_hidden", False)
        folds = FOLDS[folded, asked.get("source_hidden", False)]
        prompt = "Guess first, then open" if folded else "Show the code"
        pictures = [output for output in cell.outputs if "image/png" in output.get("data", {})]
        # A picture of the reader's own has no sentence.
        alts = [output.metadata.get("image/png", {}).get("alt", "") for output in pictures]
        cell.outputs = [part for output in cell.outputs for part in _shown(output, alts, folded)]
        cell.metadata = {
            "tags": cell.metadata.get("tags", []) + folds,
            "mystnb": {"code_prompt_show": prompt},
            "cell_id": cell.id, "alts": alts,
            "explorer": re.match(r"explorers\.(\w+)", cell.source)[1] if shows_explorer(cell) else None,
        }
    return notebook


def _shown(output, alts, folded):
    """The outputs in whose place the site shows this one."""
    data = output.get("data", {})
    if CLAIM_MIME in data:
        said, verdict, measured = data["text/plain"].split("\n")
        return [_page(f'<div class="claim"><p>{html.escape(said)}</p><p><strong>{html.escape(verdict)}</strong></p>'
                      f"<p>{html.escape(measured)}</p></div>", data["text/plain"])]
    if folded and "text/html" in data:
        output.data["text/html"] = re.sub(r"^<details><summary>.*?</summary>(.*)</details>$", r"<p>\1</p>",
                                          data["text/html"])
    if "text/markdown" in data:
        output.data["text/markdown"] = re.sub(r"\[([^]]*)\]\((\w+)[.]ipynb#([\w=-]+)\)", r'<a href="\2.html#\3">\1</a>',
                                              data["text/markdown"])
    if list(data) == ["text/plain"]:
        return [_page(f'<p class="sentence">{html.escape(text_of(output))}</p>', data["text/plain"])]
    if output.output_type == "stream":
        for alt in filter(None, alts):  # printed under its picture, in lines
            lines = re.match(r"\s*".join(re.escape(one) for one in alt.replace(" ", "")), output.text)
            if lines:
                rest = output.text[lines.end():].strip("\n")
                sentence = _page(f'<p class="sentence">{html.escape(alt)}</p>', alt)
                return [sentence, *([nbformat.v4.new_output("stream", text=rest)] if rest else [])]
    return [output]


def _page(page, text):
    return nbformat.v4.new_output("display_data", {"text/html": page, "text/plain": text})


def find_lite(app, config):
    """Forget where the notebooks run in the browser unless such a site stands there."""
    if not (app.outdir / config.lite / "lab" / "index.html").is_file():
        config.lite = ""


def _read(app, doctree):
    """Give each code cell its id as an anchor, each picture its sentence, and each explorer a way to move it.

    A picture gets a width if it has none, for then Sphinx makes it a link to the whole of it.
    """
    for cell in doctree.findall(nodes.container):
        if cell.get("nb_element") == "cell_code":
            own = cell["cell_metadata"]
            cell["ids"].append(f"cell-id={own['cell_id']}")
            for image, alt in zip(cell.findall(nodes.image), own["alts"], strict=True):
                image["alt"] = alt
            if own["explorer"]:
                way = _way_to_move(own["explorer"], app.env.docname.removeprefix("notebooks/"), app.config.lite)
                cell.append(nodes.raw("", f'<p class="play">{way}</p>', format="html"))
    for image in doctree.findall(nodes.image):
        if image.setdefault("width", "100%").isdecimal() and int(image["width"]) > WIDE:
            image["classes"].append("wide")


def _way_to_move(explorer, notebook, lite):
    """What a page says under the still of an explorer, as HTML."""
    if not lite:
        return "A still: where the notebook runs, it has controls and moves."
    alone, whole = (html.escape(f"../{lite}/{address}")
                    for address in (explorer_addresses()[explorer], notebook_address(f"{notebook}.ipynb")))
    return f'A still. <a href="{alone}">Move it in your browser</a>, or <a href="{whole}">run the whole notebook</a>.'


def _visit_fold(self, node):
    self.body.append(f'<details class="fold"><summary>{html.escape(node["prompt_show"])}</summary>')


def _depart_fold(self, node):
    self.body.append("</details>")


def setup(app):
    # Pages are made anew when what makes them changes.
    code = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    app.add_config_value("made_by", hashlib.sha256(code).hexdigest(), "env", str)
    app.add_config_value("lite", "", "env", str)
    app.connect("config-inited", find_lite)
    app.connect("doctree-read", _read)
    app.add_node(HideCodeCellNode, override=True, html=(_visit_fold, _depart_fold))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
