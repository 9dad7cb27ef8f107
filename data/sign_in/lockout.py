"""Where guessing ends: wrong tries by account and address, in the store, so that a restart forgets none of them.

Three counts over the last minutes. Of one account from one address: the lockout people meet. Of one address over all
accounts: one password tried on everybody. Of one account over all addresses: many hosts on one person; this one never
shuts out an address the account has signed in from. So nobody can lock somebody else out of their own desk.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    update,
)

from data.operations import Operations
from data.sign_in.settings import AccountRules

metadata = MetaData()

# The name as typed is kept as a digest only: people type passwords into the wrong field.
login_try = Table(
    "login_try",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name_sha256", String, nullable=False, index=True),
    Column("place", String, nullable=False),
    Column("tried_at", DateTime, nullable=False),
    Index("login_try_place", "place"),
)

# Addresses an account has signed in from.
login_place = Table(
    "login_place",
    metadata,
    Column("name_sha256", String, primary_key=True),
    Column("place", String, primary_key=True),
    Column("seen_at", DateTime, nullable=False),
)
PLACE_LIFE = timedelta(days=90)


class Lockout:
    """The tries of one operations store; times are naive UTC."""

    def __init__(self, operations: Operations, rules: AccountRules) -> None:
        self.operations, self.rules = operations, rules
        self.window = timedelta(minutes=rules.wrong_minutes)
        operations.make(metadata)

    def enter(self, name: str, place: str, now: datetime) -> bool:
        """Take one try, before the password is looked at; False where there is none left.

        Counted before it is known to be wrong, so that tries made at once are not looked at all; `succeeded` takes it
        back.
        """
        with self.operations.write() as connection:
            _one_at_a_time(connection)
            connection.execute(delete(login_try).where(login_try.c.tried_at <= now - self.window))
            if self._is_shut(connection, digest(name), place):
                return False
            row = {"name_sha256": digest(name), "place": place, "tried_at": now}
            connection.execute(insert(login_try), [row])
        return True

    def left(self, name: str, place: str, now: datetime) -> int:
        """Return how many tries the account has left from this address."""
        with self.operations.engine.connect() as connection:
            since = login_try.c.tried_at > now - self.window
            return max(self.rules.wrong_tries - _count(connection, since, *_pair(digest(name), place)), 0)

    def succeeded(self, name: str, place: str, now: datetime) -> None:
        """Forget the tries of the account from this address, and remember the address."""
        mine = (login_place.c.name_sha256 == digest(name), login_place.c.place == place)
        with self.operations.write() as connection:
            connection.execute(delete(login_try).where(*_pair(digest(name), place)))
            connection.execute(delete(login_place).where(login_place.c.seen_at < now - PLACE_LIFE))
            if not connection.execute(update(login_place).where(*mine).values(seen_at=now)).rowcount:
                row = {"name_sha256": digest(name), "place": place, "seen_at": now}
                connection.execute(insert(login_place), [row])

    def forgive(self, name: str) -> None:
        """Forget every try on an account: somebody who may has reset its password."""
        with self.operations.write() as connection:
            connection.execute(delete(login_try).where(login_try.c.name_sha256 == digest(name)))

    def _is_shut(self, connection: Connection, name: str, place: str) -> bool:
        rules, here = self.rules, login_try.c.place == place
        if _count(connection, *_pair(name, place)) >= rules.wrong_tries:
            return True
        if _count(connection, here) >= rules.address_tries:
            return True
        if _count(connection, login_try.c.name_sha256 == name) < rules.account_tries:
            return False
        known = select(login_place.c.place).where(login_place.c.name_sha256 == name, login_place.c.place == place)
        return connection.execute(known).first() is None


def digest(name: str) -> str:
    """Return what is stored of a name as typed."""
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()


def _pair(name: str, place: str) -> tuple[Any, Any]:
    return login_try.c.name_sha256 == name, login_try.c.place == place


def _count(connection: Connection, *where: Any) -> int:
    return int(connection.execute(select(func.count()).select_from(login_try).where(*where)).scalar_one())


def _one_at_a_time(connection: Connection) -> None:
    """Let two dashboards count one after the other; on SQLite the write transaction itself does."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7251136)")
