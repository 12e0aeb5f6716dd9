"""Open one page with all explorers, without a notebook: `python -m tools.explorers`, or `make explorers`.

Voilà serves explorers/explorers.ipynb, and each visitor gets a process of their own; two are kept ready, with every
picture drawn, so that the page opens at once. Voilà's options may follow: `--no-browser`, `--port=8866`,
`--Voila.ip=0.0.0.0` for other machines. Its settings and the page's template stand beside the notebook.
"""

import os
import sys

from voila.app import Voila

from .notebooks import ROOT

FOLDER = ROOT / "explorers"


def main(options):
    """Serve the page until it is ended."""
    os.chdir(FOLDER)  # where Voilà looks for its settings
    os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, [str(FOLDER), os.environ.get("JUPYTER_PATH")]))
    Voila.launch_instance([*options, "explorers.ipynb"])


if __name__ == "__main__":
    main(sys.argv[1:])
