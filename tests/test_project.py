"""The project as a whole: what it installs, what it imports, and what must not stand in its files."""

import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import distributions, metadata

import pytest
import yaml
from packaging.specifiers import SpecifierSet

from tools import release
from tools.notebooks import PATHS, ROOT


def requirement(text):
    """Split "name>=1,<2" into its name and the set of its bounds."""
    name, bounds = re.fullmatch(r"([A-Za-z0-9_-]+)(.*)", text.replace(" ", "")).groups()
    return name.lower(), frozenset(filter(None, bounds.split(",")))


def test_environment_agrees_with_pyproject():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert environment["channels"] == ["conda-forge"]
    *conda, pip = environment["dependencies"]
    assert pip == {"pip": ["--editable ."]}
    listed = dict(map(requirement, conda))
    assert listed.pop("pip") == set()
    needed = dict(map(requirement, project["dependencies"]))
    lab, tests = (dict(map(requirement, project["optional-dependencies"][name])) for name in ("lab", "test"))
    one_python = listed.pop("python")  # a single one: Binder takes another Python for a range
    assert one_python in ({f"=3.{minor}"} for minor in range(11, 15)) and project["requires-python"] == ">=3.11,<3.15"
    assert listed == needed | lab | {"nbval": tests["nbval"]}
    assert {"jupyterlab", "numpy", "matplotlib", "ipywidgets", "nbval", "tqdm"} <= set(listed)


def test_containers_have_the_python_of_environment_yml():
    """Binder's repo2docker takes it by this pattern, and no other file here may tell it another way to build."""
    environment = (ROOT / "environment.yml").read_text(encoding="utf-8")
    (python,) = re.findall(r"^ +- python\s*=+\s*(\d+\.\d+)$", environment, re.MULTILINE)
    others = {"Dockerfile", "Project.toml", "REQUIRE", "default.nix", "DESCRIPTION", "install.R", "binder", ".binder"}
    assert not others & {path.relative_to(ROOT).parts[0] for path in tracked()}
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    assert container["image"].startswith(f"python:{python}-") and f"python{python}" in container["postCreateCommand"]


def test_who_installs_without_make_is_told_all_that_make_test_installs():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    asked = re.findall(r"^\$\(VENV\)/\.ready(?:-test)?:.*\n.*'\.\[(.*)\]'$", makefile, re.MULTILINE)
    extras = {extra for one in asked for extra in one.split(",")}
    assert len(asked) == 2
    for file in (".github/workflows/tests.yml", "CONTRIBUTING.md"):
        (told,) = re.findall(r'"\.\[(.*)\]"', (ROOT / file).read_text(encoding="utf-8"))
        assert set(told.split(",")) == extras, file


def test_constraints_pin_every_requirement():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    lines = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r'[A-Za-z0-9._-]+==[\w.]+(; python_version [<>=]+ "3\.\d+")?', line) for line in lines)
    pinned = {line.split("==")[0].lower().replace("_", "-") for line in lines}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for text in sum(project["optional-dependencies"].values(), project["dependencies"]):
        assert requirement(text)[0] in pinned


def test_every_pin_is_to_be_had_for_the_first_python_that_is_named():
    """Not only for the newest 3.11: with a pin that a system's own one cannot have, pip searches for minutes."""
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        name = line.partition("==")[0]
        if line.startswith("#") or ";" in line or not list(distributions(name=name)):
            continue
        needed = metadata(name).get("Requires-Python", "")
        assert SpecifierSet(needed).contains("3.11.2"), f"{line} needs Python {needed}"


def run(code):
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, encoding="utf-8").stdout


def test_importing_the_package_loads_numpy_only_and_little_else():
    loaded = run("import sys, lstm_teach; print(*sys.modules)").split()
    assert "numpy" in loaded and not {"matplotlib", "ipywidgets", "IPython", "tqdm"} & set(loaded)

    # Counted in imported modules, not in seconds: the same on every machine.
    alone = len(run("import sys, numpy; print(*sys.modules)").split())
    assert len(loaded) <= 1.5 * alone


def tracked():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, encoding="utf-8").stdout
    return [ROOT / name for name in listed.splitlines() if (ROOT / name).is_file()]


def test_no_path_of_a_machine_and_no_download_address():
    paths, packages = "/home/|/Users/|/root/|/work/|/tmp/", "whl|tgz|deb|tar[.]gz"
    forbidden = re.compile(rf"({paths})\w|index[-]url|https?://\S+[.]({packages})\b")
    texts = {".py", ".md", ".toml", ".yml", ".txt", ".ipynb", ".json", ".csv", ""}
    for path in tracked():
        if path.suffix in texts and path.name != "test_project.py":
            found = forbidden.search(path.read_text(encoding="utf-8"))
            assert not found, f"{path.name}: {found[0]}"


