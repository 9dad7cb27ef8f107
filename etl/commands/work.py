"""`gridlink work`: the one background process."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Annotated

import typer

from data.config import load_config
from etl.commands import Home, say


def work(
    home: Home = Path("home"),
    with_parent: Annotated[bool, typer.Option(hidden=True, help="End when the starting process ends.")] = False,
) -> None:
    """Do jobs and publish what was received until stopped; one process a home, a second one waits."""
    from etl.jobs import JOBS
    from etl.orphan import end_with_parent
    from etl.work import Worker

    if with_parent:
        end_with_parent()
    worker = Worker(load_config(home), set(JOBS), say)
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: worker.stop.set())
    worker.run()
