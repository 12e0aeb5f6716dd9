"""The course from the command line, in the folder `coursework`: `python -m grading --help`."""

import argparse
import sys

from . import course
from .assignments import ASSIGNMENTS


def main():
    parser = argparse.ArgumentParser(prog="python -m grading", description="Set, grade and try out the coursework.")
    commands = parser.add_subparsers(required=True)

    def command(function, text, each=True):
        one = commands.add_parser(function.__name__, help=text, description=text)
        one.set_defaults(function=function)
        if each:
            one.add_argument("assignment", choices=ASSIGNMENTS)
        return one

    command(course.release, "make the students' release of all assignments, and check it", each=False)
    command(course.samples, "let five made-up students hand in (an assignment of a real class: leave this out)")
    grade = command(course.grade, "autograde everything handed in that is new or changed")
    grade.add_argument("--again", action="store_true", help="also what was graded before and has not changed")
    grade.add_argument("--student", help="this one only")
    check = command(course.check, "mark one notebook without nbgrader's gradebook, hidden cases included", each=False)
    check.add_argument("notebook", help="a file named as in the release, such as 2_one_step.ipynb")
    options = vars(parser.parse_args())
    try:
        options.pop("function")(**options)
    except course.Refused as reason:
        sys.exit(f"{reason}")


main()
