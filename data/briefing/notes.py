"""What people write about the chapters of a briefing, kept apart from what was counted: drafts, never overwritten.

A remark belongs to a kind of briefing, an area, a span of days and a chapter; every change is a new draft by a named
account, an empty one takes the remark away. All times are naive UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, DateTime, Integer, MetaData, String, Table, UniqueConstraint, func, insert, select

from data.briefing.model import Remark
from data.briefing.numbers import Numbers
from data.errors import NotAllowed, Problem
from data.masking import mask_text
from data.operations import Operations
from data.scope import Scope

metadata = MetaData()
WRITERS = frozenset({"leader", "analyst", "operator"})
LONGEST = 2000
ABOUT = ("kind", "area_id", "span", "chapter")

briefing_note = Table(
    "briefing_note",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("area_id", String, nullable=False, index=True),
    Column("span", String, nullable=False),  # first and last local day, "2026-11-01/2026-11-30"
    Column("chapter", String, nullable=False),
    Column("version", Integer, nullable=False),  # 1, 2, ... of one remark
    Column("text", String, nullable=False),  # masked before it is stored
    Column("author", String, nullable=False),
    Column("written_at", DateTime, nullable=False),
    UniqueConstraint(*ABOUT, "version"),
)

Row = dict[str, Any]


class Notes:
    """The remarks of one operations store. Raises Problem: too_long_note, note_changed; NotAllowed."""

    def __init__(self, operations: Operations) -> None:
        self.operations = operations
        operations.make(metadata)

    def latest(self, kind: str, area_id: str, span: str) -> dict[str, Row]:
        """Return the latest draft of every chapter of a briefing, taken-away ones (empty text) included."""
        known = briefing_note.c
        mine = (known.kind == kind) & (known.area_id == area_id) & (known.span == span)
        with self.operations.engine.connect() as connection:
            found = connection.execute(select(briefing_note).where(mine).order_by(known.version))
            return {row.chapter: row._asdict() for row in found}

    def write(self, scope: Scope, about: Row, text: str, known: int) -> int:
        """Add a draft about {kind, area_id, span, chapter} and return its number.

        `known` is the draft it was written over (0: none): `note_changed` where somebody was quicker. The same text
        again is no new draft.
        """
        if not may_write(scope):
            raise NotAllowed("not_allowed", account=scope.account, detail="briefing_note")
        told = mask_text(text.strip()) or ""
        if len(told) > LONGEST:
            raise Problem("too_long_note", detail=len(told), known=LONGEST)
        mine = [briefing_note.c[key] == about[key] for key in ABOUT]
        with self.operations.write() as connection:
            newest = select(func.max(briefing_note.c.version)).where(*mine)
            at = connection.execute(newest).scalar_one() or 0
            said = connection.execute(select(briefing_note.c.text).where(*mine, briefing_note.c.version == at)).scalar()
            if (said or "") == told:
                return int(at)
            if at != known:
                raise Problem("note_changed", detail=about["chapter"])
            row = {key: about[key] for key in ABOUT} | {"version": at + 1, "text": told, "author": scope.account}
            connection.execute(insert(briefing_note).values(**row, written_at=datetime.now(UTC).replace(tzinfo=None)))
            return int(at) + 1


def may_write(scope: Scope) -> bool:
    """Say whether an account may write remarks, and take briefings away: never a wall."""
    return bool(scope.roles & WRITERS) and not scope.has("kiosk")


def span_of(numbers: Numbers) -> str:
    """Return the span of a briefing as its remarks know it: a rolling period has another one every day."""
    return f"{numbers.period.first}/{numbers.period.last}"


def remarks(numbers: Numbers) -> tuple[Remark, ...]:
    """Return what people wrote about a briefing, each with who, when and which draft; the area must be in the scope."""
    numbers.rows("area_path", area=numbers.question.area)
    rows = Notes(numbers.door.operations).latest(numbers.question.kind, numbers.question.area, span_of(numbers))
    return tuple(_remark(numbers, row) for row in rows.values() if row["text"])


def _remark(numbers: Numbers, row: Row) -> Remark:
    words = numbers.words
    facts = {"author": row["author"], "at": words.stamp(row["written_at"]), "version": row["version"]}
    return Remark(row["chapter"], row["text"], f"{words.t('label.remark')} · {words.t('title.remark', **facts)}")
