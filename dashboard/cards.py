"""What the card beside the mouse tells of a mark on a map: a title, then lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from dashboard.session import door, scope
from dashboard.text import is_chinese, number, stamp, t

Row = dict[str, Any]


def kinds() -> dict[str, str]:
    """Return the name of every kind of incident by its code."""
    rows = door().query("kinds", scope()).to_pylist()
    return {row["kind"]: row["name_zh"] if is_chinese() else row["name_en"] or row["name_zh"] for row in rows}


def incident(row: Row, named: dict[str, str]) -> list[str]:
    """Return severity and kind, then when it was reported and until when, as far as the row knows."""
    title = t(f"severity.s{row['severity']}")
    kind = named.get(row.get("kind", ""), "")
    lines = [" · ".join(part for part in (title, kind) if part), row["incident_id"]]
    lines += [t(f"cards.{key}", at=stamp(row[key])) for key in ("reported_at", "deadline_at") if row.get(key)]
    return lines


def gathered(rows: Sequence[Row]) -> list[str]:
    """Return how many there are, then how many of each severity."""
    mix = Counter(row["severity"] for row in rows)
    levels = [f"{t(f'severity.s{level}')} {number(n)}" for level, n in sorted(mix.items())]
    return [t("cards.incidents", n=number(len(rows))), " · ".join(levels)]


def camera(row: Row) -> list[str]:
    """Return name and state."""
    return [row["name"], t("cards.offline" if row["state"] == "offline" else "cards.online")]
