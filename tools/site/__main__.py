"""Build the reading site into build/site, or into another folder: `python -m tools.site [FOLDER]`.

Nothing is executed and nothing fetched. What the pages are made of is laid out in a folder beside the site first, for
it stands in several places of this project. A page whose sources did not change is not made again.
"""

import sys
from importlib.resources import files
from pathlib import Path

from sphinx.cmd.build import main as sphinx

from ..notebooks import ROOT
from . import api

# What the pages are made of, and what they lead to. The site's own pages and settings are laid on top.
SOURCES = (
    "README.md", "notebooks/[0-9AD]*.ipynb", "teaching/*.md", "coursework/README.md", "coursework/release/*/*.ipynb",
    "pictures/*.png", "pictures/explorers/*.png",
)
# Of MathJax what a page with formulas loads.
MATHJAX = ("tex-chtml.js", "output/chtml/fonts/woff-v2/*")


def sources():
    """Everything the site is made of: {where it stands in the layout: its bytes}."""
    found = {path.relative_to(ROOT): path for pattern in SOURCES for path in ROOT.glob(pattern)}
    own = ROOT / "site"
    found |= {path.relative_to(own): path for path in own.rglob("*") if path.is_file()}
    mathjax = Path(str(files("sphinx-mathjax-offline"))) / "static"
    found |= {"static" / path.relative_to(mathjax): path
              for pattern in MATHJAX for path in (mathjax / "mathjax").glob(pattern) if path.is_file()}
    return {place: path.read_bytes() for place, path in found.items()} | {Path("api.md"): api.page().encode()}


def lay_out(folder, content):
    """Make `folder` hold `content` and nothing else; a file that is there already keeps its date."""
    for path in folder.rglob("*"):
        if path.is_file() and path.relative_to(folder) not in content:
            path.unlink()
    for place, content_of_file in content.items():
        path = folder / place
        if not path.is_file() or path.read_bytes() != content_of_file:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content_of_file)


def build(folder):
    """Build the site into `folder`. Returns Sphinx's exit code: not 0 if there was so much as a warning."""
    folder = Path(folder).resolve()
    layout, pickles = folder.with_name(f"{folder.name}-sources"), folder.with_name(f"{folder.name}-pickles")
    lay_out(layout, sources())
    return sphinx(["--quiet", "--fail-on-warning", "--jobs=2", f"--doctree-dir={pickles}", str(layout), str(folder)])


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build" / "site")
    code = build(target)
    if code == 0:
        print(f"built: open {target / 'index.html'}")
    sys.exit(code)
