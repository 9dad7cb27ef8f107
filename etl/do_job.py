"""Does one job in a process of its own.

Its libraries are imported inside: multiprocessing holds the function and with it its module until the interpreter is
gone, and DuckDB's binding then lists on standard error whatever such a module still holds.
"""

from __future__ import annotations

import signal
from pathlib import Path


def do_job(home: Path, id: int) -> None:
    """Do one job that was taken; what a Problem says becomes its result, anything else ends the process."""
    from data.config import load_config
    from data.errors import Problem
    from data.jobs import Jobs
    from data.logs import start_logs
    from data.operations import Operations
    from data.orphan import end_with_parent

    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # typed at the terminal, it is for the worker to act on
    from etl.jobs import JOBS

    config = load_config(home)
    start_logs(config.logs, "job")
    jobs = Jobs(Operations.of(config))
    job = jobs.get(id)
    try:
        jobs.finish(id, JOBS[job.kind](config, job.arguments, lambda text: jobs.report(id, text)))
    except Problem as problem:
        jobs.fail(id, problem.reason, {key: str(value) for key, value in problem.facts.items()})
