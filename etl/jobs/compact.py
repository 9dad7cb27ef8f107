"""Puts small parts together, every night."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from data.config import Config
from etl.compact import compact


def run(config: Config, arguments: dict[str, Any], report: Callable[[str], None]) -> dict[str, Any]:
    """Merge small parts and remove orphans; takes no arguments, returns the numbers of parts before and after."""
    del arguments
    return compact(config, report)


JOB = run
