"""The configuration of a class on JupyterHub agrees with itself and with the README. (tools/walk_hub.py walks it.)"""

import re
from ast import literal_eval

from traitlets.config.loader import PyFileConfigLoader

from tools.notebooks import ROOT

FOLDER = ROOT / "coursework" / "jupyterhub"
README = (ROOT / "coursework" / "README.md").read_text(encoding="utf-8")


def read(name):
    return PyFileConfigLoader(name, str(FOLDER)).load_config()


def test_the_class_is_one_and_the_exchange_is_where_the_readme_makes_it():
    hub, everybody = read("jupyterhub_config.py"), read("nbgrader_config.py")
    group, = hub.LocalAuthenticator.allowed_groups
    assert f"groupadd {group}" in README and f"--groups {group}" in README
    assert f"mkdir --mode 1777 --parents {everybody.Exchange.root}" in README
    course = (ROOT / "coursework" / "nbgrader_config.py").read_text(encoding="utf-8")
    assert f'c.CourseDirectory.course_id = "{everybody.CourseDirectory.course_id}"' in course


def test_the_formgrader_may_stand_in_a_frame_of_its_own_origin_only():
    argument, = read("jupyterhub_config.py").Spawner.args
    name, _, value = argument.partition("=")
    assert name == "--ServerApp.tornado_settings"
    assert literal_eval(value) == {"headers": {"Content-Security-Policy": "frame-ancestors 'self'"}}


def test_what_the_readme_names_is_there():
    for name in re.findall(r"coursework/jupyterhub/[\w.]+", README):
        assert (ROOT / name).exists(), name
    assert "python -m tools.walk_hub" in README and (ROOT / "tools" / "walk_hub.py").exists()
