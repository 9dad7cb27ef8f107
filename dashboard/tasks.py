"""Tasks on the screen (交办): what a place looks like when one is given and now, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from dashboard import figures, moment
from dashboard.session import door, scope
from dashboard.text import number, percent, t
from data.analysis.periods import parse
from data.days import local_day
from data.errors import NotAllowed, Problem
from data.loop.assignments import OPEN, Task, is_late
from data.metrics import METRICS

STORE = "task-asked"
SHOWN = ("reported", "in_grid_on_time", "on_time_handling", "overdue_open")  # before and after
SPAN = "30d"
Asked = dict[str, Any]
Row = dict[str, Any]


def rows() -> list[Row]:
    """Return the account's tasks: open ones by due day, then what has ended, the newest first."""
    today, zone = moment.today({}), door().config.zone
    known = [{**row, "late": is_late(row, today, zone)} for row in door().assignments.all(scope())]
    waiting = [row for row in known if row["state"] == OPEN]
    ended = [row for row in known if row["state"] != OPEN]
    return [*waiting, *sorted(ended, key=lambda row: row["ended_at"], reverse=True)]


def figures_of(area: str) -> dict[str, dict[str, Any]]:
    """Return the figures of a place over the last 30 days: metric -> part, whole, value, n; with the day they end."""
    view = {"area": area}
    period = parse(SPAN, moment.today({})).bounds(door().config.zone)
    found = {name: figures.one(name, view, period) for name in SHOWN}
    kept = {name: {key: row[key] for key in ("part", "whole", "value", "n")} for name, row in found.items()}
    return {**kept, "day": {"value": str(local_day(period[1], door().config.zone))}}


def spelled(name: str, row: Row | None) -> str:
    """Return one figure as it is written: a share with its n, a count alone."""
    if not row or row.get("value") is None:
        return t("tasks.unknown")
    if METRICS[name].unit == "percent":
        return t("tasks.rate", value=percent(row["value"]), n=number(row["n"]))
    return number(row["value"])


def names() -> dict[str, str]:
    """Return the names of the areas a task may be about, by id."""
    rows = door().query("areas", scope(), day=moment.today({})).select(["area_id", "name", "name_en"]).to_pylist()
    return {row["area_id"]: row["name"] for row in rows}


def do(asked: Asked) -> str:
    """Do one act and return what came of it in words; raises Problem with why not."""
    act = ACTS.get(str(asked.get("act")))
    if act is None:
        raise Problem("bad_field", detail="act", known=", ".join(ACTS))
    return act(asked, asked.get("fields") or {})


def _give(asked: Asked, fields: Asked) -> str:
    area = str(fields.get("area") or scope().area_id)
    if area not in names():
        raise NotAllowed("not_allowed", account=scope().account, detail=area)
    about = str(asked.get("about") or "/leader")
    task = Task(_said(fields, "title"), _said(fields, "owner"), area, _day(fields.get("due")), about)
    door().assignments.give(str(asked["command_id"]), scope(), task, figures_of(area))
    return t("tasks.gave", owner=task.owner)


def _done(asked: Asked, fields: Asked) -> str:
    row = _row(asked)
    ended = (_said(fields, "note"), figures_of(row["area_id"]) if row["area_id"] in names() else {})
    door().assignments.done(str(asked["command_id"]), scope(), row["task_id"], ended)
    return t("tasks.did_end", title=row["title"])


def _withdraw(asked: Asked, fields: Asked) -> str:
    row = _row(asked)
    door().assignments.withdraw(str(asked["command_id"]), scope(), row["task_id"], _said(fields, "note"))
    return t("tasks.did_withdraw", title=row["title"])


def _extend(asked: Asked, fields: Asked) -> str:
    row = _row(asked)
    day = _day(fields.get("due"))
    door().assignments.extend(str(asked["command_id"]), scope(), row["task_id"], day)
    return t("tasks.did_extend", title=row["title"], day=day)


def _row(asked: Asked) -> Row:
    found = next((row for row in rows() if row["task_id"] == asked.get("id")), None)
    if found is None:
        raise Problem("unknown_task", detail=str(asked.get("id")))
    return found


def _said(fields: Asked, name: str) -> str:
    return str(fields.get(name) or "").strip()


def _day(value: object) -> date:
    try:
        return date.fromisoformat(str(value or ""))
    except ValueError as fault:
        raise Problem("needs_field", detail=t("tasks.due"), act=t("tasks.give")) from fault


ACTS: dict[str, Callable[[Asked, Asked], str]] = {
    "give": _give,
    "done": _done,
    "withdraw": _withdraw,
    "extend": _extend,
}
