"""The section [briefing] of a configuration; meanings and defaults stand in defaults.toml."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BriefingSettings:
    """Which browser prints, for how long it may, and from how many cases on a share is judged."""

    chromium: str
    print_s: float
    least_cases: int
    steps_back: int
