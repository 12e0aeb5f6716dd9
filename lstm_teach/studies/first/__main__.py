"""`python -m lstm_teach.studies.first run`, `report` or `table`: see `lstm_teach.study.command`."""

from ...study.command import main
from .report import report
from .table import STUDY

if __name__ == "__main__":
    main(STUDY, report)
