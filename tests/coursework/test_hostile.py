"""Running a submission harms nobody, in bubblewrap and without it, and opening one neither."""

import json
import os
import shutil
import socket
import subprocess
import sys
from threading import Thread

import nbformat
import psutil
import pytest
from grading import assignments, limits, plain, referee, sandbox
from nbconvert import HTMLExporter

from tests.coursework.submissions import SOURCES, AtOnce, attack, data, reference
from tools import lab
from tools.notebooks import ROOT

NAME = "2_one_step"
WAYS = [pytest.param(False, id="as it is"), pytest.param(True, id="in bubblewrap", marks=pytest.mark.skipif(
    not shutil.which("bwrap"), reason="bubblewrap is not installed; .ci/run installs it"))]


def printed(source, sandboxed, **options):
    """What a cell at the end of the reference prints or complains of, and the marking."""
    notebook = reference(NAME)
    notebook.cells.append(nbformat.v4.new_code_cell(source))
    marking = referee.mark(notebook, NAME, sandboxed=sandboxed, **options)
    place = len(notebook.cells) - 1
    return "".join(one.get("text") or one.get("evalue") or "" for one in marking.outputs.get(place, [])), marking


def test_bubblewrap_works_where_ci_installed_it():
    assert sandbox.available() or not shutil.which("bwrap")


@pytest.mark.parametrize("sandboxed", WAYS)
@pytest.mark.parametrize("name", [name for name in data("attacks") if name.startswith("m")])
def test_a_hostile_submission_earns_nothing_and_leaves_nothing(name, sandboxed):
    marking = referee.mark(assignments.restore(attack(name), SOURCES[NAME]), NAME, sandboxed=sandboxed,
                           limits=referee.Limits(memory=2 * 2**30))
    assert all(marking.verdicts.values())
    said = json.dumps(list(marking.outputs.values()), ensure_ascii=False)
    assert "HIDDEN" not in said and "@_unseen" not in said
    assert "got 4 GB 4" not in said
    assert not [one for one in psutil.process_iter(["cmdline"]) if one.info["cmdline"] == ["sleep", "1234"]]


# A cell's way to the process that it runs in: `raw` speaks to the marking, as only the worker should.
REACH = """
import gc, json, os, resource, socket, struct, threading
worker = next(one for one in gc.get_objects() if type(one).__name__ == "_Submission")
connection = worker.peer.socket
def raw(text):
    connection.sendall(struct.pack("!I", len(text)) + text.encode())
"""


def with_cells(cells, solved=True):
    """The reference, or a notebook in which nothing is solved, with cells before its solutions, by their number."""
    notebook, places = reference(NAME), []
    for place, cell in enumerate(notebook.cells):
        if assignments.is_solution(cell):
            places.append(place)
            cell.source = cell.source if solved else "pass"
    for number in sorted(cells, reverse=True):
        notebook.cells.insert(places[number], nbformat.v4.new_code_cell(REACH + cells[number]))
    return notebook


def opened():
    return len(os.listdir("/proc/self/fd"))


