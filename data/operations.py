"""What is happening now and what people decided: small transactions, SQLite by default, PostgreSQL by URL."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any
from uuid import uuid4
from weakref import WeakSet

import pyarrow as pa
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    DateTime,
    Engine,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    func,
    insert,
    select,
    text,
    update,
)

from data.config import Config
from data.engine import engine_of
from data.growth import alone, make_tables
from data.standing import is_newer, standing

metadata = MetaData()

account = Table(
    "account",
    metadata,
    Column("name", String, primary_key=True),
    Column("password_hash", String, nullable=False),
    Column("roles", String, nullable=False),  # space-separated
    Column("area_id", String, nullable=False),
    Column("disabled", Boolean, nullable=False, default=False),
    Column("created_at", DateTime, nullable=False),
    Column("worker_id", String),  # of a worker's own account
    Column("unit_id", String),  # of a department's or unit's account
    Column("must_change", Boolean),  # an administrator set the password: its owner sets another first
    Column("changed_at", DateTime),  # the password; NULL: with the account
    Column("origin", String),  # whose word for it is taken at every sign-in ("oidc"); NULL: a local account
)

# One row per worker: the last accepted fix. `seq` grows with every change, so that a screen asks `since`.
position = Table(
    "position",
    metadata,
    Column("worker_id", String, primary_key=True),
    Column("name", String),
    Column("role", String),
    Column("area_id", String, nullable=False),
    Column("fixed_at", DateTime, nullable=False),
    Column("lon", Float, nullable=False),
    Column("lat", Float, nullable=False),
    Column("accuracy_m", Float),
    Column("speed_mps", Float),
    Column("battery", Float),
    Column("seq", Integer, nullable=False, index=True),
    Column("still_at", DateTime),  # since when the worker has not left the point below
    Column("still_lon", Float),
    Column("still_lat", Float),
)

# One row per topic: its highest sequence number. Taking the next one locks the row until the transaction ends, so
# that numbers become visible in their order and a screen that asks `since` misses nothing, whatever the database.
clock = Table("clock", metadata, Column("topic", String, primary_key=True), Column("seq", Integer, nullable=False))

# Which store this is: one row, made with it. A version of the warehouse remembers whose steps it holds.
identity = Table("identity", metadata, Column("id", String, primary_key=True))

TOPICS = ("position", "incident", "order", "whistle", "note", "alarm", "watch", "wall", "task")
_engines: WeakSet[Engine] = WeakSet()
AT_ONCE = 500  # values in one IN (...): databases limit them


class Operations:
    """The operations store; every write is one immediate transaction. Within `still_m` metres a worker stays."""

    still_m = 25.0

    def __init__(self, url: str) -> None:
        self.engine = engine_of(url)
        if self.engine.dialect.name == "sqlite":
            _engines.add(self.engine)
        self.make(metadata)
        self._begin_clocks()

    @classmethod
    def of(cls, config: Config) -> Operations:
        """Return the store of a home: the address in [operations] url, or operations.db in the home."""
        store = cls(config.operations.url or f"sqlite:///{config.home / 'operations.db'}")
        store.still_m = config.fixes.stay_radius_m
        return store

    @cached_property
    def id(self) -> str:
        """The name of this store, given when it was made: a restored or a fresh one has another history."""
        with self.engine.connect() as connection:
            return str(connection.execute(select(func.min(identity.c.id))).scalar_one())

    def make(self, tables: MetaData) -> None:
        """Create tables that are missing, and columns an earlier release did not have."""
        with self.write() as connection:
            make_tables(connection, tables)

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Lend a connection inside one write transaction."""
        with self.engine.connect() as connection:
            if self.engine.dialect.name == "sqlite":
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            connection.commit()

    def fetch(self, sql: str, params: dict[str, Any]) -> pa.Table:
        """Run one SELECT with $named parameters and return its rows as Arrow."""
        statement = text(re.sub(r"\$([a-z_]+)", r":\1", sql))
        with self.engine.connect() as connection:
            result = connection.execute(statement, params)
            # the driver's own tuples: making a Row of each costs eight times as much as reading them
            names, rows = list(result.keys()), result.cursor.fetchall() if result.cursor else []
        columns = list(zip(*rows, strict=True)) or [()] * len(names)
        return pa.table({name: _array(name, values) for name, values in zip(names, columns, strict=True)})

    def clock(self, topic: str) -> int:
        """Return the highest sequence number of a topic: unchanged means nothing new."""
        with self.engine.connect() as connection:
            return int(connection.execute(select(clock.c.seq).where(clock.c.topic == topic)).scalar_one())

    def clocks(self) -> tuple[tuple[str, int], ...]:
        """Return the highest sequence number of every topic: unchanged means nothing new at all."""
        with self.engine.connect() as connection:
            rows = connection.execute(select(clock.c.topic, clock.c.seq).order_by(clock.c.topic))
            return tuple((row.topic, row.seq) for row in rows)

    def tick(self, connection: Connection, topic: str, count: int = 1) -> int:
        """Return the next sequence number of a topic, inside the transaction whose change it numbers.

        count: how many numbers are taken; the last of them is returned. 0 takes none and only locks: a transaction that
        locks rows of the topic does so first, or it and one that holds the clock wait for each other (PostgreSQL).
        """
        next_ = update(clock).where(clock.c.topic == topic).values(seq=clock.c.seq + count).returning(clock.c.seq)
        return int(connection.execute(next_).scalar_one())

    def _begin_clocks(self) -> None:
        with self.write() as connection:
            alone(connection)
            if connection.execute(select(func.count()).select_from(identity)).scalar_one() == 0:
                connection.execute(insert(identity).values(id=uuid4().hex))
            known = set(connection.execute(select(clock.c.topic)).scalars())
            new = [{"topic": topic, "seq": 0} for topic in TOPICS if topic not in known]
            if not new:
                return
            if "position" not in known:
                new[0]["seq"] = int(connection.execute(select(func.max(position.c.seq))).scalar() or 0)
            connection.execute(insert(clock), new)

    def record_positions(self, rows: list[dict[str, Any]]) -> int:
        """Keep the newest fix per worker; an older fix never replaces a newer one. Returns how many changed."""
        with self.write() as connection:
            known = _newest(connection, [row["worker_id"] for row in rows])
            seq = self.tick(connection, "position")
            newer = (row for row in rows if is_newer(row, known.get(row["worker_id"])))
            fresh = [{**row, "seq": seq, **standing(row, known.get(row["worker_id"]), self.still_m)} for row in newer]
            new = [row for row in fresh if row["worker_id"] not in known]
            if new:
                connection.execute(insert(position), new)
            moved = [row | {"mine": row["worker_id"]} for row in fresh if row["worker_id"] in known]
            if moved:
                connection.execute(update(position).where(position.c.worker_id == bindparam("mine")), moved)
        return len(fresh)


def _let_go() -> None:
    """Close what no thread is using: a child of a fork would take the parent's locks for its own and spoil the file.

    https://www.sqlite.org/howtocorrupt.html, 2.6: carrying an open database connection across a fork.
    """
    for engine in list(_engines):
        engine.dispose()


os.register_at_fork(before=_let_go)


def _newest(connection: Connection, workers: list[str]) -> dict[str, Any]:
    """Return the position held of each of these workers."""
    found: dict[str, Any] = {}
    for first in range(0, len(workers), AT_ONCE):
        mine = position.c.worker_id.in_(workers[first : first + AT_ONCE])
        found |= {row.worker_id: row for row in connection.execute(select(position).where(mine))}
    return found


def _array(name: str, values: tuple[Any, ...]) -> pa.Array:
    """Return a column as Arrow; SQLite hands out times as text, and every `*_at` is one (naive UTC)."""
    array = pa.array(list(values))
    return array.cast(pa.timestamp("us")) if name.endswith("_at") else array
