"""A small world for the closed loop: one city of four levels, limits of two hours, and the people who decide."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from data.config import make_config
from data.loop.command import Command, Report
from data.loop.desk import Desk
from data.operations import Operations
from data.scope import Scope

PARENTS = {"g1": "c1", "g2": "c1", "g3": "c2", "c1": "s1", "c2": "s1", "s1": "city", "city": None}
LEVELS = {"g": "grid", "c": "community", "s": "street"}
TWO_HOURS = timedelta(hours=2)

OPERATOR = Scope("wang", frozenset({"operator"}), "city")
OTHER = Scope("li", frozenset({"operator"}), "city")
LEADER = Scope("zhao", frozenset({"leader"}), "city")
WORKER = Scope("w1", frozenset({"worker"}), "g1", worker_id="W1")
DEPARTMENT = Scope("fire", frozenset({"department"}), "city", unit_id="D1")
STRANGER = Scope("w2", frozenset({"worker"}), "g2", worker_id="W2")


class Tree:
    """Two communities of a street, by their names."""

    def level(self, area_id: str) -> str | None:
        return "city" if area_id == "city" else LEVELS.get(area_id[0])

    def inside(self, area_id: str, root: str) -> bool:
        here: str | None = area_id.removesuffix("~")
        while here not in (None, root):
            here = PARENTS.get(here or "")
        return here == root

    def unit_level(self, unit_id: str) -> str | None:
        return {"D1": "city", "C1": "community", "S1": "street"}[unit_id]


class TwoHours:
    """Every step within two hours, whatever it is; a pause moves the deadline by its length."""

    def due(self, step: str, row: Mapping[str, Any], at: datetime) -> datetime | None:
        return at + TWO_HOURS

    def resumed(self, row: Mapping[str, Any], at: datetime) -> datetime | None:
        return None if row["deadline_at"] is None else row["deadline_at"] + (at - row["paused_at"])


def make_desk(home: Path, url: str = "", **loop: Any) -> Desk:
    """Return a desk over a store of its own."""
    home.mkdir(exist_ok=True)
    config = make_config(home, {"operations": {"url": url}, "loop": loop})
    return Desk(Operations.of(config), config, Tree(), TwoHours())


class Case:
    """One incident that somebody takes through its life: every act knows the row it saw last."""

    numbers = count()

    def __init__(self, desk: Desk, **report: Any) -> None:
        self.desk = desk
        told: dict[str, Any] = {"kind": "FAC", "severity": 3, "area_id": "g1", "title": "井盖破损"}
        self.row = desk.report(f"r{next(self.numbers)}", OPERATOR, Report(**(told | report)))

    def act(self, act: str, by: Scope = OPERATOR, **told: Any) -> Case:
        """Do one act and keep the new row."""
        self.row = self.desk.act(self.command(act, by, **told))
        return self

    def command(self, act: str, by: Scope = OPERATOR, **told: Any) -> Command:
        """Return the command of an act on the row as it was seen last."""
        id = told.pop("command_id", f"a{next(self.numbers)}")
        return Command(id, by, self.row["incident_id"], act, **({"version": self.row["version"]} | told))

    def until(self, state: str) -> Case:
        """Go the plain way to a state."""
        way = [("accept", {}), ("file", {}), ("dispatch", {"unit_id": "C1", "worker_id": "W1"}), ("accept_order", {})]
        way += [("handle", {}), ("check", {}), ("check_pass", {})]
        for act, told in way:
            if self.row["state"] == state:
                return self
            self.act(act, **told)
        assert self.row["state"] == state
        return self
