"""The wheel in an environment of its own: with nothing of this checkout, and the oldest versions that it admits."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from zipfile import ZipFile

import pytest
from packaging.version import Version

from tests.explorers.moves import EXPLORERS
from tests.kernels import kernels
from tools.notebooks import INSTALL, PATHS, ROOT, code_cells, read

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# Where the oldest version that pyproject.toml admits has no wheel for a newer Python: the first that has one.
FIRST_WHEELS = {
    (3, 13): {"numpy": "2.1.0", "contourpy": "1.3.0"},
    (3, 14): {"numpy": "2.3.2", "contourpy": "1.3.3", "matplotlib": "3.10.5"},
}
EXECUTE = """
import sys
from pathlib import Path
from tools.execute import execute_all
sys.exit("\\n".join(execute_all(sorted(Path(sys.argv[1]).glob("*.ipynb")), kernel="wheel")) or None)
"""
# The notebooks' first cell in IPython, as if the package were not there.
FIRST_CELL = f"""
import importlib.util
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
importlib.util.find_spec = lambda name: None
shell.run_cell({INSTALL!r}).raise_error()
"""


def oldest():
    """The oldest version of each requirement of the package: a mapping from name to version."""
    versions = dict(re.fullmatch(r"([\w-]+)>=([\d.]+)", text).groups() for text in PROJECT["dependencies"])
    return versions | FIRST_WHEELS.get(sys.version_info[:2], {})


def run(*command, **options):
    """Run a command to its end; returns what came of it, both streams as text."""
    return subprocess.run([str(part) for part in command], capture_output=True, encoding="utf-8", **options)


def succeed(*command):
    done = run(*command)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    done = run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def programs(wheel, request):
    """The folder of programs of an environment that holds the wheel, its requirements at their oldest, and a kernel.

    What is not the wheel's own is kept between runs in pytest's cache, and made anew when the versions change.
    """
    home = request.config.cache.mkdir("wheel") / "environment"
    versions, stamp = oldest(), home / "versions.txt"
    asked = "".join(f"{name}=={version}\n" for name, version in versions.items()) + f"# Python {sys.version}\n"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != asked:
        succeed(sys.executable, "-m", "venv", "--without-pip", "--clear", home)
        install(home, *(f"{name}=={version}" for name, version in versions.items()), "ipykernel")
        # ipywidgets 7 brings JupyterLab, by way of the classic notebook. Here the package is tried without it.
        pip(home, "uninstall", "--yes", "jupyterlab")
        stamp.write_text(asked, encoding="utf-8")
    install(home, "--no-deps", "--force-reinstall", wheel)
    return home / ("Scripts" if os.name == "nt" else "bin")


def pip(home, *command):
    succeed(sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", home, *command)


def install(home, *what):
    # Not compiled: that is done on import, and most of what comes along is never imported.
    pip(home, "install", "--only-binary=:all:", "--no-compile", *what)


@pytest.fixture(scope="module")
def laid(programs, tmp_path_factory):
    """The folder into which the command of the wheel laid the notebooks."""
    folder = tmp_path_factory.mktemp("reader") / "series"
    succeed(programs / "lstm-teach", folder, "--no-lab")
    return folder


def test_the_wheel_holds_the_package_and_the_notebooks_and_nothing_else(wheel):
    names = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "lstm_teach", "notebooks"],
                           cwd=ROOT, check=True, capture_output=True, encoding="utf-8").stdout.splitlines()
    expected = {re.sub("^notebooks/", "lstm_teach/notebooks/", name) for name in names if (ROOT / name).is_file()}
    with ZipFile(wheel) as content:
        held = {name for name in content.namelist() if ".dist-info/" not in name}
    assert held == expected
    kinds = {name.rpartition(".")[2] for name in held}
    assert {"ipynb", "jsonl", "npz", "js", "css", "mplstyle"} <= kinds
    assert wheel.stat().st_size <= 6_000_000


def test_the_environment_is_as_old_as_admitted_and_holds_nothing_of_the_checkout(programs):
    asked = "import importlib.metadata as m, json, lstm_teach, lstm_teach.place as p, sys;" \
        "print(json.dumps([lstm_teach.__file__, p.is_checkout(), {n: m.version(n) for n in sys.argv[1:]}]))"
    file, is_checkout, versions = json.loads(succeed(programs / "python", "-I", "-c", asked, *oldest()))
    assert file.startswith(str(programs.parent)) and not is_checkout
    assert {name: Version(version) for name, version in versions.items()} == {
        name: Version(version) for name, version in oldest().items()}


@pytest.mark.parametrize("beside", [True, False])
def test_the_notebooks_first_cell_installs_the_wheel_that_lies_beside_them(wheel, tmp_path, beside):
    if beside:
        shutil.copy(wheel, tmp_path)
    into = tmp_path / "packages"
    own = {"PIP_TARGET": into, "PIP_NO_INDEX": 1, "PIP_NO_DEPS": 1, "IPYTHONDIR": tmp_path / "ipython"}
    done = run(sys.executable, "-c", FIRST_CELL, cwd=tmp_path,
               env=os.environ | {name: str(value) for name, value in own.items()})
    assert done.returncode == 0, done.stderr
    assert (into / "lstm_teach" / "notebooks" / "00_the_question.ipynb").is_file() == beside
    assert ("No matching distribution found for lstm-teach" in done.stdout + done.stderr) == (not beside)


def test_without_jupyterlab_the_command_lays_the_notebooks_and_says_how_to_get_it(programs, tmp_path):
    done = run(programs / "lstm-teach", cwd=tmp_path)
    assert done.returncode == 1 and len(done.stderr.splitlines()) == 1 and "-m pip install jupyterlab" in done.stderr
    folder = tmp_path / "why_the_sigmoid"
    assert {path.name for path in folder.glob("*.ipynb")} == {path.name for path in PATHS}
    assert (folder / "data" / "nino.npz").read_bytes() == (ROOT / "notebooks" / "data" / "nino.npz").read_bytes()


def test_every_explorer_stands_in_a_notebook():
    """So that executing all notebooks, below, makes all explorers."""
    source = "\n".join(cell.source for path in PATHS for cell in code_cells(read(path)))
    assert set(re.findall(r"\bexplorers\.(\w+)\(", source)) == set(EXPLORERS)


def test_every_notebook_runs_and_its_claims_hold(programs, laid):
    assert {path.name for path in laid.glob("*.ipynb")} == {path.name for path in PATHS}
    # In a process of its own: nbclient leaves its loops to the garbage collector, of which pytest complains.
    with kernels(programs / "python", "wheel") as folder:
        done = run(sys.executable, "-c", EXECUTE, laid, cwd=ROOT, env=os.environ | {"JUPYTER_PATH": folder})
    assert done.returncode == 0, done.stderr
    assert all(f"{path.name}: executed" in done.stdout for path in PATHS)
