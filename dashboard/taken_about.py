"""What a file or a picture says of itself, in the reader's language: the choices it follows, version, time, account."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from dashboard import moment, place
from dashboard.session import door, scope
from dashboard.takeaway import Rows, Takeaway, View, said
from dashboard.text import local, named, t, voice, words
from data.exports import Provenance
from data.exports.asked import Asked

# Choices that say how a screen looks, not what it shows.
LOOKS = frozenset({"theme", "lang", "kiosk", "layers", "speed", "width", "distance", "wall", "area", "day", "period"})

# Where the words of a choice stand in the locale.
SPELLED = {"state": "cases.state_", "located": "cases.located_", "queue": "queue."}


def labels() -> dict[str, str]:
    """Return what the facts of a provenance are called."""
    told: dict[str, str] = words(voice().language)["take"]["fact"]
    return told


def provenance(one: Takeaway, rows: Rows, view: View) -> Provenance:
    """Return where rows are from: the view in words, the query or the takeaway's name, and the id of the export."""
    query = rows.query if isinstance(rows, Asked) else one.name
    return about(query, view)


def about(query: str, view: View) -> Provenance:
    """Return the provenance of something made of a view now."""
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    return Provenance(filters(view), query, door().version(), now, scope().account, uuid4().hex[:12], notes())


def line(made: Provenance) -> str:
    """Return the one line under a picture: what it follows, version, time, account, number, and what must be known."""
    facts = " · ".join(made.filters.values())
    at = f"{local(made.at):%Y-%m-%d %H:%M}"
    told = t("take.line", facts=facts, version=made.version, at=at, account=made.account, id=made.id)
    return " · ".join([told, *made.notes])


def filters(view: View) -> dict[str, str]:
    """Return the choices of a view in words: area, days, and every other choice that narrows the rows."""
    start, _ = moment.period(view)
    told = {"area": place.title(view), "period": f"{local(start).date()} – {moment.today(view)}"}
    for name, value in view.items():
        if value not in (None, "") and name not in LOOKS:
            told[name] = spelled(name, str(value))
    return told


def spelled(name: str, value: str) -> str:
    """Return one choice in words; what has none stands as it is."""
    if name == "severity" and value.isdigit():
        return t(f"severity.s{value}")
    if name in SPELLED:
        return said(f"{SPELLED[name]}{value}") or value
    if name == "kind":
        known = {row["kind"]: named(row) for row in door().query("kinds", scope()).to_pylist()}
        return known.get(value, value)
    return value


def notes() -> tuple[str, ...]:
    """Return the sentences a reader must not miss."""
    city = door().config.city
    return tuple(
        filter(None, [t("take.synthetic") if city.synthetic else "", "" if city.approval else t("take.unpublished")])
    )