@pytest.mark.skipif(sys.platform != "linux", reason="open files are counted on Linux")
@pytest.mark.parametrize("done", [
    "raw('{}')", "raw('{}'); raw('{}')", "raw('{\"connection\": false}')", "raw('{\"error\": 5}')",
    "raw('{\"warned\": 5}')", "raw('{\"ask\": \"call\", \"target\": []}')", "raw('{\"ask\": 5}')",
    "raw('{\"note\": ' + '[' * 90_000 + ']' * 90_000 + '}')", "connection.sendall(b'\\0\\0')",
    "connection.sendall(b'\\xff' * 4)", "os.close(connection.fileno())", "connection.shutdown(socket.SHUT_RD)",
    "os.fork = lambda: 0", "os.fork = lambda: 1", "socket.recv_fds = lambda *_: 5",
    "mine, theirs = socket.socketpair(); socket.recv_fds = lambda *_: (b'.', [mine.detach()], 0, None)",
    "sent = [socket.send_fds(connection, [b'\\0\\0\\0\\2{}'], [0] * 50) for _ in range(3)]",
    "worker.do_snapshot = lambda message: worker.peer.send({}) or {}",
    "worker.do_snapshot = lambda message: connection.shutdown(socket.SHUT_RD) or worker.peer.send({})",
])
def test_a_submission_that_speaks_to_the_marking_itself_earns_nothing_and_leaves_nothing(done):
    """Answers early, twice, or such as are none; and without a copy of the process, where one was promised."""
    referee.mark(nbformat.v4.new_notebook(), NAME, sandboxed=False, start=sandbox.Fork)  # what forks is there
    before = opened()
    for solved in (False, True):
        marking = referee.mark(with_cells({0: done}, solved), NAME, "1997", sandboxed=False, start=sandbox.Fork,
                               limits=referee.Limits(cell=2, total=6))
        assert len(marking.verdicts) == 17 and (solved or all(marking.verdicts.values()))
        said = json.dumps(list(marking.outputs.values()))
        assert "_unseen" not in said and "1997" not in said
    assert opened() == before


@pytest.mark.skipif(sys.platform != "linux", reason="macOS has another limit on open files")
@pytest.mark.parametrize(("trouble", "over", "made"), [
    ("fork = os.fork\ndef none():\n    raise BlockingIOError\nos.fork = none", "os.fork = fork", False),
    ("fork = os.fork\ndef own():\n    assert fork() == 0\n    return 0\nos.fork = own", "os.fork = fork", True),
    ("limits, held = resource.getrlimit(resource.RLIMIT_NOFILE), []\n"
     "resource.setrlimit(resource.RLIMIT_NOFILE, (64, limits[1]))\n"
     "try:\n    while True: held.append(os.dup(0))\nexcept OSError: pass",
     "for one in held: os.close(one)\nresource.setrlimit(resource.RLIMIT_NOFILE, limits)", False),
], ids=["no process", "an error when the copy is there", "no file"])
def test_where_no_copy_can_be_made_for_a_while_only_the_tests_of_that_while_are_lost(trouble, over, made):
    marking = referee.mark(with_cells({1: trouble, 2: over}), NAME, sandboxed=False, start=sandbox.Fork)
    lost = {name: said for name, said in marking.verdicts.items() if said}
    assert marking.over is None and set(lost) == (set() if made else {"gates_by_sigmoid", "candidate_by_tanh"})
    assert all("the process has ended" in said for said in lost.values())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no copy is asked for")
def test_a_process_that_ends_where_a_copy_is_asked_for_is_said_to_have_ended_there():
    notebook = with_cells({0: "worker.do_snapshot = lambda message: os._exit(3)"}, solved=False)
    marking = referee.mark(notebook, NAME, sandboxed=False)
    assert (marking.over, marking.exit_code) == ("The process ended between two cells.", 3)
    assert set(marking.verdicts.values()) == {f"NotExecuted: {marking.over}"}
    places = {assignments.grade_id(cell): place for place, cell in enumerate(notebook.cells)}
    for name in marking.verdicts:
        (said,) = marking.outputs[places[name]]
        assert (said.ename, said.evalue) == ("NotExecuted", marking.over)


def test_an_end_is_noticed_at_once_and_what_was_copied_before_counts():
    marking = referee.mark(with_cells({1: "os._exit(3)"}), NAME, sandboxed=False, start=sandbox.Fork)
    assert marking.over.startswith("The process ended in code cell") and not marking.late
    earned = [name for name, said in marking.verdicts.items() if said is None]
    assert earned == ["x_before_h", "bias_is_added", "order_of_blocks"]


def test_a_copy_is_a_group_of_processes_of_its_own_so_that_it_can_end_itself_only():
    called = ("own = worker.do_call\ndef call(message):\n    assert os.getpgrp() == os.getpid()\n"
              "    return own(message)\nworker.do_call = call")
    marking = referee.mark(with_cells({0: called}), NAME, sandboxed=False, start=sandbox.Fork)
    assert set(marking.verdicts.values()) == {None}


