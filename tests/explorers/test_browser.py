"""The explorers where they run: in JupyterLab, in Chromium, moved by keyboard alone."""

import os

import pytest
from PIL import Image

from tools import lab, screenshots

IN_CI = bool(os.environ.get("CI"))
NOTEBOOKS = lab.with_explorer()
# What JupyterLab itself reports at times, and what is no fault of a page: a request that was still under way.
# Its splash, taken away twice where the theme changes twice within 200 ms. And what JupyterLite's part for its own
# pages, installed beside it, says where it is not at home.
NOT_OURS = ("net::ERR_ABORTED", "favicon", "/lsp/status", "Failed to execute 'removeChild'",
            "Shared module @jupyterlite/services")
COLOURS = ["color-contrast", "link-in-text-block"]


@pytest.fixture(scope="module")
def jupyter(tmp_path_factory):
    """A page of Chromium that has JupyterLab's address; skipped where there is no Chromium, an error under CI."""
    try:
        import axe_playwright_python  # noqa: F401
        import playwright  # noqa: F401
    except ImportError as missing:
        if IN_CI:
            raise
        pytest.skip(f"the explorers were not tried in a browser: {missing}; make test installs it")
    if lab.CHROMIUM is None:
        if IN_CI:
            pytest.fail("no Chromium: .ci/run installs it")
        pytest.skip("the explorers were not tried in a browser: no Chromium here (Debian: apt-get install chromium)")
    home = tmp_path_factory.mktemp("jupyter")
    with lab.server(home) as (address, token), lab.chromium() as (page, wrong):
        yield page, wrong, address, token


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_control_by_keyboard_alone(jupyter, path):
    page, wrong, address, token = jupyter
    wrong.clear()
    mirror = mirror_of(path)
    page.set_viewport_size({"width": 1280, "height": 900})
    lab.open_notebook(page, address, token, path.name)
    check_saved(page, mirror)
    check_screenshot(path, mirror)
    # One notebook is run as a whole; of the others nbval runs all cells, and here those run that the explorer takes.
    first = path == NOTEBOOKS[0]
    found = lab.run_all(page) if first else lab.run_for_explorer(page, path)
    check_live(page)
    check_pressed(page, found, mirror)
    check_names(page, found, mirror)
    if first:
        page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
        lab.wait_for(page, "() => jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'idle'")
        check_pressed(page, lab.run_all(page), mirror_of(path))
        check_nonsense(page, lab.find(page))
        check_quick_drag(page, lab.find(page))
    check_nothing_wrong(wrong)


def check_nothing_wrong(wrong):
    assert [text for text in wrong if not any(known in text for known in NOT_OURS)] == []


def check_saved(page, mirror):
    """Before any cell has run the explorer's cell shows its picture and its sentence, and nothing of a widget."""
    outputs = lab.outputs_of_explorer(page)
    assert outputs.locator("img").count() == 1 and outputs.locator("img").evaluate("image => image.naturalWidth") > 300
    outputs.scroll_into_view_if_needed()
    for _ in range(300):  # JupyterLab lays out what is out of sight a moment later, and until then it has no text
        if outputs.inner_text().strip():
            break
        page.wait_for_timeout(100)
    assert " ".join(outputs.inner_text().split()) == " ".join(said(mirror).split())


def check_screenshot(path, mirror):
    """The picture that is kept of it, such as the README shows, says what the explorer says."""
    with Image.open(screenshots.FOLDER / f"{lab.explorer_name(path)}.png") as picture:
        assert picture.text["Description"] == said(mirror), "run make screenshots"


def check_live(page):
    """Now it shows the explorer in place of the picture, not beside it, and the sentence once."""
    outputs = lab.outputs_of_explorer(page)
    assert outputs.locator("img").count() == outputs.locator(".lstm-picture img").count() == 1
    assert outputs.locator("p").count() == outputs.locator("[role=status]").count() == 1
    assert outputs.locator("pre").count() == 0


SAID = """() => [document.querySelector(".lstm-picture img")?.alt,
                document.querySelector(".lstm-words [role=status]")?.textContent]"""
STATE = """() => [document.activeElement.outerHTML.slice(0, 200),
                 ...[...document.querySelectorAll(".lstm-explorer input")].map(input => input.value)]"""


def shown(page, words):
    """Wait until the picture says these words, and the sentence under it too: they come one after the other."""
    try:
        lab.wait_for(page, f"words => ({SAID})().every(one => one === words)", arg=words, timeout=90_000)
    except Exception:  # the words that are there instead say more than a timeout
        assert page.evaluate(SAID) == [words, words], page.evaluate(STATE)
        raise


def mirror_of(path):
    """A notebook's explorer in this process. It draws no frames: nobody sees them."""
    mirror = lab.explorer_of(path)
    mirror._resting = True
    return mirror


