"""Where the site opens what, as seen from its first page: for that page, and for pages elsewhere that lead to it."""

import re
from urllib.parse import quote, urlencode

from ..notebooks import EXPLORERS, code_cells, read


def notebook_address(name):
    """Where a notebook, such as "03_silence.ipynb", is opened in JupyterLab."""
    return f"lab/index.html?{urlencode({'path': name})}"


def explorer_addresses():
    """Where each explorer is opened, without a notebook: {its name in `lstm_teach.explorers`: address}.

    The address holds the program that shows it.
    """
    first, *shows = (cell.source for cell in code_cells(read(EXPLORERS)))
    quiet = {"kernel": "python", "toolbar": 0, "showBanner": 0, "clearCellsOnExecute": 1, "hideCodeInput": 1}
    addresses = {}
    for source in shows:
        name = re.search(r"^explorers\.(\w+)", source, re.MULTILINE)[1]
        code = f"{first}\n{source}"
        addresses[name] = f"repl/index.html?{urlencode(quiet | {'code': code}, quote_via=quote)}"
    return addresses
