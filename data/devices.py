"""Who may send to the receiver: a device, its token, and the worker who carries it.

A token is 256 random bits, so its SHA-256 is as good as a slow password hash and costs a microsecond; only that hash
is stored, and a copy of the store can send nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    MetaData,
    Row,
    String,
    Table,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from data.operations import Operations

metadata = MetaData()

device = Table(
    "device",
    metadata,
    Column("device_id", String, primary_key=True),
    Column("worker_id", String, nullable=False),
    Column("token_sha256", String, nullable=False, index=True),
    Column("disabled", Boolean, nullable=False),
    Column("created_at", DateTime, nullable=False),
    Column("seen_at", DateTime),
)

# The worker id of a gateway: a system that sends for many workers and names them itself.
ANYBODY = "*"


@dataclass(frozen=True)
class Device:
    """One sender; `worker_id` is ANYBODY for a gateway, `seen_at` (naive UTC) its last accepted request."""

    device_id: str
    worker_id: str
    token_sha256: str
    disabled: bool
    seen_at: datetime | None


class Devices:
    """The devices of one operations store."""

    def __init__(self, operations: Operations) -> None:
        self.operations = operations
        operations.make(metadata)

    def add(self, device_id: str, worker_id: str) -> str:
        """Add a device, or replace its worker and token; returns the token, which nobody can read again."""
        token = secrets.token_urlsafe(32)
        row: dict[str, Any] = {"device_id": device_id, "worker_id": worker_id, "token_sha256": token_sha256(token)}
        row |= {"disabled": False, "created_at": datetime.now(UTC).replace(tzinfo=None)}
        with self.operations.write() as connection:
            connection.execute(delete(device).where(device.c.device_id == device_id))
            connection.execute(insert(device), [row])
        return token

    def list(self) -> list[Device]:
        """Return all devices by id."""
        with self.operations.engine.connect() as connection:
            return [_device(row) for row in connection.execute(select(device).order_by(device.c.device_id))]

    def disable(self, device_id: str) -> bool:
        """Shut a device out; False where there is none of that id."""
        with self.operations.write() as connection:
            mine = update(device).where(device.c.device_id == device_id)
            return bool(connection.execute(mine.values(disabled=True)).rowcount)

    def seen(self, moments: dict[str, datetime]) -> None:
        """Note when each device was last heard, naive UTC."""
        if not moments:
            return
        rows = [{"id": name, "at": moment} for name, moment in moments.items()]
        mine = update(device).where(device.c.device_id == bindparam("id")).values(seen_at=bindparam("at"))
        with self.operations.write() as connection:
            connection.execute(mine, rows)


def token_sha256(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _device(row: Row[Any]) -> Device:
    return Device(row.device_id, row.worker_id, row.token_sha256, row.disabled, row.seen_at)
