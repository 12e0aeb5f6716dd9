"""Further slips, invented from the words and stubs of the release alone, lose exactly the points they were said to."""

import pytest

from tests.coursework.submissions import NAMES, data, from_right, lost, right_cells

SLIPS = [(name, one) for name in NAMES for one in data("slips")[name]["mistakes"]]


@pytest.mark.parametrize(("name", "slip"), SLIPS, ids=lambda one: one if isinstance(one, str) else one["mistake"])
def test_a_slip_loses_the_point_of_what_it_breaks(name, slip):
    base = data("slips")[name]["base"]
    slipped = from_right(name, base, slip["change"])
    assert sorted(lost(slipped, name, right=right_cells(name, base))) == slip["loses"]
