"""The command `lstm-teach`: lay the notebooks with their data into a folder, and open them in JupyterLab.

    lstm-teach [FOLDER] [--no-lab]
"""

import argparse
import os
import sys
from importlib.util import find_spec
from pathlib import Path

from .place import notebooks_folder

FOLDER = "why_the_sigmoid"


def lay(source, folder):
    """Copy the series' notebooks and their data from `source` to `folder`, and nothing over a file that is there.

    Returns three lists of names, relative to `folder`: the files laid, those that were there already, and those that
    were there and differ. Raises `OSError` if `folder` cannot be written to.
    """
    laid, there, different = [], [], []
    for path in sorted([*source.glob("*.ipynb"), *source.glob("data/*")]):
        name, content = path.relative_to(source), path.read_bytes()
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with open(target, "xb") as file:
                file.write(content)
            laid.append(name.as_posix())
        except FileExistsError:
            same = target.is_file() and target.read_bytes() == content
            (there if same else different).append(name.as_posix())
    return laid, there, different


def open_lab(folder, notebook):
    """Open a notebook of `folder` in JupyterLab. Returns when that ends; at once, with a sentence, if it is missing."""
    if find_spec("jupyterlab") is None:
        return f"JupyterLab, which opens them, is not installed: get it with {sys.executable} -m pip install jupyterlab"
    from jupyterlab.labapp import main  # only here, since it may be missing

    os.chdir(folder)
    # Jupyter refuses to run as root unless told so; containers usually are root.
    root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return main([*root, notebook])


def main(arguments=None):
    """Carry out the command line. Returns what `sys.exit` takes: None, or a sentence about what went wrong."""
    parser = argparse.ArgumentParser(
        "lstm-teach", description='Lay the notebooks of "Why the sigmoid?" into a folder and open them in JupyterLab. '
        "What is in the folder already is kept as it is.")
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER, help=f"the folder (default: {FOLDER})")
    parser.add_argument("--no-lab", action="store_true", help="only lay them")
    given = parser.parse_args(arguments)
    try:
        laid, there, different = lay(notebooks_folder(), given.folder)
    except OSError as error:
        return f"{given.folder}: the notebooks cannot be laid there ({error.strerror})"
    print(f"{given.folder}: {len(laid)} files laid, {len(there)} there already")
    if different:
        print("Kept as they are, though they differ from the series' own (which you get in another folder):")
        print(*different, sep="\n")
    return None if given.no_lab else open_lab(given.folder, min(laid + there + different))


if __name__ == "__main__":
    sys.exit(main())
