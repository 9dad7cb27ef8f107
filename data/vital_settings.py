"""The sections of a configuration about staying up: signs of life, logs and backups (meanings: data/defaults.toml)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Vitals:
    """Where each process tells whether it lives and is ready, and when it is not: ports (0: off), MB, seconds."""

    host: str
    port: int
    work_port: int
    ingest_port: int
    free_mb: float
    drain_s: float
    age_s: dict[str, Any] = field(hash=False)  # a home's configuration is a key of caches


@dataclass(frozen=True)
class Logs:
    """How much is told on stderr, from which level on, and from how many milliseconds on a query is slow."""

    level: str
    slow_ms: float


@dataclass(frozen=True)
class Backups:
    """Where `gridlink work` keeps backups (empty: none), at which local time, and how many."""

    folder: str
    at: str
    keep: int
