"""The machine of any study: a declared table, jobs that make its records, files that keep them, statistics.

`declaration` says what a row and a record are, `job` makes the records of one row, `store` keeps them, `selection`
picks each network's own setting, `run` makes what is missing on an executor of `executors`, `statistics` compares, and
`command` is the command line. The studies themselves are in `lstm_teach.studies`, one folder each.
"""
