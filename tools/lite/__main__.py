"""Build the site that runs the series in a browser, into build/site/lite: `python -m tools.lite`.

JupyterLite is JupyterLab as files for any web server; its kernel is Pyodide, Python compiled for the browser. Python,
NumPy and Matplotlib come to the reader from the address that the installed kernel names. All else is in the site: the
notebooks with their data, this package, and what it needs that Pyodide does not have.
"""

import json
import shutil
import subprocess
import sys
from html import escape
from importlib.metadata import version
from os.path import relpath
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory

from lstm_teach.__main__ import lay

from ..notebooks import EXPLORERS, FOLDER, PATHS, ROOT, read
from .addresses import explorer_addresses, notebook_address

SITE = ROOT / "build" / "site" / "lite"
# What the package needs, by where it comes from.
OF_PYODIDE = ("numpy", "matplotlib", "contourpy", "tqdm", "typing-extensions")
OWN_WHEELS = ("anywidget", "comm", "ipywidgets", "psygnal")
# The parts of JupyterLab that belong to the widgets and to the kernel; what else is installed here stays here.
KERNEL = "@jupyterlite/pyodide-kernel-extension"
EXTENSIONS = ("@jupyter-widgets/jupyterlab-manager", "anywidget", KERNEL)


def collect_wheels(folder):
    """Build the package's own wheel into `folder`, and get those of `OWN_WHEELS` in the versions installed here."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", f"--wheel-dir={folder}", str(ROOT)], check=True)
    pure = ["--only-binary=:all:", "--platform=any", "--implementation=py", "--abi=none"]
    wanted = [f"{name}=={version(name)}" for name in OWN_WHEELS]
    subprocess.run([*pip, "download", "--no-deps", *pure, f"--dest={folder}", *wanted], check=True)


def settings(wheels):
    """What JupyterLite's pages read: these files in pypi/ are loaded as the kernel starts, and PyPI is never asked.

    So the first cell's `import lstm_teach` works. Pyodide takes an address as seen from the kernel's own program.
    """
    to_wheels = relpath("pypi", f"extensions/{KERNEL}/static").replace("\\", "/")
    packages = [*OF_PYODIDE, *(f"{to_wheels}/{wheel}" for wheel in wheels)]
    kernel = {"disablePyPIFallback": True, "loadPyodideOptions": {"packages": packages}}
    config = {"appName": "Why the sigmoid?", "litePluginSettings": {f"{KERNEL}:kernel": kernel}}
    return {"jupyter-lite-schema-version": 0, "jupyter-config-data": config}


def recipe():
    """What JupyterLite's builder reads. It takes the notebooks from files/ and the wheels from pypi/ by itself."""
    extensions = Path(sys.prefix) / "share" / "jupyter" / "labextensions"
    return {"LiteBuildConfig": {
        "apps": ["lab", "repl"], "no_sourcemaps": True, "no_unused_shared_packages": True,
        "ignore_sys_prefix": ["federated_extensions"],
        "federated_extensions": [str(extensions / name) for name in EXTENSIONS],
    }}


def first_page():
    """The page that leads to every notebook and every explorer, as HTML."""
    notebooks = [(notebook_address(path.name), read(path).cells[0].source.splitlines()[0].removeprefix("# "))
                 for path in PATHS]
    titles = [cell.source.split("## ")[1].splitlines()[0] for cell in read(EXPLORERS).cells if "## " in cell.source]
    links = {name: "\n".join(f'<li><a href="{escape(address)}">{escape(title)}</a></li>' for address, title in found)
             for name, found in (("notebooks", notebooks),
                                 ("explorers", zip(explorer_addresses().values(), titles, strict=True)))}
    return Template(Path(__file__).with_name("first_page.html").read_text(encoding="utf-8")).substitute(links)


def build(site):
    """Build the site into the folder `site`, in place of what is there. What a program complains about goes through."""
    with TemporaryDirectory() as work:
        work = Path(work)
        collect_wheels(work / "pypi")
        lay(FOLDER, work / "files")
        wheels = sorted(path.name for path in (work / "pypi").iterdir())
        for name, content in (("jupyter-lite", settings(wheels)), ("jupyter_lite_config", recipe())):
            (work / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
        subprocess.run([sys.executable, "-m", "jupyterlite_core", "build", "--output-dir=site"], cwd=work, check=True,
                       stdout=subprocess.DEVNULL)
        (work / "site" / "index.html").write_text(first_page(), encoding="utf-8")
        if site.exists():
            shutil.rmtree(site)
        shutil.move(work / "site", site)


if __name__ == "__main__":
    build(SITE)
    size = sum(path.stat().st_size for path in SITE.rglob("*") if path.is_file())
    print(f"{SITE}: {size / 1e6:.0f} MB. To try it: {sys.executable} -m http.server --directory {SITE}")
