"""How every notebook is saved, that of the explorers' page too: nbval compares their outputs in the same pytest run."""

import pytest

from tools.notebooks import EXPLORERS, PATHS, code_cells, read

pytestmark = pytest.mark.parametrize("path", [*PATHS, EXPLORERS], ids=lambda path: path.stem)


def test_executed_from_top_to_bottom(path):
    # nbval passes a notebook without execution counts, having compared nothing.
    counts = [cell.execution_count for cell in code_cells(read(path))]
    assert counts and counts == list(range(1, len(counts) + 1))


def test_clean_metadata_and_a_quiet_stderr(path):
    notebook = read(path)
    assert set(notebook.metadata) == {"kernelspec", "language_info"} | ({"title"} if path == EXPLORERS else set())
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags", "jupyter"}
    for cell in code_cells(notebook):
        for output in cell.outputs:
            assert output.output_type in ("stream", "display_data", "execute_result") and output.get("name") != "stderr"
            assert "application/vnd.jupyter.widget-view+json" not in output.get("data", {})
            assert not any(key.startswith("image/svg") for key in output.get("data", {}))
