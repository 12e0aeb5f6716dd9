"""The course as nbgrader reads it, from this folder. What an instructor may want to change stands first."""

import os
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from nbconvert.preprocessors import ClearMetadataPreprocessor, CSSHTMLHeaderPreprocessor
from nbgrader import preprocessors as steps

if "grading" not in sys.modules:  # in JupyterLab's server, say: this folder's package, from where it stands
    _spec = spec_from_file_location("grading", Path(__file__).with_name("grading") / "__init__.py")
    sys.modules["grading"] = module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules["grading"])

from grading.assignments import Restore  # noqa: E402
from grading.exchange import Collect  # noqa: E402
from grading.limits import Harmless, Mark  # noqa: E402
from grading.marks import Marks  # noqa: E402

c = get_config()  # noqa: F821  nbgrader puts it there

# The seed of the random hidden cases: each student's are drawn from it and the student's name. Choose your own and keep
# it to yourself; a student's own check has another one.
c.Mark.seed = 1997
# What one submission may take: seconds a cell, seconds a notebook, bytes of memory, bytes of output.
c.Mark.cell_seconds = int(os.environ.get("COURSEWORK_CELL_SECONDS", 30))
c.Mark.total_seconds = int(os.environ.get("COURSEWORK_SECONDS", 300))
c.Mark.most_memory = 3 * 2**30
c.Mark.most_output = 4_000_000
c.CourseDirectory.course_id = "lstm-gates"

c.CourseDirectory.root = str(Path(__file__).parent)
c.IncludeHeaderFooter.enabled = False
c.Autograde.sanitize_preprocessors = [steps.ClearOutput, Restore, steps.CheckCellMetadata]
c.Autograde.autograde_preprocessors = [
    Mark, Harmless, steps.IgnorePattern, ClearMetadataPreprocessor, steps.LimitOutput, steps.SaveAutoGrades,
    steps.AssignLatePenalties, steps.CheckCellMetadata,
]
# Hidden tests stay hidden in the feedback, so that an assignment can be set again.
c.GenerateFeedback.preprocessors = [steps.GetGrades, steps.ClearHiddenTests, CSSHTMLHeaderPreprocessor]
c.ExchangeFactory.collect = Collect
c.ExportApp.plugin_class = Marks
