"""The form of every notebook. Their outputs are compared with a fresh execution by nbval, in the same pytest run."""

import re

import pytest

from tools.notebooks import FOLDER, PATHS, code_cells, printed, read

pytestmark = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)

LONGEST_CELL, LONGEST_LINE = 16, 105  # JupyterLab cuts off what is longer
OPENING = [r"\A# (0\d|A\d) · .+\n", r"\*\*The question\.\*\*", r"\*\*After this notebook you can\*\*",
           r"\*\*Time:\*\* about \d+ minutes\. \*\*You need:\*\*"]


def test_executed_from_top_to_bottom(path):
    # nbval passes a notebook without execution counts, having compared nothing.
    counts = [cell.execution_count for cell in code_cells(read(path))]
    assert counts and counts == list(range(1, len(counts) + 1))


def test_clean_metadata_and_a_quiet_stderr(path):
    notebook = read(path)
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags"}
    for cell in code_cells(notebook):
        for output in cell.outputs:
            assert output.output_type in ("stream", "display_data", "execute_result") and output.get("name") != "stderr"
            assert "application/vnd.jupyter.widget-view+json" not in output.get("data", {})
            assert not any(key.startswith("image/svg") for key in output.get("data", {}))


def test_opens_by_the_contract(path):
    opening = read(path).cells[0]
    assert opening.cell_type == "markdown"
    for pattern in OPENING:
        assert re.search(pattern, opening.source), f"the first cell lacks {pattern}"


def test_closes_by_the_contract(path):
    cells = read(path).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    assert re.findall("^## .*", text, re.MULTILINE)[-3:] == ["## Verdicts", "## Check yourself", "## Read on"]
    closing = text.split("## Check yourself")[1]
    assert closing.count("<details>") == closing.count("</details>") == 3


def test_cells_are_short_enough_to_read_aloud(path):
    cells = [cell.source.splitlines() for cell in code_cells(read(path))]
    assert max(map(len, cells)) <= LONGEST_CELL
    assert [line for lines in cells for line in lines if len(line) > LONGEST_LINE] == []


def test_the_reader_commits_to_a_guess_and_sees_a_figure_described(path):
    cells = code_cells(read(path))
    assert any(re.search(r"^guess\w*(, guess\w*)* = ", cell.source) for cell in cells)
    figures = [cell for cell in cells if any("image/png" in output.get("data", {}) for output in cell.outputs)]
    assert figures and all(printed(cell).strip() for cell in figures)


def test_explorers_stand_beside_a_still_picture(path):
    cells = code_cells(read(path))
    for before, cell in zip(cells, cells[1:], strict=False):
        if cell.source.startswith("explorers."):
            assert cell.metadata.get("tags") == ["nbval-ignore-output"] and not cell.outputs
            assert ".still(" in before.source


def test_links_lead_somewhere(path):
    links = re.findall(r"\]\(([^)#:]+\.ipynb)[^)]*\)", "\n".join(cell.source for cell in read(path).cells))
    assert all((FOLDER / link).exists() for link in links), links
