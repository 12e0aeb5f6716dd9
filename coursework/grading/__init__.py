"""The marking of the coursework: nbgrader with limits on what a submission can do, and marks without nbgrader.

`assignments` says what students get and what is marked, `plain` marks a notebook in one process, `limits` puts the
kernel that nbgrader starts behind limits, `course` is the command line, `marks` the table in the end. `run_cells.py`,
`run_kernel.py` and `isolation.py` run in the processes that execute a submission.
"""
