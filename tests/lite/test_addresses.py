"""The addresses of the site that runs the notebooks, and the settings of its pages; nothing is built."""

import json
import re
import shutil
import subprocess
from html import unescape
from importlib.metadata import version
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.explorers.moves import EXPLORERS
from tools.lite import __main__ as lite
from tools.lite.__main__ import EXTENSIONS, KERNEL, OF_PYODIDE, OWN_WHEELS, first_page, recipe, settings
from tools.lite.addresses import explorer_addresses, notebook_address
from tools.notebooks import EXPLORERS as NOTEBOOK
from tools.notebooks import PATHS, ROOT, read


def test_a_notebook_is_opened_by_its_name_whatever_is_in_it():
    assert notebook_address("03_silence.ipynb") == "lab/index.html?path=03_silence.ipynb"
    assert parse_qs(urlsplit(notebook_address("a b&c.ipynb")).query) == {"path": ["a b&c.ipynb"]}


def test_an_explorers_address_holds_the_program_that_shows_it_and_no_code_is_to_be_seen():
    found = explorer_addresses()
    assert set(found) == set(EXPLORERS)
    for name, address in found.items():
        assert address.startswith("repl/index.html?")
        query = parse_qs(urlsplit(address).query)
        (code,) = query.pop("code")
        assert query == {"kernel": ["python"], "toolbar": ["0"], "showBanner": ["0"], "clearCellsOnExecute": ["1"],
                         "hideCodeInput": ["1"]}
        compile(code, name, "exec")
        imported, shown = code.split(f"\nexplorers.{name}(")
        assert "from lstm_teach import explorers" in imported and "explorers." not in shown


def test_the_kernel_is_told_its_packages_and_to_ask_nobody_for_others():
    plugins = settings(["b-1-py3-none-any.whl"])["jupyter-config-data"]["litePluginSettings"]
    assert plugins == {f"{KERNEL}:kernel": {"disablePyPIFallback": True, "loadPyodideOptions": {"packages": [
        *OF_PYODIDE, "../../../../pypi/b-1-py3-none-any.whl"]}}}


def test_of_what_is_installed_here_the_widgets_and_the_kernel_go_along():
    config = recipe()["LiteBuildConfig"]
    assert config["apps"] == ["lab", "repl"] and config["ignore_sys_prefix"] == ["federated_extensions"]
    taken = [path.replace("\\", "/").partition("/labextensions/")[2] for path in config["federated_extensions"]]
    assert taken == list(EXTENSIONS) and {"anywidget", KERNEL} < set(taken)


def test_the_first_page_names_notebooks_and_explorers_by_their_titles():
    page = first_page()
    for path in PATHS:
        assert f'<a href="lab/index.html?path={path.name}">{path.name[:2]} · ' in page
    titles = dict(re.findall(r'<a id="(\w+)"></a>\n\n## (.*)', "\n".join(cell.source for cell in read(NOTEBOOK).cells)))
    links = re.findall(r'<li><a href="(repl/.*)">(.*)</a></li>', page)
    assert len(links) == page.count('<li><a href="repl/') == len(EXPLORERS) and "$" not in page
    assert [tuple(map(unescape, link)) for link in links] == [
        (address, titles[name]) for name, address in explorer_addresses().items()
    ]
    assert f"<h1>{settings([])['jupyter-config-data']['appName']} " in page
    assert not re.search("&(?!amp;|lt;|gt;|quot;|#x27;)", page)


def test_the_wheels_are_our_own_and_those_of_the_versions_installed_here(monkeypatch):
    asked = []
    monkeypatch.setattr(subprocess, "run", lambda command, check: asked.append(command) if check else None)
    lite.collect_wheels(Path("pypi"))
    ours, others = asked
    assert ours[-1] == str(ROOT) and "--wheel-dir=pypi" in ours and "--dest=pypi" in others
    assert "--no-deps" in ours and "--no-deps" in others
    assert others[-len(OWN_WHEELS):] == [f"{name}=={version(name)}" for name in OWN_WHEELS]


def test_a_site_takes_the_place_of_the_old_one_and_one_that_was_not_finished_does_not(tmp_path, monkeypatch):
    def collect(folder):
        folder.mkdir()
        for name in "dbeca":
            (folder / f"{name}.whl").touch()

    def builder(command, cwd, check, **_):
        (cwd / "site").mkdir()
        if check and not finishes:
            raise subprocess.CalledProcessError(1, command)
        for path in cwd.glob("*.json"):
            shutil.copy(path, cwd / "site")

    monkeypatch.setattr(lite, "collect_wheels", collect)
    monkeypatch.setattr(subprocess, "run", builder)
    site, finishes = tmp_path / "lite", False
    site.mkdir()
    (site / "old").touch()
    with pytest.raises(subprocess.CalledProcessError):
        lite.build(site)
    assert [path.name for path in site.iterdir()] == ["old"]
    finishes = True
    lite.build(site)
    assert {path.name for path in site.iterdir()} == {"index.html", "jupyter-lite.json", "jupyter_lite_config.json"}
    told, to_builder = (json.loads((site / name).read_text(encoding="utf-8"))
                        for name in ("jupyter-lite.json", "jupyter_lite_config.json"))
    assert told == settings(["a.whl", "b.whl", "c.whl", "d.whl", "e.whl"]) and to_builder == recipe()
