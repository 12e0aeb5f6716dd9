"""The first study in miniature, run once undisturbed, and a copy of its records to damage."""

import os
import shutil
import time

import pytest

from tests.study.miniature import TOTAL, finish

# On Windows nothing can be forked: what forks, ends and confines processes as Unix does is not tried there.
collect_ignore = [] if hasattr(os, "fork") else ["coursework", "notebooks/test_sabotage.py", "study/test_run.py"]


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory, request):
    """Its records, made by the first worker that needs them; the others wait. Nobody writes to this folder."""
    base = tmp_path_factory.getbasetemp()
    home = (base.parent if hasattr(request.config, "workerinput") else base) / "study"
    folder, done = home / "new" / "folder", home / "done"
    try:
        home.mkdir()
    except FileExistsError:
        for _ in range(1200):
            if done.exists():
                break
            time.sleep(0.1)
        assert done.read_text(encoding="utf-8") == "made", "the worker that ran the study failed"
        return folder
    outcome = "failed"
    try:
        code, out, err = finish(folder)
        assert code == 0 and f"{TOTAL} records made; all {TOTAL} are there" in out and "min left" in err
        outcome = "made"
    finally:
        (home / "done.tmp").write_text(outcome, encoding="utf-8")
        os.replace(home / "done.tmp", done)
    return folder


@pytest.fixture
def copy(undisturbed, tmp_path):
    shutil.copytree(undisturbed, tmp_path / "copy")
    return tmp_path / "copy"
