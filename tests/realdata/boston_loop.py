"""Boston's requests taken through the desk at their own opened, target and closed times."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from data.loop.command import Command, Report
from data.loop.desk import Desk
from tests.circle import OPERATOR, make_desk

BOSTON = ZoneInfo("America/New_York")
# What happens at which of the three times; the city tells no more of its cases.
OPENED = (("file", {}), ("dispatch", {"unit_id": "D1"}), ("accept_order", {}), ("handle", {}))


class Targets:
    """The deadline the city itself had set; no other limits."""

    def __init__(self) -> None:
        self.target: datetime | None = None

    def due(self, step: str, row: Mapping[str, Any], at: datetime) -> datetime | None:
        return self.target if step == "handle" else None

    def resumed(self, row: Mapping[str, Any], at: datetime) -> datetime | None:
        return None


def requests(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows that state both a target and a closing."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["target_dt"].strip() and row["closed_dt"].strip():
                yield row


def was_on_time(row: dict[str, str]) -> bool:
    """The city's own comparison, on its own clock: closed_dt <= target_dt."""
    return _local(row["closed_dt"]) <= _local(row["target_dt"])


class Loop:
    """A desk whose clock is that of the request in hand."""

    def __init__(self, home: Path) -> None:
        self.targets = Targets()
        self.desk: Desk = make_desk(home)
        self.desk.deadlines = self.targets
        self.desk.now = lambda: self.at
        self.at = datetime.min

    def on_time(self, row: dict[str, str]) -> bool:
        """Take one request from its report to its closing; returns whether it met its deadline."""
        id, opened, closed = row["case_enquiry_id"], _utc(row["open_dt"]), _utc(row["closed_dt"])
        # a microsecond each, so that the closing itself falls on its own second even where a case was closed at once
        self.at, self.targets.target = min(opened, closed - timedelta(microseconds=9)), _utc(row["target_dt"])
        report = Report("FAC", 3, "g1", incident_id=id, reported_at=self.at, title=row["case_title"])
        self.desk.report(f"{id}-report", OPERATOR, report)
        for act, told in OPENED:
            self.desk.act(Command(f"{id}-{act}", OPERATOR, id, act, **told))
        self.at = closed
        ended = self.desk.act(Command(f"{id}-close", OPERATOR, id, "check_pass"))
        return bool(ended["closed_at"] <= ended["deadline_at"])


def _local(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _utc(text: str) -> datetime:
    return _local(text).replace(tzinfo=BOSTON).astimezone(UTC).replace(tzinfo=None)
