"""The site that runs the series in a browser: what is in it, what it leaves to Pyodide, and its kernel at work.

The kernel is tried with the Pyodide that it names, from npm. That has no compiled packages: NumPy and Matplotlib are
missing here, and whatever needs them. PYODIDE=FOLDER names a whole distribution, and a notebook is run with it.
"""

import functools
import hashlib
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import zipfile
from email.parser import Parser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import nbformat
import pytest
from jupyterlite_pyodide_kernel.constants import PYODIDE_VERSION
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name, parse_wheel_filename

from tests.explorers.moves import EXPLORERS
from tools import lab
from tools.lite.__main__ import KERNEL, OF_PYODIDE, build
from tools.lite.addresses import explorer_addresses, notebook_address
from tools.notebooks import FOLDER, PATHS, read, text_of

IN_CI = bool(os.environ.get("CI"))
# Parts of ipywidgets for the browser alone: the site has them as extensions.
FOR_THE_BROWSER = {"jupyterlab-widgets", "widgetsnbextension"}
OF_THE_KERNEL = ("micropip", "ipython", "jedi")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built") / "lite"
    build(folder)
    return folder


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The folder of Pyodide's npm package: Python and the list of all packages of the distribution, but not these."""
    if shutil.which("npm") is None:
        (pytest.fail if IN_CI else pytest.skip)("no npm here, which has Pyodide")
    folder = tmp_path_factory.mktemp("npm")
    subprocess.run(["npm", "pack", "--silent", f"pyodide@{PYODIDE_VERSION}"], cwd=folder, check=True,
                   stdout=subprocess.DEVNULL)
    shutil.unpack_archive(next(folder.glob("*.tgz")), folder, filter="data")
    return folder / "package"


@pytest.fixture(scope="module")
def lock(package):
    return json.loads((package / "pyodide-lock.json").read_text(encoding="utf-8"))


def settings_of(site):
    config = json.loads((site / "jupyter-lite.json").read_text(encoding="utf-8"))["jupyter-config-data"]
    return config["litePluginSettings"][f"{KERNEL}:kernel"]


def wheels_of(site):
    """What the site's wheels say of themselves, by name."""
    found = {}
    for path in (site / "pypi").glob("*.whl"):
        with zipfile.ZipFile(path) as wheel:
            (name,) = (name for name in wheel.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name))
            told = Parser().parsestr(wheel.read(name).decode())
        assert {tag.platform for tag in parse_wheel_filename(path.name)[3]} == {"any"}  # no compiled code
        found[canonicalize_name(told["Name"])] = told
    return found


def test_the_notebooks_and_their_data_are_all_there_and_nothing_else(site):
    there = {path.relative_to(site / "files").as_posix(): path.read_bytes()
             for path in (site / "files").rglob("*") if path.is_file()}
    assert there == {path.relative_to(FOLDER).as_posix(): path.read_bytes()
                     for path in [*PATHS, *(FOLDER / "data").iterdir()]}
    listed = json.loads((site / "api" / "contents" / "all.json").read_text(encoding="utf-8"))["content"]
    assert {one["name"] for one in listed} == {path.name for path in PATHS} | {"data"}


def test_nothing_that_only_a_debugger_reads_is_in_the_site_for_it_is_more_than_all_the_rest(site):
    assert list(site.rglob("*.map")) == []


def test_the_kernel_loads_every_wheel_of_the_site_and_asks_pypi_for_nothing(site):
    settings = settings_of(site)
    loaded = settings["loadPyodideOptions"]["packages"]
    program = site / "extensions" / KERNEL / "static"
    assert list(program.glob("comlink.worker.*.js"))  # the addresses are seen from here
    files = {(program / name).resolve() for name in loaded if name.endswith(".whl")}
    assert files == set((site / "pypi").resolve().glob("*.whl")) and len(files) == 5
    assert {name for name in loaded if not name.endswith(".whl")} == set(OF_PYODIDE)
    assert settings["disablePyPIFallback"] is True and "pyodideUrl" not in settings