def test_a_copy_is_not_waited_for_longer_than_a_cell(monkeypatch):
    monkeypatch.setattr(referee, "_GRACE", 0.1)
    slow = ("own = worker.do_snapshot\ndef once(message):\n    worker.do_snapshot = own\n"
            "    threading.Event().wait(6)\n    return own(message)\nworker.do_snapshot = once")
    marking = referee.mark(with_cells({0: slow}), NAME, sandboxed=False, start=sandbox.Fork,
                           limits=referee.Limits(cell=2, total=60))
    assert marking.over == "The process ended between two cells."


def test_where_a_process_has_no_copies_none_is_asked_for():
    marking = referee.mark(with_cells({0: "del type(worker).do_snapshot"}), NAME, sandboxed=False, start=AtOnce)
    assert set(marking.verdicts.values()) == {None}


def test_what_runs_beside_in_a_thread_takes_no_part_in_a_copy():
    """Nor does it keep one from being made."""
    thread = "threading.Thread(target=threading.Event().wait, args=(60,), daemon=True).start()"
    marking = referee.mark(with_cells({0: thread}), NAME, sandboxed=False, start=sandbox.Fork)
    assert set(marking.verdicts.values()) == {None}


@pytest.mark.parametrize("sandboxed", WAYS)
def test_hidden_tests_their_numbers_and_the_seed_reach_no_output(sandboxed):
    """A function keeps what it is called with, everywhere it can; a later cell shows it."""
    notebook = reference(NAME)
    for cell in notebook.cells:
        if assignments.grade_id(cell) == "impossible":
            cell.source = "import os\nmet = []\n\n" + cell.source.replace(
                "    before, after = ",
                "    met.append(after); open('met', 'a').write(str(after))\n    before, after = ", 1)
    notebook.cells.append(nbformat.v4.new_code_cell(
        "print('LEAK', met, os.path.exists('met') and open('met').read(), In, dict(os.environ))"))
    marking = referee.mark(notebook, NAME, "19971997", sandboxed=sandboxed)
    assert not any(marking.verdicts.values()), marking.verdicts
    said = "".join(one.get("text", "") for one in marking.outputs[len(notebook.cells) - 1])
    assert said.startswith("LEAK [] False") and "19971997" not in said
    assert "_unseen" not in said.replace("_unseen(check)", "")


def test_in_bubblewrap_a_submission_sees_its_own_folder_and_no_more(tmp_path):
    if not sandbox.available():
        pytest.skip("bubblewrap is not installed")
    secret = tmp_path / "secret"
    secret.write_text("secret", encoding="utf-8")
    ours = [ROOT / name for name in ("coursework/source", "coursework/grading/referee.py", "lstm_teach", "README.md")]
    paths = [str(path) for path in (secret, "/etc/passwd", *ours)]
    asked = f"import os; print([path for path in {paths} if os.path.exists(path)])"
    assert printed(asked, True)[0] == "[]\n"
    assert printed(asked, False)[0] == f"{paths}\n", "without it all of them are there"
    said, _ = printed("import os; print(os.getuid(), os.getcwd(), os.listdir())\nopen('mine', 'w').write('1')\n"
                      "print(open('mine').read())", True)
    assert said == "65534 /submission []\n1\n"
    said, _ = printed("open('/usr/new', 'w')", True)
    assert "Read-only" in said or "denied" in said


def test_in_bubblewrap_there_is_no_network():
    if not sandbox.available():
        pytest.skip("bubblewrap is not installed")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        thread = Thread(target=lambda: server.accept()[0].close())
        thread.start()
        source = f"import socket; socket.create_connection(('127.0.0.1', {port}), 3); print('out')"
        assert "out" not in printed(source, True)[0]
        assert "out" in printed(source, False)[0]
        thread.join()


