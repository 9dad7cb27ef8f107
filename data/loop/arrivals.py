"""Watches everybody who was sent to an incident, and writes down when the track proves that they arrived.

The rule stands in arrival.py. A proof is a fact and no act: the row keeps its version, so that no operator is told that
somebody was faster.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import Connection, func, select, update

from data.days import local_day
from data.loop.arrival import Fix, Trail, first_arrival, trail
from data.loop.distance import Point, metres
from data.loop.store import incident, metadata, step
from data.operations import Operations, position
from data.rules import uncounted
from data.sqlfile import sql_files
from data.warehouse import Warehouse

SENT = ("dispatch", "assign")  # acts from which on an arrival is waited for
WAITING = ("S40", "S50", "S60", "S65", "X5")
LOOK_BACK = timedelta(days=3)  # how late published fixes still prove an arrival
REMEMBERED = 720  # live positions of a worker: two hours at ten seconds, and a publish comes sooner
TOPIC = "incident"
AT_ONCE = 20  # workers read in one go: at a fix a second, still fewer rows than a query may return
NOWHERE = trail(())
NEWEST = select(position.c.worker_id, position.c.fixed_at, position.c.lon, position.c.lat, position.c.accuracy_m)


@dataclass(frozen=True)
class Sent:
    """A worker on the way: where to, and since when."""

    incident_id: str
    worker_id: str
    point: Point
    since: datetime
    until: datetime | None  # when the handling was reported: who comes later has not arrived for it


class Arrivals:
    """Watches everybody who was sent: remembers their live positions, and reads what was published of them.

    Made once by the one background process and asked every few seconds; what it forgets when it ends, the next publish
    tells again.
    """

    def __init__(self, operations: Operations, warehouse: Warehouse) -> None:
        self.operations, self.warehouse, self.config = operations, warehouse, warehouse.config
        self._live: dict[str, deque[Fix]] = {}
        self._published: dict[str, Trail] = {}
        self._read: tuple[str, frozenset[Sent]] = ("", frozenset())
        operations.make(metadata)

    def prove(self) -> dict[str, datetime]:
        """Set arrived_track_at of every incident whose worker has arrived; return what was set, by incident."""
        sent = self._sent()
        self._watch(sent)
        fresh = self._catch_up(sent)
        looked_at = [one for one in sent if one in fresh or self._is_there(one)]
        proven = {one: at for one in looked_at if (at := self._arrival(one))}
        if not proven:
            return {}
        with self.operations.write() as connection:
            return {one.incident_id: at for one, at in proven.items() if self._keep(connection, one, at)}

    def _sent(self) -> list[Sent]:
        """Return who is on the way: the last order counts, and only cases at a known point."""
        mine = (step.c.incident_id == incident.c.incident_id) & (step.c.worker_id == incident.c.worker_id)
        since = select(func.max(step.c.stepped_at)).where(mine, step.c.act.in_(SENT)).scalar_subquery()
        asked = select(incident, since.label("since")).where(
            incident.c.state.in_(WAITING),
            incident.c.arrived_track_at.is_(None),
            incident.c.worker_id.is_not(None),
            incident.c.lon.is_not(None),
        )
        with self.operations.engine.connect() as connection:
            rows = connection.execute(asked).mappings().all()
        return [_sent(dict(row)) for row in rows if row["since"] or row["dispatched_at"]]

    def _watch(self, sent: Iterable[Sent]) -> None:
        """Remember where everybody sent is now, and forget those who are not any more."""
        wanted = {one.worker_id for one in sent}
        self._live = {worker: seen for worker, seen in self._live.items() if worker in wanted}
        with self.operations.engine.connect() as connection:
            for worker, *told in connection.execute(NEWEST).all():
                if worker in wanted:
                    seen, fix = self._live.setdefault(worker, deque(maxlen=REMEMBERED)), Fix(*told)
                    if not seen or seen[-1] != fix:
                        seen.append(fix)

    def _is_there(self, one: Sent) -> bool:
        """Say whether the newest position lies inside the circle: only such a fix can complete a proof."""
        seen = self._live.get(one.worker_id)
        if not seen:
            return False
        lon, lat = np.array([seen[-1].lon]), np.array([seen[-1].lat])
        return bool(metres(lon, lat, one.point)[0] <= self.config.dispatch.arrive_m)

    def _catch_up(self, sent: list[Sent]) -> frozenset[Sent]:
        """Read the published fixes of whoever was sent since the last time, of everybody where fixes have changed.

        Returns of whom anything new may be known.
        """
        state = self.warehouse.state(("fix",))
        fresh = frozenset(sent) - (self._read[1] if self._read[0] == state else frozenset())
        since: dict[str, datetime] = {}
        for one in sent:
            since[one.worker_id] = min(one.since, since.get(one.worker_id, one.since))
        workers = sorted({one.worker_id for one in fresh})
        self._published = {worker: way for worker, way in self._published.items() if worker in since}
        for first in range(0, len(workers), AT_ONCE):
            some = {worker: since[worker] for worker in workers[first : first + AT_ONCE]}
            self._published |= dict.fromkeys(some, NOWHERE) | self._fixes(some)
        self._read = (state, frozenset(sent))
        return fresh

    def _fixes(self, since: dict[str, datetime]) -> dict[str, Trail]:
        """Return the published trail of each of these workers since a moment of their own."""
        now, zone = datetime.now(UTC).replace(tzinfo=None), self.config.zone
        sinces = [max(moment, now - LOOK_BACK) for moment in since.values()]
        asked = {
            "workers": list(since),
            "sinces": sinces,
            "first_day": local_day(min(sinces), zone),
            "last_day": local_day(now, zone),
            "uncounted": uncounted(),
        }
        return _trails(self.warehouse.fetch(sql_files("loop")["arrival_fixes"].sql, asked))

    def _arrival(self, one: Sent) -> datetime | None:
        live = trail(self._live.get(one.worker_id, ()))
        known = self._published.get(one.worker_id, NOWHERE)
        both = [np.concatenate(columns) for columns in zip(known, live, strict=True)]
        order = np.argsort(both[0], kind="stable")
        at = first_arrival(Trail(*(column[order] for column in both)), one.point, one.since, self.config)
        return at if at and (one.until is None or at <= one.until) else None

    def _keep(self, connection: Connection, one: Sent, at: datetime) -> bool:
        """Write a proof down unless the case was given to somebody else meanwhile; nobody's version grows by it."""
        same = (incident.c.incident_id == one.incident_id) & (incident.c.worker_id == one.worker_id)
        proof = {"arrived_track_at": at, "seq": self.operations.tick(connection, TOPIC)}
        written = update(incident).where(same, incident.c.arrived_track_at.is_(None)).values(**proof)
        return connection.execute(written).rowcount == 1


def _sent(row: Mapping[str, Any]) -> Sent:
    since = row["since"] or row["dispatched_at"]
    return Sent(row["incident_id"], row["worker_id"], (row["lon"], row["lat"]), since, row["handled_at"])


def _trails(rows: pa.Table) -> dict[str, Trail]:
    """Return the trail of every worker among rows sorted by worker and time."""
    workers = rows["worker_id"].to_numpy(False).astype(str)
    whole = Trail(
        rows["fixed_at"].to_numpy().astype("datetime64[us]"),
        *(rows[name].cast(pa.float64()).to_numpy() for name in ("lon", "lat", "accuracy_m")),
    )
    names, first = np.unique(workers, return_index=True)
    edges = [*first.tolist(), len(workers)]
    parts = zip(names.tolist(), edges[:-1], edges[1:], strict=True)
    return {name: Trail(whole.at[a:b], whole.lon[a:b], whole.lat[a:b], whole.accuracy_m[a:b]) for name, a, b in parts}
