"""Walk a class through JupyterHub, from release to feedback: `python -m tools.walk_hub`, as root on Linux.

What coursework/README.md tells an instructor to do under JupyterHub is done here, with the files that it names: an
instructor and students become users of this machine; JupyterHub runs with its proxy; Chromium signs in as the
instructor and as two students. The instructor releases an assignment, the students fetch, work, validate and submit,
the instructor collects, autogrades, marks by hand, and gives feedback, which the students fetch. One of the two hands
in what would run in the instructor's browser, and a third student hands in for another.

Stops with an AssertionError where a student sees more than is meant for them, hands in for somebody else, or has
anything run in the instructor's browser. Users, their homes and all processes are removed in the end.

Needed beside what `make test` sets up: bubblewrap, Chromium, and configurable-http-proxy from npm, on the PATH or in
the folder that the variable PROXY names. Where this Python is not for all users (in somebody's home, say), the
machine's own of the same version runs the hub. It takes about five minutes.
"""

import csv
import os
import pwd
import re
import secrets
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import nbformat
import psutil

from . import lab
from .notebooks import ROOT

CLASS, TEACHER, ADA, BO, EVE = "lstm-gates", "hub-teacher", "hub-ada", "hub-bo", "hub-eve"
ASSIGNMENT = "1_saturation"
RECIPE = ROOT / "coursework" / "jupyterhub"
HARM = "document.title = 'harmed'"
PATIENCE = 180_000  # ms for what a slow machine may take


def main():
    if os.getuid() != 0 or not shutil.which("bwrap") or lab.CHROMIUM is None:
        sys.exit("The walk makes users, so it is run as root; it needs bubblewrap and Chromium.")
    with tempfile.TemporaryDirectory(prefix="hub-", dir="/var/tmp") as folder, people() as passwords:
        os.chmod(folder, 0o755)
        hub = Hub(Path(folder))
        hub.install()
        with hub.running(), lab.chromium() as (page, _):
            try:
                walk(hub, page.context.browser, passwords)
            except BaseException:
                show(page.context.browser)
                raise
    print("walked")


def walk(hub, chromium, passwords):
    """From release to feedback; every step says what it saw."""
    teacher, ada, bo = (Person(hub, chromium, name, passwords[name]) for name in (TEACHER, ADA, BO))
    teacher.sign_in()
    teacher.menu("Nbgrader", "Formgrader")
    teacher.page.frame_locator("iframe").locator("tr", has_text=ASSIGNMENT).wait_for()
    for step in ("assign", "release"):
        teacher.press(f".{step}")
    say("the instructor generated and released the assignment in the formgrader")

    for student in (ada, bo):
        student.sign_in()
        student.assignment_list("Fetch")
        say(f"{student.name} fetched it")
    solutions = reference()
    ada.work(solutions | {written(): "At z = 0 the gate is **0.5** and its slope is largest, 0.25."})
    assert "Success" in ada.validate()
    bo.work(solutions | {"sigmoid": "def sigmoid(z):\n    return 1 / (1 + np.exp(-np.asarray(z, dtype=float)))"})
    assert "failed" in bo.validate()
    say("both worked and validated: all right for one, not for the other")
    bo.append(hostile())
    for student in (ada, bo):
        student.assignment_list("Submit")
    say("both submitted")
    secrets_stay(hub, ada, bo)
    forge(hub)

    collected = teacher.press(".collect")
    assert f"counts as {EVE}'s" in collected and "is not taken" in collected, collected
    submitted = hub.course / "submitted"
    handed_in = {path.parent.parent.name: path for path in submitted.glob("*/*/*.ipynb")}
    assert set(handed_in) == {ADA, BO} and "slope is largest, 0.25" in handed_in[ADA].read_text(encoding="utf-8")
    say("collected: each submission is its owner's, and no link was followed")
    for student in (ADA, BO):
        teacher.autograde(student)
    scores = teacher.marks()
    assert scores[ADA] == ("answers to mark", 16.0) and scores[BO][1] < 16, scores
    say(f"autograded in the sandbox from the formgrader: {scores}")

    teacher.look_at(BO)
    teacher.mark_by_hand(ADA, "One number is missing.", 2)
    teacher.mark_by_hand(BO, "There is no answer.")
    scores = teacher.marks()
    assert scores[ADA] == ("graded", 18.0), scores
    say("marked by hand; nothing of the hostile student's ran in the formgrader")
    for step in ("generate-feedback", "release-feedback"):
        teacher.press(f".{step}")
    for student, words in ((ada, "One number is missing."), (bo, "There is no answer.")):
        student.assignment_list("Fetch Feedback")
        student.read_feedback(words)
    say("both fetched their feedback and read it")
    secrets_stay(hub, ada, bo)


