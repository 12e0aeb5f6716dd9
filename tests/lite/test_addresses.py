"""The addresses of the site that runs the notebooks, and the settings of its pages; nothing is built."""

from urllib.parse import parse_qs, urlsplit

from tests.explorers.moves import EXPLORERS
from tools.lite.__main__ import EXTENSIONS, KERNEL, OF_PYODIDE, first_page, recipe, settings
from tools.lite.addresses import explorer_addresses, notebook_address
from tools.notebooks import PATHS


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
    assert page.count('<li><a href="repl/') == len(EXPLORERS) and "$" not in page
