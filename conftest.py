"""For every test, also of a notebook: one thread for each process, one worker too many, the longest files first."""

import os
from pathlib import Path

import pytest

# Tests run side by side, and their products are small: OpenBLAS's own threads would wait for each other, spinning.
# Read when NumPy loads, here and in every process that a test starts.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

# xdist hands out files in the order of their tests. The short ones come last, so that all workers end together.
LONGEST_FIRST = (
    "tests/coursework/test_nbgrader.py",
    "tests/explorers/test_browser.py",
    "tests/wheel/test_wheel.py",
    "tests/study/test_run.py",
    "tests/coursework/test_wrong.py",
    "tests/coursework/test_hostile.py",
    "tests/notebooks/test_sabotage.py",
)
_ROOT = Path(__file__).parent


@pytest.hookimpl(optionalhook=True)  # xdist's
def pytest_xdist_auto_num_workers():
    """One more than there are cores: a test of the browser, or of a limit of time, waits for most of its own."""
    return os.cpu_count() + 1


def pytest_collection_modifyitems(items):
    place = {_ROOT / name: k for k, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))
