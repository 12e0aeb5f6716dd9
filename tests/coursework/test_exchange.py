"""Collecting from a folder in which students write what they like: nobody hands in for another, no link is followed."""

import logging
import os

import pytest
from grading import exchange
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import ExchangeCollect

ASSIGNMENT = "2_one_step"
TIME = "2026-01-02 03:04:05.000006 UTC"
ADA, BO = 41001, 41002  # user ids that no account has; the folder of one without a name goes by the id


@pytest.fixture
def course(tmp_path):
    (tmp_path / "exchange" / "c" / "inbound").mkdir(parents=True)
    return tmp_path


def hand_in(course, owner, name, files=(("2_one_step.ipynb", b"{}"),), secret="ab" * 64):
    """A folder in the exchange, as nbgrader's submit leaves it, or as somebody made it by hand."""
    folder = course / "exchange" / "c" / "inbound" / name
    folder.mkdir()
    (folder / "timestamp.txt").write_text("whatever", encoding="utf-8")
    (folder / "submission_secret.txt").write_text(secret, encoding="utf-8")
    for file, content in files:
        if isinstance(content, bytes):
            (folder / file).write_bytes(content)
        else:
            (folder / file).symlink_to(content)
    for path in (folder, *folder.iterdir()):
        os.chown(path, owner, -1, follow_symlinks=False)
    return folder


def collect(course, kind=exchange.Collect, **options):
    directory = CourseDirectory(root=str(course / "course"), course_id="c", assignment_id=ASSIGNMENT,
                                db_url="sqlite://")
    collector = kind(coursedir=directory, root=str(course / "exchange"), update=True, log=logging.getLogger("collect"),
                     **options)
    collector.inbound_path = str(course / "exchange" / "c" / "inbound")
    records = [collector._path_to_record(os.path.join(collector.inbound_path, name))
               for name in sorted(os.listdir(collector.inbound_path))]
    students = {one["username"] for one in records}
    collector.src_records = [collector._sort_by_timestamp([one for one in records if one["username"] == student])[0]
                             for student in students]
    collector.copy_files()
    return course / "course" / "submitted"


needs_root = pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="gives folders to other users")


@needs_root
def test_a_folder_under_anothers_name_is_its_owners_and_takes_nobodys_place(course):
    hand_in(course, BO, f"{BO}+{ASSIGNMENT}+{TIME}+x", [("2_one_step.ipynb", b"bo's")])
    hand_in(course, ADA, f"{BO}+{ASSIGNMENT}+{TIME.replace('2026', '2027')}+y", [("2_one_step.ipynb", b"ada's")])
    hand_in(course, ADA, f"{ADA}+{ASSIGNMENT}+no time+z", [("2_one_step.ipynb", b"older")])
    found = collect(course)
    assert {path.parent.parent.name: path.read_bytes() for path in found.glob("*/*/*.ipynb")} == {
        str(BO): b"bo's", str(ADA): b"ada's"}
    assert (found / str(BO) / ASSIGNMENT / "timestamp.txt").read_text(encoding="ascii") == TIME


@needs_root
def test_no_link_and_no_file_of_anothers_is_read(course, caplog):
    secret = course / "solution.ipynb"
    secret.write_bytes(b"the solution")
    folder = hand_in(course, ADA, f"{ADA}+{ASSIGNMENT}+{TIME}+x", [("2_one_step.ipynb", secret), ("a.ipynb", b"mine"),
                                                                   ("numpy.py", b"")])
    os.link(secret, folder / "b.ipynb")
    os.mkfifo(folder / "c.ipynb")
    found = collect(course) / str(ADA) / ASSIGNMENT
    assert sorted(path.name for path in found.iterdir()) == ["a.ipynb", "submission_secret.txt", "timestamp.txt"]
    assert caplog.text.count("is not taken") == 3
    assert (found / "submission_secret.txt").read_text(encoding="ascii") == "ab" * 64
    (course / "elsewhere").symlink_to(folder)
    os.rename(course / "elsewhere", folder.with_name(f"{BO}+{ASSIGNMENT}+{TIME}+l"))
    os.chown(folder.with_name(f"{BO}+{ASSIGNMENT}+{TIME}+l"), BO, -1, follow_symlinks=False)
    assert not list((collect(course) / str(BO) / ASSIGNMENT).iterdir()), "the folder itself a link"


@needs_root
def test_nbgraders_own_collecting_would_do_both(course):
    """What the tests above would notice."""
    (course / "solution.ipynb").write_bytes(b"the solution")
    hand_in(course, ADA, f"{BO}+{ASSIGNMENT}+{TIME}+x", [("2_one_step.ipynb", course / "solution.ipynb")])
    found = collect(course, ExchangeCollect)
    assert (found / str(BO) / ASSIGNMENT / "2_one_step.ipynb").read_bytes() == b"the solution"


def test_a_secret_that_is_none_of_nbgraders_is_replaced_and_at_most_20_mb_are_copied(course):
    name = f"ada+{ASSIGNMENT}+{TIME}+x"
    hand_in(course, os.getuid(), name, [("2_one_step.ipynb", b" " * 21_000_000), ("z.ipynb", b"x")], "../../é")
    found = collect(course, check_owner=False) / "ada" / ASSIGNMENT
    assert sum(path.stat().st_size for path in found.glob("*.ipynb")) == exchange.LARGEST + 1
    assert len((found / "submission_secret.txt").read_text(encoding="ascii")) == 128
