"""The claim function itself: it prints, it refuses what cannot fail, and it raises when a claim does not hold."""

import math

import pytest

import lstm_teach as lt

HOLDS = [
    dict(measured=0.5, at_least=0.5), dict(measured=0.5, at_most=0.5), dict(measured=[1, 2, 3], at_least=1, at_most=3),
    dict(measured=7, equals=7), dict(measured=0.1 + 0.2, equals=0.3), dict(measured="quarter", equals="quarter"),
    dict(measured=[0, 1], equals=[0, 1]), dict(measured=True, equals=True),
]
FAILS = [
    dict(measured=0.49, at_least=0.5), dict(measured=0.51, at_most=0.5), dict(measured=[1, 2, 4], at_most=3),
    dict(measured=7, equals=8), dict(measured=0.3001, equals=0.3), dict(measured="half", equals="quarter"),
    dict(measured=[0, 1], equals=[0, 1, 1]), dict(measured=math.nan, at_least=0), dict(measured=math.nan, at_most=0),
    dict(measured=math.nan, equals=math.nan), dict(measured=[1.0, math.nan], at_least=0), dict(measured="7", equals=7),
]


@pytest.mark.parametrize("condition", HOLDS)
def test_a_claim_that_holds_prints_its_verdict(condition, capsys):
    lt.claim("C6", "As measured.", **condition)
    assert "C6. It is hard for a sigmoid to be at 0.5, and hard for a tanh to be at 0.\n    As measured.\n" in (
        capsys.readouterr().out)


@pytest.mark.parametrize("condition", FAILS)
def test_a_claim_that_does_not_hold_raises(condition):
    with pytest.raises(lt.ClaimError, match="C6 does not hold"):
        lt.claim("C6", "As measured.", **condition)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (dict(id="C17", verdict="v", measured=1, equals=1), "id: expected a claim of the thread"),
        (dict(id="C1", verdict=" ", measured=1, equals=1), "verdict: expected a short sentence"),
        (dict(id="C1", verdict="v", measured=1), "at_least, at_most, equals: expected at least one of them"),
        (dict(id="C1", verdict="v", measured=[], at_least=1), "measured: expected a number"),
        (dict(id="C1", verdict="v", measured="many", at_least=1), "measured: expected numbers, since at least"),
    ],
)
def test_a_claim_that_cannot_be_judged_is_refused(arguments, words):
    with pytest.raises(ValueError) as caught:
        lt.claim(**arguments)
    assert str(caught.value).startswith(words)