@pytest.mark.parametrize("sandboxed", WAYS)
def test_no_process_is_left(sandboxed):
    source = ("import os, subprocess\nsubprocess.Popen(['sleep', '45678'], env={}, start_new_session=True)\n"
              "if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        os.execve('/usr/bin/sleep', "
              "['sleep', '45678'], {})\n    os._exit(0)")
    printed(source, sandboxed)
    assert not [one for one in psutil.process_iter(["cmdline"]) if one.info["cmdline"] == ["sleep", "45678"]]


@pytest.mark.parametrize("sandboxed", WAYS)
def test_limits_are_kept_by_the_marking(sandboxed):
    """Whatever the submission does to its own process: output, time, memory."""
    said, marking = printed("print('x' * 10**6)\nimport gc\nfor one in gc.get_objects():\n    "
                            "if type(one).__name__ == 'Peer': one.send({'note': {'output_type': 'stream', 'name': "
                            "'stdout', 'text': 'y' * 5_000_000}})", sandboxed, limits=referee.Limits(output=10_000))
    assert len(said) < 20_000 and "cut: a submission may put out 10000 bytes" in said
    said, marking = printed("import time\nwhile True:\n    try: time.sleep(9)\n    except BaseException: pass",
                            sandboxed, limits=referee.Limits(cell=1, total=30))
    assert marking.late and not any(marking.verdicts.values()), "what ran before counts"
    said, marking = printed("b = bytearray(3 * 2**30)", sandboxed, limits=referee.Limits(memory=2 * 2**30))
    assert not any(marking.verdicts.values())


def test_what_patches_the_checks_changes_its_own_answers_only():
    """NumPy patched, the tests' helpers redefined, frames searched: the comparison stands elsewhere."""
    source = "np.allclose = np.array_equal = lambda *_, **__: True\n_expect = _test = lambda *_, **__: None"
    notebook = assignments.marked(SOURCES[NAME])
    for cell in notebook.cells:
        if assignments.is_solution(cell):
            cell.source = source
    assert all(plain.verdicts(notebook, NAME, sandboxed=False, start=sandbox.Fork).values())


def test_without_a_sandbox_it_is_said_loudly_and_once():
    code = ("from grading import sandbox\nimport os\nos.environ['COURSEWORK_SANDBOX'] = 'off'\n"
            "for _ in range(3): sandbox.warn_once()")
    said = subprocess.run([sys.executable, "-c", code],
                          cwd=ROOT / "coursework", capture_output=True, encoding="utf-8").stderr
    assert said.count("WITHOUT A SANDBOX") == 1 and "README" in said


# What runs in a browser where it is not taken out: it sets the page's title to "harmed".
HARM = "document.title = 'harmed'"
MARKDOWN = [f"<script>{HARM}</script>", f"<img src=x onerror=\"{HARM}\">", f"<svg onload=\"{HARM}\"></svg>",
            f"[click](javascript:{HARM.replace(' ', '')})", "[click](&#106;avascript:document.title='harmed')",
            "[click](javascript\\:document.title='harmed')",
            "[click][far]\n\n[far]: &#106;avascript:document.title='harmed'",
            "[click](java&Tab;script:document.title=1)",
            "[click](//example.org:80/x 'a\" onmouseover=\"document.title=1')",
            f"<iframe srcdoc=\"<script>parent.{HARM}</script>\"></iframe>",
            "$\\href{javascript:document.title='harmed'}{click}$", "![x](attachment:x.svg)",
            f"<a href=\"javascript:{HARM}\">click</a>", f"<details open ontoggle=\"{HARM}\">x</details>"]
CODE = [f"from IPython.display import HTML; HTML('<script>{HARM.replace(chr(39), chr(34))}</script>')",
        f"from IPython.display import Javascript; Javascript(\"{HARM}\")",
        "from IPython.display import SVG; SVG(\"<svg xmlns='http://www.w3.org/2000/svg' onload='document.title=1'/>\")",
        "from IPython.display import Markdown; Markdown(\"<img src=x onerror='document.title=1'>\")",
        "from IPython.display import Latex; Latex('$\\\\href{javascript:document.title=1}{x}$')",
        f"raise ValueError(\"<img src=x onerror=\\\"{HARM}\\\">\")", f"print(\"<script>{HARM}</script>\")",
        f"class X:\n    def _repr_png_(self): return '\"><script>{HARM.replace(chr(39), chr(34))}</script>'\nX()",
        f"type('<img src=x onerror=\"{HARM}\">', (Exception,), {{}})"]
