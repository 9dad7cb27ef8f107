"""Numbers of a view: a metric of its area now, before, and week by week; computed once per version of the data."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from dashboard import moment, place
from dashboard.session import door, scope
from data.days import local_day, midnight
from data.metrics import METRICS

Period = tuple[datetime, datetime]
NOTHING: dict[str, Any] = {"part": 0, "whole": 0, "value": None, "n": 0, "low": None, "high": None}
WEEKS = 8


def one(name: str, view: dict[str, Any] | None, period: Period) -> dict[str, Any]:
    """Return the metric of the view's own area: part, whole, value, n, low, high."""
    where = place.area(view)
    door().check_area(scope(), where)  # asked for the whole level: the areas beside this one are looked at next
    rows = door().metric(name, scope(), level=place.level(view), area=None, **_cut(view, period))
    return next((row for row in rows if row["area_id"] == where), NOTHING)


def past(name: str, view: dict[str, Any] | None, period: Period) -> dict[str, Any]:
    """Return `one` of an earlier period; without a single fix it had no tracks, which is not the same as no patrols."""
    row = one(name, view, period)
    return NOTHING if "fix" in METRICS[name].inputs and not row["part"] else row


def below(name: str, view: dict[str, Any] | None, period: Period) -> list[dict[str, Any]]:
    """Return the metric of every area right below the view's, virtual children included (level 'unlocated')."""
    return door().metric(name, scope(), level=place.below(view), area=place.area(view), **_cut(view, period))


def _cut(view: dict[str, Any] | None, period: Period) -> dict[str, datetime]:
    """Return a period as it stands at the view's moment, or stood at its own end when that was earlier."""
    start, end = period
    return {"start": start, "end": end, "now": min(end, moment.now(view or {}))}


def before(period: Period) -> Period:
    """Return the period of as many local days right before."""
    zone = door().config.zone
    days = -((period[0] - period[1]) // timedelta(days=1))
    return midnight(local_day(period[0], zone) - timedelta(days=days), zone), period[0]


def weeks(name: str, view: dict[str, Any] | None) -> list[float | None]:
    """Return the metric of each of the last eight whole weeks, oldest first, each as it stood at its own end."""
    zone = door().config.zone
    last = moment.today(view or {})
    ends = [midnight(last - timedelta(days=7 * back), zone) for back in range(WEEKS - 1, -1, -1)]
    return [past(name, view, (end - timedelta(days=7), end))["value"] for end in ends]