def show(chromium):
    """What every open page shows, for who has to find out why a walk stopped."""
    for page in (page for context in chromium.contexts for page in context.pages):
        print(page.url, page.inner_text("body")[-1500:], sep="\n", file=sys.stderr)


def say(what):
    print(f"- {what}", flush=True)


@contextmanager
def people():
    """The class as users of this machine, their homes closed to others. Yields {name: password}."""
    names = (TEACHER, ADA, BO, EVE)
    taken = [name for name in names if os.path.exists(f"/home/{name}")]
    if taken:
        sys.exit(f"There is a user {taken[0]} already: left over from a walk? userdel --remove {taken[0]}")
    passwords = {name: secrets.token_urlsafe(12) for name in names}
    try:
        run("groupadd", "--force", CLASS)
        for name in names:
            run("useradd", "--create-home", "--key", "HOME_MODE=0700", "--shell",
                "/bin/bash", "--groups", CLASS, name)
        run("chpasswd", input="\n".join(f"{name}:{word}" for name, word in passwords.items()))
        yield passwords
    finally:
        for name in names:
            end_processes_of(name)
            subprocess.run(["userdel", "--remove", name], capture_output=True)
        subprocess.run(["groupdel", CLASS], capture_output=True)


def end_processes_of(name):
    """End what runs as a user that the walk made."""
    try:
        user = pwd.getpwnam(name).pw_uid
    except KeyError:
        return
    for process in psutil.process_iter(["uids"]):
        if process.info["uids"] and process.info["uids"].real == user:
            process.kill()


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, encoding="utf-8", **options)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout[-2000:]}{done.stderr[-3000:]}"
    return done.stdout


def as_user(name, *command, **options):
    """What a command does as a user: the finished process."""
    account = pwd.getpwnam(name)
    groups = os.getgrouplist(name, account.pw_gid)
    return subprocess.run(command, user=account.pw_uid, group=account.pw_gid, extra_groups=groups, cwd=account.pw_dir,
                          env={"HOME": account.pw_dir, "USER": name, "LANG": "C.UTF-8", **options.pop("env", {})},
                          capture_output=True, encoding="utf-8", **options)


