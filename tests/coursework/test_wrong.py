"""Wrong work loses the point of what it breaks, and the student reads why.

Mistakes are marked as on Windows, each test where it stands, attacks and slips, and all that is right or hostile, as
elsewhere, each test in a copy of the student's process: two ways, the same points.
"""

import pytest
from grading import assignments

from tests.coursework.submissions import NAMES, SOURCES, attack, data, from_right, lost, reference, right_cells


@pytest.mark.parametrize(("name", "wrong"), [(name, one) for name in NAMES for one in data(name)],
                         ids=lambda one: one if isinstance(one, str) else one["mistake"])
def test_a_mistake_loses_exactly_its_points(name, wrong):
    said = lost(reference(name, wrong["change"]), name, right=right_cells(name), at_once=True)
    assert set(said) == set(wrong["loses"]), said
    for test, message in wrong["loses"].items():
        assert message in said[test]


@pytest.mark.parametrize("name", NAMES)
def test_every_point_is_lost_by_some_mistake(name):
    """A test that no wrong submission fails would be a check that cannot fail."""
    assert len(data(name)) >= 20
    assert {test for wrong in data(name) for test in wrong["loses"]} == set(assignments.points(SOURCES[name]))


@pytest.mark.parametrize("name", [name for name, one in data("attacks").items() if one.get("loses")])
def test_what_lost_nothing_though_it_is_wrong(name):
    assert list(lost(attack(name), data("attacks")[name]["assignment"])) == data("attacks")[name]["loses"]


@pytest.mark.parametrize(("name", "wrong"), [(name, one) for name in NAMES
                                             for one in data("invented")[name]["mistakes"]],
                         ids=lambda one: one if isinstance(one, str) else one["mistake"])
def test_mistakes_invented_from_the_release_alone_are_marked_exactly(name, wrong):
    base = data("invented")[name]["base"]
    mistaken = from_right(name, base, wrong["change"])
    assert sorted(lost(mistaken, name, right=right_cells(name, base), at_once=True)) == wrong["loses"]
