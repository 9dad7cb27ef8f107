"""Connections to the operations store, each kind of database as it bears being killed, locked and gone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, create_engine, event

PATIENCE_S = 3
SYNC = "FULL"  # what is answered stands on the disk


def engine_of(url: str) -> Engine:
    """Return the engine of a store.

    A server that was away leaves dead lines in the pool: each is tried before it is lent, and none is waited for long.
    """
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, connect_args={"connect_timeout": PATIENCE_S})
    engine = create_engine(url)
    _tune_sqlite(engine)
    return engine


def _tune_sqlite(engine: Engine) -> None:
    """Durable and patient: WAL, full sync, five seconds of waiting; transactions begin where we say."""

    def on_connect(raw: Any, _: Any) -> None:
        raw.isolation_level = None
        for pragma in ("journal_mode=WAL", f"synchronous={SYNC}", "busy_timeout=5000"):
            raw.execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", on_connect)
