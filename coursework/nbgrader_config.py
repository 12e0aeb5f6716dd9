"""The course as nbgrader reads it, from this folder. What an instructor may want to change stands first."""

import os
import sys
from pathlib import Path

COURSE = Path(__file__).parent
sys.path.insert(0, str(COURSE))

from nbconvert.preprocessors import ClearMetadataPreprocessor, CSSHTMLHeaderPreprocessor  # noqa: E402, I001
from nbgrader import preprocessors as steps  # noqa: E402

from grading.assignments import Restore  # noqa: E402
from grading.limits import LimitedExecute  # noqa: E402
from grading.marks import Marks  # noqa: E402

c = get_config()  # noqa: F821  nbgrader puts it there

# The seed of the random hidden cases. Choose your own and keep it to yourself.
os.environ.setdefault("COURSEWORK_SEED", "1997")
# What one submission may take: seconds a cell, seconds a notebook, bytes of memory, bytes of output.
c.LimitedExecute.timeout = int(os.environ.get("COURSEWORK_CELL_SECONDS", 30))
c.LimitedExecute.total_seconds = int(os.environ.get("COURSEWORK_SECONDS", 300))
c.LimitedExecute.most_memory = 3 * 2**30
c.LimitedExecute.most_output = 4_000_000
c.CourseDirectory.course_id = "lstm-gates"

c.CourseDirectory.root = str(COURSE)
c.IncludeHeaderFooter.enabled = False
c.Autograde.sanitize_preprocessors = [steps.ClearOutput, Restore, steps.CheckCellMetadata]
c.Autograde.autograde_preprocessors = [
    LimitedExecute, steps.IgnorePattern, ClearMetadataPreprocessor, steps.LimitOutput, steps.SaveAutoGrades,
    steps.AssignLatePenalties, steps.CheckCellMetadata,
]
# Hidden tests stay hidden in the feedback, so that an assignment can be set again.
c.GenerateFeedback.preprocessors = [steps.GetGrades, steps.ClearHiddenTests, CSSHTMLHeaderPreprocessor]
c.ExportApp.plugin_class = Marks
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
