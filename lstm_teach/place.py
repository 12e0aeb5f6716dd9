"""Where this package lies: in a checkout of the project, or installed.

The notebooks tell. In a checkout they lie beside the package, where they are edited; a wheel carries them inside it.
"""

from pathlib import Path

PACKAGE = Path(__file__).parent


def is_checkout(package=PACKAGE):
    """Whether the package is run from a checkout, whose files are the user's to change: not from an installation."""
    return not (package / "notebooks").is_dir() and (package.parent / "notebooks").is_dir()


def notebooks_folder(package=PACKAGE):
    """The folder with the series' notebooks and their data."""
    return (package.parent if is_checkout(package) else package) / "notebooks"
