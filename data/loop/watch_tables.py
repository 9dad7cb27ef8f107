"""The tables of the watch in operations: who keeps the room, and what one watch hands over to the next."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Integer, String, Table

from data.loop.store import metadata

watch = Table(
    "watch",
    metadata,
    Column("watch_id", String, primary_key=True),
    Column("account", String, nullable=False, index=True),
    Column("area_id", String, nullable=False),  # what part of the city the account answers for
    Column("leads", Boolean, nullable=False),  # 值班长: alarms nobody acknowledges go up to them
    Column("began_at", DateTime, nullable=False),
    Column("ended_at", DateTime),
    Column("seq", Integer, nullable=False),
)

# Written and signed by whoever leaves, then signed by whoever comes, or declined with a reason; never changed after.
handover = Table(
    "handover",
    metadata,
    Column("handover_id", String, primary_key=True),
    Column("area_id", String, nullable=False),
    Column("from_account", String, nullable=False),
    Column("to_account", String, nullable=False),
    Column("remark", String),  # masked before it is stored, and so is every note
    Column("digest", String, nullable=False),  # of what was signed: both signatures stand under the same words
    Column("given_at", DateTime, nullable=False),
    Column("taken_at", DateTime),
    Column("declined_at", DateTime),
    Column("answer", String),  # of whoever comes
    Column("seq", Integer, nullable=False),
)

handover_item = Table(
    "handover_item",
    metadata,
    Column("handover_id", String, ForeignKey("handover.handover_id"), primary_key=True),
    Column("kind", String, primary_key=True),  # 'alarm' | 'case'
    Column("subject_id", String, primary_key=True),
    Column("words", String, nullable=False),  # how it was shown when it was signed
    Column("note", String, nullable=False),
)
