"""The wheel in an environment of its own: with nothing of this checkout, and the oldest versions that it admits."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import tomllib
from zipfile import ZipFile

import pytest
from packaging.version import Version

from tests.explorers.moves import EXPLORERS
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
# A kernel for each that connects, in a fork of a process that has others' packages imported, which takes most of a
# second. Ours is imported in each anew, and so is pyplot, which asks on import what kernel it is in.
KERNELS = """
import os, signal, socket, sys
import ipykernel.kernelapp, ipykernel.zmqshell, ipywidgets, matplotlib.backends.backend_agg, matplotlib.figure
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
listening = socket.socket(socket.AF_UNIX)
listening.bind(sys.argv[1])
listening.listen()
print("ready", flush=True)
while True:
    asking = listening.accept()[0]
    if os.fork() == 0:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        folder, *arguments = asking.recv(4096).decode().split("\\n")
        os.chdir(folder)
        ipykernel.kernelapp.launch_new_instance(argv=arguments)
        os._exit(0)
    asking.close()
"""
# What Jupyter takes for the kernel: it lives as long as that does.
ASK = """
import os, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect(sys.argv[1])
    server.sendall("\\n".join([os.getcwd(), *sys.argv[2:]]).encode())
    server.recv(1)
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


@pytest.fixture
def kernel_command(programs):
    """The command by which Jupyter starts a kernel of the environment; where nothing can be forked, each from anew."""
    python = str(programs / "python")
    if not hasattr(os, "fork"):
        yield [python, "-I", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return
    with tempfile.TemporaryDirectory() as folder:  # pytest's own may be longer than the name of a socket
        path = os.path.join(folder, "kernels")
        # As a kernel has it that sets it for itself; here Matplotlib is imported before there is one.
        own = os.environ | {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
        with subprocess.Popen([python, "-I", "-c", KERNELS, path], stdout=subprocess.PIPE, encoding="utf-8", env=own,
                              start_new_session=True) as server:
            assert server.stdout.readline() == "ready\n"
            try:
                yield [python, "-I", "-S", "-c", ASK, path, "-f", "{connection_file}"]
            finally:
                os.killpg(server.pid, signal.SIGKILL)


def test_every_notebook_runs_and_its_claims_hold(kernel_command, laid, tmp_path):
    kernel = tmp_path / "kernels" / "wheel" / "kernel.json"
    kernel.parent.mkdir(parents=True)
    told = {"argv": kernel_command, "display_name": "wheel", "language": "python"}
    kernel.write_text(json.dumps(told), encoding="utf-8")
    assert {path.name for path in laid.glob("*.ipynb")} == {path.name for path in PATHS}
    # In a process of its own: nbclient leaves its loops to the garbage collector, of which pytest complains.
    done = run(sys.executable, "-c", EXECUTE, laid, cwd=ROOT, env=os.environ | {"JUPYTER_PATH": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    assert all(f"{path.name}: executed" in done.stdout for path in PATHS)
