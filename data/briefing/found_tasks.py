"""The tasks leaders gave (交办), as a meeting goes through them: done since the last one, late, and still running."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from data.briefing.model import Finding, Table
from data.briefing.numbers import Numbers
from data.briefing.spelling import DASH
from data.days import local_day
from data.loop.assignments import DONE, OPEN, is_late
from data.metrics import METRICS

BEFORE_AFTER = ("reported", "in_grid_on_time", "on_time_handling", "overdue_open")
Row = dict[str, Any]


def tasks_of(numbers: Numbers) -> dict[str, list[Row]]:
    """Return the tasks about the area: `done` within the period, `late` and `running` at the moment asked for."""
    door, zone = numbers.door, numbers.door.config.zone
    today = local_day(numbers.question.now - timedelta(microseconds=1), zone)
    known = [
        row for row in door.assignments.all(numbers.scope) if door.places.inside(row["area_id"], numbers.question.area)
    ]
    waiting = [row for row in known if row["state"] == OPEN]
    late = [row for row in waiting if is_late(row, today, zone)]
    ended = [row for row in known if row["state"] == DONE and numbers.period.holds(local_day(row["ended_at"], zone))]
    return {"done": ended, "late": late, "running": [row for row in waiting if row not in late]}


def tasks(numbers: Numbers) -> list[Finding]:
    """Return how many tasks were done, how many of them late, how many are late and how many still have time."""
    words, found, zone = numbers.words, tasks_of(numbers), numbers.door.config.zone
    facts: Row = {name: len(rows) for name, rows in found.items()}
    if not any(facts.values()):
        return [Finding("tasks", words.t("tasks.none"), facts, "assignment")]
    facts["done_late"] = sum(is_late(row, date.max, zone) for row in found["done"])
    told = {name: words.number(n) for name, n in facts.items()}
    return [Finding("tasks", words.t("tasks.told", **told), facts, "assignment")]


def tasks_done(numbers: Numbers) -> Table | None:
    """Return the tasks done in the period, each with its place before and after."""
    rows = [_line(numbers, row, row["after"], row["note"] or DASH) for row in tasks_of(numbers)["done"]]
    return _table(numbers, "tasks_done", rows)


def tasks_late(numbers: Numbers) -> Table | None:
    """Return the late tasks, each with its place when it was given and now."""
    late = tasks_of(numbers)["late"]
    return _table(numbers, "tasks_late", [_line(numbers, row, _now(numbers, row["area_id"]), DASH) for row in late])


def tasks_running(numbers: Numbers) -> Table | None:
    """Return the tasks that still have time."""
    words = numbers.words
    rows = tuple(
        (r["title"], _place(numbers, r), r["owner"], words.day(r["due"])) for r in tasks_of(numbers)["running"]
    )
    head = tuple(words.t(f"tasks.{key}") for key in ("title", "place", "owner", "due"))
    return Table("tasks_running", words.t("tasks.running_title"), head, rows, words=4) if rows else None


def _table(numbers: Numbers, key: str, rows: list[tuple[str, ...]]) -> Table | None:
    words = numbers.words
    named = [words.name(METRICS[name]) for name in BEFORE_AFTER]
    head = (*(words.t(f"tasks.{one}") for one in ("title", "place", "owner", "due")), *named, words.t("tasks.note"))
    note = words.t("tasks.before_after")
    return Table(key, words.t(f"tasks.{key}"), head, tuple(rows), note=note, words=4) if rows else None


def _line(numbers: Numbers, row: Row, after: Row, note: str) -> tuple[str, ...]:
    moved = [
        f"{_spelled(numbers, n, row['before'].get(n))} → {_spelled(numbers, n, after.get(n))}" for n in BEFORE_AFTER
    ]
    return (row["title"], _place(numbers, row), row["owner"], numbers.words.day(row["due"]), *moved, note)


def _spelled(numbers: Numbers, name: str, row: Row | None) -> str:
    return numbers.words.value(METRICS[name], (row or {}).get("value"))


def _place(numbers: Numbers, row: Row) -> str:
    named = {one["area_id"]: numbers.words.named(one) for one in numbers.places}
    return named.get(row["area_id"]) or str(row["area_id"])


def _now(numbers: Numbers, area: str) -> Row:
    """Return the figures of a place in the period of the meeting."""
    door, level = numbers.door, numbers.door.places.level(area) or numbers.level
    start, end = numbers.period.bounds(door.config.zone)
    now = min(end, numbers.question.now)
    found = {}
    for name in BEFORE_AFTER:
        rows = door.metric(name, numbers.scope, start=start, end=end, now=now, level=level)
        found[name] = next((row for row in rows if row["area_id"] == area), {})
    return found
