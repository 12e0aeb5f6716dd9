"""JupyterLab in Chromium, for the browser tests, the benchmark of the explorers and their screenshots."""

import io
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from contextlib import chdir, contextmanager, redirect_stdout
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import lstm_teach.widgets
from lstm_teach import plots, widgets

from .notebooks import FOLDER, PATHS, code_cells, read

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
          "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]
_SETTINGS = {"notification": {"fetchNews": "false", "checkForUpdates": False}}


@contextmanager
def server(folder, home):
    """A JupyterLab server on the loopback that shows a copy of the notebooks in `folder`. Yields address and token.

    Its settings and its log stand in the folder `home`. The server ends with the block, also when that raises.
    """
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__"))
    settings = home / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    for name, setting in _SETTINGS.items():
        (settings / f"{name}.jupyterlab-settings").write_text(json.dumps(setting))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token, address = secrets.token_hex(16), f"http://127.0.0.1:{port}"
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}",
        "--ServerApp.port_retries=0", f"--ServerApp.root_dir={folder}", f"--IdentityProvider.token={token}",
        "--expose-app-in-browser",
    ]
    own = {"JUPYTER_CONFIG_DIR": home / "config", "JUPYTERLAB_SETTINGS_DIR": home / "settings",
           "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces", "JUPYTER_RUNTIME_DIR": home / "runtime",
           "IPYTHONDIR": home / "ipython", "MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    with open(home / "server.log", "w") as log:
        process = subprocess.Popen(command, env=os.environ | {key: str(value) for key, value in own.items()},
                                   stdout=log, stderr=log)
        try:
            _wait_for(address, token, process, home / "server.log")
            yield address, token
        finally:
            process.terminate()  # the server ends its kernels
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for(address, token, process, log, seconds=90):
    for _ in range(4 * seconds):
        if process.poll() is not None:
            break
        try:
            with urlopen(f"{address}/api/status?token={token}", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.25)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")


@contextmanager
def chromium(width=1280, height=900):
    """A page of the system's Chromium, headless. Yields the page and a list that gathers what goes wrong in it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_QUIET)
        try:
            page = browser.new_page(viewport={"width": width, "height": height})
            page.set_default_timeout(60_000)
            wrong = []
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.on("console", lambda message: message.type == "error" and wrong.append(
                f"{message.text} {message.location.get('url')}"))
            yield page, wrong
        finally:
            browser.close()


def open_notebook(page, address, token, name):
    """Open a notebook in a workspace of its own, with the sidebar folded, and wait for its kernel."""
    page.goto(f"{address}/lab/workspaces/{secrets.token_hex(4)}/tree/{name}?token={token}")
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.wait_for_function(f"() => {_PANEL}.sessionContext?.session?.kernel?.status === 'idle'")
    page.evaluate("() => jupyterapp.shell.collapseLeft()")


_PANEL = "jupyterapp.shell.currentWidget"


def run_all(page):
    """Run all cells, scroll to the explorer, and return it. Raises `AssertionError` when a cell raised."""
    page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_function(f"() => {_PANEL}.sessionContext.session.kernel.status === 'idle'")
    failed = page.evaluate(
        f"() => {_PANEL}.content.model.toJSON().cells.flatMap(cell => cell.outputs ?? [])"
        ".filter(output => output.output_type === 'error').map(output => output.ename + ': ' + output.evalue)"
    )
    assert not failed, failed
    return find(page)


def find(page):
    """Scroll to the notebook's explorer and return it, once its picture is there."""
    place = page.evaluate(
        f"() => {_PANEL}.content.widgets.findIndex(cell => /^widgets\\./m.test(cell.model.sharedModel.source))"
    )
    page.evaluate(f"place => {_PANEL}.content.scrollToItem(place, 'start')", place)
    found = page.locator(".lstm-explorer")
    found.locator(".lstm-picture img[alt]").wait_for()
    return found


def press_through(page, found, mirror):
    """Move every control by keyboard alone, Tab leading from one to the next. Yields (control's name, alt text).

    `mirror` is the same explorer without a browser, whose controls are set to what the keys must do.
    """
    first = True
    for control in mirror.controls.values():
        if first:
            found.locator("input, select").first.focus()
            first = False
        else:
            page.keyboard.press("Tab")
        name = page.evaluate("() => (document.activeElement.labels?.[0] ?? document.activeElement).textContent")
        assert name == control.description, (name, control.description)
        if hasattr(control, "max"):
            up = control.value < control.max
            page.keyboard.press("ArrowRight" if up else "ArrowLeft")
            control.value += control.step if up else -control.step
        elif hasattr(control, "options"):
            for key, index in (("ArrowDown", control.index + 1), ("End", len(control.options) - 1)):
                page.keyboard.press(key)
                control.index = index
                yield control.description, mirror.words()
        else:
            page.keyboard.press("Control+a")
            page.keyboard.type("+ . e d")
            page.keyboard.press("Enter")
            control.value = "+ . e d"
        yield control.description, mirror.words()
        if hasattr(control, "max"):
            page.keyboard.press("Tab")
            assert page.evaluate("() => document.activeElement.getAttribute('aria-label')") == f"{name}, typed"


class Mirror:
    """The explorer of a notebook in this process: its picture, its controls by name, and what it must say."""

    def __init__(self, path):
        sources = [cell.source for cell in code_cells(read(path))]
        place = next(k for k, source in enumerate(sources) if "widgets." in source)
        names, self.name = {"widgets": widgets}, sources[place].split("widgets.")[1].split("(")[0]
        original = lstm_teach.widgets.explorer

        def note(picture, question, presets=None, only=None, **controls):
            self.picture, self.controls = picture, controls
            return original(picture, question, presets, only, **controls)

        lstm_teach.widgets.explorer = note
        try:
            with chdir(FOLDER), redirect_stdout(io.StringIO()):
                try:
                    exec(sources[place], names)
                except NameError:  # it shows something that the cells above it made
                    for source in sources[:place + 1]:
                        exec(source, names)
        finally:
            lstm_teach.widgets.explorer = original

    def words(self):
        return plots.still(self.picture, **{name: one.value for name, one in self.controls.items()}).get_label()


def with_explorer():
    """The notebooks that have an explorer."""
    return [path for path in PATHS if any("widgets." in cell.source and "= " not in cell.source.split("widgets.")[0]
            and "import" not in cell.source for cell in code_cells(read(path)))]


def scratch(name):
    """A new folder that the operating system cleans up."""
    import tempfile

    return Path(tempfile.mkdtemp(prefix=name))
