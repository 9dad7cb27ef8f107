"""`gridlink work`: the one background process."""

from __future__ import annotations

import logging
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from data.config import load_config
from data.logs import start_logs, tell
from data.words import word
from etl.commands import Home, say, spoken_language

log = logging.getLogger("gridlink.work")


def work(
    home: Home = Path("home"),
    with_parent: Annotated[bool, typer.Option(hidden=True, help="End when the starting process ends.")] = False,
) -> None:
    """Do jobs and publish what was received until stopped; one process a home, a second one waits."""
    from data.home_figures import HomeFigures
    from data.orphan import end_with_parent
    from data.readiness import working
    from data.vitals import Vitals
    from etl.jobs import JOBS
    from etl.work import Worker

    if with_parent:
        end_with_parent()
    config = load_config(home)
    start_logs(config.logs, "work")
    worker = Worker(config, set(JOBS), say if sys.stderr.isatty() else told)
    operations = worker.jobs.operations
    readiness = working(config, operations)

    def end(*_: object) -> None:
        readiness.stop()
        worker.stop.set()

    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, end)
    vitals = Vitals(config.vitals.host, config.vitals.work_port, readiness, HomeFigures(config, operations))
    vitals.start()
    try:
        worker.run()
    finally:
        vitals.stop()


def told(key: str, **facts: object) -> None:
    """Say a sentence as a line of the log."""
    tell(log, logging.INFO, key, says=word(key, spoken_language(), **facts), **facts)
