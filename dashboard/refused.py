"""Refused rows as a steward sees them: which of them are chosen, what they held, and as a file to take away.

What rows held may be about persons, so it is asked for like a track: with the right to it, a reason, and a line in
the audit log for every viewing and every export.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from dashboard import quality, reason
from dashboard.session import door
from data.masking import mask_text

MOST = 2000  # rows of the table; an export holds all
ALL = 1_000_000
FACTS = ("file", "run_id", "feed", "row", "key", "reason", "sentence", "detail", "mapping", "stage")
SIGN = "~"
ASKED = "refused-asked"  # the store of what the table is about

Row = dict[str, Any]


@dataclass(frozen=True)
class Source:
    """Where refused rows are from; an empty part stands for all."""

    run_id: str = ""
    feed: str = ""
    cause: str = ""
    path: str = ""

    @classmethod
    def of(cls, spelled: str | None) -> Source:
        """Read a source from an address."""
        parts = (spelled or "").split(SIGN, 3)
        return cls(*parts) if len(parts) == 4 else cls()

    def spelled(self) -> str:
        """Return the source as it stands in an address; nothing for all rows."""
        parts = (self.run_id, self.feed, self.cause, self.path)
        return SIGN.join(parts) if any(parts) else ""

    @property
    def is_file(self) -> bool:
        """Say whether this is one file of one run, which can be loaded again."""
        return bool(self.run_id and self.path)


def rows(source: Source, most: int = MOST) -> list[Row]:
    """Return refused rows with what they held, as the account with its reason may see them.

    Adds `held`, a dict of texts with numbers of persons hidden, or None where nothing was kept.
    Raises NotAllowed, Problem needs_reason.
    """
    facts = {"run_id": source.run_id, "feed": source.feed, "reason": source.cause, "path": source.path, "most": most}
    found = door().query("rejects", reason.who(), **facts).to_pylist()
    return [{**row, "held": held(row["content"]), "detail": mask_text(row["detail"])} for row in found]


def held(content: str | None) -> dict[str, str] | None:
    """Return what a row held, each value as text."""
    if not content:
        return None
    values = json.loads(content)
    return {str(name): mask_text(_text(value)) or "" for name, value in values.items()}


def _text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def sentence(row: Row) -> str:
    """Return why a row was refused, with its own facts."""
    return quality.why(row["reason"], detail=row["detail"], path=row["path"])


def columns(found: list[Row]) -> list[str]:
    """Return the names of everything the rows held, in the order in which they first appear."""
    return list(dict.fromkeys(name for row in found for name in row["held"] or {}))


def fact(row: Row, name: str) -> Any:
    """Return one fact about a refused row (FACTS)."""
    if name == "file":
        return PurePath(row["path"]).name
    return sentence(row) if name == "sentence" else row[name]