def test_one_version_everywhere_and_no_release_where_one_differs():
    assert release.notes(f"v{release.version()}").startswith("- ")
    for tag in ("v0", release.version()):
        with pytest.raises(ValueError, match=f"^tag: expected v.* got {tag}$"):
            release.notes(tag)


def test_a_release_prints_its_notes_or_ends_with_a_sentence_that_says_why_not(capsys):
    assert release.main([f"v{release.version()}", "more"]) is None and capsys.readouterr().out == release.notes()
    assert release.main([]) is None and capsys.readouterr().out == release.notes()
    assert release.main(["v0"]).startswith("tag: expected v") and capsys.readouterr().out == ""


@pytest.mark.parametrize("file, by", [
    ("CITATION.cff", "version: 9"), ("CITATION.cff", rf"version: {release.version()}\nversion: 9"),
    ("CHANGELOG.md", "## 9, another"), ("CHANGELOG.md", f"## {release.version()}9, another"),
])
def test_a_file_with_another_version_is_named(tmp_path, monkeypatch, file, by):
    for name in ("pyproject.toml", "CITATION.cff", "CHANGELOG.md"):
        shutil.copy(ROOT / name, tmp_path)
    text = (tmp_path / file).read_text(encoding="utf-8")
    (tmp_path / file).write_text(re.sub(r"(?m)^(version: |## ).*$", by, text), encoding="utf-8")
    monkeypatch.setattr(release, "ROOT", tmp_path)
    with pytest.raises(ValueError, match=f"^{file}: expected .* got .*9"):
        release.notes()
    (tmp_path / "CITATION.cff").write_text("title: without a version\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"^CITATION.cff: expected version .*, got none$"):
        release.notes()


def test_the_readme_shows_the_notebooks_own_pictures():
    from tools.make_pictures import PICTURES, picture

    assert {path.name for path in (ROOT / "pictures").glob("*.png")} == set(PICTURES)
    for file_name, source in PICTURES.items():
        assert (ROOT / "pictures" / file_name).read_bytes() == picture(*source), "run make notebooks"


def test_the_readme_leads_to_every_notebook():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert all((ROOT / link).exists() for link in links)
    assert {f"notebooks/{path.name}" for path in PATHS} <= set(links)


def without_encoding(source):
    """The lines of a program's calls that read or write text in whatever encoding the system has for its own."""
    found = []
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and "encoding" not in (given := {word.arg for word in call.keywords}):
            name = getattr(call.func, "attr", None) or getattr(call.func, "id", None)
            of_path = isinstance(call.func, ast.Attribute)
            words = [*call.args, *(word.value for word in call.keywords if word.arg == "mode")]
            texts = [word.value for word in words if isinstance(getattr(word, "value", None), str)]
            binary = any("b" in text and set(text) <= set("rwxab+") for text in texts)
            other = of_path and getattr(call.func.value, "id", None) in ("Image", "os", "tarfile")
            program = name in ("run", "Popen", "check_output") and given & {"text", "universal_newlines"}
            if program or (name == "open" and not binary and not other) or (
                of_path and name in ("read_text", "write_text") and len(call.args) == (name == "write_text")
            ):
                found.append(call.lineno)
    return sorted(found)


def test_text_is_read_and_written_as_utf_8_whatever_the_system():
    for refused in ('open(p)', 'open(p, "w")', "p.open()", 'p.open("r+")', "p.read_text()", "p.write_text(text)",
                    "subprocess.run(command, text=True)", 'open(p, mode="a")'):
        assert without_encoding(refused) == [1], refused
    for taken in ('open(p, "rb")', 'p.open("wb")', 'open(p, mode="r+b")', 'open(p, encoding="utf-8")',
                  'p.write_text(text, "utf-8")', 'subprocess.run(command, encoding="utf-8")', "Image.open(p)",
                  "tarfile.open(p)", "np.savez(p, text=text)"):
        assert without_encoding(taken) == [], taken
    found = {path.relative_to(ROOT).as_posix(): without_encoding(path.read_text(encoding="utf-8"))
             for path in tracked() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] != "coursework"}
    assert {path: lines for path, lines in found.items() if lines} == {}


@pytest.mark.skipif(shutil.which("make") is None, reason="no make here; the README says how to do without")
def test_make_lists_all_that_it_can_do():
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)[1].split()
    for words in (["make", "--no-print-directory"], ["make", "--no-print-directory", "help"]):
        listed = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, encoding="utf-8").stdout.splitlines()
        assert sorted(line.split()[1] for line in listed) == sorted(phony)
        assert all(len(line.split()) > 3 for line in listed)