class Hub:
    """JupyterHub in a folder that everybody may read, and the course in the home of the instructor, who alone may."""

    def __init__(self, folder):
        self.environment, self.exchange, self.state = (folder / one for one in ("environment", "exchange", "state"))
        self.course = Path("/home") / TEACHER / "coursework"
        with socket.socket() as one, socket.socket() as other, socket.socket() as third:
            for free in (one, other, third):
                free.bind(("127.0.0.1", 0))
            self.port, self.inner, self.proxy_port = (free.getsockname()[1] for free in (one, other, third))

    def address(self, name=None):
        """The address of the hub, or of somebody's server: an origin of its own."""
        return f"http://{name + '.' if name else ''}hub.localhost:{self.port}"

    def install(self):
        """What the README's recipe installs: environment, exchange, course."""
        run(python_for_all(), "-m", "venv", str(self.environment))
        run(str(self.environment / "bin" / "pip"), "install", "--quiet", "--constraint", "constraints.txt",
            ".[lab,coursework,hub]", cwd=ROOT)
        self.state.mkdir(mode=0o700)  # the hub's database and log
        self.exchange.mkdir()
        os.chmod(self.exchange, 0o1777)
        configuration = (RECIPE / "nbgrader_config.py").read_text(encoding="utf-8")
        assert "/srv/nbgrader/exchange" in configuration
        (self.environment / "etc" / "jupyter" / "nbgrader_config.py").write_text(
            configuration.replace("/srv/nbgrader/exchange", str(self.exchange)), encoding="utf-8")

        listed = run("git", "ls-files", "-z", "coursework", cwd=ROOT).split("\0")
        for name in filter(None, listed):
            target = self.course.parent / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target)
        shutil.rmtree(self.course / "release")
        settings = self.course.parent / ".jupyter"
        settings.mkdir()
        (settings / "nbgrader_config.py").write_text(f'load_subconfig("{self.course}/nbgrader_config.py")\n', "utf-8")
        run("chown", "--recursive", f"{TEACHER}:", str(self.course.parent))

    @contextmanager
    def running(self):
        proxy = os.pathsep.join([os.environ.get("PROXY", ""), os.environ["PATH"]])
        found = shutil.which("configurable-http-proxy", path=proxy)
        assert found, "configurable-http-proxy is not there: npm install --global configurable-http-proxy"
        settings = {
            "JupyterHub.bind_url": f"http://127.0.0.1:{self.port}", "JupyterHub.subdomain_host": self.address(),
            "JupyterHub.hub_port": self.inner, "ConfigurableHTTPProxy.command": found,
            "ConfigurableHTTPProxy.api_url": f"http://127.0.0.1:{self.proxy_port}", "Spawner.start_timeout": 300,
            "Spawner.http_timeout": 300,
        }
        lines = [f"load_subconfig({str(RECIPE / 'jupyterhub_config.py')!r})", "c = get_config()",
                 *(f"c.{name} = {value!r}" for name, value in settings.items()),
                 'c.Spawner.args += ["--LabApp.expose_app_in_browser=True"]  # so that the walk can write into cells']
        (self.state / "jupyterhub_config.py").write_text("\n".join(lines), encoding="utf-8")
        command = [str(self.environment / "bin" / "jupyterhub")]  # reads the configuration of its folder
        path = f"{self.environment / 'bin'}{os.pathsep}{os.environ['PATH']}"
        with open(self.state / "hub.log", "w", encoding="utf-8") as log:
            process = subprocess.Popen(command, cwd=self.state, env=os.environ | {"PATH": path}, stdout=log, stderr=log)
            try:
                self._wait(process)
                yield
            except BaseException:
                told = (line for line in self.log().splitlines() if not line.startswith("[I "))
                print(*told, sep="\n", file=sys.stderr)
                raise
            finally:
                children = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
                process.terminate()
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    process.kill()
                for child in children:
                    if child.is_running():
                        child.kill()

    def log(self):
        """What the hub and the servers logged."""
        return (self.state / "hub.log").read_text(encoding="utf-8", errors="replace")

    def _wait(self, process):
        for _ in range(600):
            if process.poll() is not None:
                break
            try:
                with urlopen(f"http://127.0.0.1:{self.inner}/hub/api", timeout=5):
                    return
            except (URLError, OSError):
                time.sleep(0.5)
        raise RuntimeError("JupyterHub did not start")


def python_for_all():
    """A Python of this version that every user may run."""
    own = Path(os.path.realpath(sys.executable))
    if all(folder.stat().st_mode & stat.S_IXOTH for folder in (own, *own.parents)):
        return str(own)
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    found = shutil.which(name, path="/usr/local/bin:/usr/bin")
    if not found:
        sys.exit(f"{own} is for its owner alone, and there is no {name} for all users: install one.")
    return found


