"""The views an account saved under a name (收藏): its own only; what one shows is decided by who opens it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Column, DateTime, MetaData, Row, String, Table, delete, func, insert, select

from data.errors import NotAllowed, Problem
from data.operations import Operations
from data.scope import Scope

metadata = MetaData()

saved_view = Table(
    "saved_view",
    metadata,
    Column("view_id", String, primary_key=True),
    Column("account", String, nullable=False, index=True),
    Column("name", String, nullable=False),
    Column("path", String, nullable=False),  # the page
    Column("view", String, nullable=False),  # JSON: the choices in its address
    Column("made_at", DateTime, nullable=False),  # naive UTC
)

# A page of this host: browsers take "//" and "/\\" for the beginning of another one.
OWN_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")
LONGEST = 40  # characters of a name
LARGEST = 4000  # of a view
MOST = 50  # views of an account


@dataclass(frozen=True)
class SavedView:
    """One saved view: its id, name, page and choices, and when it was saved (naive UTC)."""

    view_id: str
    name: str
    path: str
    view: dict[str, str]
    made_at: datetime


class SavedViews:
    """The saved views of one operations store. Raises Problem: unnamed_view, too_many_views, bad_view; NotAllowed."""

    def __init__(self, operations: Operations) -> None:
        self.operations = operations
        operations.make(metadata)

    def list(self, scope: Scope) -> list[SavedView]:
        """Return the views of the account, the newest first."""
        mine = select(saved_view).where(saved_view.c.account == scope.account)
        with self.operations.engine.connect() as connection:
            rows = connection.execute(mine.order_by(saved_view.c.made_at.desc(), saved_view.c.view_id)).all()
        return [_saved(row) for row in rows]

    def save(self, scope: Scope, name: str, path: str, view: dict[str, Any]) -> SavedView:
        """Keep a view under a name; one of the same name is replaced. A wall's account keeps none."""
        if scope.has("kiosk"):
            raise NotAllowed("not_allowed", account=scope.account, detail="saved views")
        name, text = " ".join(name.split())[:LONGEST], json.dumps(_plain(view), ensure_ascii=False)
        if not name:
            raise Problem("unnamed_view")
        if not OWN_PATH.fullmatch(path) or len(path) + len(text) > LARGEST:
            raise Problem("bad_view", detail=path[:80])
        mine = saved_view.c.account == scope.account
        row = {"view_id": uuid4().hex, "account": scope.account, "name": name, "path": path, "view": text}
        with self.operations.write() as connection:
            connection.execute(delete(saved_view).where(mine, saved_view.c.name == name))
            if connection.execute(select(func.count()).select_from(saved_view).where(mine)).scalar_one() >= MOST:
                raise Problem("too_many_views", known=MOST)
            connection.execute(insert(saved_view).values(**row, made_at=datetime.now(UTC).replace(tzinfo=None)))
        return next(one for one in self.list(scope) if one.view_id == row["view_id"])

    def remove(self, scope: Scope, view_id: str) -> bool:
        """Forget a view of the account; False where it has none of that id."""
        mine = (saved_view.c.account == scope.account) & (saved_view.c.view_id == view_id)
        with self.operations.write() as connection:
            return bool(connection.execute(delete(saved_view).where(mine)).rowcount)


def _plain(view: dict[str, Any]) -> dict[str, str]:
    return {str(name): str(value) for name, value in view.items() if value not in (None, "")}


def _saved(row: Row[Any]) -> SavedView:
    return SavedView(row.view_id, row.name, row.path, json.loads(row.view), row.made_at)
