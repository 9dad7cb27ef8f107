"""What a seat does: each act is a button with [data-seat] and the fields of its form (assets/67-seat.js).

The browser sends {act, command_id, fields, ...what the button carries}; sent twice, it is done once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dashboard import seat
from dashboard.session import door, scope
from dashboard.text import named, t
from data.errors import Problem
from data.loop.command import Report
from data.loop.watch import Given

Asked = dict[str, Any]

MINUTE_FIELD, WALL_FIELD = "minutes", "wall"


def do(asked: Asked) -> str:
    """Do one act and return what came of it in words; raises Problem with why not."""
    act = ACTS.get(str(asked.get("act")))
    if act is None:
        raise Problem("bad_field", detail="act", known=", ".join(ACTS))
    return act(asked, asked.get("fields") or {})


def _acknowledge(asked: Asked, fields: Asked) -> str:
    note = str(fields.get("note") or "").strip()
    if not note:
        raise Problem("needs_field", detail="note", act="acknowledge")
    door().alarms.acknowledge(str(asked["command_id"]), scope(), str(asked["id"]), note)
    return t("seat.acknowledged")


def _report(asked: Asked, fields: Asked) -> str:
    """Open a case where an alarm is, and acknowledge the alarm with the number of the case."""
    row = next((one for one in seat.alarms() if one["alarm_id"] == asked["id"]), None)
    if row is None:
        raise Problem("unknown_alarm", detail=asked["id"])
    kind = str(fields.get("kind") or "")
    if not kind:
        raise Problem("needs_field", detail="kind", act="report")
    command = str(asked["command_id"])
    point = {"lon": row["lon"], "lat": row["lat"], "located": "point" if row["lon"] is not None else "area"}
    title = f"{t('alarm_rule.' + row['rule'])} · {row['area_name']}"  # never whom it is about
    report = Report(kind, _severity(kind, row), row["area_id"], title=title, source="operator", **point)
    made = door().desk.report(command, scope(), report)
    noted = t("seat.noted_case", id=made["incident_id"])
    if row["acked_at"] is None:
        door().alarms.acknowledge(f"{command}-ack", scope(), row["alarm_id"], noted)
    return noted


def _severity(kind: str, row: Asked) -> int:
    usual = {one["kind"]: one["severity"] for one in door().query("kinds", scope()).to_pylist()}
    return int(min(usual.get(kind, 3), 2 if row["severity"] == 1 else 5))


def _put(asked: Asked, fields: Asked) -> str:
    kind = str(asked.get("kind") or fields.get("kind") or "")
    target = str(asked.get("target") or fields.get("target") or "").strip()
    if not target:
        raise Problem("needs_field", detail="target", act="put")
    minutes = int(fields.get(MINUTE_FIELD) or door().config.watch.minutes[0])
    wall = str(fields.get(WALL_FIELD) or asked.get("wall") or "")
    row = door().walls.put(str(asked["command_id"]), scope(), wall, kind, target, minutes)
    return t("seat.put_until", wall=wall_name(wall), at=seat.since(row["until_at"]))


def _take_back(asked: Asked, _: Asked) -> str:
    door().walls.take_back(str(asked["command_id"]), scope(), str(asked["id"]))
    return t("seat.taken_back")


def _begin(asked: Asked, _: Asked) -> str:
    row = door().watches.begin(str(asked["command_id"]), scope())
    return t("seat.began", at=seat.since(row["began_at"]))


def _end(asked: Asked, _: Asked) -> str:
    door().watches.end(str(asked["command_id"]), scope())
    return t("seat.ended")


def _give(asked: Asked, fields: Asked) -> str:
    to = str(fields.get("to") or "")
    given = Given(to, seat.items(fields), str(fields.get("remark") or ""))
    door().watches.give(str(asked["command_id"]), scope(), given)
    return t("seat.given", to=to)


def _take(asked: Asked, _: Asked) -> str:
    row = door().watches.take(str(asked["command_id"]), scope(), str(asked["id"]), str(asked["digest"]))
    return t("seat.taken", by=row["from_account"])


def _decline(asked: Asked, fields: Asked) -> str:
    door().watches.decline(str(asked["command_id"]), scope(), str(asked["id"]), str(fields.get("reason") or ""))
    return t("seat.declined")


def wall_name(wall: str) -> str:
    """Return a wall's name in the language of the request, or its id."""
    return next((named(one) for one in door().walls.names() if one["id"] == wall), wall)


ACTS: dict[str, Callable[[Asked, Asked], str]] = {
    "acknowledge": _acknowledge,
    "report": _report,
    "put": _put,
    "take_back": _take_back,
    "begin": _begin,
    "end": _end,
    "give": _give,
    "take": _take,
    "decline": _decline,
}
