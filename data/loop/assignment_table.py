"""The table of tasks given by leaders (交办) in operations."""

from __future__ import annotations

from sqlalchemy import Column, Date, DateTime, Integer, String, Table

from data.loop.store import metadata

# A row is never removed. `before` is what the place looked like when the task was given, as JSON; the evidence is the
# address of the page it was given from.
assignment = Table(
    "assignment",
    metadata,
    Column("task_id", String, primary_key=True),
    Column("title", String, nullable=False),
    Column("about", String, nullable=False),
    Column("area_id", String, nullable=False),
    Column("owner", String, nullable=False, index=True),  # the account that is to do it
    Column("due", Date, nullable=False),  # local day
    Column("given_by", String, nullable=False),
    Column("given_at", DateTime, nullable=False),
    Column("before", String, nullable=False),
    Column("state", String, nullable=False),  # 'open' | 'done' | 'withdrawn'
    Column("note", String),  # what was done, or why it was withdrawn
    Column("ended_at", DateTime),
    Column("ended_by", String),
    Column("after", String),  # the same figures as `before` when it was done
    Column("seq", Integer, nullable=False),
)
