"""What hot spots are reckoned with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class HotSpotRules:
    """Bases by kind, the smallest base, and sizes; meanings in defaults.toml."""

    road_kinds: tuple[str, ...]
    floating_kinds: tuple[str, ...]
    least_households: int
    least_cases: int
    least_ratio: float
    small: int
    most: int
    cell_m: float
    bandwidth_m: float
    public_sources: tuple[str, ...]
