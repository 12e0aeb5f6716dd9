"""The reader's guesses are kept, found again, and never overwritten."""

import json

import pytest

import lstm_teach as lt


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_guesses_are_kept_and_earlier_ones_stay(in_an_empty_folder, capsys):
    assert lt.recall_guesses() == {}
    lt.keep_guesses({"range": True, "counting": 0.25})
    lt.keep_guesses({"range": True, "counting": 0.25})
    lt.keep_guesses({"range": False, "counting": 0.25})
    assert lt.recall_guesses() == {"range": False, "counting": 0.25}
    lt.keep_guesses({"range": True, "σ": 0.5})
    text = (in_an_empty_folder / "my_guesses.json").read_text(encoding="utf-8")
    assert [guesses["range"] for guesses in json.loads(text)] == [True, False, True] and "σ" in text
    assert "Kept 2 guesses" in capsys.readouterr().out


def test_nothing_is_written_before_all_is_guessed(in_an_empty_folder, capsys):
    lt.keep_guesses({"range": True, "counting": None})
    assert list(in_an_empty_folder.iterdir()) == [] and "for: counting." in capsys.readouterr().out


def test_a_guess_that_is_no_number_is_asked_for_again(in_an_empty_folder, capsys):
    lt.keep_guesses({"range": True, "learning": "5x"})
    assert list(in_an_empty_folder.iterdir()) == []
    assert "learning: expected a number, True or False, got '5x'" in capsys.readouterr().out


@pytest.mark.parametrize("content", ["{}", "[1]", "not JSON", "\x00"])
def test_a_file_of_somebody_else_is_left_alone(in_an_empty_folder, content):
    file = in_an_empty_folder / "my_guesses.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match="^file: expected a file that keep_guesses wrote"):
        lt.keep_guesses({"range": True})
    assert file.read_text(encoding="utf-8") == content


def test_guesses_must_be_a_mapping():
    with pytest.raises(ValueError, match="^guesses: expected a mapping of questions to answers, got 3"):
        lt.keep_guesses(3)


def test_a_bet_is_answered_and_without_one_the_answer_is_told(capsys):
    lt.keep_guesses({"share": 0.5, "learning": float("inf"), "right": 0.25})
    capsys.readouterr()
    lt.answer_bet("share", 0.25, "one block of four goes.")
    lt.answer_bet("learning", {"once": 4.0}, "it is slower")
    lt.answer_bet("right", 0.25, "one block of four goes")
    lt.answer_bet("another", 0.25, "one block of four goes")
    assert capsys.readouterr().out.splitlines() == [
        "You bet 0.5; it is 0.25, because one block of four goes.",
        "You bet ∞; it is once 4, because it is slower.",
        "You bet 0.25, and so it is, because one block of four goes.",
        "You kept no bet on this. It is 0.25, because one block of four goes.",
    ]


def test_nothing_kept_is_said(capsys):
    lt.answer_bet("share", 0.25, "one block of four goes")
    assert capsys.readouterr().out == "You kept no bet on this. It is 0.25, because one block of four goes.\n"
