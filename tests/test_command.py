"""The command lstm-teach: it lays the notebooks, never over a file, and opens them; and where the package lies."""

import os
import socket
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from lstm_teach.__main__ import main
from lstm_teach.place import is_checkout, notebooks_folder
from tools.notebooks import FOLDER, PATHS, ROOT

FILES = {path.name for path in PATHS} | {f"data/{path.name}" for path in (FOLDER / "data").iterdir()}


def files(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_lays_the_checkouts_notebooks_with_their_data_byte_by_byte(tmp_path, capsys):
    assert main([str(tmp_path / "series"), "--no-lab"]) is None
    assert files(tmp_path / "series") == {name: (FOLDER / name).read_bytes() for name in FILES}
    assert capsys.readouterr().out == f"{tmp_path / 'series'}: {len(FILES)} files laid, 0 there already\n"


def test_the_folder_without_a_name_is_made_where_one_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    main(["--no-lab"])
    assert set(files(tmp_path / "why_the_sigmoid")) == FILES


def test_what_is_there_is_kept_and_what_differs_is_named(tmp_path, capsys):
    main([str(tmp_path), "--no-lab"])
    ours = {"00_the_question.ipynb": b"my own", "data/README.md": b"", "my_guesses.json": b"[]"}
    for name, content in ours.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "01_saturation.ipynb").unlink()
    capsys.readouterr()
    main([str(tmp_path), "--no-lab"])
    assert {name: files(tmp_path)[name] for name in ours} == ours
    first, second, *named = capsys.readouterr().out.splitlines()
    assert first.endswith(f": 1 files laid, {len(FILES) - 3} there already") and second.startswith("Kept as they are")
    assert named == ["00_the_question.ipynb", "data/README.md"]
    assert (tmp_path / "01_saturation.ipynb").read_bytes() == (FOLDER / "01_saturation.ipynb").read_bytes()


def test_a_folder_or_a_link_in_a_files_place_is_kept(tmp_path, capsys):
    (tmp_path / "00_the_question.ipynb").mkdir()
    (tmp_path / "01_saturation.ipynb").symlink_to(tmp_path / "elsewhere")
    main([str(tmp_path), "--no-lab"])
    assert capsys.readouterr().out.splitlines()[2:] == ["00_the_question.ipynb", "01_saturation.ipynb"]
    assert not (tmp_path / "elsewhere").exists()


def test_a_place_where_nothing_can_be_laid_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    for place in (tmp_path / "file", tmp_path / "file" / "inside"):
        assert main([str(place), "--no-lab"]).startswith(f"{place}: the notebooks cannot be laid there (")
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_opens_the_first_notebook_in_jupyterlab(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {"JUPYTER_PORT": port, "JUPYTER_TOKEN": "secret", "BROWSER": "true", "JUPYTER_RUNTIME_DIR": tmp_path / "run",
           "JUPYTER_CONFIG_DIR": tmp_path / "config", "JUPYTERLAB_WORKSPACES_DIR": tmp_path / "workspaces"}
    with open(tmp_path / "log", "w", encoding="utf-8") as log:
        process = subprocess.Popen([sys.executable, "-m", "lstm_teach", "series"], cwd=tmp_path, stdout=log, stderr=log,
                                   env=os.environ | {name: str(value) for name, value in own.items()})
        try:
            answer = wait_for(f"http://127.0.0.1:{port}/lab/tree/00_the_question.ipynb?token=secret", process)
            pages = [path.read_text(encoding="utf-8") for path in (tmp_path / "run").glob("*.html")]
        finally:
            process.terminate()
            process.wait(20)
    assert answer == 200, (tmp_path / "log").read_text(encoding="utf-8")
    assert any("/lab/tree/00_the_question.ipynb" in page for page in pages)  # what the browser is sent to


def wait_for(address, process, seconds=60):
    for _ in range(4 * seconds):
        if process.poll() is not None:
            break
        try:
            with urlopen(address, timeout=5) as answer:
                return answer.status
        except (URLError, OSError):
            time.sleep(0.25)


@pytest.mark.parametrize("beside, inside, checkout", [(True, False, True), (False, True, False), (True, True, False),
                                                      (False, False, False)])
def test_a_checkout_has_its_notebooks_beside_the_package_and_a_wheel_inside(tmp_path, beside, inside, checkout):
    package = tmp_path / "lstm_teach"
    package.mkdir()
    for there, folder in ((beside, tmp_path), (inside, package)):
        if there:
            (folder / "notebooks").mkdir()
    assert is_checkout(package) == checkout
    assert notebooks_folder(package) == (tmp_path if checkout else package) / "notebooks"


def test_this_is_a_checkout():
    assert is_checkout() and notebooks_folder() == ROOT / "notebooks"
