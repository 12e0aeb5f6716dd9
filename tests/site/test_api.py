"""How the page of the public names comes of their docstrings; what Sphinx makes of it is asked in `test_site`."""

import sys
from types import ModuleType

from lstm_teach import tanh
from tools.site import api

KNOWN = {"Example", "tanh", "told"}


class Example:
    """An `Example`, not `other`.

    Beside `tanh`.
    """

    number = 3

    def told(self, kind: int = 3) -> float:
        """Told of `tanh`."""

    def untold(self):
        pass

    def _own(self):
        """Of no use to others."""

    @property
    def size(self) -> int:
        """How large."""


class ExampleError(ValueError):
    """No good."""


def test_a_name_stands_under_the_module_that_defines_it():
    for module, found in api.names().items():
        assert found and {getattr(value, "__module__", module) for value in found.values()} == {module}


def test_a_module_has_its_own_public_functions_under_its_name_and_what_else_it_gives_without():
    found = set(api.names()["lstm_teach.training.tasks"])
    assert {"tasks.adding", "tasks.held_out_windows", "Task"} <= found
    assert not found & {"tasks", "tasks.Task", "tasks._adding", "tasks.whole_number"}


def test_a_class_has_what_is_said_of_it_and_of_its_own_methods_and_properties():
    assert api._entry("Example", Example, KNOWN) == """\
````{py:class} Example()

An `Example`, not `other`.

Beside {py:obj}`tanh`.

```{py:method} told(self, kind: int = 3)

Told of {py:obj}`tanh`.

```

```{py:property} size

How large.

```

````"""


def test_a_function_has_its_arguments_and_a_type_among_them_its_plain_name():
    def typed(kind=int):
        """Made of `kind`."""

    assert api._entry("typed", typed, KNOWN) == "```{py:function} typed(kind=int)\n\nMade of `kind`.\n\n```"
    assert api._entry("tanh", tanh, KNOWN).startswith("```{py:function} tanh(z)\n\ntanh(z) = ")
    # Which arguments an exception takes, Python does not say, or that they are any.
    assert api._signature(ExampleError) in ("", "(*args, **kwargs)")


def test_of_a_dict_its_keys_are_told_and_of_another_value_itself():
    assert api._entry("MADE", {"one": 1, "two": 2}, KNOWN) == "```{py:data} MADE\n:type: dict of one, two\n```"
    assert api._entry("MADE", (1, "two"), KNOWN) == "```{py:data} MADE\n:value: (1, 'two')\n```"


def test_a_section_stands_under_the_first_paragraph_of_its_module_in_one_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "made_up", ModuleType("made_up", "What it\nholds.\n\nAnd more."))
    monkeypatch.setattr(api, "names", lambda: {"made_up": {"LENGTH": 3}})
    assert api.page() == ("# What `lt.` holds\n\n`import lstm_teach as lt`\n\n```{py:currentmodule} lstm_teach\n```\n\n"
                          "## What it holds\n\n```{py:data} LENGTH\n:value: 3\n```\n")
