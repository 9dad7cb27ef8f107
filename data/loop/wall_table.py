"""The table of what was put on the named walls in operations."""

from __future__ import annotations

from sqlalchemy import Column, DateTime, Integer, String, Table

from data.loop.store import metadata

# A row is never removed: who put what on which wall until when, and who or what ended it. Over by time alone once
# until_at has passed, whether or not anybody wrote it down.
wall_show = Table(
    "wall_show",
    metadata,
    Column("show_id", String, primary_key=True),
    Column("wall", String, nullable=False, index=True),
    Column("kind", String, nullable=False),  # 'case' | 'camera' | 'area' | 'replay'
    Column("target", String, nullable=False),
    Column("area_id", String, nullable=False),  # where it lies, which decides who may see it
    Column("put_at", DateTime, nullable=False),
    Column("until_at", DateTime, nullable=False),
    Column("put_by", String, nullable=False),
    Column("ended_at", DateTime),  # taken back, or replaced by a newer one
    Column("ended_by", String),
    Column("seq", Integer, nullable=False),
)