class Person:
    """Somebody at a browser of their own."""

    def __init__(self, hub, chromium, name, password):
        self.hub, self.name, self.password = hub, name, password
        self.home = Path("/home") / name
        self.base = f"{hub.address(name)}/user/{name}"
        self.page = chromium.new_context(viewport={"width": 1500, "height": 1000}).new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.set_default_navigation_timeout(PATIENCE)

    def sign_in(self):
        self.page.goto(f"{self.hub.address()}/hub/login")
        self.page.fill("#username_input", self.name)
        self.page.fill("#password_input", self.password)
        self.page.click("#login_submit")
        self.page.wait_for_url("**/lab**")
        self.page.wait_for_selector(".jp-Launcher, .jp-Notebook")

    def menu(self, *names):
        bar, entry = names
        self.page.click(f".lm-MenuBar-item:has-text('{bar}')")
        self.page.get_by_role("menuitem", name=entry, exact=True).click()

    # A student's

    def assignment_list(self, button):
        """Press a button of JupyterLab's Assignment List, and wait until the next one is there."""
        self.page.goto(f"{self.base}/lab?reset")
        self.page.wait_for_selector(".jp-Launcher")
        self.menu("Nbgrader", "Assignment List")
        self.page.get_by_role("button", name=button, exact=True).first.click()
        after = {"Fetch": "Submit", "Submit": "Fetch Feedback"}.get(button)
        if after:
            self.page.get_by_role("button", name=after, exact=True).first.wait_for()
        else:
            self.page.get_by_text("(view feedback)").first.wait_for()

    def work(self, answers):
        """Open the notebook and write answers into its cells, by nbgrader's names."""
        self.page.goto(f"{self.base}/lab/tree/{ASSIGNMENT}/{ASSIGNMENT}.ipynb?reset")
        self.page.wait_for_selector(".jp-Notebook .jp-Cell")
        self.page.wait_for_function("() => jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status "
                                    "=== 'idle'")
        missed = self.page.evaluate("""answers => {
            const cells = jupyterapp.shell.currentWidget.content.model.sharedModel.cells;
            for (const cell of cells) {
                const name = cell.getMetadata('nbgrader')?.grade_id;
                if (name in answers) { cell.setSource(answers[name]); delete answers[name]; }
            }
            return Object.keys(answers);
        }""", answers)
        assert not missed, missed
        self.page.evaluate("() => jupyterapp.commands.execute('docmanager:save')")

    def validate(self):
        """What nbgrader's Validate says."""
        self.page.click(".validate-button")
        dialog = self.page.locator(".jp-Dialog")
        dialog.wait_for()
        said = dialog.inner_text()
        dialog.locator("button").last.click()
        return said

    def append(self, cells):
        """Cells at the end of the notebook, written into the file."""
        path = self.home / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        notebook = nbformat.read(path, as_version=4)
        notebook.cells += cells
        path.write_text(nbformat.writes(notebook), encoding="utf-8")

    def read_feedback(self, words):
        """The page of feedback in the browser has these words, and nothing in it runs."""
        found = sorted((self.home / ASSIGNMENT / "feedback").rglob("*.html"))
        assert len(found) == 1, found
        self.page.goto(f"{self.base}/files/{found[0].relative_to(self.home)}")
        assert words in self.page.inner_text("body")
        nothing_runs(self.page)

    # The instructor's

    def press(self, what, place="manage_assignments", row=ASSIGNMENT):
        """Press a button of the formgrader, and return what it logs."""
        self.page.goto(f"{self.base}/formgrader/{place}")
        self.page.locator("tr", has_text=row).locator(f"{what} a").click()
        modal = self.page.locator("#success-modal, #error-modal")
        modal.wait_for()
        assert modal.get_attribute("id") == "success-modal", modal.inner_text()
        return modal.inner_text()

    def autograde(self, student):
        self.press(".autograde", f"manage_submissions/{ASSIGNMENT}", student)
        assert "WITHOUT A SANDBOX" not in self.hub.log(), "bubblewrap may not be used by the instructor"

    def marks(self):
        """{student: (status, score)} as `nbgrader export` writes them."""
        done = as_user(TEACHER, str(self.hub.environment / "bin" / "python"), "-m", "nbgrader", "export",
                       "--to=marks.csv", env={"PATH": f"{self.hub.environment / 'bin'}:/usr/bin:/bin"})
        assert done.returncode == 0, done.stderr
        with open(self.home / "marks.csv", newline="", encoding="utf-8") as file:
            return {row["student_id"]: (row["status"], float(row["score"] or "nan")) for row in csv.DictReader(file)
                    if row["assignment"] == ASSIGNMENT}

    def open_submission(self, student):
        self.page.goto(f"{self.base}/formgrader/manage_students/{student}/{ASSIGNMENT}")
        self.page.locator("tbody a", has_text=ASSIGNMENT).first.click()
        self.page.wait_for_selector("#notebook-container")

    def look_at(self, student):
        """A hostile submission in the formgrader: as it is after autograding, and, to see that the look would notice,
        as it was handed in."""
        path = self.hub.course / "autograded" / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        self.open_submission(student)
        nothing_runs(self.page)
        kept = path.read_bytes()
        as_it_was = nbformat.read(path, as_version=4)
        as_it_was.cells.append(nbformat.v4.new_markdown_cell(MARKDOWN[1]))
        path.write_text(nbformat.writes(as_it_was), encoding="utf-8")
        self.open_submission(student)
        self.page.wait_for_function("() => document.title === 'harmed'")
        path.write_bytes(kept)

    def mark_by_hand(self, student, comment, points=None):
        self.open_submission(student)
        name = written()
        self.page.wait_for_selector(f"#{name}_extra_credit[placeholder]")  # set once the gradebook has answered
        self.page.wait_for_load_state("networkidle")
        for field, text, kind in ((f"textarea#{name}-comment", comment, "comment"),
                                  (f"input.score#{name}", points, "grade")):
            if text is not None:
                place = self.page.locator(field).first
                place.fill(str(text))
                with self.page.expect_response(lambda one, kind=kind: f"/api/{kind}/" in one.url and one.ok
                                               and one.request.method == "PUT"):
                    place.blur()


