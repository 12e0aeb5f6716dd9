"""The reading site: built once, then its files read, then its pages opened in Chromium with no network but our own."""

import functools
import http.server
import inspect
import os
import re
import subprocess
import sys
import threading
from html.parser import HTMLParser
from types import SimpleNamespace
from urllib.parse import unquote, urldefrag, urljoin

import pytest

import lstm_teach as lt
from lstm_teach.walk.ledger import settled_claims
from tools import lab
from tools.lite.addresses import explorer_addresses, notebook_address
from tools.notebooks import FOLDER, PATHS, ROOT, code_cells, read, shows_explorer, text_of

IN_CI = bool(os.environ.get("CI"))
if not IN_CI:
    for needed in ("myst_nb", "axe_playwright_python"):
        pytest.importorskip(needed, reason="the reading site was not tried: make test installs what that takes")

from axe_playwright_python.base import AXE_FILE_PATH  # noqa: E402

from tools.site import api, pages  # noqa: E402

AXE = AXE_FILE_PATH.read_text(encoding="utf-8")


class Page(HTMLParser):
    """What a page of the site holds: anchors, links, what it loads, and its pictures' sentences."""

    VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}

    def __init__(self, text):
        super().__init__()
        self.text_of_id, self.links, self.loaded, self.alts, self._open = {}, [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        identity = attributes.get("id")
        if identity:
            assert identity not in self.text_of_id, f"two anchors #{identity}"
            self.text_of_id[identity] = []
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        elif tag == "img":
            self.alts.append(attributes.get("alt"))
        name = "href" if tag == "link" and "stylesheet" in attributes.get("rel", "") else "src"
        if tag != "a" and attributes.get(name):
            self.loaded.append(attributes[name])
        if tag not in self.VOID:
            self._open.append((tag, identity))

    def handle_endtag(self, tag):
        while tag not in self.VOID and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        for _, identity in self._open:
            if identity:
                self.text_of_id[identity].append(data)

    def words(self, identity):
        return " ".join("".join(self.text_of_id[identity]).split())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The site, built anew around a stand-in for the one where the notebooks run."""
    folder = tmp_path_factory.mktemp("site") / "site"
    for app in ("lab", "repl"):
        (folder / "lite" / app).mkdir(parents=True)
        (folder / "lite" / app / "index.html").write_text("<title>runs notebooks</title>", encoding="utf-8")
    built = subprocess.run([sys.executable, "-m", "tools.site", folder], cwd=ROOT, capture_output=True,
                           encoding="utf-8")
    assert built.returncode == 0 and built.stderr == "", built.stderr  # not so much as a warning
    return folder


@pytest.fixture(scope="module")
def parsed(folder):
    return {path.relative_to(folder).as_posix(): Page(path.read_text(encoding="utf-8"))
            for path in sorted(folder.rglob("*.html")) if not {"_static", "lite"} & set(path.parts)}


def page_of(path):
    return f"notebooks/{path.stem}.html"


def test_every_notebook_and_what_goes_with_it_is_a_page_in_the_order_of_the_path(parsed):
    links = [re.sub("#.*", "", link) for link in parsed["index.html"].links if not link.startswith("http")]
    sidebar = list(dict.fromkeys(link for link in links if "/" in link or link == "api.html"))
    notebooks = sorted(map(page_of, PATHS), key=lambda name: "0DA".index(name.split("/")[1][0]))
    assert [link for link in sidebar if link.startswith("notebooks/")] == notebooks
    assert {"teaching/summary.html", "teaching/teaching.html", "coursework/README.html", "api.html"} <= set(sidebar)


def test_every_link_lands(parsed, folder):
    wrong = []
    for name, page in parsed.items():
        for link in page.links + page.loaded:
            target, anchor = urldefrag(unquote(urljoin(f"http://site/{name}", link)))
            if target.startswith("http://site/"):
                place = target.removeprefix("http://site/").split("?")[0]
                if not (folder / place).is_file() or anchor and anchor not in parsed[place].text_of_id:
                    wrong.append(f"{name}: {link}")
            elif link in page.loaded and not link.startswith("data:"):
                wrong.append(f"{name} loads {link}")
    assert wrong == []


def test_the_ledgers_links_land_on_the_cells_that_say_so(parsed):
    ledger = next(page for name, page in parsed.items() if "A1_" in name)
    links = [link for link in ledger.links if "#cell-id=" in link]
    settled = settled_claims(FOLDER)
    assert len(links) == len(settled)
    for link in set(links):
        name, anchor = link.split("#")
        said = parsed[f"notebooks/{name}"].words(anchor)
        verdicts = [one.verdict for one in settled
                    if (f"{one.notebook.removesuffix('.ipynb')}.html", f"cell-id={one.cell}") == (name, anchor)]
        assert verdicts and all(verdict in said for verdict in verdicts), link


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_pictures_have_their_sentences_and_nothing_of_a_cell_is_lost(path, parsed):
    page, words = parsed[page_of(path)], re.compile(r"\W+")
    # A cell that only serves where the notebook runs says so by this tag.
    cells = [cell for cell in code_cells(read(path)) if "remove-cell" not in cell.metadata.get("tags", [])]
    pictures = [output for cell in cells for output in cell.outputs if "image/png" in output.get("data", {})]
    assert page.alts == [picture.metadata["image/png"]["alt"] for picture in pictures]
    for cell in cells:
        said = words.sub("", page.words(f"cell-id={cell.id}"))
        assert words.sub("", cell.source) in said
        for output in cell.outputs:
            if "image/png" not in output.get("data", {}) and "text/markdown" not in output.get("data", {}):
                text = text_of(output).removeprefix("No guess yet. ")
                assert words.sub("", text) in said, text
        if shows_explorer(cell):
            explorer = re.match(r"explorers\.(\w+)", cell.source)[1]
            for address in (explorer_addresses()[explorer], notebook_address(path.name)):
                assert f"../lite/{address}" in page.links


def test_without_a_site_where_notebooks_run_no_link_leads_there(tmp_path):
    config = SimpleNamespace(lite="lite")
    pages.find_lite(SimpleNamespace(outdir=tmp_path), config)
    assert config.lite == ""


def test_every_public_name_is_on_the_page_of_the_package(parsed):
    missing = [name for of in api.names().values() for name in of
               if f"lstm_teach.{name}" not in parsed["api.html"].text_of_id]
    assert missing == []
    assert {name for name in vars(lt) if name[0] != "_" and not inspect.ismodule(getattr(lt, name))} <= {
        name for of in api.names().values() for name in of
    }


@pytest.fixture(scope="module")
def browser(folder):
    """A page of Chromium, what went wrong in it, and the site's address; a request to elsewhere went wrong.

    It is listened for, not routed: with a route Chromium would keep nothing from one page for the next.
    """
    if lab.CHROMIUM is None:
        if IN_CI:
            pytest.fail("no Chromium: .ci/run installs it")
        pytest.skip("the site was not tried in a browser: no Chromium here (Debian: apt-get install chromium)")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, lab.chromium(**PHONE) as (page, wrong):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"

        ours = (f"{address}/", "data:", "blob:")
        page.on("request", lambda one: one.url.startswith(ours) or wrong.append(f"asked for {one.url}"))
        yield page, wrong, address
        server.shutdown()


PHONE = {"width": 390, "height": 844}
PAGES = [*map(page_of, PATHS), "index.html", "teaching/summary.html", "teaching/teaching.html",
         "coursework/README.html", "api.html"]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_on_a_phone_in_both_themes(name, browser):
    page, wrong, address = browser
    wrong.clear()
    page.emulate_media(color_scheme="light")
    page.goto(f"{address}/{name}")
    page.evaluate("async () => { await document.fonts.ready; await window.MathJax?.startup.promise }")
    assert page.evaluate("() => document.documentElement.scrollWidth") == PHONE["width"]
    assert page.evaluate(UNTYPESET) == []
    folds = page.evaluate(FOLDS)
    assert sum(one["open"] for one in folds) == 0 and all(one["holds"] for one in folds)
    notebook = next((read(path) for path in PATHS if page_of(path) == name), None)
    if notebook:
        hidden = [cell.id for cell in code_cells(notebook) if cell.metadata.get("jupyter", {}).get("outputs_hidden")]
        assert [one for one in hidden if page.locator(f'[id="cell-id={one}"] .cell_output').is_visible()] == []
        assert len(folds) >= len(hidden) + sum(cell.source.count("<details>") for cell in notebook.cells)
    page.evaluate("() => document.querySelectorAll('details').forEach(fold => { fold.open = true })")
    assert page.evaluate("() => document.documentElement.scrollWidth") == PHONE["width"]
    page.evaluate(AXE)
    assert page.evaluate(SERIOUS, {"rules": dict.fromkeys([*COLOURS, "region"], {"enabled": False})}) == []
    page.evaluate(THIN_OUT)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        lab.wait_for(page, "theme => document.documentElement.dataset.theme == theme", arg=theme)
        assert page.evaluate(SERIOUS, {"runOnly": COLOURS}) == [], theme
    assert wrong == []


def test_search_finds_a_word_of_a_notebook(browser):
    page, wrong, address = browser
    wrong.clear()
    page.goto(f"{address}/search.html?q=revolving")
    found = page.locator("#search-results a").first.get_attribute("href")
    assert found.startswith("notebooks/02_what_and_whether.html")
    assert wrong == []


def test_the_summary_prints_on_one_page_dark_on_light(browser):
    page, _, address = browser
    page.emulate_media(color_scheme="dark")
    page.goto(f"{address}/teaching/summary.html")
    page.evaluate(PRINTED)
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) == 1
    assert page.evaluate("() => printed") == ["light", "none"]
    assert page.evaluate("() => document.documentElement.dataset.theme") == "dark"


# The theme while a page is printed, and whether the list of pages is.
PRINTED = """() => matchMedia('print').addEventListener('change', print => { if (print.matches) window.printed = [
    document.documentElement.dataset.theme,
    getComputedStyle(document.querySelector('.bd-sidebar-primary')).display,
] })"""
UNTYPESET = """() => [...document.querySelectorAll('.math')].filter(one =>
    !one.querySelector('mjx-container mjx-math') || one.querySelector('mjx-merror')).map(one => one.textContent)"""
# Of every fold, whether any of it but its summary is to be seen, and whether there is more of it.
FOLDS = """() => [...document.querySelectorAll('details')].map(fold => ({
    open: [...fold.children].some(one => one.tagName != 'SUMMARY' && one.checkVisibility()),
    holds: fold.textContent.trim().length > fold.querySelector('summary').textContent.trim().length,
}))"""
# What a theme can change. The other rules see the page once, but for "region": it is slow, and moderate at most.
COLOURS = ["color-contrast", "link-in-text-block"]
SERIOUS = """async options => (await axe.run({...options, resultTypes: ['violations'], preload: false})).violations
    .filter(one => ['serious', 'critical'].includes(one.impact))
    .flatMap(one => one.nodes.map(node => `${one.id}: ${node.target} ${node.failureSummary}`))"""
# Of what stands alike, as a page's hundreds of words of code do, one is enough to compare the colours of. From the last
# to the first, so that what has been emptied is thinned out with its own kind. A link among words is not like one that
# stands alone, and keeps words beside it: it must differ from them.
THIN_OUT = """() => {
    const block = one => one.closest('p, li, dd, dt, td, th, figcaption, div, body');
    const count = node => node.textContent.trim().length, worded = new Set(), seen = new Set();
    for (const place of new Set([...document.querySelectorAll('a')].map(block))) {
        const linked = [...place.querySelectorAll('a')].reduce((sum, link) => sum + count(link), 0);
        if (count(place) > linked) worded.add(place);
    }
    for (const leaf of [...document.querySelectorAll('body *')].reverse()) {
        if (leaf.childElementCount) continue;
        const among = worded.has(block(leaf)), kind = [leaf.matches('a') && among];
        for (let one = leaf; one && kind.length < 13; one = one.parentElement) kind.push(one.tagName, one.className);
        if (seen.has(kind.join())) leaf.replaceWith(among && !leaf.matches('a') ? leaf.textContent : '');
        seen.add(kind.join());
    }
}"""
