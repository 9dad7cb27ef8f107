"""The audit log as the page of auditors asks for it: days, account, action and subject from the view; and its check.

Looking for one subject is looking at a person: it is written to the log itself, once for each question of a session.
"""

from __future__ import annotations

import json
from collections.abc import Hashable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask_login import current_user

from dashboard.moment import bucket
from dashboard.session import door, now, scope
from dashboard.text import clock, day_short, is_chinese, number, stamp, voice, words
from data.audit import NAME
from data.cache import SingleFlight
from data.days import local_day
from data.errors import NotAllowed
from data.trail.check import Checked, check_log
from data.trail.files import end_of, every
from data.trail.reading import Asked, Found, find, stamped

MOST = 1000  # lines of the table
DAYS = 7  # looked at where the view names no day
LONGEST = 80
FILTERS = ("account", "action", "subject")

View = dict[str, Any]
Row = dict[str, Any]
_answers, _noted = SingleFlight(16), SingleFlight(1024)


def asked(view: View | None) -> Asked:
    """Return what a view asks: the last days where it names none; an account of a part of the city sees its part."""
    view = view or {}
    last = _day(view.get("until")) or local_day(now(), door().config.zone)
    first = _day(view.get("from")) or last - timedelta(days=DAYS - 1)
    given = {name: str(view.get(name) or "").strip()[:LONGEST] or None for name in FILTERS}
    return Asked(min(first, last), max(first, last), **given, areas=_areas())


def found(view: View | None, most: int = MOST) -> Found:
    """Return what the log holds of it; raises NotAllowed to all but auditors."""
    question, who = asked(view), scope()
    if not who.reads_audit:
        raise NotAllowed("not_auditor", account=who.account)
    _note(question)
    path = door().config.home / NAME
    sizes = (len(every(path)), end_of(path).size)
    key: Hashable = (door().config.home, question, most, sizes)
    answer: Found = _answers.get(key, lambda: find(door().config, who, question, most))
    return answer


def checked() -> tuple[Checked, datetime]:
    """Return the state of the whole chain and when it was looked at: anew every ten minutes, for all auditors."""
    if not scope().reads_audit:
        raise NotAllowed("not_auditor", account=scope().account)
    at = bucket()
    known: tuple[Checked, datetime] = _answers.get((door().config.home, at), lambda: _check())
    return known


def action(name: str) -> str:
    """Return what an action is called; one nobody named stands as it is written."""
    known = words(voice().language)["audit"]["actions"]
    return str(known.get(name, name))


def subjects(text: str | None) -> str:
    """Return whom or what a line names."""
    told = json.loads(text) if text else None
    return ", ".join(map(str, told)) if isinstance(told, list) else "" if told is None else str(told)


def period(text: str | None) -> str:
    """Return the time a line asked about, its instants in the city's zone."""
    told = json.loads(text) if text else None
    if not isinstance(told, dict):
        return "" if told is None else str(told)
    return " – ".join(dict.fromkeys(_moment(value) for value in told.values() if value is not None))


def told_at(at: str) -> str:
    """Return when a line was written, to the minute, in the city's zone."""
    return stamp(stamped(at))


def second(at: str) -> str:
    """Return when a line was written, to the second, in the city's zone."""
    moment = stamped(at)
    return f"{day_short(local_day(moment, door().config.zone))} {clock(moment, seconds=True)}"


def count(rows: int | None) -> str:
    """Return a number of rows, nothing where a line states none."""
    return "" if rows is None else number(rows)


def _moment(value: Any) -> str:
    try:
        return stamp(datetime.fromisoformat(str(value))) if ":" in str(value) else str(value)
    except ValueError:
        return str(value)


def _check() -> tuple[Checked, datetime]:
    return check_log(door().config, NAME), datetime.now(UTC).replace(tzinfo=None)


def _note(question: Asked) -> None:
    """Write down who is looked for, once while a session asks the same: several panels ask at once."""
    subjects = [value for value in (question.account, question.subject) if value]
    period = {"first_day": question.first.isoformat(), "last_day": question.last.isoformat()}
    key = (door().config.home, current_user.id, tuple(subjects), *period.values())
    if subjects:
        _noted.get(key, lambda: door().audit.record(scope(), "audit read", subjects=subjects, period=period))


def _areas() -> tuple[str, ...] | None:
    """Return the areas whose lines the account may read; None: it has the whole city."""
    root, city = scope().area_id, door().config.city.area_id
    if root == city:
        return None
    rows = door().query("areas", scope(), day=local_day(now(), door().config.zone)).to_pylist()
    return tuple(sorted({root, *(row["area_id"] for row in rows)}))


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text or ""))
    except ValueError:
        return None


def language() -> str:
    """Return the language sentences of the check are said in."""
    return "zh-CN" if is_chinese() else "en"
