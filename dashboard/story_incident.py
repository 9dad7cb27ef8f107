"""A replay around one incident: where it lies, and who was near it in the hours around its report."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from dashboard.happenings import NEAR_M, Day, Row
from dashboard.reason import who
from dashboard.session import door, scope
from dashboard.text import clock, distance, t
from data.loop.was_near import Circle, was_near

LEAST = 0.006  # degrees of latitude the map shows around it


def about(day: Day, incident: str) -> dict[str, Any]:
    """Return what a story adds for an incident: `incident` {id, at, from, to, lon, lat, people}, and `bounds`.

    Times are elapsed seconds since the day's midnight and run over it on both sides; people are the workers within
    NEAR_M of a report with a place, nearest first: worker, name (masked), at, metres, words, and `seen`, which says
    how far and when. Nothing for an incident that is not the account's to see.
    """
    row = _row(incident)
    if row is None:
        return {}
    at, span = _at(day, row["reported_at"]), door().config.playback.around_s
    spot = {"lon": row["lon"], "lat": row["lat"]}
    told = {"id": incident, "at": at, "from": at - span, "to": at + span, **spot, "people": _people(day, row)}
    return {"incident": told, **({"bounds": _bounds(row)} if row["lon"] is not None else {})}


def _row(incident: str) -> Row | None:
    for query in ("case", "incident_at"):
        rows: list[Row] = door().query(query, scope(), incident=incident).to_pylist()
        if rows:
            return rows[0]
    return None


def _at(day: Day, moment: datetime) -> float:
    return (moment - day.start).total_seconds()


def _people(day: Day, row: Row) -> list[Row]:
    if row["lon"] is None:
        return []
    span = timedelta(seconds=door().config.playback.around_s)
    circle = Circle(row["lon"], row["lat"], NEAR_M)
    rows = was_near(door(), who(), circle, row["reported_at"] - span, row["reported_at"] + span).to_pylist()
    return [_person(day, one) for one in rows]


def _person(day: Day, row: Row) -> Row:
    name = row["name"] or row["worker_id"]
    away, when = distance(row["nearest_m"]), clock(row["nearest_at"])
    words = t("happening.near", who=name, distance=away, at=when)
    told = {"worker": row["worker_id"], "name": name, "at": _at(day, row["nearest_at"]), "words": words}
    return {**told, "metres": round(row["nearest_m"], 1), "seen": f"{away} · {when}"}


def _bounds(row: Row) -> tuple[float, float, float, float]:
    lon, lat = row["lon"], row["lat"]
    return lon - LEAST, lat - LEAST, lon + LEAST, lat + LEAST
