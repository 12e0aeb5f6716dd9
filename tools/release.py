"""The notes of a release: `python -m tools.release [TAG]` prints what CHANGELOG.md says of the version.

Ends with a sentence instead where the tag, `pyproject.toml`, `CITATION.cff` and `CHANGELOG.md` do not name one version.
"""

import re
import sys
import tomllib

from .notebooks import ROOT


def version():
    """The version that `pyproject.toml` gives the package."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def notes(tag=None):
    """What the newest section of the changelog says. Raises `ValueError` where something names another version."""
    expected = version()
    if tag not in (None, f"v{expected}"):
        raise ValueError(f"tag: expected v{expected}, as pyproject.toml has it, got {tag}")
    cited = re.findall(r"^version: (.*)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    if cited != [expected]:
        raise ValueError(f"CITATION.cff: expected version {expected}, got {' '.join(cited) or 'none'}")
    newest = re.split(r"^## ", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)[1]
    heading, _, text = newest.partition("\n")
    if heading.partition(",")[0] != expected:
        raise ValueError(f"CHANGELOG.md: expected {expected} as the newest section, got {heading}")
    return text.strip() + "\n"


def main(arguments):
    """Print the notes. Returns what `sys.exit` takes."""
    try:
        print(notes(*arguments[:1]), end="")
    except ValueError as reason:
        return str(reason)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
