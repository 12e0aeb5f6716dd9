"""The form of every notebook. Their outputs are compared with a fresh execution by nbval, in the same pytest run."""

import re
from itertools import zip_longest

import pytest

from lstm_teach.walk.claims import CLAIM_MIME, CLAIMS
from lstm_teach.walk.ledger import settled_claims
from tools.notebooks import FOLDER, PATHS, code_cells, install_cell, installs, read, shows_explorer, text_of
from tools.put_install_cell import METADATA, put

pytestmark = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)

LONGEST_CELL, LONGEST_LINE = 16, 105  # JupyterLab cuts off what is longer
OPENING = [r"\A# (0\d|[AD]\d) · .+\n", r"\*\*The question\.\*\*",
           r"\*\*Time:\*\* about \d+ minutes\. \*\*You need:\*\*"]


def test_opens_by_the_contract(path):
    opening = read(path).cells[0]
    assert opening.cell_type == "markdown"
    for pattern in OPENING:
        assert re.search(pattern, opening.source), f"the first cell lacks {pattern}"


def test_the_first_code_cell_installs_the_package_where_it_is_missing_and_says_nothing_here(path):
    notebook = read(path)
    installing = [cell for cell in notebook.cells if installs(cell)]
    assert installing == code_cells(notebook)[:1] == [notebook.cells[1]], "run python -m tools.put_install_cell"
    (cell,) = installing
    assert (cell.source, cell.metadata, cell.outputs) == (install_cell(path), METADATA, [])
    assert max(map(len, cell.source.splitlines())) <= 100


def test_putting_that_cell_again_changes_nothing(path):
    notebook = read(path)
    put(notebook, path)
    assert notebook == read(path)


def test_closes_by_the_contract(path):
    cells = read(path).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    assert re.findall("^## .*", text, re.MULTILINE)[-3:] == ["## Verdicts", "## Check yourself", "## Read on"]
    closing = text.split("## Check yourself")[1]
    answers = closing.count("<details>")
    assert answers == closing.count("</details>")
    assert answers in {"0": (2,), "D": (1, 2, 3), "A": (3,)}[path.stem[0]]


def test_cells_are_short_enough_to_read_aloud(path):
    cells = [cell.source.splitlines() for cell in code_cells(read(path))]
    assert max(map(len, cells)) <= LONGEST_CELL
    assert [line for lines in cells for line in lines if len(line) > LONGEST_LINE] == []


def test_the_reader_commits_to_a_guess(path):
    assert any(re.search(r"^guess\w*(, guess\w*)* = ", cell.source) for cell in code_cells(read(path)))


def test_each_figure_has_its_sentence_as_alternative_text_and_under_it(path):
    figures = 0
    for cell in code_cells(read(path)):
        for output, under in zip_longest(cell.outputs, cell.outputs[1:]):
            if "image/png" in output.get("data", {}):
                sentence = output.metadata["image/png"]["alt"]
                assert len(sentence) > 20 and under is not None
                # A line may end after a hyphen, where the sentence has no blank.
                assert text_of(under).replace(" ", "").startswith(sentence.replace(" ", ""))
                figures += 1
    assert figures


def test_an_explorer_leaves_its_picture_and_its_sentence_to_be_compared(path):
    for cell in filter(shows_explorer, code_cells(read(path))):
        assert [set(output.data) for output in cell.outputs] == [{"image/png", "text/plain"}, {"text/plain"}]
        assert "tags" not in cell.metadata


def test_a_claim_is_one_output_that_people_and_programs_read(path):
    settled = [one for one in settled_claims(FOLDER) if one.notebook == path.name]
    outputs = [output for cell in code_cells(read(path)) for output in cell.outputs
               if CLAIM_MIME in output.get("data", {})]
    said = [" ".join(f"{one.id}. {CLAIMS[one.id]} {one.verdict} measured {one.measured}, required {one.required}"
                     .split()) for one in settled]
    assert [text_of(output) for output in outputs] == said
    assert all(set(output.data) == {CLAIM_MIME, "text/plain"} for output in outputs)


def test_links_lead_somewhere(path):
    links = re.findall(r"\]\(([^)#:]+\.ipynb)[^)]*\)", "\n".join(cell.source for cell in read(path).cells))
    assert all((FOLDER / link).exists() for link in links), links
