"""How a cell becomes a part of a page, cell by cell; what the whole site makes of it is asked in `test_site`."""

import os
import runpy
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from lstm_teach.walk.claims import CLAIM_MIME

if not os.environ.get("CI"):
    pytest.importorskip("myst_nb", reason="the reading site was not tried: make test installs what that takes")

from docutils import nodes  # noqa: E402

from tools import notebooks  # noqa: E402
from tools.site import pages  # noqa: E402
from tools.site.__main__ import lay_out  # noqa: E402

PNG = {"image/png": "iVBORw0KGgo=", "text/plain": "<Figure>"}


def shown(*outputs, source="1", **metadata):
    """The cell of a page that becomes of a code cell with these outputs."""
    cell = new_code_cell(source, id="x-01", metadata=metadata, outputs=list(outputs))
    notebook = pages.page_of(nbformat.writes(new_notebook(cells=[new_markdown_cell("#"), cell])))
    return notebook.cells[1]


def picture(alt=None):
    return new_output("display_data", data=PNG, metadata={"image/png": {"alt": alt}} if alt else {})


def stream(text):
    return new_output("stream", text=text)


@pytest.mark.parametrize(("jupyter", "tags", "prompt"), [
    ({}, [], "Show the code"), ({"source_hidden": True}, ["hide-input"], "Show the code"),
    ({"outputs_hidden": True}, ["hide-output"], "Guess first, then open"),
    ({"outputs_hidden": True, "source_hidden": True}, ["hide-cell"], "Guess first, then open"),
    ({"outputs_hidden": False}, [], "Show the code"),
])
def test_what_a_notebook_folds_is_folded_and_says_what_it_holds(jupyter, tags, prompt):
    cell = shown(jupyter=jupyter, tags=["own"])
    assert cell.metadata["tags"] == ["own", *tags] and cell.metadata["mystnb"] == {"code_prompt_show": prompt}
    assert cell.metadata["cell_id"] == "x-01" and cell.metadata["explorer"] is None


def test_an_answer_in_a_fold_opens_with_the_fold_and_one_outside_keeps_its_own():
    answer = new_output("display_data", data={"text/html": "<details><summary>Open</summary>Yes, <b>2</b></details>"})
    (inside,), (outside,) = (shown(answer, jupyter={"outputs_hidden": hidden}).outputs for hidden in (True, False))
    assert inside.data["text/html"] == "<p>Yes, <b>2</b></p>"
    assert outside.data["text/html"] == "<details><summary>Open</summary>Yes, <b>2</b></details>"


def test_a_pictures_sentence_is_its_alternative_text_and_a_paragraph_though_it_was_printed_in_lines():
    cell = shown(picture("From a to b-c & d."), stream("From a\nto b-\nc & d.\n\nworst: 3\n"), stream("other\n"))
    assert cell.metadata["alts"] == ["From a to b-c & d."]
    _, sentence, rest, other = cell.outputs
    assert sentence.data["text/html"] == '<p class="sentence">From a to b-c &amp; d.</p>'
    assert (rest.text, other.text) == ("worst: 3", "other\n")
    assert len(shown(picture("One."), stream("One.\n")).outputs) == 2
    assert shown(picture(), stream("said\n")).outputs[1].text == "said\n"  # of one's own, without a sentence
    assert shown(picture(), picture("Two.")).metadata["alts"] == ["", "Two."]


def test_what_is_plain_text_alone_is_a_paragraph_and_what_is_more_is_itself():
    (plain,) = shown(new_output("display_data", data={"text/plain": "a <\n b"})).outputs
    assert plain.data["text/html"] == '<p class="sentence">a &lt; b</p>'
    (both,) = shown(new_output("display_data", data={"text/plain": "a", "text/latex": "$a$"})).outputs
    assert "text/html" not in both.data


def test_a_claim_is_its_three_lines():
    (claim,) = shown(new_output("display_data", data={
        CLAIM_MIME: {}, "text/plain": "C1. a < b\nRight\nmeasured 1"})).outputs
    assert claim.data["text/html"] == (
        '<div class="claim"><p>C1. a &lt; b</p><p><strong>Right</strong></p><p>measured 1</p></div>')


