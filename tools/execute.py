"""Execute the notebooks in place: `python -m tools.execute [name.ipynb ...]`.

A notebook is written back only when all its cells ran without an error and without a word on stderr, and only when
something in it changed. What changes from run to run without meaning anything (timestamps, widget ids, the Python
version) is not kept, so executing twice gives the same bytes.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from .notebooks import EXPLORERS, PATHS

WIDGET = "application/vnd.jupyter.widget-view+json"
READERS = ("08_parameters_tanh_only_against_gated", "A1_the_ledger")
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}


def execute(path, kernel="python3"):
    """Execute one notebook; return a complaint, or None when it ran. Leaves the file alone when it did not.

    `kernel` is the name of a Jupyter kernel that is installed.
    """
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, timeout=120, kernel_name=kernel, record_timing=False, resources={"metadata": {"path": path.parent}},
        extra_arguments=["--log-level=ERROR"],  # a remark of the kernel about itself is not the notebook's
    )
    try:
        client.execute()
    except Exception as error:  # whatever a cell raised: it is reported under the notebook's name
        return f"{path.name}: {error}"
    for cell in notebook.cells:
        outputs = cell.get("outputs", [])
        for output in outputs:
            if output.get("name") == "stderr":
                return f"{path.name}: a cell wrote to stderr: {output['text']}"
        if cell.cell_type == "code":
            for output in outputs:
                output.get("data", {}).pop(WIDGET, None)  # what stands beside it remains
            cell.outputs = _joined(outputs)
        # A tag says how a cell is tested; an output may be hidden until the reader runs the cell.
        cell.metadata = {key: cell.metadata[key] for key in ("tags", "jupyter") if cell.metadata.get(key)}
    # A page that is served without its notebook has a title of its own.
    notebook.metadata = METADATA | {key: notebook.metadata[key] for key in ("title",) if key in notebook.metadata}
    text = nbformat.writes(notebook) + "\n"
    if text != path.read_text(encoding="utf-8"):
        path.write_text(text, encoding="utf-8")
        print(f"{path.name}: executed, changed")
    else:
        print(f"{path.name}: executed, the same")


def _joined(outputs):
    """Neighbouring pieces of one stream made one: where the kernel cuts what a cell prints depends on the moment."""
    joined = []
    for output in outputs:
        if joined and output.output_type == joined[-1].output_type == "stream" and output.name == joined[-1].name:
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined


def execute_all(paths, kernel="python3"):
    """Execute notebooks in place, two at a time; return the complaints."""
    complaints = []
    # Some read the verdicts that others saved: 08 those of the notebooks before it, the ledger those of all.
    for late in (None, *READERS):
        now = [path for path in paths if (path.stem == late if late else path.stem not in READERS)]
        with ThreadPoolExecutor(2) as pool:
            complaints += filter(None, pool.map(execute, now, repeat(kernel)))
    return complaints


def main(names):
    """Execute the named notebooks, or all of them. Returns the exit code."""
    every = {path.name: path for path in [*PATHS, EXPLORERS]}
    unknown = [name for name in names if Path(name).name not in every]
    if unknown:
        sys.exit(f"expected some of {', '.join(every)}; got {', '.join(unknown)}")
    complaints = execute_all([every[Path(name).name] for name in names] or list(every.values()))
    print(*complaints, sep="\n", file=sys.stderr, end="\n" if complaints else "")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
