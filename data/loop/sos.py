"""A call for help (SOS) becomes an alarm the moment it arrives, on duty or not: no timer is waited for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, update

from data.loop.alarm_settings import load_settings
from data.loop.alarm_sign import alarm_id
from data.loop.store import alarm, alarm_member, metadata
from data.operations import Operations
from data.places import Places

RULE, TOPIC = "sos", "alarm"
NAME = "SELECT name FROM area WHERE area_id = $area_id"

Row = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """Who called for help, when by their own clock (naive UTC), and where (EPSG:4326); their area if that is none."""

    worker_id: str
    called_at: datetime
    lon: float | None = None
    lat: float | None = None
    area_id: str = ""


class Sos:
    """Raises calls for help in the operations of one home."""

    def __init__(self, operations: Operations, places: Places) -> None:
        self.operations, self.places = operations, places
        self.setting = load_settings(places.config.home)[RULE]
        operations.make(metadata)

    def call(self, call: Call) -> Row | None:
        """Raise an alarm and return its row, or that of the one still waiting; None for a call that was told before.

        A call that arrives twice is one alarm; so are several calls until somebody has acknowledged the first.
        """
        if not self.setting.enabled:
            return None
        mine = (alarm.c.rule == RULE) & (alarm.c.cause == call.worker_id)
        with self.operations.write() as connection:
            seq = self.operations.tick(connection, TOPIC)
            rows = [dict(row) for row in connection.execute(select(alarm).where(mine)).mappings()]
            waiting = next((row for row in rows if row["acked_at"] is None and row["ended_at"] is None), None)
            row = self._row(call, seq)
            if waiting:
                where = ("lon", "lat", "area_id", "area_name") if call.lon is not None else ()  # nowhere is no move
                moved = {key: row[key] for key in (*where, "seq")}
                same = alarm.c.alarm_id == waiting["alarm_id"]
                connection.execute(update(alarm).where(same).values(**moved))
                return waiting | moved
            if any(known["alarm_id"] == row["alarm_id"] for known in rows):
                return None
            connection.execute(insert(alarm).values(**row))
            member = {"alarm_id": row["alarm_id"], "kind": "worker", "subject_id": call.worker_id}
            connection.execute(insert(alarm_member).values(**member, began_at=call.called_at))
        return row

    def _row(self, call: Call, seq: int) -> Row:
        city = self.places.config.city
        leaf = self.places.at(call.lon, call.lat) if call.lon is not None and call.lat is not None else None
        area = leaf or call.area_id or f"{city.area_id}~"
        names = self.places.warehouse.fetch(NAME, {"area_id": area.removesuffix("~")})["name"].to_pylist()
        now, levels = datetime.now(UTC).replace(tzinfo=None), [level.id for level in self.places.config.levels]
        here = self.places.level(area) or levels[0]
        above = levels[max(levels.index(here) - 1, 0)] if here in levels else levels[0]
        return {
            "alarm_id": alarm_id(RULE, call.worker_id, call.called_at),
            "rule": RULE,
            "cause": call.worker_id,
            "severity": self.setting.severity,
            "worker_id": call.worker_id,
            "area_id": area,
            "area_name": next(iter(names), None),
            "level": self.setting.to_level or above,
            "lon": call.lon,
            "lat": call.lat,
            "n_members": 1,
            "began_at": call.called_at,
            "joined_at": call.called_at,
            "raised_at": now,
            "seq": seq,
        }
