"""How long the cases of the view's area and of those right below it take, and how old its backlog is."""

from __future__ import annotations

from typing import Any

from dashboard import figures, moment, place
from dashboard.session import door, scope
from data.analysis.durations import Durations, Times

Row = dict[str, Any]
View = dict[str, Any]


def told(view: View | None) -> list[tuple[Row, Durations]]:
    """Return the view's own area, then the areas right below it, each with the durations of the view's period."""
    start, end = moment.period(view or {})
    now = min(end, moment.now(view or {}))
    where = place.area(view)
    rows = door().query("durations", scope(), area=where, start=start, end=end, now=now)
    times = Times(rows, door().working, now)
    own = {"area_id": where, "name": place.title(view), "name_en": place.title(view), "level": place.level(view)}
    below = [row for row in figures.below("reported", view, (start, end)) if row["area_id"] != where]
    known = sorted(set(rows["area_id"].to_pylist()))
    inside = door().places.tree().inside
    return [
        (row, times.of(row["area_id"], [leaf for leaf in known if inside(leaf, row["area_id"])]))
        for row in (own, *below)
    ]