CODE[-1] = f"raise {CODE[-1]}"


def harmful():
    notebook = reference(NAME)
    notebook.cells += [nbformat.v4.new_markdown_cell(one) for one in MARKDOWN]
    notebook.cells += [nbformat.v4.new_code_cell(one) for one in CODE]
    return assignments.restore(notebook, SOURCES[NAME])


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The same submission as a page: as it was handed in and run, and after what harms was taken out."""
    folder, notebook = tmp_path_factory.mktemp("pages"), harmful()
    marking = referee.mark(notebook, NAME, sandboxed=False)
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            cell.outputs = marking.outputs.get(place, [])
    found = {}
    for name in ("as it was", "harmless"):
        if name == "as it was":  # a page cannot be made at all of a picture that is not there
            shown = nbformat.from_dict(notebook)
            shown.cells = [cell for cell in notebook.cells if "attachment:" not in cell.source]
        else:
            shown, _ = limits.Harmless().preprocess(notebook, {})
        found[name] = folder / f"{name}.html"
        found[name].write_text(HTMLExporter().from_notebook_node(
            shown, {"metadata": {"name": name}})[0], encoding="utf-8")
    return found


@pytest.mark.skipif(lab.CHROMIUM is None and not os.environ.get("CI"), reason="no Chromium here")
def test_nothing_of_a_students_runs_in_the_browser_of_who_reads_it(pages):
    titles = {}
    with lab.chromium() as (first, _):
        for name, path in pages.items():
            page = first.context.browser.new_page()
            page.route("http*://**", lambda route: route.abort())
            page.goto(path.as_uri(), wait_until="domcontentloaded")
            page.wait_for_timeout(300)
            titles[name] = {page.title()}
            page.evaluate("document.querySelectorAll('a').forEach(a => a.protocol == 'javascript:' && a.click())")
            page.wait_for_timeout(300)
            titles[name].add(page.title())
            links = page.eval_on_selector_all("a", "all => all.map(one => one.protocol)")
            handlers = page.evaluate("[...document.querySelectorAll('body *')].filter(one => [...one.attributes]"
                                     ".some(a => a.name.startsWith('on'))).length")
            if name == "harmless":
                assert set(links) <= {"http:", "https:", "file:", "mailto:"} and handlers == 0
    assert titles["as it was"] & {"harmed", "1"}, "the test would notice"
    assert titles["harmless"] == {"harmless"}, "the name of the file, which nothing changed"


def test_a_picture_and_a_text_stay(tmp_path):
    said = limits.harmless_output(nbformat.v4.new_output("display_data", data={
        "image/png": "iVBORw0KGgo=", "text/plain": "<Figure>", "text/html": "<b>x</b>"}))
    assert set(said.data) == {"image/png", "text/plain"}
    kept = "A gate is **shut** at $z<0$: see [02](02.ipynb) and `a < b`."
    assert limits.harmless_markdown(kept) == kept
    page = "[a page handed in beside the notebook](page.html)"
    assert limits.harmless_markdown(page) == page.replace("](", "] (")


def test_where_the_system_refuses_a_limit_on_memory_a_notebook_is_marked_all_the_same(tmp_path, monkeypatch):
    """macOS refuses it; here a module in place of Python's own does."""
    (tmp_path / "resource.py").write_text(
        "RLIMIT_AS, RLIMIT_FSIZE, RLIMIT_CORE = range(3)\n"
        "def setrlimit(limit, most):\n"
        "    if limit == RLIMIT_AS: raise ValueError('current limit exceeds maximum limit')\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    said, marking = printed("import resource; print(resource.__file__)", False)
    assert said == f"{tmp_path / 'resource.py'}\n" and set(marking.verdicts.values()) == {None}
