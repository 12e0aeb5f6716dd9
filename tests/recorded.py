"""What frameworks computed, read from its files."""

import numpy as np


def by_case(path):
    """{case: {name: array}} of one file, whose keys are case/name."""
    cases = {}
    with np.load(path) as content:
        for key in content.files:
            case, name = key.split("/", 1)
            cases.setdefault(case, {})[name] = content[key]
    return cases
