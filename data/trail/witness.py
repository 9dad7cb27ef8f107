"""Who besides the log remembers its last line, so that a tail that was cut off is missed.

The operations store always; a file elsewhere and the system's log where [audit] names them. A witness that is away
stops nobody: it is told again with the next line.
"""

from __future__ import annotations

import logging
import os
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Protocol

from sqlalchemy import Column, DateTime, Engine, Integer, MetaData, String, Table, create_engine, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from data.config import Config
from data.operations import Operations
from data.trail.chain import Link
from data.trail.files import end_of

LOG = logging.getLogger("gridlink.audit")
PRIORITY = 110  # syslog: facility 13 (log audit), severity 6 (information)
PORT = 514

metadata = MetaData()
audit_head = Table(
    "audit_head",
    metadata,
    Column("log", String, primary_key=True),  # name of the log's file
    Column("number", Integer, nullable=False),
    Column("digest", String, nullable=False),
    Column("told_at", DateTime, nullable=False),  # naive UTC
)


class Witness(Protocol):
    """Somebody who remembers the last line."""

    @property
    def name(self) -> str:
        """What the witness is called."""

    def remembered(self) -> Link | None:
        """Return the last line told; None: none was, or it cannot be asked now."""

    def tell(self, link: Link) -> None:
        """Remember the last line."""


@dataclass
class Store:
    """The operations store as a witness of the log of one name."""

    config: Config
    log: str
    given: Operations | None = None
    name: str = "operations"

    @cached_property
    def operations(self) -> Operations:
        """The store with its table of heads, opened when it is first told something."""
        store = self.given or Operations.of(self.config)
        store.make(metadata)
        return store

    def remembered(self) -> Link | None:
        """Return the last line told."""
        try:
            return _read(self.operations.engine, self.log)
        except (SQLAlchemyError, OSError) as fault:
            LOG.warning("the operations store cannot be asked for the end of the audit log: %s", fault)
            return None

    def tell(self, link: Link) -> None:
        """Remember the last line in a transaction of its own."""
        told = {"number": link.number, "digest": link.digest, "told_at": datetime.now(UTC).replace(tzinfo=None)}
        try:
            with self.operations.write() as connection:
                mine = update(audit_head).where(audit_head.c.log == self.log)
                if not connection.execute(mine.values(**told)).rowcount:
                    connection.execute(insert(audit_head).values(log=self.log, **told))
        except (SQLAlchemyError, OSError) as fault:
            LOG.warning("the operations store cannot remember the end of the audit log: %s", fault)


@dataclass(frozen=True)
class Copy:
    """A file elsewhere, best where only appending is allowed: one line for every line told."""

    path: Path
    name: str = "copy"

    def remembered(self) -> Link | None:
        """Return the last whole line."""
        try:
            return end_of(self.path).link
        except OSError:
            return None

    def tell(self, link: Link) -> None:
        """Append number and digest in the form of a line's end."""
        line = f'{{"number": {link.number}, "before": "{link.digest}", "digest": "{link.digest}"}}\n'
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(handle, line.encode())
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError as fault:
            LOG.warning("%s cannot remember the end of the audit log: %s", self.path, fault)


@dataclass(frozen=True)
class Syslog:
    """The system's log: a socket of this machine (a path) or `host:port` by UDP. It is told, never asked."""

    address: str
    name: str = "syslog"

    def remembered(self) -> Link | None:
        """Return nothing: who reads the system's log compares by hand."""
        return None

    def tell(self, link: Link) -> None:
        """Send number and digest."""
        local = self.address.startswith("/")
        host, _, port = self.address.partition(":")
        to = self.address if local else (host, int(port or PORT))
        message = f"<{PRIORITY}>gridlink: audit {link.number} {link.digest}".encode()
        try:
            with socket.socket(socket.AF_UNIX if local else socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.settimeout(1.0)
                sender.sendto(message, to)
        except OSError as fault:
            LOG.warning("%s cannot be told the end of the audit log: %s", self.address, fault)


def witnesses_of(config: Config, log: str, operations: Operations | None = None) -> tuple[Witness, ...]:
    """Return the witnesses of a home's log."""
    found: list[Witness] = [Store(config, log, operations)]
    if config.audit.copy:
        found.append(Copy(config.home / config.audit.copy))
    if config.audit.syslog:
        found.append(Syslog(config.audit.syslog))
    return tuple(found)


def remembered(config: Config, log: str) -> dict[str, Link]:
    """Return what each witness remembers, by its name, writing nothing; who remembers nothing is left out."""
    known: dict[str, Link | None] = {}
    url = config.operations.url
    if not url and (path := config.home / "operations.db").is_file():
        url = f"sqlite:///file:{path}?mode=ro&uri=true"
    if url:
        engine = create_engine(url)
        try:
            known["operations"] = _read(engine, log)
        except (SQLAlchemyError, OSError):
            known["operations"] = None  # no such table yet, or damaged, which is found elsewhere
        finally:
            engine.dispose()
    if config.audit.copy:
        known["copy"] = Copy(config.home / config.audit.copy).remembered()
    return {name: link for name, link in known.items() if link}


def _read(engine: Engine, log: str) -> Link | None:
    with engine.connect() as connection:
        row = connection.execute(select(audit_head).where(audit_head.c.log == log)).first()
    return Link(int(row.number), str(row.digest)) if row else None
