"""Where everybody on duty is now, and what of it changed since a screen last asked.

A screen names the workers it holds by tokens that mean nothing outside this store. It says until which change of the
positions (`since`), which moment (`at`) and which version of roster and areas its picture stands; the answer holds what
is different, so that picture and difference together are the whole picture of now.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

import shapely
from sqlalchemy import func, select

from data.cache import SingleFlight
from data.errors import NotAllowed
from data.loop.nearest import ORDERED
from data.loop.store import incident
from data.query import Door
from data.scope import Scope

CREW = "SELECT worker_id, role, area_id, skills FROM worker"
STATE = ("worker", "roster", "area", "load_file")
NEVER_SEEN = {"seq": -1}
UNKNOWN = 2  # of `own`: no position, or no right to know

Row = dict[str, Any]
EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True)
class Known:
    """The picture a screen holds: nothing at all, or all up to a change, a moment (epoch s) and a version."""

    since: int = -1
    at: int = 0
    version: str = ""
    cases: int = -1


@dataclass(frozen=True)
class Asked:
    """Whose workers are asked for: an area of the scope ("" = all of it), a skill ("" = any), with loads or without."""

    area: str = ""
    skill: str = ""
    loads: bool = True


@dataclass(frozen=True)
class Answer:
    """What changed, or with `whole` everything; `n` rows are held after it.

    rows: token, worker_id, role, area_id, fixed_at, lon, lat, still_at, battery, own; a worker without a position of
    today has None in fixed_at, lon, lat, still_at. gone: tokens to remove. loads: open orders by token, of who has
    any; None where none changed.
    """

    whole: bool
    known: Known
    moment: datetime
    n: int
    off_duty: int
    rows: list[Row] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    loads: dict[str, int] | None = None

    @property
    def is_news(self) -> bool:
        """Say whether anything is different."""
        return self.whole or bool(self.rows or self.gone) or self.loads is not None


class Live:
    """The live positions of one home."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._cache = SingleFlight(8)
        self._key = door.operations.id.encode()

    def token(self, worker_id: str) -> str:
        """Return the name a screen knows a worker by: 12 hexadecimal digits."""
        return blake2b(worker_id.encode(), digest_size=6, key=self._key).hexdigest()

    def is_history(self, answer: Answer) -> bool:
        """Say whether an answer is about the end of old data: its moment stands still."""
        return self._door.present.moment() == answer.moment

    def worker(self, scope: Scope, token: str) -> Row | None:
        """Return the row of the worker on duty in the scope a token stands for, or None."""
        rows = self.answer(scope, Known(), Asked()).rows
        return next((row for row in rows if row["token"] == token), None)

    def answer(self, scope: Scope, known: Known, asked: Asked, now: datetime | None = None) -> Answer:
        """Return what differs from what a screen knows; raises Problem `not_allowed` for an area outside the scope."""
        door, moment = self._door, self._door.present.moment(now)
        crew = self._crew(scope, asked)
        clocks = door.clock("position"), door.clock("incident")
        held = {row["worker_id"]: row for row in door.query("positions", scope).to_pylist()}
        here = self._on_duty(crew, held, moment)
        version = f"{door.state(*STATE)}/{door.present.day_began(moment).isoformat()}"
        at = int((moment - EPOCH) // timedelta(seconds=1))
        new = Known(clocks[0], at, version, clocks[1])
        whole = known.version != version or not 0 <= known.since <= clocks[0] or known.at > at
        before = frozenset() if whole else self._on_duty(crew, held, EPOCH + timedelta(seconds=known.at))
        wanted = [w for w in sorted(here) if w not in before or held.get(w, NEVER_SEEN)["seq"] > known.since]
        return Answer(
            whole=whole,
            known=new,
            moment=moment,
            n=len(here),
            off_duty=len(crew) - len(here & crew.keys()),
            rows=self._rows([(w, crew[w], held.get(w)) for w in wanted], scope),
            gone=[] if whole else sorted(self.token(w) for w in before - here),
            loads=self._loads(here) if asked.loads and (whole or known.cases != clocks[1]) else None,
        )

    def _on_duty(self, crew: dict[str, Row], held: dict[str, Row], moment: datetime) -> frozenset[str]:
        """Return who of the crew is on duty at a moment; without a roster whoever was seen today."""
        there = self._door.present.on_duty(moment)
        return frozenset(crew.keys() & (held.keys() if there is None else there))

    def _crew(self, scope: Scope, asked: Asked) -> dict[str, Row]:
        """Return the registered workers of an area who hold a skill, by id."""
        root = asked.area or scope.area_id
        if not self._door.places.inside(root, scope.area_id):
            raise NotAllowed("not_allowed", account=scope.account, detail=root)

        def load() -> dict[str, Row]:
            rows = self._door.warehouse.fetch(CREW, {}).to_pylist()
            inside = self._door.places.tree().inside
            mine = (row for row in rows if row["area_id"] and inside(row["area_id"], root))
            return {row["worker_id"]: row for row in mine if not asked.skill or asked.skill in (row["skills"] or "")}

        crew: dict[str, Row] = self._cache.get((self._door.state("worker", "area"), root, asked.skill), load)
        return crew

    def _rows(self, wanted: list[tuple[str, Row, Row | None]], scope: Scope) -> list[Row]:
        own = self._own(wanted) if scope.sees_exact_workers else [UNKNOWN] * len(wanted)
        keys = ("fixed_at", "lon", "lat", "still_at", "battery")
        return [
            {"token": self.token(worker), "worker_id": worker, "role": one["role"], "area_id": one["area_id"]}
            | {key: held[key] if held else None for key in keys}
            | {"own": inside}
            for (worker, one, held), inside in zip(wanted, own, strict=True)
        ]

    def _own(self, wanted: list[tuple[str, Row, Row | None]]) -> list[int]:
        """Say of each whether the position lies in the assigned area: 1 yes, 0 no, UNKNOWN without a position."""
        tree, out = self._door.places.tree(), [UNKNOWN] * len(wanted)
        there = [i for i, (_, _, held) in enumerate(wanted) if held and held["lon"] is not None]
        if not there:
            return out
        points = shapely.points([(wanted[i][2]["lon"], wanted[i][2]["lat"]) for i in there])  # type: ignore[index]
        for i in there:
            out[i] = 0
        for point, leaf in tree.index.query(points, predicate="intersects").T.tolist():
            worker = wanted[there[point]][1]
            if tree.inside(tree.leaves[leaf][0], worker["area_id"]):
                out[there[point]] = 1
        return out

    def _loads(self, here: frozenset[str]) -> dict[str, int]:
        """Return how many orders each worker has open, by token, of who has any."""
        mine = incident.c.worker_id.is_not(None) & incident.c.state.in_(ORDERED)
        asked = select(incident.c.worker_id, func.count()).where(mine).group_by(incident.c.worker_id)
        with self._door.desk.operations.engine.connect() as connection:
            counted = connection.execute(asked).all()
        return {self.token(worker): n for worker, n in counted if worker in here}


def seconds(moment: datetime | None) -> int:
    """Return a naive UTC moment in whole seconds since 1970, 0 for none."""
    return 0 if moment is None else int(moment.replace(tzinfo=UTC).timestamp())
