"""The page with all explorers, as Voilà serves it: in Chromium, by keyboard, for several visitors."""

import os
import re
import socket
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.explorers.moves import EXPLORERS
from tools import lab
from tools.lite.addresses import explorer_addresses
from tools.notebooks import EXPLORERS as NOTEBOOK
from tools.notebooks import ROOT, code_cells, read

pytestmark = pytest.mark.skipif(lab.CHROMIUM is None and not os.environ.get("CI"), reason="no Chromium here")
PICTURE = ".lstm-picture img[alt]"


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Where Voilà serves the page, with two processes kept ready; no third, since no third visitor comes."""
    log_file = tmp_path_factory.mktemp("voila") / "log"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tools.explorers", "--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1",
               "--VoilaKernelManager.fill_delay=600"]
    with open(log_file, "w", encoding="utf-8") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}/"
            for _ in range(360):
                try:
                    with urlopen(f"{address}voila/static/voila-style.js", timeout=5):
                        break
                except (URLError, OSError):
                    assert process.poll() is None, log_file.read_text(encoding="utf-8")
                    time.sleep(0.25)
            yield address
        finally:
            process.terminate()  # Voilà ends its kernels
            process.wait(30)


def test_every_explorer_is_on_the_page_once_and_linked_from_its_top():
    top, *titles = (cell.source for cell in read(NOTEBOOK).cells if cell.cell_type == "markdown")
    shown = [re.findall(r"^explorers\.(\w+)\(", cell.source, re.MULTILINE) for cell in code_cells(read(NOTEBOOK))]
    anchors = [re.match(r'<a id="(\w+)"></a>\n\n## ', title)[1] for title in titles]
    assert [[name] for name in anchors] == shown[1:] and sorted(anchors) == sorted(EXPLORERS)
    assert re.findall(r"\]\(#(\w+)\)", top) == anchors


@pytest.mark.parametrize("others", [[], ["of others"]])
def test_voila_finds_its_settings_and_its_template_and_what_the_reader_gave_beside_them(others, monkeypatch, tmp_path):
    from tools import explorers

    given, folder = [], NOTEBOOK.parent
    monkeypatch.setattr(explorers.Voila, "launch_instance", given.append)
    monkeypatch.setenv("JUPYTER_PATH", os.pathsep.join(others))
    monkeypatch.chdir(tmp_path)
    explorers.main(["--no-browser"])
    assert given == [["--no-browser", NOTEBOOK.name]] and os.path.samefile(os.curdir, folder)
    assert os.environ["JUPYTER_PATH"].split(os.pathsep) == [str(folder), *others]


def test_two_visitors_each_move_their_own(address):
    from axe_playwright_python.sync_playwright import Axe

    with lab.chromium() as (first, wrong):
        second, asked = first.context.browser.new_page(), []
        for page in (first, second):
            page.on("request", lambda request: asked.append(request.url))
        for page, link in ((first, "#gradient"), (second, "")):
            page.goto(address + link)
            page.wait_for_function(f"() => document.querySelectorAll('{PICTURE}').length === {len(EXPLORERS)}")
        first.wait_for_function("() => Math.abs(document.getElementById('gradient').getBoundingClientRect().top) < 5")
        before = [picture.get_attribute("alt") for picture in first.locator(PICTURE).all()]
        place = list(explorer_addresses()).index("gradient")
        first.locator(".lstm-explorer").nth(place).locator("input[type=range]").first.focus()
        first.keyboard.press("ArrowRight")
        first.wait_for_function(f"([place, words]) => document.querySelectorAll('{PICTURE}')[place].alt !== words",
                                arg=[place, before[place]])
        after = [picture.get_attribute("alt") for picture in first.locator(PICTURE).all()]
        assert [k for k, (old, new) in enumerate(zip(before, after, strict=True)) if old != new] == [place]
        assert [picture.get_attribute("alt") for picture in second.locator(PICTURE).all()] == before
        second.set_viewport_size({"width": 390, "height": 800})
        second.wait_for_function("() => document.getElementById('rendered_cells').scrollWidth <= 390")
        violations = Axe().run(first).response["violations"]
        serious = [(one["id"], [node["html"] for node in one["nodes"]]) for one in violations
                   if one["impact"] in ("serious", "critical")]
        assert not serious, serious
        assert wrong == [] and {url for url in asked if not url.startswith((address, "data:", "blob:"))} == set()