def test_all_that_the_package_needs_is_loaded_in_a_version_that_it_admits(site, lock):
    wheels, pyodides = wheels_of(site), {name: one["version"] for name, one in lock["packages"].items()}
    browser = {"python_full_version": lock["info"]["python"], "python_version": lock["info"]["python"][:4],
               "sys_platform": "emscripten", "platform_system": "Emscripten", "extra": ""}
    # Pyodide loads what its own packages need, and the kernel brings IPython with what that needs.
    loaded = set(OF_PYODIDE) | set(wheels) | {"ipython", "traitlets"}
    for told in wheels.values():
        assert SpecifierSet(told["Requires-Python"] or "").contains(lock["info"]["python"])
        for needed in map(Requirement, told.get_all("Requires-Dist") or []):
            name = canonicalize_name(needed.name)
            if name in FOR_THE_BROWSER or (needed.marker and not needed.marker.evaluate(browser)):
                continue
            assert name in loaded, f"{told['Name']} needs {needed}"
            version = wheels[name]["Version"] if name in wheels else pyodides[name]
            assert needed.specifier.contains(version), f"{told['Name']} needs {needed}, there is {version}"


def test_the_first_page_leads_to_every_notebook_and_to_every_explorer(site):
    page = (site / "index.html").read_text(encoding="utf-8").replace("&amp;", "&")
    assert set(explorer_addresses()) == set(EXPLORERS)
    addresses = [*(notebook_address(path.name) for path in PATHS), *explorer_addresses().values()]
    paths = [parse_qs(urlsplit(address).query)["path"][0] for address in addresses[:len(PATHS)]]
    assert paths == [path.name for path in PATHS]
    assert [link for link in re.findall(r'href="([^"]+)"', page) if "index.html" in link] == addresses
    for address in addresses:
        assert (site / urlsplit(address).path).is_file()


def packages_of_the_kernel(lock):
    """The packages that the kernel and `OF_PYODIDE` need, by the lock: {name: what the lock says}."""
    found, names = {}, [*OF_PYODIDE, *OF_THE_KERNEL]
    while names:
        name = canonicalize_name(names.pop())
        if name not in found:
            found[name] = lock["packages"][name]
            names += found[name]["depends"]
    return found


@pytest.fixture(scope="module")
def pyodide(package, lock):
    """The npm package's folder, with all that PyPI has for it: what is not compiled."""
    pure = {name: one for name, one in packages_of_the_kernel(lock).items() if one["file_name"].endswith("-any.whl")}
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--platform=any",
         "--ignore-requires-python", f"--dest={package}", *(f"{name}=={one['version']}" for name, one in pure.items())],
        check=True)
    for one in pure.values():  # Pyodide packs the same wheels anew, hence with other digests
        one["sha256"] = hashlib.sha256((package / one["file_name"]).read_bytes()).hexdigest()
    (package / "pyodide-lock.json").write_text(json.dumps(lock), encoding="utf-8")
    return package


class Files(http.server.SimpleHTTPRequestHandler):
    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".mjs": "text/javascript",
                      ".wasm": "application/wasm"}

    def log_message(self, *_):
        pass


@pytest.fixture
def serve(site, tmp_path):
    """A function that serves the site with a Pyodide that lies in a folder here. Returns its address."""
    servers = []

    def served(pyodide):
        shutil.copytree(site, tmp_path / "site")
        (tmp_path / "site" / "pyodide").symlink_to(pyodide)
        config = json.loads((site / "jupyter-lite.json").read_text(encoding="utf-8"))
        config["jupyter-config-data"]["exposeAppInBrowser"] = True
        kernel = config["jupyter-config-data"]["litePluginSettings"][f"{KERNEL}:kernel"]
        kernel["pyodideUrl"] = "./pyodide/pyodide.mjs"
        for own in Path(pyodide).glob("piplite-*.whl"):  # an older Pyodide's own installer
            kernel["pipliteWheelUrl"] = f"./pyodide/{own.name}"
        (tmp_path / "site" / "jupyter-lite.json").write_text(json.dumps(config), encoding="utf-8")
        servers.append(http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(Files, directory=str(tmp_path / "site"))))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}/"

    yield served
    for server in servers:
        server.shutdown()
        server.server_close()


