"""Time from key press to changed picture in JupyterLab, for each explorer and for the same picture under `interact`.

`python -m benchmarks.explorers` writes results/explorers.csv and .md. Each notebook runs as a reader runs it; beside
its explorer stands the same picture by plain `interact`, a new figure shown by the inline backend. Both are moved in
turns in the same page: an arrow key on its first slider (or choice), until the new image is decoded and a frame is
painted.
"""

import csv
import statistics
from pathlib import Path
from tempfile import TemporaryDirectory

from tools import lab

RESULTS = Path(__file__).with_name("results")
ROUNDS = 15
# The explorer's own movable picture and controls, of one made once more, handed to `interact`.
INTERACT = """
import ipywidgets, matplotlib.pyplot as plt
from lstm_teach import plots
from lstm_teach.explorers.controls import Slider
_explorer = SOURCE
def _plain(control):
    if isinstance(control, Slider):
        kind = ipywidgets.IntSlider if control.whole else ipywidgets.FloatSlider
        whole = int if control.whole else float
        return kind(**{name: whole(getattr(control, name)) for name in ("value", "min", "max", "step")})
    return control
def _show(**values):
    figure = plt.figure()
    draw = _explorer.picture(figure)
    draw(**values)
    plt.show()
plt.style.use(plots.style.STYLE)
ipywidgets.interact(_show, **{name: _plain(control) for name, control in _explorer.controls.items()});
"""
# Press-to-paint in the page's own clock: the press is the keydown event, the end the frame after the image is decoded.
WATCH = """selector => {
    const area = document.querySelector(selector);
    const known = area.querySelector("img")?.src;
    window.pressed = new Promise(done => {
        let start;
        area.addEventListener("keydown", () => { start ??= performance.now(); }, { capture: true, once: true });
        const watch = new MutationObserver(async () => {
            const image = area.querySelector("img");
            if (!image || image.src === known) return;
            watch.disconnect();
            await image.decode().catch(() => {});
            requestAnimationFrame(() => setTimeout(() => done(performance.now() - start), 0));
        });
        watch.observe(area, { subtree: true, childList: true, attributes: true, attributeFilter: ["src"] });
    });
}"""


def measure(page, selector, handle, key):
    page.locator(handle).focus()
    page.evaluate(WATCH, selector)
    page.keyboard.press(key)
    taken = page.evaluate("() => Promise.race([window.pressed, new Promise(end => setTimeout(() => end(-1), 8000))])")
    page.wait_for_timeout(250)  # each starts from rest, not in what the other leaves to do
    return taken


def beside(page, source):
    """Add a cell below the explorer's that shows the same picture by `interact`, run it, and mark both areas."""
    page.evaluate("""async source => {
        const notebook = jupyterapp.shell.currentWidget.content;
        notebook.activeCellIndex = notebook.widgets.findIndex(
            cell => /^explorers\\./.test(cell.model.sharedModel.source));
        await jupyterapp.commands.execute("notebook:insert-cell-below");
        notebook.activeCell.model.sharedModel.setSource(source);
        await jupyterapp.commands.execute("notebook:run-cell");
        notebook.activeCell.node.classList.add("plain-interact");
    }""", INTERACT.replace("SOURCE", source))
    page.locator(".plain-interact img").first.wait_for()


def one(page, address, token, path):
    explorer = lab.explorer_of(path)
    lab.open_notebook(page, address, token, path.name)
    lab.run_all(page)
    beside(page, lab.explorer_source(path))
    lab.find(page)
    controls = list(explorer.controls.values())
    sliders = [control for control in controls if hasattr(control, "max") and control.max > control.min]
    moved = (sliders or controls)[0]
    kind = "[type=range]" if sliders else "select"
    place = 2 + controls.index(moved)  # after the question, and CSS counts from 1
    ours_at = f".lstm-explorer > :nth-child({place}) {kind}"
    number = [control for control in controls if hasattr(control, "max")].index(moved) if sliders else 0
    plain_at = f".plain-interact {'.noUi-handle' if sliders else 'select'} >> nth={number}"
    # On a plain choice the arrows are JupyterLab's own, and lead to the next cell.
    first, second = ("ArrowRight", "ArrowLeft") if sliders else ("End", "Home")
    if sliders and moved.value >= moved.max:
        first, second = second, first
    times = {"ours": [], "plain": []}
    for turn in range(ROUNDS + 2):
        key = second if turn % 2 else first
        ours, plain = measure(page, ".lstm-explorer", ours_at, key), measure(page, ".plain-interact", plain_at, key)
        if turn >= 2:  # the first two warm up
            times["ours"].append(ours)
            times["plain"].append(plain)
    assert min(times["ours"] + times["plain"]) > 0, (path.name, times)
    return lab.explorer_name(path), moved.description, times


def main():
    rows = []
    with (
        TemporaryDirectory() as home, lab.server(home) as (address, token), lab.chromium(1280, 1400) as (page, _wrong),
    ):
        for path in lab.with_explorer():
            name, moved, times = one(page, address, token, path)
            ratios = [plain / ours for ours, plain in zip(times["ours"], times["plain"], strict=True)]
            low, middle, high = statistics.quantiles(ratios, n=4)
            rows.append({
                "explorer": name, "moved": moved, "explorer_ms": f"{statistics.median(times['ours']):.0f}",
                "interact_ms": f"{statistics.median(times['plain']):.0f}", "ratio": f"{middle:.2f}",
                "quartiles": f"{low:.1f}–{high:.1f}",
            })
            print(*rows[-1].values(), sep="  ", flush=True)
    with open(RESULTS / "explorers.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    (RESULTS / "explorers.md").write_text("\n".join([
        "# From key press to changed picture", "",
        "Milliseconds in JupyterLab under Chromium, an arrow key on the first slider (or choice) until the new image "
        "is painted; beside it "
        f"the same picture by plain `interact`. Medians of {ROUNDS} turns in one page; the ratio is taken turn by turn "
        "(median and quartiles), above 1 the explorer is faster.", "",
        "| explorer | moved | explorer, ms | interact, ms | ratio | quartiles |", "|---|---|---|---|---|---|",
        *("| " + " | ".join(row.values()) + " |" for row in rows), "",
    ]), encoding="utf-8")


if __name__ == "__main__":
    main()
