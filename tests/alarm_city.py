"""The sample city with positions, cases and cameras as a test puts them, and rounds of alarms over it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from data.config import load_config
from data.loop.alarm_round import AlarmRound
from data.loop.alarm_settings import Setting, make_settings
from data.loop.store import alarm, incident
from data.operations import Operations
from data.warehouse import Warehouse

NOW = datetime(2026, 1, 5, 8, 0)  # 16:00 in the city, in the afternoon's duty (14:00-18:00)
MINUTE = timedelta(minutes=1)
IN_W01, BESIDE, FAR = (119.502, 32.008), (119.5055, 32.0085), (119.515, 32.002)

Row = dict[str, Any]


def only(*rules: str, **said: Any) -> dict[str, Setting]:
    """Return the settings in which these rules alone are on, each with what is said of it."""
    settings = make_settings({rule: {"enabled": True, **said} for rule in rules})
    return {rule: one if rule in rules else replace(one, enabled=False) for rule, one in settings.items()}


class City:
    """The version of the sample city with operations of its own."""

    def __init__(self, sample_home: Path, url: str, settings: dict[str, Setting]) -> None:
        self.operations, self.settings = Operations(url), settings
        self.warehouse = Warehouse(load_config(sample_home))
        self.restart()

    def restart(self) -> None:
        """Begin again with nothing remembered but what stands in operations."""
        self.rounds = AlarmRound(self.operations, self.warehouse, self.settings)

    def at(self, worker: str, place: tuple[float, float], moment: datetime, **more: Any) -> None:
        """Let a worker send a position."""
        area = self.warehouse.fetch("SELECT area_id FROM worker WHERE worker_id = $worker", {"worker": worker})
        row = {"worker_id": worker, "name": "陈一", "role": "网格长", "area_id": area["area_id"][0].as_py()}
        row |= {"fixed_at": moment, "lon": place[0], "lat": place[1], "accuracy_m": 5.0, "speed_mps": 1.0}
        self.operations.record_positions([row | {"battery": 0.9} | more])

    def report(self, number: int, moment: datetime, **more: Any) -> None:
        """Open a case."""
        row = {"incident_id": f"T{number}", "source": "gridlink", "owner": "own", "kind": "FAC", "severity": 3}
        row |= {"area_id": "QH0101001", "located": "none", "reported_at": moment, "state": "S10"}
        row |= {"supervised": False, "unlisted": False, "cycle": 1, "version": 1, "seq": 1}
        with self.operations.write() as connection:
            connection.execute(insert(incident).values(**row | more))

    def look(self, minutes: float) -> list[Row]:
        """Run a round so many minutes after NOW and return every alarm there is, those never raised among them."""
        self.rounds.run(NOW + minutes * MINUTE)
        with self.operations.engine.connect() as connection:
            found = connection.execute(select(alarm).order_by(alarm.c.began_at, alarm.c.alarm_id)).mappings()
            return [dict(row) for row in found]

    def raised(self, minutes: float) -> list[Row]:
        """Run a round and return the alarms somebody is told of and that have not ended."""
        return [row for row in self.look(minutes) if row["raised_at"] and not row["ended_at"]]
