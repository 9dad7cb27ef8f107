"""Limits of the SQL console."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Console:
    """How far back incidents go, and what one question may use: memory (MB), seconds, rows of its answer."""

    days: int
    memory_mb: int
    seconds: float
    rows: int
