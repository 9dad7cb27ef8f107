"""What may be put on a wall, and where it lies: a case, a camera, an area, or the replay of a day.

A replay is written `2026-01-05`, `<area>@2026-01-05`, or as the number of an incident (two hours around its report).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa

from data.accounts import Accounts
from data.config import Config
from data.days import bounds, local_day
from data.errors import Problem
from data.operations import Operations
from data.scope import Scope

KINDS = ("case", "camera", "area", "replay")
KIOSK = frozenset({"kiosk"})
Row = dict[str, Any]


@dataclass(frozen=True)
class Replay:
    """A stretch of a local day in an area; start and end are naive UTC instants."""

    area_id: str
    day: date
    start: datetime
    end: datetime


class Targets:
    """Where the things on walls lie, seen with the eyes of a scope."""

    def __init__(self, query: Callable[..., pa.Table], operations: Operations, config: Config) -> None:
        self._query, self.config = query, config
        self._accounts = Accounts(operations)

    def wall_scope(self, account: str) -> Scope:
        """Return what the displays of a wall may see, always masked as for a kiosk; nothing for a disabled account.

        A wall without an account of its own sees the city.
        """
        if not account:
            return Scope("", KIOSK, self.config.city.area_id)
        known = self._accounts.get(account)
        if known is None or known.disabled:
            return Scope(account, KIOSK, "")
        return replace(known.scope(), roles=KIOSK, reason="")

    def area(self, kind: str, target: str, scope: Scope) -> str:
        """Return the area a target lies in; raises Problem where the scope does not see it, or it is not there."""
        if kind == "case":
            return str(self.case(target, scope)["area_id"])
        if kind == "camera":
            return str(self.camera(target, scope)["area_id"])
        if kind == "area":
            return self._known(target, scope)
        if kind == "replay":
            return self._known(self.replay(target, scope).area_id, scope)
        raise Problem("bad_field", detail="kind", known=", ".join(KINDS))

    def case(self, target: str, scope: Scope) -> Row:
        """Return an incident in progress or of the warehouse: incident_id, kind, severity, area_id, lon, lat, ..."""
        for name in ("case", "incident_at"):
            rows: list[Row] = self._query(name, scope, incident=target).to_pylist()
            if rows:
                return rows[0]
        raise Problem("unknown_incident", detail=target)

    def camera(self, target: str, scope: Scope) -> Row:
        """Return a camera of the register."""
        rows: list[Row] = self._query("cameras", scope).to_pylist()
        found = next((row for row in rows if row["camera_id"] == target), None)
        if found is None:
            raise Problem("unknown_camera", detail=target)
        return found

    def replay(self, target: str, scope: Scope) -> Replay:
        """Return what a replay shows; raises Problem `bad_replay` or `unknown_incident`."""
        place, _, day = target.rpartition("@")
        try:
            of = date.fromisoformat(day)
        except ValueError as fault:
            if "@" in target:
                raise Problem("bad_replay", detail=target) from fault
            return self._around(target, scope)
        start, end = bounds(of, self.config.zone)
        return Replay(place or scope.area_id, of, start, end)

    def _around(self, incident: str, scope: Scope) -> Replay:
        row = self.case(incident, scope)
        at, around = row["reported_at"], timedelta(seconds=self.config.playback.around_s)
        now = datetime.now(UTC).replace(tzinfo=None)
        return Replay(row["area_id"], local_day(at, self.config.zone), at - around, min(at + around, now))

    def _known(self, area_id: str, scope: Scope) -> str:
        """Return the area; the door refuses what lies outside the scope, the tree what is not there."""
        if not self._query("area_path", scope, area=area_id).num_rows:
            raise Problem("unknown_area", detail=area_id)
        return area_id
