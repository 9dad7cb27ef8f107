"""Verifies the home, as the clock or an operator asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from data.config import Config
from etl.verify import verify


def run(config: Config, arguments: dict[str, Any], report: Callable[[str], None]) -> dict[str, Any]:
    """Check every file, of every kept version unless `all` is false; returns what `gridlink verify --json` prints."""
    del report
    return verify(config, every=bool(arguments.get("all", True))).as_json()


JOB = run
