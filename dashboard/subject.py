"""Whom and which day a replay is about: the part of the view its panels depend on.

Time and speed tick in the browser and are left out, so that stopping the clock asks the server nothing.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from dash import ClientsideFunction, Input, Output, clientside_callback, dcc
from dash.development.base_component import Component

from dashboard import moment
from dashboard.session import door, scope
from dashboard.text import number, t
from dashboard.view import VIEW, hidden
from data.days import local_day

STORE = "tracks-subject"
SUBJECT = Input(STORE, "data")
MOST = 4  # tracks told apart by colour and letter
LETTERS = "ABCD"
CHOICES = ("workers", "t", "speed", "a", "b", "loop", "colour", "follow", "incident", "reason")

View = dict[str, Any]


def parts(asked: dict[str, str]) -> list[Component]:
    """Return the store and the choices of a replay, set from the address."""
    return [dcc.Store(id=STORE), *(hidden(name, asked.get(name)) for name in CHOICES)]


clientside_callback(ClientsideFunction("playback", "subject"), Output(STORE, "data"), VIEW)


def chosen(view: View | None) -> dict[str, int]:
    """Return the chosen workers, each with its place 0-3 (letter and colour); an empty place stays empty."""
    ids = str((view or {}).get("workers") or "").split(",")[:MOST]
    return {worker: place for place, worker in enumerate(ids) if worker}


def tracked() -> list[date]:
    """Return the local days with tracks, in order."""
    days: list[date] = door().query("days_tracked", scope())["day"].to_pylist()
    return days


def day(view: View | None) -> date | None:
    """Return the day asked for, else that of the incident, else the last one with tracks; None when there is none."""
    if (view or {}).get("day"):
        return date.fromisoformat(str((view or {})["day"]))
    reported = reported_at(view)
    if reported is not None:
        return local_day(reported, door().config.zone)
    last = moment.today(view or {})
    return max((one for one in tracked() if one <= last), default=None)


def reach(view: View | None) -> date | None:
    """Return the first day a replay of the day shown may reach into: its clock runs over midnight."""
    shown = day(view)
    return shown - timedelta(days=1) if shown else None


def lacks(word: str) -> str:
    """Return in words what is still to be said before a replay is shown (see `reason.lacks`)."""
    return t(f"people.{word}", days=number(door().config.privacy.old_track_days))


def reported_at(view: View | None) -> datetime | None:
    """Return when the incident a replay is about was reported (naive UTC); None for none, or one out of scope."""
    asked = str((view or {}).get("incident") or "")
    for query in ("case", "incident_at") if asked else ():
        rows = door().query(query, scope(), incident=asked).to_pylist()
        if rows:
            found: datetime = rows[0]["reported_at"]
            return found
    return None


def neighbours(shown: date) -> tuple[date | None, date | None]:
    """Return the tracked days before and after the one shown."""
    days = tracked()
    return max((d for d in days if d < shown), default=None), min((d for d in days if d > shown), default=None)


def adjacent(shown: date) -> tuple[date | None, date | None]:
    """Return yesterday and tomorrow where they have tracks: the clock may run on into them."""
    days = set(tracked())
    either = (shown - timedelta(days=1), shown + timedelta(days=1))
    return either[0] if either[0] in days else None, either[1] if either[1] in days else None
