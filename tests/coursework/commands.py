"""Commands of nbgrader and of the course, each in a fork of a process that has nbgrader imported: two seconds' work.

Neither that process nor this module imports anything of ours: a command's folder says which course it belongs to.
"""

import multiprocessing
import os
import runpy
import sys
import tempfile
from pathlib import Path

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["nbgrader.apps"])


def run(module, arguments, folder, environment):
    """What `python -m module arguments` in a folder comes to: its exit code, and both its streams as one text."""
    with tempfile.TemporaryDirectory() as own:
        log = Path(own) / "log"
        process = PROCESSES.Process(target=_as_main, args=(module, arguments, str(folder), environment, log))
        process.start()
        process.join()
        return process.exitcode, log.read_text(encoding="utf-8")


def _as_main(module, arguments, folder, environment, log):
    with open(log, "w", encoding="utf-8") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv, sys.path = [module, *arguments], [folder, *sys.path]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