def reference():
    """{grade_id: the reference's text} of the assignment's code cells that are the student's."""
    source = nbformat.read(ROOT / "coursework" / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)
    return {cell.metadata.nbgrader.grade_id: re.sub(r"(?m)^ *### (BEGIN|END) SOLUTION\n?", "", cell.source)
            for cell in source.cells if cell.metadata.get("nbgrader", {}).get("solution") and cell.cell_type == "code"}


def written():
    """The name of the cell that a person marks."""
    source = nbformat.read(ROOT / "coursework" / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)
    return next(cell.metadata.nbgrader.grade_id for cell in source.cells
                if cell.metadata.get("nbgrader", {}).get("solution") and cell.cell_type == "markdown")


MARKDOWN = [f"<script>{HARM}</script>", f"<img src=x onerror=\"{HARM}\">", f"<svg onload=\"{HARM}\"></svg>",
            f"[click](javascript:{HARM.replace(' ', '')})", "[click](&#106;avascript:document.title='harmed')",
            "[click](page.html)", "![x](attachment:x.svg)",
            f"<style onload=\"{HARM}\">body {{ display: none }}</style>",
            "$\\href{javascript:document.title='harmed'}{click}$"]
CODE = [f"from IPython.display import HTML; HTML('<script>{HARM.replace(chr(39), chr(34))}</script>')",
        f"from IPython.display import Javascript; Javascript(\"{HARM}\")",
        "from IPython.display import SVG; SVG(\"<svg xmlns='http://www.w3.org/2000/svg' "
        "onload='document.title=`harmed`'/>\")",
        f"raise ValueError(\"<img src=x onerror=\\\"{HARM}\\\">\")", f"print(\"<script>{HARM}</script>\")",
        f"raise type('<img src=x onerror=\"{HARM}\">', (Exception,), {{}})"]


def hostile():
    """Cells that run in the browser of who opens them, where they are not made harmless."""
    cells = [nbformat.v4.new_markdown_cell(one) for one in MARKDOWN]
    picture = f"<svg xmlns='http://www.w3.org/2000/svg' onload=\"{HARM}\"/>"
    for cell in cells:
        cell.attachments = {"x.svg": {"image/svg+xml": picture}}
    return cells + [nbformat.v4.new_code_cell(one) for one in CODE]


