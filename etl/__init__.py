"""Carries rows from files into the stores: read -> map -> admit -> place -> judge -> derive -> publish.

Every stage is a pure function over Arrow tables, so the same `job` runs in this process, in a pool or on a
cluster. `sources/<format>.py` reads one format and ends in `SOURCE`; `mapping.py` turns a site's columns and
values into ours by a closed set of transforms; `admit.py` refuses rows that can be judged alone, each with a
reason; `place.py` finds the grid; `judge.py` and `tracks.py` look at a worker's whole day; `derive.py` makes
everything that follows from facts; `publish.py` puts a new immutable version beside the old one.

Nothing is lost: rows in = loaded + rejected + duplicate, for every file. Only rows that privacy forbids
keeping (off duty) are counted and not stored. etl imports data and nothing else of the project.
"""
