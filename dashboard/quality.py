"""What the panels of the quality page share: which part is shown, its period, how feeds and reasons are named."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from dash.exceptions import PreventUpdate

from dashboard import moment
from dashboard.session import door, scope
from dashboard.text import days, is_chinese, local, percent, t, voice
from data.analysis.periods import parse
from data.days import local_day
from data.errors import reasons, sentence
from data.feeds import feeds

SHOWS = ("figures", "complete", "areas", "rejects")
# What stands in a sentence about many rows for what differs from row to row.
ANY = "…"
LEAST, HALF_A_STEP = "<0.1%", 0.0005

View = dict[str, Any]


def shown(view: View | None) -> str:
    """Return the part of the page a view shows."""
    asked = (view or {}).get("show")
    return str(asked) if asked in SHOWS else SHOWS[0]


def only(view: View | None, part: str) -> None:
    """Leave a panel as it is while its part of the page is hidden."""
    if shown(view) != part:
        raise PreventUpdate


def period(view: View | None) -> tuple[datetime, datetime]:
    """Return start and end (naive UTC) of the loads a view is about: so many local days up to the last load.

    Old events may be loaded today, so the day of the newest load ends the period unless a day was chosen.
    """
    view = view or {}
    last = max((row["loaded_at"] for row in door().query("feed_status", scope()).to_pylist()), default=None)
    if view.get("day") or last is None:
        return moment.period(view)
    zone = door().config.zone
    end = max(local_day(last, zone), moment.today(view))
    return parse(view.get("period") or moment.PERIOD, end).bounds(zone)


def days_of(start: datetime, end: datetime) -> str:
    """Return the local days of a period in words."""
    first, last = local(start).date(), local(end - timedelta(microseconds=1)).date()
    return t("quality.period", days=days(first, last))


def portion(n: int, whole: int) -> str:
    """Return a share of rows in words; one too small for its decimal is not none at all."""
    share = n / whole if whole else None
    return LEAST if share and share < HALF_A_STEP else percent(share)


def feed_name(feed: str) -> str:
    """Return the name of a feed; of a file nobody could tell the feed of, that."""
    known = feeds().get(feed)
    if known is None:
        return feed or t("quality.no_feed")
    return known.zh if is_chinese() else known.en


def why(reason: str, **facts: object) -> str:
    """Return the sentence of a reason; without facts it speaks of any row."""
    if reason not in reasons():
        return reason
    told = {name: ANY for name in ("path", "detail", "known", "account")}
    return sentence(reason, voice().language, **{**told, **{k: v for k, v in facts.items() if v is not None}})
