"""JupyterLab in Chromium, for the browser tests, the benchmark of the explorers and their screenshots."""

import io
import json
import os
import re
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

from .notebooks import FOLDER, PATHS, code_cells, read, shows_explorer, taken_by

# The shell first: the same browser without windows, which spares a tenth of a test's time.
_BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, _BROWSERS)), None)
_QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
          "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]
_SETTINGS = {  # no news, and no notebook saved behind a test's back
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "docmanager-extension/plugin": {"autosave": False},
}


@contextmanager
def server(home):
    """A JupyterLab server on the loopback that shows a copy of the notebooks. Yields address and token.

    The copy, its settings and its log stand in the folder `home`. The server ends with the block, also when that
    raises.
    """
    home = Path(home)
    folder = home / "notebooks"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints", "__pycache__"))
    for name, setting in _SETTINGS.items():
        path = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(setting), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token, address = secrets.token_hex(16), f"http://127.0.0.1:{port}"
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}",
        "--ServerApp.port_retries=0", f"--ServerApp.root_dir={folder}", f"--IdentityProvider.token={token}",
        "--expose-app-in-browser", "--LanguageServerManager.autodetect=False",  # it asks npm and node what is there
    ]
    own = {"JUPYTER_CONFIG_DIR": home / "config", "JUPYTERLAB_SETTINGS_DIR": home / "settings",
           "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces", "JUPYTER_RUNTIME_DIR": home / "runtime",
           "IPYTHONDIR": home / "ipython", "MPLBACKEND": "module://matplotlib_inline.backend_inline"}
    with open(home / "server.log", "w", encoding="utf-8") as log:
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
    told = log.read_text(encoding="utf-8", errors="replace")
    raise RuntimeError(f"JupyterLab did not start:\n{told[-3000:]}")


@contextmanager
def chromium(width=1280, height=900):
    """A page of the system's Chromium, headless. Yields the page and a list that gathers what goes wrong in it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_QUIET)
        try:
            page = browser.new_page(viewport={"width": width, "height": height})
            page.set_default_timeout(180_000)
            wrong = []
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.on("console", lambda message: message.type == "error" and wrong.append(
                f"{message.text} {message.location.get('url')}"))
            yield page, wrong
        finally:
            browser.close()


def open_notebook(page, address, token, name):
    """Open a notebook, with the sidebar folded, and wait for its kernel.

    A page that shows JupyterLab already closes what it shows, unsaved, and is not loaded again.
    """
    if page.url.startswith(address):
        page.evaluate(f"""async name => {{
            const shown = {_PANEL};
            await shown.sessionContext.shutdown();
            shown.dispose();
            await jupyterapp.commands.execute('docmanager:open', {{ path: name }});
        }}""", name)
    else:
        page.goto(f"{address}/lab/workspaces/{secrets.token_hex(4)}/tree/{name}?token={token}")
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    wait_for(page, f"() => {_PANEL}?.sessionContext?.session?.kernel?.status === 'idle'")
    page.evaluate("() => jupyterapp.shell.collapseLeft()")


def wait_for(page, condition, **options):
    """Wait until a JavaScript function is true, asked ten times a second: Playwright's own way draws a frame for it."""
    page.wait_for_function(condition, polling=100, **options)


_PANEL = "jupyterapp.shell.currentWidget"


def run_all(page):
    """Run all cells, scroll to the explorer, and return it. Raises `AssertionError` when a cell raised."""
    page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")
    return _ran(page)


def run_for_explorer(page, path):
    """Run only the cells that a notebook's explorer takes, scroll to it, and return it. Raises as `run_all` does."""
    page.evaluate(f"""async sources => {{
        const content = {_PANEL}.content;
        for (const source of sources) {{
            content.activeCellIndex = content.widgets.findIndex(cell => cell.model.sharedModel.source === source);
            await jupyterapp.commands.execute('notebook:run-cell');
        }}
    }}""", [cell.source for cell in cells_of_explorer(path)])
    return _ran(page)


def _ran(page):
    wait_for(page, f"() => {_PANEL}.sessionContext.session.kernel.status === 'idle'")
    failed = page.evaluate(
        f"() => {_PANEL}.content.model.toJSON().cells.flatMap(cell => cell.outputs ?? [])"
        ".filter(output => output.output_type === 'error').map(output => output.ename + ': ' + output.evalue)"
    )
    assert not failed, failed
    return find(page)


def find(page):
    """Scroll to the notebook's explorer and return it, once its picture is there."""
    found = outputs_of_explorer(page).locator(".lstm-explorer")
    found.locator(".lstm-picture img[alt]").wait_for()
    return found


def outputs_of_explorer(page):
    """Scroll to the cell of the notebook's explorer and return where its outputs stand, once there is a picture."""
    place = page.evaluate(
        f"() => {_PANEL}.content.widgets.findIndex(cell => /^explorers\\./.test(cell.model.sharedModel.source))"
    )
    page.evaluate(f"place => {_PANEL}.content.scrollToItem(place, 'start')", place)
    outputs = page.locator(f'.jp-Cell[data-windowed-list-index="{place}"] .jp-Cell-outputWrapper')
    outputs.locator("img").wait_for()
    return outputs


def explorer_source(path):
    """The cell of a notebook that shows its explorer, or None."""
    return next((cell.source for cell in code_cells(read(path)) if shows_explorer(cell)), None)


def explorer_name(path):
    """The name of a notebook's explorer in `lstm_teach.explorers`."""
    return re.match(r"explorers\.(\w+)", explorer_source(path))[1]


def cells_of_explorer(path):
    """The code cells that a notebook's explorer takes, its own last."""
    return taken_by(shows_explorer, code_cells(read(path)))


def explorer_of(path):
    """The explorer of a notebook, made anew in this process from the cells that it takes."""
    names, (*before, own) = {}, cells_of_explorer(path)
    with chdir(FOLDER), redirect_stdout(io.StringIO()):
        for cell in before:
            exec(cell.source, names)
        return eval(own.source, names)


def with_explorer():
    """The notebooks that have an explorer."""
    return [path for path in PATHS if explorer_source(path)]
