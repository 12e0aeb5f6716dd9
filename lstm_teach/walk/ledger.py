"""The ledger: the thread's claims, and what the notebooks found, gathered from the saved notebooks.

Nothing is retyped: verdicts and numbers are read from the JSON outputs that `claim` left in the notebooks' cells.
"""

import json
from pathlib import Path
from typing import NamedTuple

from ..checks import complaint
from .claims import CLAIM_MIME, CLAIMS


class Settled(NamedTuple):
    """One claim cell's output: which claim, its verdict, the number it rests on, what was required, and where."""

    id: str
    verdict: str
    measured: str
    required: str
    notebook: str
    cell: str


def settled_claims(folder="."):
    """All claim outputs in the saved notebooks of `folder`, in reading order: a list of `Settled`.

    Raises `ValueError` if the folder holds no notebook.
    """
    # The core (0), the deeper notebooks (D), then the appendices (A), whatever the alphabet says of their names.
    paths = sorted(Path(folder).glob("*.ipynb"), key=lambda path: (path.name[0] == "A", path.name))
    if not paths:
        raise complaint("folder", "a folder with the series' notebooks", str(folder))
    found = []
    for path in paths:
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                record = output.get("data", {}).get(CLAIM_MIME)
                if record:
                    required = " and ".join(
                        f"{name.replace('_', ' ')} {record[name]}" for name in ("at_least", "at_most", "equal_to")
                        if name in record
                    )
                    found.append(
                        Settled(record["id"], record["verdict"], record["measured"], required, path.name, cell["id"])
                    )
    return found


def ledger(folder="."):
    """The ledger as Markdown: every claim of the thread, and under it each verdict with its number and its cell.

    Raises `ValueError` naming the claims that no cell in the notebooks of `folder` settles.
    """
    settled = settled_claims(folder)
    missing = sorted(set(CLAIMS) - {one.id for one in settled}, key=lambda id: int(id[1:]))
    if missing:
        raise complaint("notebooks", "a claim cell for every claim", f"none for {', '.join(missing)}")
    lines = []
    for id, said in CLAIMS.items():
        lines += [f"**{id}.** *{said}*", "", "| verdict | measured | required | cell |", "|---|---|---|---|"]
        for one in settled:
            if one.id == id:
                link = f"[{one.notebook[:2]}]({one.notebook}#cell-id={one.cell})"
                verdict = one.verdict.replace("|", r"\|")  # |h| is not a column
                lines.append(f"| {verdict} | {one.measured} | {one.required} | {link} |")
        lines.append("")
    return "\n".join(lines)
