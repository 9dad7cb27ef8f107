"""What a seat looks after: open alarms, the cases that need care, and what a watch hands over to the next."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dashboard import case, queues
from dashboard.alarms import rule, words
from dashboard.session import door, scope
from dashboard.text import local, t
from data.loop.watch import Item

URGENT = 2  # 特急 and 紧急 are handed over one by one, and so is whatever is late or supervised
ALARM, CASE = "alarm", "case"
NOTE = "note"

Row = dict[str, Any]


def alarms() -> list[Row]:
    """Return the alarms that are not over, the worst unacknowledged first."""
    now = queues.now()
    rows = door().query("alarms", scope(), since=now).to_pylist()
    open_ = (row for row in rows if row["ended_at"] is None)
    return sorted(open_, key=lambda row: (row["acked_at"] is not None, row["severity"], row["began_at"]))


def chosen(view: dict[str, Any] | None) -> Row | None:
    """Return the open alarm the view asks for, or else the worst one."""
    rows, wanted = alarms(), (view or {}).get("alarm")
    return next((row for row in rows if row["alarm_id"] == wanted), rows[0] if rows else None)


def cases() -> list[Row]:
    """Return the open cases that need care, first to expire first: urgent, late or supervised ones."""
    found = queues.board({})
    rows = found.open_first(found.table.num_rows, ("X3",))
    late = queues.micros(found.now)
    need = [row for row in rows if row["severity"] <= URGENT or row["supervised"] or row["expires"] < late]
    return need[: door().config.watch.most]


def handed() -> list[tuple[str, str, str, str]]:
    """Return what is to be handed over now: kind, id, words and the note it begins with (the last one written)."""
    own = [(ALARM, row["alarm_id"], _alarm_words(row), row["note"] or "") for row in alarms()]
    return own + [(CASE, row["incident_id"], _case_words(row), _last_note(row)) for row in cases()]


def items(fields: dict[str, Any]) -> tuple[Item, ...]:
    """Return what is handed over with the notes of a form; its fields are named note:<kind>:<id>."""
    return tuple(
        Item(kind, subject, told, str(fields.get(f"{NOTE}:{kind}:{subject}") or ""))
        for kind, subject, told, _ in handed()
    )


def since(at: Any) -> str:
    """Return a moment as local clock time, with its day where it is not today."""
    here, today = local(at), local(queues.now()).date()
    return f"{here:%H:%M}" if here.date() == today else f"{here:%m-%d %H:%M}"


def _alarm_words(row: Row) -> str:
    """Return what is kept of an alarm: of one that is about a person its place only."""
    return f"{rule(row)} · {row['area_name']}" if row["personal"] else words(row)


def _case_words(row: Row) -> str:
    left = (row["expires"] - queues.micros(queues.now())) / 1e6
    due = t("seat.late") if row["expires"] < queues.NEVER and left < 0 else ""
    parts = (case.title(row), t(f"step.{row['state']}"), due, t("case.supervised") if row["supervised"] else "")
    return " · ".join(part for part in parts if part)


def _last_note(row: Row) -> str:
    from data.loop.notes import Notes

    found = Notes(door().operations).of(row["incident_id"])
    return str(found[-1]["text"]) if found else ""


def lately() -> timedelta:
    """Return how far the log of the watch looks back."""
    return timedelta(hours=door().config.watch.log_hours)
