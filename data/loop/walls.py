"""What is put on the named walls (上墙): a case, a camera, an area or a replay, for a while, by an account.

One at a time: a newer one replaces the older, and the record says so. It is over when its time is, whoever sleeps.
All times are naive UTC. Every command is done once: the same id again gets the same answer.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, insert, select, update

from data.config import Config
from data.errors import NotAllowed, Problem
from data.loop.once import answer, answered
from data.loop.store import metadata
from data.loop.wall_table import wall_show
from data.operations import Operations
from data.scenes import Scenes, Wall, load_scenes
from data.scope import Scope
from data.targets import Targets

TOPIC = "wall"
Row = dict[str, Any]


class Walls:
    """The walls of one home. Raises Problem: unknown_wall, too_long, not_on_wall, no_show, bad_field; NotAllowed."""

    def __init__(self, operations: Operations, config: Config, targets: Targets) -> None:
        self.operations, self.config, self.targets = operations, config, targets
        operations.make(metadata)

    @cached_property
    def scenes(self) -> Scenes:
        """The walls and scenes of the home, as they stood when it was opened."""
        return load_scenes(self.config.home)

    def names(self) -> list[dict[str, str]]:
        """Return the named walls in their order: id, name, name_en."""
        return [{"id": one.id, "name": one.name, "name_en": one.name_en or one.name} for one in self.scenes.walls]

    def wall(self, name: str) -> Wall:
        """Return a wall; raises Problem `unknown_wall`."""
        found = self.scenes.wall(name)
        if found is None:
            raise Problem("unknown_wall", detail=name, known=", ".join(one.id for one in self.scenes.walls))
        return found

    def put(self, command_id: str, scope: Scope, wall: str, kind: str, target: str, minutes: int) -> Row:  # noqa: PLR0913 - the agreed call
        """Show something on a wall for so many minutes; whatever was there before is replaced.

        The target must lie in the scope of whoever puts it up and in that of the wall's account.
        """
        self._may(scope)
        longest = max(self.config.watch.minutes)
        if not 1 <= minutes <= longest:
            raise Problem("too_long", detail=minutes, known=longest)
        area_id = self._admitted(self.wall(wall), scope, kind, target)
        about = {"wall": wall, "kind": kind, "target": target, "area_id": area_id, "put_by": scope.account}
        return self._do(command_id, scope, lambda c, at: self._put(c, about, at, timedelta(minutes=minutes)))

    def take_back(self, command_id: str, scope: Scope, show_id: str) -> Row:
        """End a show before its time; raises Problem `no_show` where it is over or was never there."""
        self._may(scope)
        return self._do(command_id, scope, lambda c, at: self._take_back(c, scope, show_id, at))

    def showing(self, wall: str, now: datetime) -> Row | None:
        """Return what somebody put on a wall and is still shown at `now`, or None: its scenes are."""
        return next((row for row in self.all(now) if row["wall"] == wall), None)

    def all(self, now: datetime) -> list[Row]:
        """Return everything put up and still shown at `now`, the newest first."""
        shown = select(wall_show).where(wall_show.c.ended_at.is_(None), wall_show.c.until_at > now)
        with self.operations.engine.connect() as connection:
            found = connection.execute(shown.order_by(wall_show.c.seq.desc()))
            return [row._asdict() for row in found]

    def _may(self, scope: Scope) -> None:
        if not scope.keeps_watch:
            raise NotAllowed("not_allowed", account=scope.account, detail=TOPIC)

    def _admitted(self, wall: Wall, scope: Scope, kind: str, target: str) -> str:
        area_id = self.targets.area(kind, target, scope)
        try:
            seen = self.targets.area(kind, target, self.targets.wall_scope(wall.account))
        except Problem as problem:
            raise NotAllowed("not_on_wall", wall=wall.id, detail=target) from problem
        if kind == "replay" and "@" not in target and seen != area_id:
            # a day alone means the wall's whole area: it must not show more than its giver may see
            self.targets.area("area", seen, scope)
        return seen

    def _do(self, command_id: str, scope: Scope, act: Callable[[Connection, datetime], Row]) -> Row:
        with self.operations.write() as connection:
            told = answered(connection, command_id, scope)
            if told is None:
                told = act(connection, datetime.now(UTC).replace(tzinfo=None))
                answer(connection, command_id, scope, told)
        return told

    def _put(self, connection: Connection, about: Row, at: datetime, span: timedelta) -> Row:
        seq = self.operations.tick(connection, TOPIC)
        before = (wall_show.c.wall == about["wall"]) & wall_show.c.ended_at.is_(None) & (wall_show.c.until_at > at)
        ended = {"ended_at": at, "ended_by": about["put_by"], "seq": seq}
        connection.execute(update(wall_show).where(before).values(**ended))
        row = {"show_id": uuid4().hex, **about, "put_at": at, "until_at": at + span}
        row |= {"ended_at": None, "ended_by": None, "seq": seq}
        connection.execute(insert(wall_show).values(**row))
        return row

    def _take_back(self, connection: Connection, scope: Scope, show_id: str, at: datetime) -> Row:
        mine = wall_show.c.show_id == show_id
        self.operations.tick(connection, TOPIC, 0)
        found = connection.execute(select(wall_show).where(mine).with_for_update()).first()
        if found is None or found.ended_at or found.until_at <= at:
            raise Problem("no_show", detail=show_id)
        self.targets.area("area", found.area_id, scope)
        changed = {"ended_at": at, "ended_by": scope.account, "seq": self.operations.tick(connection, TOPIC)}
        connection.execute(update(wall_show).where(mine).values(**changed))
        return found._asdict() | changed
