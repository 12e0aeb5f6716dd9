"""For every test, also of a notebook: one thread for each process, one worker too many, the longest files first."""

import gc
import os
import sys
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from tests.kernels import kernels

# Tests run side by side, and their products are small: OpenBLAS's own threads would wait for each other, spinning.
# Read when NumPy loads, here and in every process that a test starts.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

# Matplotlib's figures are full of cycles: looked for less often, they take a tenth less of a test of pictures.
gc.set_threshold(50_000, 20, 20)

# xdist hands out files in the order of their tests. The short ones come last, so that all workers end together.
LONGEST_FIRST = [Path(__file__).parent / "tests" / name for name in (
    "coursework/test_nbgrader.py",
    "explorers/test_browser.py",
    "lite/test_lite.py",
    "site/test_site.py",
    "wheel/test_wheel.py",
    "study/test_run.py",
    "coursework/test_wrong.py",
    "coursework/test_slips.py",
    "coursework/test_hostile.py",
    "notebooks/test_sabotage.py",
)]
assert all(path.exists() for path in LONGEST_FIRST), "a file of this list has another name now"


@pytest.hookimpl(optionalhook=True)  # xdist's
def pytest_xdist_auto_num_workers():
    """One more than there are cores: a test of the browser, or of a limit of time, waits for most of its own."""
    return os.cpu_count() + 1


LASTING = ExitStack()  # what ends with the session


@cache
def start_kernels():
    """From here on the kernels that notebooks ask for are forked."""
    os.environ["JUPYTER_PATH"] = LASTING.enter_context(kernels(sys.executable, "python3"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    if item.path.suffix == ".ipynb" or item.path.name in ("test_browser.py", "test_page.py"):
        start_kernels()


def pytest_unconfigure():
    LASTING.close()


def pytest_collection_modifyitems(items):
    place = {path: k for k, path in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))
