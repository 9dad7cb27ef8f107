"""Corrections of closed months (更正): what differs from the closed figures, with who says why. Nothing is removed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Column, DateTime, Float, MetaData, String, Table, insert, select

from data.errors import NotAllowed, Problem
from data.masking import mask_text
from data.operations import Operations
from data.scope import Scope

Row = dict[str, Any]
metadata = MetaData()

correction = Table(
    "correction",
    metadata,
    Column("correction_id", String, primary_key=True),
    Column("month", String, nullable=False, index=True),
    Column("metric", String, nullable=False),
    Column("at_level", String, nullable=False),
    Column("area_id", String, nullable=False),
    Column("name", String),
    Column("name_en", String),
    Column("part_before", Float),
    Column("whole_before", Float),
    Column("part_after", Float),
    Column("whole_after", Float),
    Column("reason", String, nullable=False),
    Column("account", String, nullable=False),
    Column("corrected_at", DateTime, nullable=False),
)
AFTER = ("metric", "at_level", "area_id", "part_after", "whole_after")


class Corrections:
    """The corrections of one home, in the order they were made."""

    def __init__(self, operations: Operations) -> None:
        self.operations = operations
        operations.make(metadata)

    def of(self, month: str) -> list[Row]:
        """Return the corrections of a month, the oldest first."""
        wanted = select(correction).where(correction.c.month == month)
        ordered = wanted.order_by(correction.c.corrected_at, correction.c.metric, correction.c.area_id)
        with self.operations.engine.connect() as connection:
            return [dict(row._mapping) for row in connection.execute(ordered)]

    def open(self, month: str, differences: list[Row]) -> list[Row]:
        """Return the differences nobody has accounted for: the newest correction of a figure settles it."""
        settled = {row["metric"] + row["at_level"] + row["area_id"]: _after(row) for row in self.of(month)}
        return [
            row for row in differences if settled.get(row["metric"] + row["at_level"] + row["area_id"]) != _after(row)
        ]

    def add(self, scope: Scope, month: str, differences: list[Row], reason: str) -> int:
        """Write down what differs and why; returns how many figures. Raises `needs_why`; NotAllowed: not who closes."""
        if not scope.closes_months:
            raise NotAllowed("not_allowed", account=scope.account, detail=month)
        if not reason.strip():
            raise Problem("needs_why")
        told: Row = {"month": month, "reason": mask_text(reason.strip()), "account": scope.account}
        told["corrected_at"] = datetime.now(UTC).replace(tzinfo=None)
        rows = [told | {"correction_id": uuid4().hex} | row for row in self.open(month, differences)]
        if rows:
            with self.operations.write() as connection:
                connection.execute(insert(correction), rows)
        return len(rows)


def _after(row: Row) -> tuple[Any, ...]:
    return tuple(row[key] for key in AFTER)