# The explorers' own slider and picture, without the rest of the package: that needs NumPy.
PROBE = """
import sys, struct, zlib, importlib.metadata, importlib.util, os, anywidget, ipywidgets
names = "anywidget", "comm", "ipywidgets", "lstm-teach", "psygnal", "tqdm", "typing-extensions"
print(sys.platform, *(importlib.metadata.version(name) for name in names), *sorted(os.listdir()))
place = importlib.metadata.distribution("lstm-teach").locate_file("lstm_teach/explorers/controls.py")
spec = importlib.util.spec_from_file_location("controls", place)
controls = importlib.util.module_from_spec(spec)
spec.loader.exec_module(controls)
width, picture = controls.whole_slider("width", 3, 1, 9), controls.Picture()
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
def draw(_change=None):
    head = struct.pack(">IIBBBBB", width.value, 1, 8, 0, 0, 0, 0)
    body = zlib.compress(bytes(1 + width.value))
    picture.size, picture.words = [width.value, 1], f"{width.value} pixels"
    picture.png = b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
width.observe(draw, "value")
draw()
ipywidgets.VBox([width, picture])
"""


@pytest.mark.skipif(lab.CHROMIUM is None and not IN_CI, reason="no Chromium here")
def test_the_kernel_starts_has_our_wheels_and_a_slider_moves_a_picture(site, pyodide, serve):
    address = serve(pyodide)
    probe = re.sub("code=.*", "", next(iter(explorer_addresses().values())))
    with lab.chromium() as (page, _wrong):
        page.goto(f"{address}{probe}code=" + "".join(f"%{byte:02X}" for byte in PROBE.encode()))
        picture = page.locator(".lstm-picture img")
        picture.wait_for(state="attached", timeout=180_000)
        said = page.locator(".jp-OutputArea-output pre").first.inner_text().split()
        wheels = wheels_of(site)
        assert said[:6] == ["emscripten", *(wheels[name]["Version"] for name in
                                            ("anywidget", "comm", "ipywidgets", "lstm-teach", "psygnal"))]
        assert {path.name for path in PATHS} | {"data"} <= set(said)  # the notebooks' folder is the kernel's
        for width, key in ((3, None), (4, "ArrowRight")):
            if key:
                page.locator("input[type=range]").focus()
                page.keyboard.press(key)
            page.wait_for_function("words => document.querySelector('.lstm-picture img').alt === words",
                                   arg=f"{width} pixels")
            assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == width


@pytest.mark.skipif("PYODIDE" not in os.environ, reason="PYODIDE=FOLDER names no whole distribution of Pyodide")
def test_notebook_03_runs_whole_and_says_what_is_saved(serve):
    address, notebook = serve(os.environ["PYODIDE"]), FOLDER / "03_silence.ipynb"
    with lab.chromium() as (page, _wrong):
        page.set_default_timeout(300_000)
        page.goto(address + notebook_address(notebook.name))
        page.wait_for_selector(".jp-Notebook .jp-Cell")
        session = "jupyterapp.shell.currentWidget?.sessionContext?.session"
        page.wait_for_function(f"() => {session}?.kernel?.status === 'idle'")
        lab.run_all(page)
        cells = page.evaluate("() => jupyterapp.shell.currentWidget.content.model.toJSON().cells")
    now, saved = ([" ".join(map(text_of, cell.outputs)).strip() for cell in one if "outputs" in cell]
                  for one in (nbformat.from_dict(cells), read(notebook).cells))
    assert len(now) == len(saved) > 10
    assert now[1:] == saved[1:]  # the first cell may say that Matplotlib gathers its fonts
