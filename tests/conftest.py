"""The first study in miniature, run once undisturbed, and a copy of its records to damage."""

import os
import shutil

import pytest

from tests.study.miniature import TOTAL, finish

# On Windows nothing can be forked: what forks, ends and confines processes as Unix does is not tried there.
collect_ignore = [] if hasattr(os, "fork") else ["coursework", "notebooks/test_sabotage.py", "study/test_run.py"]


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study") / "new" / "folder"
    code, out, err = finish(folder)
    assert code == 0 and f"{TOTAL} records made; all {TOTAL} are there" in out and "min left" in err
    return folder


@pytest.fixture
def copy(undisturbed, tmp_path):
    shutil.copytree(undisturbed, tmp_path / "copy")
    return tmp_path / "copy"