def nothing_runs(page):
    """Raise AssertionError if anything of a student's ran, or would at a click, in the page that is open."""
    page.wait_for_timeout(1000)
    page.evaluate("document.querySelectorAll('a').forEach(a => a.protocol == 'javascript:' && "
                  "a.textContent.includes('click') && a.click())")
    page.wait_for_timeout(300)
    assert page.title() != "harmed"
    inside = "#notebook-container" if page.locator("#notebook-container").count() else "body"
    found = page.evaluate("""inside => [...document.querySelectorAll(inside + ' *')].filter(one =>
        [...one.attributes].some(a => a.name.startsWith('on')) || one.closest('.rendered_html, .output')
        && (['SCRIPT', 'STYLE', 'IFRAME', 'OBJECT', 'EMBED'].includes(one.tagName) && !one.closest('mjx-container')
            || /page\\.html/.test(one.getAttribute('href') ?? ''))).map(one => one.outerHTML.slice(0, 200))""", inside)
    assert not found, found
    assert page.locator(inside).first.is_visible()


def secrets_stay(hub, ada, bo):
    """As one student: nothing of another's, of the course's or of the hub's can be read or written."""
    for path in (ada.home, hub.course, hub.course / "source", hub.course / "gradebook.db", hub.course / "submitted",
                 hub.course / "nbgrader_config.py", hub.exchange / CLASS / "inbound", hub.exchange / CLASS / "feedback",
                 hub.state / "jupyterhub.sqlite", hub.state / "hub.log"):
        done = as_user(BO, "ls" if path.is_dir() else "cat", str(path))
        assert done.returncode, f"{path} can be read by a student: {done.stdout[:200]}"
    for path in (hub.exchange / CLASS, hub.exchange / CLASS / "outbound" / ASSIGNMENT, hub.environment, hub.course):
        done = as_user(BO, "touch", str(path / "new"))
        assert done.returncode, f"{path} can be written by a student"
    done = as_user(BO, "mv", str(hub.exchange / CLASS), str(hub.exchange / "mine"))
    assert done.returncode, "the exchange of the course can be moved away by a student"
    others = {pwd.getpwnam(name).pw_uid for name in (TEACHER, ADA)}
    for process in psutil.process_iter(["uids", "pid"]):
        if process.info["uids"] and process.info["uids"].real in others:
            assert as_user(BO, "cat", f"/proc/{process.info['pid']}/environ").returncode, "another's secrets"
    for name, place in ((TEACHER, "formgrader/manage_assignments"), (ADA, f"files/{ASSIGNMENT}/{ASSIGNMENT}.ipynb")):
        answer = bo.page.goto(f"{hub.address(name)}/user/{name}/{place}")
        assert answer.status in (403, 404), f"{place} of {name} answers a student with {answer.status}"
    for text in (hub.exchange / CLASS / "outbound" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb",):
        assert "BEGIN HIDDEN" not in text.read_text(encoding="utf-8") and "_unseen" in (
            hub.course / "source" / ASSIGNMENT / text.name).read_text(encoding="utf-8")
    say("as a student: no other's work, no hidden test, no gradebook, no server of another's")


def forge(hub):
    """A third student hands in under another's name, later than she did, and a link to the solutions."""
    inbound = hub.exchange / CLASS / "inbound"
    script = f"""
cd {inbound}
name="{ADA}+{ASSIGNMENT}+2099-01-01 00:00:00.000000 UTC+forged"
mkdir --mode 777 "$name" && ln -s {hub.course}/source/{ASSIGNMENT}/{ASSIGNMENT}.ipynb "$name/{ASSIGNMENT}.ipynb"
mkdir "{BO}+{ASSIGNMENT}+no time at all+x"
"""
    done = as_user(EVE, "bash", "-ec", script)
    assert done.returncode == 0, done.stderr


if __name__ == "__main__":
    main()
