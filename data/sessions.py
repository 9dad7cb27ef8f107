"""Who is signed in: one row per session, so that ending one ends it whatever cookie somebody kept.

Only the SHA-256 of a token is stored: a copy of the store signs nobody in.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

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
    Column("began_at", DateTime),
    Column("began_place", String),  # the address signed in from
    Column("device", String),  # what the browser calls itself
    Column("waits_for", String),  # "code", "enrol" or "password": not signed in before that; NULL: signed in
)

WALL_ROLE = "kiosk"
WALL_LIFE = timedelta(days=400)
# How often a sign of life is written down.
STEP = timedelta(seconds=30)
# How long somebody whose password was right has for the code or a new password.
HALFWAY_LIFE = timedelta(minutes=10)
DEVICE_LONGEST = 160


@dataclass(frozen=True)
class Session:
    """One open session as its owner sees it; `id` ends it and signs nobody in; times are naive UTC."""

    id: str
    account: str
    place: str
    device: str
    began_at: datetime | None
    seen_at: datetime
    ends_at: datetime


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

    def begin(self, account: Account, place: str, now: datetime, device: str = "") -> str:
        """Open a session from the address `place` and return its token."""
        wall = WALL_ROLE in account.roles
        life = WALL_LIFE if wall else self.life
        return self._open(account, now, life, place=place if wall else None, began_place=place, device=device)

    def begin_halfway(self, account: Account, place: str, now: datetime, waits_for: str) -> str:
        """Note that a password was right, and return a token that opens nothing but the step it waits for."""
        return self._open(account, now, HALFWAY_LIFE, place=place, began_place=place, waits_for=waits_for)

    def halfway(self, token: str, place: str, now: datetime) -> tuple[str, str] | None:
        """Return account and step of a sign-in that is halfway, from the address it began at."""
        row = self._row(token)
        if row is None or row.waits_for is None or row.place != place or now > row.ends_at:
            return None
        return str(row.account), str(row.waits_for)

    def account(self, token: str, place: str, now: datetime, act: bool) -> str | None:
        """Return the account of a live session; an act (not a screen's own timer) keeps it from going idle."""
        row = self._row(token)
        if row is None or row.waits_for is not None or not self._is_live(row, place, now):
            return None
        if act and now - row.seen_at > STEP:
            self._touch(row.token_sha256, now)
        return str(row.account)

    def open(self, account: str | None, now: datetime) -> list[Session]:
        """Return the live sessions of an account, or of all (None), the last used first."""
        with self.operations.engine.connect() as connection:
            rows = connection.execute(select(web_session).order_by(web_session.c.seen_at.desc())).fetchall()
        return [
            _session(row)
            for row in rows
            if account in (None, row.account) and not row.waits_for and self._is_live(row, row.place, now)
        ]

    def end(self, token: str) -> None:
        """End one session."""
        self._end(web_session.c.token_sha256 == _hash(token))

    def end_one(self, account: str, session_id: str) -> bool:
        """End the account's session of this id; False where it has none."""
        ids = [one for one in self._tokens(account) if one.startswith(session_id)] if len(session_id) == ID else []
        return bool(ids) and bool(self._end(web_session.c.token_sha256 == ids[0]))

    def end_all(self, account: str, keep: str = "") -> int:
        """End every session of an account but the one of the token `keep`; return how many."""
        return self._end(web_session.c.account == account, web_session.c.token_sha256 != _hash(keep))

    def _open(self, account: Account, now: datetime, life: timedelta, **facts: str | None) -> str:
        token = secrets.token_urlsafe(32)
        row = {"token_sha256": _hash(token), "account": account.name, "seen_at": now, "began_at": now}
        row |= facts | {"ends_at": now + life, "device": (facts.get("device") or "")[:DEVICE_LONGEST]}
        with self.operations.write() as connection:
            connection.execute(delete(web_session).where(web_session.c.ends_at < now))
            connection.execute(insert(web_session), [row])
        return token

    def _is_live(self, row: Row[tuple[object, ...]], place: str | None, now: datetime) -> bool:
        at_home = now - row.seen_at <= self.idle if row.place is None else row.place == place
        return bool(now <= row.ends_at and at_home)

    def _row(self, token: str) -> Row[tuple[object, ...]] | None:
        with self.operations.engine.connect() as connection:
            return connection.execute(select(web_session).where(web_session.c.token_sha256 == _hash(token))).first()

    def _tokens(self, account: str) -> list[str]:
        mine = select(web_session.c.token_sha256).where(web_session.c.account == account)
        with self.operations.engine.connect() as connection:
            return list(connection.execute(mine).scalars())

    def _end(self, *where: Any) -> int:
        with self.operations.write() as connection:
            return connection.execute(delete(web_session).where(*where)).rowcount

    def _touch(self, token_sha256: str, now: datetime) -> None:
        mine = web_session.c.token_sha256 == token_sha256
        with self.operations.write() as connection:
            connection.execute(update(web_session).where(mine).values(seen_at=now))


ID = 12  # hexadecimal digits of the digest: names a session among an account's, and opens none


def session_id(token: str) -> str:
    """Return the id under which a token's session is listed."""
    return _hash(token)[:ID]


def _session(row: Row[tuple[object, ...]]) -> Session:
    place = row.began_place or row.place or ""
    return Session(row.token_sha256[:ID], row.account, place, row.device or "", row.began_at, row.seen_at, row.ends_at)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
