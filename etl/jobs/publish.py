"""Publishes what the receiver has spooled, as one micro-batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from data.config import Config
from etl.receive.publish import publish_spool


def run(config: Config, arguments: dict[str, Any], report: Callable[[str], None]) -> dict[str, Any]:
    """Publish the closed segments of the spool; returns what the load returns, and how many segments there were."""
    del arguments
    return publish_spool(config, report)


JOB = run
