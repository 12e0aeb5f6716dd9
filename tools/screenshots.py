"""Picture each explorer as it stands in JupyterLab: `python -m tools.screenshots`, or `make screenshots`.

Writes pictures/explorers/NAME.png, and with `--dark` or `--narrow` NAME_dark.png or NAME_narrow.png (900 px), which
are to be looked at and are not kept. In each stands, as its description, the sentence that the explorer says.
"""

import io
import sys
from tempfile import TemporaryDirectory

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from . import lab
from .notebooks import ROOT

FOLDER = ROOT / "pictures" / "explorers"


def main(dark=False, narrow=False, only=()):
    FOLDER.mkdir(exist_ok=True)
    with (
        TemporaryDirectory() as home, lab.server(home) as (address, token),
        lab.chromium(900 if narrow else 1280, 1000) as (page, _wrong),
    ):
        for path in lab.with_explorer():
            if only and path.stem[:2] not in only:
                continue
            name = lab.explorer_name(path)
            lab.open_notebook(page, address, token, path.name)
            if dark:
                page.evaluate("theme => jupyterapp.commands.execute('apputils:change-theme', { theme })",
                              "JupyterLab Dark")
            found = lab.run_all(page)
            page.wait_for_timeout(1500)
            file = FOLDER / f"{name}{'_dark' * dark}{'_narrow' * narrow}.png"
            words = page.locator(".lstm-words")
            for part in (found, words):
                part.scroll_into_view_if_needed()
            parts = [part.bounding_box() for part in (found, words)]
            left, top = (min(part[side] for part in parts) for side in "xy")
            width = max(part["x"] + part["width"] for part in parts) - left
            height = max(part["y"] + part["height"] for part in parts) - top
            taken = page.screenshot(clip={"x": left, "y": top, "width": width, "height": height})
            said = found.locator("img").get_attribute("alt")
            described = PngInfo()
            described.add_itxt("Description", said)
            Image.open(io.BytesIO(taken)).save(file, optimize=True, pnginfo=described)
            print(file.name, said, flush=True)


if __name__ == "__main__":
    main("--dark" in sys.argv, "--narrow" in sys.argv, [one for one in sys.argv[1:] if not one.startswith("-")])
