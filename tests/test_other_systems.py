"""What can be tried of Windows here: it lacks modules that Unix has, and has an encoding of its own for a pipe."""

import os
import subprocess
import sys

from tools.notebooks import ROOT

# Of Python's library, what Windows lacks. Other people's packages may import it: they know where they are.
UNIX = ["crypt", "fcntl", "grp", "posix", "pty", "pwd", "readline", "resource", "syslog", "termios", "tty"]
# The walk through JupyterHub makes users of a Linux machine.
LINUX = ["walk_hub"]
# Makers of committed files; each needs a package of its own, which no environment here has.
MAKERS = ["make_digits", "make_nino", "make_text_lstm", "second_implementation"]
IMPORT_ALL = f"""
import builtins, importlib, pkgutil
usual, ours, found = builtins.__import__, ("lstm_teach", "tools", "grading"), []

def as_on_windows(name, globals=None, locals=None, fromlist=(), level=0):
    importer = (globals or {{}}).get("__name__", "")
    if level == 0 and name.partition(".")[0] in {UNIX} and importer.partition(".")[0] in ours:
        raise ModuleNotFoundError(f"{{importer}} imports {{name}}")
    return usual(name, globals, locals, fromlist, level)

builtins.__import__ = as_on_windows
for package in map(importlib.import_module, ours):
    for one in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        # A worker runs at once, and is tried by whatever is graded.
        if one.name.rpartition(".")[2] not in ["__main__", "worker", *{LINUX}, *{MAKERS}]:
            importlib.import_module(one.name)
            found.append(one.name)
print(*found)
"""


def test_every_module_can_be_imported_without_the_modules_that_unix_alone_has():
    paths = os.pathsep.join(map(str, (ROOT, ROOT / "coursework")))
    done = subprocess.run([sys.executable, "-c", IMPORT_ALL], env=os.environ | {"PYTHONPATH": paths}, cwd=ROOT,
                          capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert {"lstm_teach.explorers.race", "lstm_teach.study.executors", "grading.sandbox", "tools.lab"} <= set(
        done.stdout.split())


def test_a_studys_report_is_utf_8_in_a_pipe_too():
    done = subprocess.run([sys.executable, "-m", "lstm_teach.studies.second", "report"], cwd=ROOT, check=True,
                          env=os.environ | {"PYTHONIOENCODING": "cp1252"}, capture_output=True, encoding="utf-8")
    assert "σ" in done.stdout
