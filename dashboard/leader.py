"""What the leaders' desk asks: figures of the areas below the view's for a period, the one before, and a year ago.

Every metric is asked once for the whole scope and level and narrowed here, so that drilling down asks nothing anew.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from dashboard import moment, place
from dashboard.figures import NOTHING
from dashboard.intervals import Rate
from dashboard.peers import Place, places
from dashboard.session import door, scope
from dashboard.text import named
from dashboard.tree import UNLOCATED, tree
from data.analysis.changes import Change, changes
from data.analysis.periods import Period, previous, year_ago
from data.metrics import METRICS

FRONT, EVER = "in_grid_on_time", "in_grid"
# The three pillars (三精) as the desk compares them; shares and counts of one period each.
PILLARS = {
    "information": ("coverage", "valid_track", "proactive", "valid_reports"),
    "service": ("on_time_accept", "first_check", "satisfaction", "reopen"),
    "governance": ("reported", "on_time_handling", "on_time_closing", "rework", "repeat"),
}
CHANGING = ("reported", "in_grid_on_time", "on_time_handling", "on_time_closing", "first_check", "rework", "repeat")
DAY = timedelta(days=1)
Row = dict[str, Any]
View = dict[str, Any]


def rows(name: str, view: View | None, level: str, period: Period) -> list[Row]:
    """Return a metric of every area of a level in the view's area; areas of other parts of the scope left out."""
    start, end = period.bounds(door().config.zone)
    now: datetime = min(end, moment.now(view or {}))
    found = door().metric(name, scope(), start=start, end=end, now=now, level=level)
    inside = door().places.tree().inside
    return [row for row in found if inside(row["area_id"], place.area(view))]


def one(name: str, view: View | None, period: Period) -> Row:
    """Return a metric of the view's own area; nothing of an earlier period its data do not reach back to."""
    where = place.area(view)
    if period != moment.span(view or {}) and not covered(name, period):
        return NOTHING
    found = next((r for r in rows(name, view, place.level(view), period) if r["area_id"] == where), NOTHING)
    return NOTHING if "fix" in METRICS[name].inputs and not found["part"] else found


def covered(name: str, period: Period) -> bool:
    """Say whether the data of a metric reach back to the begin of a period: else there is nothing to compare with."""
    start, _ = period.bounds(door().config.zone)
    since = {row["feed"]: row["since"] for row in door().query("briefing_since", scope()).to_pylist()}
    return all(since[feed] < start + DAY for feed in METRICS[name].inputs if feed in since)


def below(view: View) -> None:
    """Ask what a drill into an area right below the view's would ask, so that it finds all areas there counted."""
    children = tree(moment.today(view)).children.get(place.area(view))
    if not children:
        return
    drilled = {**view, "area": children[0]}
    ranked(drilled)
    for name in (FRONT, EVER):
        one(name, drilled, moment.span(view))
    for name in (name for names in PILLARS.values() for name in names if name in METRICS):
        for period in spans(view):
            one(name, drilled, period)


def spans(view: View | None) -> tuple[Period, Period, Period]:
    """Return the view's period, the one before (环比), and the same a year ago (同比)."""
    now = moment.span(view or {})
    return now, previous(now), year_ago(now)


def ranked(view: View | None) -> list[tuple[Row, Place | None, Place | None]]:
    """Return the areas right below by their front rate among peers: row, place now, place in the period before."""
    now, before, _ = spans(view)
    level = place.below(view)
    today = [row for row in rows(FRONT, view, level, now) if row["level"] != UNLOCATED]
    earlier = {row["area_id"]: row for row in rows(FRONT, view, level, before)}
    placed = _placed(view, today)
    formerly = _placed(view, [earlier[row["area_id"]] for row in today if row["area_id"] in earlier])
    found = [(row, placed.get(row["area_id"]), formerly.get(row["area_id"])) for row in today]
    return sorted(found, key=lambda one: (one[1] is None, -(one[0]["value"] or 0), -one[0]["n"], one[0]["area_id"]))


def changed(view: View | None, period: Period) -> list[Change]:
    """Return what changed from the period before, in the view's area and right below it, beyond chance."""
    before = previous(period)
    pairs = []
    for level in dict.fromkeys((place.level(view), place.below(view))):
        for name in (one for one in CHANGING if covered(one, before)):
            kind = "count" if METRICS[name].kind == "count" else "share"
            past = {row["area_id"]: row for row in rows(name, view, level, before)}
            for row in rows(name, view, level, period):
                if row["area_id"] in past and row["level"] != UNLOCATED:
                    pairs.append((name, kind, past[row["area_id"]], {**row, "name": named(row)}))
    return changes(pairs, (before.days, period.days))


def _placed(view: View | None, found: list[Row]) -> dict[str, Place | None]:
    """Return each area's place among the areas of its urban class."""
    known = tree(moment.today(view or {}))
    groups: dict[str | None, list[Row]] = {}
    for row in found:
        groups.setdefault(known.urban_class(row["area_id"]), []).append(row)
    placed: dict[str, Place | None] = {}
    for group in groups.values():
        rates = [Rate(row["name"], row["value"], row["low"], row["high"], row["n"]) for row in group]
        placed |= dict(zip((row["area_id"] for row in group), places(rates), strict=True))
    return placed