def test_the_ledgers_links_lead_to_pages():
    (ledger,) = shown(new_output("display_data", data={
        "text/markdown": "| [02 · a](02_what.ipynb#cell-id=02-13) | [b](other.md) |"})).outputs
    assert ledger.data["text/markdown"] == '| <a href="02_what.html#cell-id=02-13">02 · a</a> | [b](other.md) |'


def test_an_explorer_is_known_by_its_name_and_has_a_way_to_be_moved_where_there_is_one():
    assert shown(source="explorers.silence()").metadata["explorer"] == "silence"
    still = pages._way_to_move("silence", "03_silence", "")
    assert still.startswith("A still: where the notebook runs") and "href" not in still
    way = pages._way_to_move("silence", "03_silence", "lite")
    assert 'href="../lite/repl/index.html?' in way and "silence%28%29" in way
    assert 'href="../lite/lab/index.html?path=03_silence.ipynb"' in way


def test_a_site_where_notebooks_run_is_found(tmp_path):
    (tmp_path / "lite" / "lab").mkdir(parents=True)
    config = SimpleNamespace(lite="lite")
    (tmp_path / "lite" / "lab" / "index.html").touch()
    pages.find_lite(SimpleNamespace(outdir=tmp_path), config)
    assert config.lite == "lite"


def test_each_picture_of_a_page_has_its_own_sentence_and_is_a_link_to_the_whole_of_it():
    doctree, images = nodes.container(), []
    for k, width in enumerate(("901", "900", None)):
        cell = nodes.container(nb_element="cell_code", cell_metadata={
            "cell_id": f"x-{k}", "alts": [f"sentence {k}"], "explorer": "silence" if k == 2 else None})
        images.append(nodes.image(uri=str(k), **({"width": width} if width else {})))
        cell += images[-1]
        doctree += cell
    pages._read(SimpleNamespace(env=SimpleNamespace(docname="notebooks/03"), config=SimpleNamespace(lite="")), doctree)
    assert [image["alt"] for image in images] == ["sentence 0", "sentence 1", "sentence 2"]
    assert [image["width"] for image in images] == ["901", "900", "100%"]
    assert ["wide" in image["classes"] for image in images] == [True, False, False]
    assert [cell["ids"] for cell in doctree.children] == [["cell-id=x-0"], ["cell-id=x-1"], ["cell-id=x-2"]]
    assert [len(cell.children) for cell in doctree.children] == [1, 1, 2]
    with pytest.raises(ValueError, match="zip"):  # a picture too few or too many is no page
        images[0].parent["cell_metadata"]["alts"].append("more")
        pages._read(SimpleNamespace(), doctree)


def test_a_layout_holds_its_content_and_nothing_else_and_what_is_the_same_keeps_its_date(tmp_path):
    for name, text in (("same", b"1"), ("changed", b"1"), ("gone", b"1")):
        (tmp_path / name).write_bytes(text)
        os.utime(tmp_path / name, ns=(0, 0))
    content = {Path("same"): b"1", Path("changed"): b"2", Path("folder/new"): b"3"}
    lay_out(tmp_path, content)
    assert {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == content
    assert [(tmp_path / name).stat().st_mtime_ns == 0 for name in ("same", "changed")] == [True, False]


@pytest.mark.parametrize(("given", "name", "code", "said"), [
    ([], "build/site", 0, "built: open {}\n"), (["here"], "here", 1, ""),
])
def test_a_site_is_built_beside_its_sources_and_with_so_much_as_a_warning_it_is_not(
        given, name, code, said, monkeypatch, tmp_path, capsys):
    told, folder = [], tmp_path.resolve() / name
    monkeypatch.setattr("sphinx.cmd.build.main", lambda arguments: told.extend(arguments) or code)
    monkeypatch.setattr(notebooks, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "argv", ["tools.site", *given])
    monkeypatch.delitem(sys.modules, "tools.site.__main__")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as end:
        runpy.run_module("tools.site", run_name="__main__")
    assert end.value.code == code and capsys.readouterr().out == said.format(tmp_path / name / "index.html")
    *options, sources, target = told
    assert Path(sources, "api.md").is_file() and list(Path(sources, "static/mathjax").rglob("*.woff"))
    assert "--fail-on-warning" in options and Path(target) == folder
    (kept,) = (Path(one.partition("=")[2]) for one in options if one.startswith("--doctree-dir="))
    assert {Path(sources).parent, kept.parent} == {folder.parent} and len({kept, Path(sources), folder}) == 3
