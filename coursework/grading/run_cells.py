"""The process in which `plain` executes a notebook: cells as JSON on stdin, verdicts as JSON in stdout's last line."""

import contextlib
import io
import json
import sys

import isolation


def execute(cells):
    """Run [(name or None, code)] in one namespace. Returns {name: None, or what was said} of the named ones."""
    names, said = {"__name__": "__main__"}, {}
    for number, (name, source) in enumerate(cells, 1):
        complaint, stderr = None, io.StringIO()
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(stderr):
                exec(compile(source, f"code cell {number}", "exec"), names)
        except (Exception, SystemExit) as error:
            complaint = f"{type(error).__name__}: {error}".removesuffix(": ")
        if name:
            said[name] = complaint or stderr.getvalue().strip() or None
    return said


given = json.load(sys.stdin)
isolation.enter()
print("\n" + json.dumps(execute(given)))
