"""The page of the public names, `lt.…`, from their docstrings, which are Markdown.

Which names there are, and in which order of subjects, stands in the package itself.
"""

import ast
import importlib
import inspect
import re

import lstm_teach


def names():
    """The public names by the module that defines them: {module: {name after `lt.`: value}}, in the package's order."""
    found = {}
    for line in ast.parse(inspect.getsource(lstm_teach)).body:
        if isinstance(line, ast.ImportFrom):
            for name in (one.name for one in line.names):
                value = getattr(lstm_teach, name)
                if inspect.ismodule(value):
                    found[value.__name__] = {f"{name}.{one}": of for one, of in vars(value).items()
                                             if inspect.isfunction(of) and of.__module__ == value.__name__ and
                                             one[0] != "_"}
                else:
                    found.setdefault(f"lstm_teach.{line.module}", {})[name] = value
    return found


def page():
    """The page as MyST Markdown: a section a module, under the first line of what it says of itself."""
    found = names()
    known = {name for of in found.values() for name in of}
    parts = ["# What `lt.` holds", "`import lstm_teach as lt`", "```{py:currentmodule} lstm_teach\n```"]
    for module, of in found.items():
        title = _said(importlib.import_module(module), known).split("\n\n")[0].replace("\n", " ").rstrip(".")
        parts += [f"## {title}", *(_entry(name, value, known) for name, value in of.items())]
    return "\n\n".join(parts) + "\n"


def _entry(name, value, known):
    if inspect.isclass(value):
        return _described("class", name, value, known, fence="````", inside=[
            _described("property" if isinstance(one, property) else "method", of, one, known)
            for of, one in vars(value).items()
            if of[0] != "_" and (inspect.isfunction(one) or isinstance(one, property)) and one.__doc__
        ])
    if inspect.isroutine(value):
        return _described("function", name, value, known)
    if isinstance(value, dict):
        return f"```{{py:data}} {name}\n:type: dict of {', '.join(value)}\n```"
    return f"```{{py:data}} {name}\n:value: {value!r}\n```"


def _described(kind, name, value, known, fence="```", inside=()):
    signature = "" if isinstance(value, property) else _signature(value)
    return "\n\n".join([f"{fence}{{py:{kind}}} {name}{signature}", _said(value, known), *inside, fence])


def _signature(value):
    try:
        signature = inspect.signature(value).replace(return_annotation=inspect.Signature.empty)
        return re.sub(r"<class '([\w.]+)'>", r"\1", str(signature))
    except ValueError:  # an exception's
        return ""


def _said(value, known):
    """A docstring in which a public name in backticks is a link, unless it is the name of what it describes."""
    own = getattr(value, "__name__", None)
    return re.sub(r"`(\w+)`", lambda one: f"{{py:obj}}{one[0]}" if one[1] in known - {own} else one[0],
                  inspect.getdoc(value))
