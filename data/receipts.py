"""What became of everything sent to the receiver: counts per local day, and how far behind it is.

The receiver writes these numbers every second; the off-duty fixes among them exist nowhere else.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Date, DateTime, Integer, MetaData, String, Table, delete, insert, select, update

from data.operations import Operations

metadata = MetaData()

receipt = Table(
    "receipt",
    metadata,
    Column("day", Date, primary_key=True),
    Column("outcome", String, primary_key=True),  # received | spooled | off_duty | a reason of reasons.toml
    Column("n", Integer, nullable=False),
)

receiver = Table(
    "receiver",
    metadata,
    Column("name", String, primary_key=True),  # host:port
    Column("seen_at", DateTime, nullable=False),
    Column("fsynced_at", DateTime),
    Column("backlog_bytes", Integer, nullable=False),
)

RECEIVED, SPOOLED = "received", "spooled"


class Receipts:
    """The receiver's accounts in one operations store."""

    def __init__(self, operations: Operations) -> None:
        self.operations = operations
        operations.make(metadata)

    def add(self, counts: dict[tuple[date, str], int]) -> None:
        """Add to the counts of (local day of receipt, outcome)."""
        with self.operations.write() as connection:
            for (day, outcome), n in counts.items():
                mine = (receipt.c.day == day) & (receipt.c.outcome == outcome)
                if not connection.execute(update(receipt).where(mine).values(n=receipt.c.n + n)).rowcount:
                    connection.execute(insert(receipt).values(day=day, outcome=outcome, n=n))

    def beat(self, name: str, now: datetime, fsynced_at: datetime | None, backlog_bytes: int) -> None:
        """Say that a receiver lives, when it last wrote durably, and how many bytes wait to be published."""
        row = {"name": name, "seen_at": now, "fsynced_at": fsynced_at, "backlog_bytes": backlog_bytes}
        with self.operations.write() as connection:
            connection.execute(delete(receiver).where(receiver.c.name == name))
            connection.execute(insert(receiver).values(**row))

    def counts(self, day: date) -> dict[str, int]:
        """Return the count of each outcome on a local day: rows received = spooled + off duty."""
        with self.operations.engine.connect() as connection:
            rows = connection.execute(select(receipt.c.outcome, receipt.c.n).where(receipt.c.day == day))
            return {row.outcome: row.n for row in rows}

    def receivers(self) -> list[dict[str, Any]]:
        """Return name, seen_at, fsynced_at (naive UTC) and backlog_bytes of every receiver ever heard of."""
        with self.operations.engine.connect() as connection:
            return [row._asdict() for row in connection.execute(select(receiver).order_by(receiver.c.name))]
