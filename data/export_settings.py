"""The limits of what may be taken away; meanings and defaults stand in defaults.toml."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Exports:
    """How many rows leave at once, how many at all, how many jobs an account may have waiting, how long files stay."""

    at_once: int
    most: int
    per_account: int
    keep_hours: float
