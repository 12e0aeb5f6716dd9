"""What nbconvert makes of the saved notebooks for those who run nothing: no warning, nothing missing."""

import html
import logging
import re
import warnings

import pytest
from nbconvert import HTMLExporter

from tools.notebooks import PATHS, code_cells, read, shows_explorer, text_of

# nbconvert's own template for JupyterLab takes no alternative text from a notebook, and says so.
NO_ALT = {"lab": r"Alternative text is missing on \d+ image\(s\)\.", "classic": r"(?!)"}
EXPORTERS = {name: HTMLExporter(template_name=name) for name in NO_ALT}  # each reads its template once


@pytest.mark.parametrize("template", NO_ALT)
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_static_page_shows_every_picture_with_its_sentence(path, template, caplog):
    notebook = read(path)
    with warnings.catch_warnings(record=True) as warned, caplog.at_level(logging.WARNING):
        warnings.simplefilter("always")
        page, _ = EXPORTERS[template].from_notebook_node(notebook)
    assert [str(one.message) for one in warned] == []
    assert [text for text in caplog.messages if not re.fullmatch(NO_ALT[template], text)] == []
    outputs = [output for cell in code_cells(notebook) for output in cell.outputs]
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    images = re.findall(r"<img[^>]*>", page)
    assert len(images) == len(pictures)
    if template == "classic":
        alts = [html.unescape(re.search(r'alt="([^"]*)"', image)[1]) for image in images]
        assert alts == [picture.metadata["image/png"]["alt"] for picture in pictures]
    words = " ".join(html.unescape(re.sub(r"<[^>]*>", " ", page)).split())
    for cell in filter(shows_explorer, code_cells(notebook)):
        assert text_of(cell.outputs[-1]) in words
