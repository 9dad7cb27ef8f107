"""Who is signed in: one row per session, so that ending one ends it whatever cookie somebody kept.

Only the SHA-256 of a token is stored: a copy of the store signs nobody in.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import Column, DateTime, MetaData, Row, String, Table, delete, insert, select, update

from data.accounts import Account
from data.operations import Operations

metadata = MetaData()

web_session = Table(
    "web_session",
    metadata,
    Column("token_sha256", String, primary_key=True),
    Column("account", String, nullable=False),
    Column("place", String),  # the address a wall is bound to; NULL: a person's session
    Column("seen_at", DateTime, nullable=False),
    Column("ends_at", DateTime, nullable=False),
)

WALL_ROLE = "kiosk"
WALL_LIFE = timedelta(days=400)
# How often a sign of life is written down.
STEP = timedelta(seconds=30)


class Sessions:
    """The open sessions of one operations store; times are naive UTC.

    A person's session ends `hours` after signing in or after `idle_minutes` without an act. A wall's lives long,
    never goes idle, and answers to one address only.
    """

    def __init__(self, operations: Operations, hours: float, idle_minutes: float) -> None:
        self.operations = operations
        self.life = timedelta(hours=hours)
        self.idle = timedelta(minutes=idle_minutes)
        operations.make(metadata)

    def begin(self, account: Account, place: str, now: datetime) -> str:
        """Open a session from the address `place` and return its token."""
        token = secrets.token_urlsafe(32)
        wall = WALL_ROLE in account.roles
        row = {
            "token_sha256": _hash(token),
            "account": account.name,
            "place": place if wall else None,
            "seen_at": now,
            "ends_at": now + (WALL_LIFE if wall else self.life),
        }
        with self.operations.write() as connection:
            connection.execute(delete(web_session).where(web_session.c.ends_at < now))
            connection.execute(insert(web_session), [row])
        return token

    def account(self, token: str, place: str, now: datetime, act: bool) -> str | None:
        """Return the account of a live session; an act (not a screen's own timer) keeps it from going idle."""
        with self.operations.engine.connect() as connection:
            row = connection.execute(select(web_session).where(web_session.c.token_sha256 == _hash(token))).first()
        if row is None or not self._is_live(row, place, now):
            return None
        if act and now - row.seen_at > STEP:
            self._touch(row.token_sha256, now)
        return str(row.account)

    def end(self, token: str) -> None:
        """End one session."""
        with self.operations.write() as connection:
            connection.execute(delete(web_session).where(web_session.c.token_sha256 == _hash(token)))

    def end_all(self, account: str) -> None:
        """End every session of an account."""
        with self.operations.write() as connection:
            connection.execute(delete(web_session).where(web_session.c.account == account))

    def _is_live(self, row: Row[tuple[object, ...]], place: str, now: datetime) -> bool:
        at_home = now - row.seen_at <= self.idle if row.place is None else row.place == place
        return bool(now <= row.ends_at and at_home)

    def _touch(self, token_sha256: str, now: datetime) -> None:
        mine = web_session.c.token_sha256 == token_sha256
        with self.operations.write() as connection:
            connection.execute(update(web_session).where(mine).values(seen_at=now))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
