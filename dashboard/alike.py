"""What may be the same case, and how often the place came back: same kind, near by; places, never people."""

from __future__ import annotations

from typing import Any

from dashboard.session import door, scope
from data.loop.duplicates import candidates, repeats

Row = dict[str, Any]


def alike(row: Row) -> list[Row]:
    """Return the cases a row may be a duplicate of, the nearest first, each with `metres`."""
    return candidates(row, door(), scope())


def merged(row: Row) -> list[Row]:
    """Return the cases merged into this one."""
    rows: list[Row] = door().query("merged", scope(), incident=row["incident_id"]).to_pylist()
    return rows


def times_here(row: Row) -> int | None:
    """Return which time it is in [loop] repeat_days that this kind is reported here; None without a place."""
    return None if row["lon"] is None else len(repeats(row, door(), scope())) + 1
