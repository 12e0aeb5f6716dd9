"""A Python that has NumPy and the standard library, but `lstm_teach` only where the assignment allows it.

The two scripts that execute a submission import this before any package is importable (`python -S`).
"""

import sys
import sysconfig
from importlib.abc import MetaPathFinder

ALLOWED = {"4_count_match_compare"}  # done with lstm_teach; all others are written in NumPy alone


class _Refuse(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "lstm_teach":
            raise ImportError("lstm_teach is not there when this notebook is marked: write it in NumPy.")
        return None


def command(script, assignment):
    """The command line, a list, that starts a script for this assignment; more arguments may follow.

    Without `lstm_teach` means without `site`, which is what makes an editable install importable.
    """
    site = [] if assignment in ALLOWED else ["-S"]
    return [sys.executable, *site, str(script), sysconfig.get_paths()["purelib"], assignment]


def enter():
    """In the script: make packages importable as far as the assignment goes. Returns the arguments that follow."""
    packages, assignment, *rest = sys.argv[1:]
    sys.path[0] = ""  # the submission's own folder in place of this one
    if packages not in sys.path:
        sys.path.append(packages)
    if assignment not in ALLOWED:
        sys.meta_path.insert(0, _Refuse())
    return rest
