"""The marking of the coursework: nbgrader with a referee, and marks without nbgrader.

`assignments` says what students get and what is marked; `referee` runs a submission and tests it, `sandbox` starts the
process for that, `wire` is how the two speak; `worker`, `stand_ins` and `salvage` run in that process. `plain`
marks a notebook, `limits` does it within nbgrader, `exchange` collects, `course` is the command line, `marks` are the
tables in the end.
"""
