"""Removes what may be kept no longer, every night."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from data.config import Config
from etl.retain import Outcome, retain


def run(config: Config, arguments: dict[str, Any], report: Callable[[str], None]) -> dict[str, Any]:
    """Remove expired fixes, sums and events from every version; takes no arguments, returns what was removed.

    A synthetic city holds nobody's data and keeps its past, however long ago it was.
    """
    del arguments, report
    return (Outcome() if config.city.synthetic else retain(config)).as_json()


JOB = run
