"""`python -m lstm_teach.studies.second run`, `report` or `table`: see `lstm_teach.study.command`."""

from ...study.command import main
from .report import comparisons, report
from .table import STUDY

if __name__ == "__main__":
    main(STUDY, report, comparisons)