def said(mirror):
    """What an explorer must say, from the picture as Matplotlib draws it whole."""
    return mirror.still().get_label()


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
                yield control.description, said(mirror)
        else:
            page.keyboard.press("Control+a")
            page.keyboard.type("+ . e d")
            page.keyboard.press("Enter")
            control.value = "+ . e d"
        yield control.description, said(mirror)
        if hasattr(control, "max"):
            page.keyboard.press("Tab")
            assert page.evaluate("() => document.activeElement.getAttribute('aria-label')") == f"{name}, typed"


def check_pressed(page, found, mirror):
    start = said(mirror)
    shown(page, start)
    for _control, words in press_through(page, found, mirror):
        shown(page, words)
    picture = found.locator("img")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    assert picture.get_attribute("alt") != start
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Reset"
    page.keyboard.press("Space")
    shown(page, start)


def check_names(page, found, mirror):
    """Each control has its name in the accessibility tree; axe-core finds nothing serious, in either theme, narrow."""
    from axe_playwright_python.sync_playwright import Axe

    for control in mirror.controls.values():
        role = "slider" if hasattr(control, "max") else "combobox" if hasattr(control, "options") else "textbox"
        assert found.get_by_role(role, name=control.description, exact=True).count() == 1
    page.set_viewport_size({"width": 900, "height": 900})
    # JupyterLab's body is as high as nothing, and hides what flows over: axe-core would take all in it for hidden.
    page.evaluate("() => { document.body.style.height = '100vh' }")
    # A theme changes colours and nothing else: what does not look at them is tried in one.
    for theme, options in (("JupyterLab Dark", {"runOnly": COLOURS}), ("JupyterLab Light", {})):
        page.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', { theme })", theme)
        page.wait_for_selector(f'body[data-jp-theme-name="{theme}"]', state="attached")
        page.locator("#jupyterlab-splash").wait_for(state="detached")  # it lies over all until the theme is there
        assert found.evaluate("box => box.scrollWidth <= box.clientWidth"), "wider than its place"
        results = Axe().run(page, [[".lstm-explorer"], [".lstm-words"]],
                            {"resultTypes": ["violations"], "preload": False} | options).response
        serious = [(one["id"], [node["html"] for node in one["nodes"]]) for one in results["violations"]
                   if one["impact"] in ("serious", "critical")]
        assert not serious, serious
        passed = {one["id"]: one["nodes"] for one in results["passes"]}
        assert passed["color-contrast"][0]["any"][0]["data"]["contrastRatio"] >= 4.5  # None of what is hidden
        assert options or len(passed) > 5


def check_nonsense(page, found):
    """What is no number leaves the picture as it is, what is too large becomes the largest."""
    picture, field = found.locator("img"), found.locator("input[type=number]").first
    before, value = picture.get_attribute("alt"), field.input_value()
    for nonsense in ("e-e", "-", "1e999"):
        field.focus()
        page.keyboard.press("Control+a")
        page.keyboard.type(nonsense)
        page.keyboard.press("Enter")
    assert (picture.get_attribute("alt"), field.input_value()) == (before, value)
    field.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("1e9")
    page.keyboard.press("Enter")
    assert field.input_value() == field.get_attribute("max")
    lab.wait_for(page, "words => document.querySelector('.lstm-picture img').alt !== words", arg=before)


def check_quick_drag(page, found):
    """Sixty moves within a moment: the last one is shown, and few of those between are drawn."""
    drawn = page.evaluate("""async () => {
        const image = document.querySelector(".lstm-picture img");
        const range = document.querySelector(".lstm-slider input[type=range]");
        let pictures = 0, last = "";
        const watch = new MutationObserver(() => { pictures += 1; last = image.alt; });
        watch.observe(image, { attributes: true, attributeFilter: ["src"] });
        for (let k = 0; k < 60; k += 1) {
            range.value = Number(range.min) + k * Number(range.step);
            range.dispatchEvent(new Event("input"));
            await new Promise(next => setTimeout(next, 3));
        }
        await new Promise(next => setTimeout(next, 1500));
        watch.disconnect();
        return [pictures, last, range.value];
    }""")
    pictures, words, value = drawn
    assert 1 <= pictures <= 40 and f"{float(value):.2f}" in words, drawn


HIDDEN = """() => jupyterapp.shell.currentWidget.content.widgets
    .filter(cell => cell.model.sharedModel.source.includes('lt.answer(')).map(cell => cell.outputHidden)"""


def test_an_answer_is_hidden_until_its_cell_is_run(jupyter):
    page, wrong, address, token = jupyter
    wrong.clear()
    lab.open_notebook(page, address, token, "01_saturation.ipynb")
    before = page.evaluate(HIDDEN)
    assert len(before) == 3 and all(before)
    lab.run_all(page)
    lab.wait_for(page, f"() => !({HIDDEN})().some(hidden => hidden)")
    check_nothing_wrong(wrong)
