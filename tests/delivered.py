"""A home of the sample city for tests of the loop: its cases, an operator's desk, and files from outside."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import select

from data.config import Config, load_config
from data.loop.command import Command
from data.loop.store import incident, step
from data.operations import Operations
from data.query import Door
from data.scope import Scope
from etl.load import LoadResult, load
from tests.copies import fresh

OPERATOR = Scope("wang", frozenset({"operator", "leader"}), "QH")
CHECKER = Scope("li", frozenset({"operator"}), "QH")
# Final in the sample's steps are all others; counted by hand in incident_steps.csv.
OPEN = ["E025", "E026", "E027", "E028", "E031", "E032", "E038", "E040"]
NUMBERS = count()


class City:
    """A copy of the loaded sample city that a test may change."""

    def __init__(self, sample: Path, home: Path) -> None:
        fresh(sample, home)
        self.config: Config = load_config(home)
        self.operations = Operations.of(self.config)
        self.desk = Door(self.config).desk

    def cases(self) -> dict[str, dict[str, Any]]:
        """Return the incidents in operations by id."""
        with self.operations.engine.connect() as connection:
            return {row.incident_id: row._asdict() for row in connection.execute(select(incident))}

    def steps(self, incident_id: str) -> list[str]:
        """Return the states a case went through, in operations."""
        return [row["to_state"] for row in self.desk.steps(incident_id)]

    def decided(self) -> int:
        """Return how many steps people made here."""
        with self.operations.engine.connect() as connection:
            return len(connection.execute(select(step.c.seq).where(step.c.decided.is_(True))).all())

    def act(self, incident_id: str, act: str, by: Scope = OPERATOR, **told: Any) -> dict[str, Any]:
        """Do one act."""
        return self.desk.act(Command(f"c{next(NUMBERS)}", by, incident_id, act, **told))

    def bring_steps(self, *lines: str) -> LoadResult:
        """Load steps from outside, in the columns of the sample's incident_steps.csv."""
        return self.bring("incident_steps.csv", "事件号,步骤号,时间,状态,单位,层级,截止时间,原因", *lines)

    def bring_cases(self, *lines: str) -> LoadResult:
        """Load cases from outside, in the columns of the sample's incidents.csv."""
        head = "事件号,来源,类别,小类,紧急程度,标题,上报时间,经度,纬度,网格或村居,发现层级,上报人"
        return self.bring("incidents.csv", head, *lines)

    def bring(self, name: str, *lines: str) -> LoadResult:
        """Load a file that holds these lines."""
        path = self.config.home / f"in-{next(NUMBERS)}" / name
        path.parent.mkdir()
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return load([path], self.config)
