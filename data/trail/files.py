"""The files of the audit log: the one being written, full ones before it, and their ends without reading the rest.

A full file is called `audit-<number of its last line>.jsonl`; the numbers have twelve digits, so names sort.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from data.trail.chain import NOTHING, Link, sealed

BLOCK = 1 << 16
MONTH = re.compile(rb'"at": "(\d{4}-\d{2})')
HEAD_BYTES = 256


@dataclass(frozen=True)
class End:
    """The end of a file: its last whole line's link (None: it has none), and what stands behind it without newline."""

    size: int
    link: Link | None
    torn: bytes


@contextmanager
def locked(path: Path, shared: bool = False) -> Iterator[None]:
    """Hold the log against every other process: `shared` to read its end, else to write. Raises OSError."""
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def full(path: Path) -> list[Path]:
    """Return the full files of a log, the oldest first."""
    return sorted(path.parent.glob(f"{path.stem}-{'[0-9]' * 12}{path.suffix}"))


def every(path: Path) -> list[Path]:
    """Return all files of a log in the order of their lines."""
    return [*full(path), *([path] if path.exists() else [])]


def end_of(path: Path) -> End:
    """Read the end of a file: as much of it as its last line needs."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            last, torn = _last_line(file.fileno(), size)
    except FileNotFoundError:
        return End(0, None, b"")
    found = sealed(last)
    return End(size, found.link if found else None, torn)


def _last_line(handle: int, size: int) -> tuple[bytes, bytes]:
    """Return the end of the last whole line without its newline, and what follows it."""
    tail, at = b"", size
    while at and tail.count(b"\n") < 1:
        at = max(at - BLOCK, 0)
        tail = os.pread(handle, min(BLOCK, size - len(tail) - at), at) + tail
    whole, newline, torn = tail.rpartition(b"\n")
    if not newline:
        return b"", tail
    if len(whole) < HEAD_BYTES and at:  # the newline stands at the very edge of what was read
        whole = os.pread(handle, HEAD_BYTES, at - HEAD_BYTES if at > HEAD_BYTES else 0) + whole
    return whole[-HEAD_BYTES:].rpartition(b"\n")[2], torn


def backwards(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file from its last to its first, without newlines."""
    with path.open("rb") as file:
        at, rest = file.seek(0, os.SEEK_END), b""
        while at:
            step = min(BLOCK, at)
            at -= step
            lines = (os.pread(file.fileno(), step, at) + rest).split(b"\n")
            rest = lines[0]
            yield from reversed(lines[1:])
        yield rest


def digest_at(path: Path, number: int) -> str | None:
    """Return the digest of the line of that number, looking backwards from the end; None: there is none."""
    for file in reversed(every(path)):
        for line in backwards(file):
            found = sealed(line)
            if found and found.number <= number:
                return found.digest if found.number == number else None
    return None


def last_link(path: Path) -> Link:
    """Return the link of the last line that has one, however many others follow; number 0 where no line has."""
    for file in reversed(every(path)):
        for line in backwards(file):
            found = sealed(line)
            if found:
                return found.link
    return Link(0, NOTHING)


def turn(path: Path, most: float, now: datetime) -> None:
    """Put the file aside where it is full (`most` bytes) or its first line is of another month (UTC) than now.

    A file whose last line is no line of the chain stays: what happened to it is recorded first.
    """
    end = end_of(path)
    if not end.size or end.link is None or end.torn:
        return
    with path.open("rb") as file:
        month = MONTH.search(file.read(HEAD_BYTES))
    if end.size >= most or (month and month[1].decode() != f"{now:%Y-%m}"):
        path.rename(path.with_name(f"{path.stem}-{end.link.number:012}{path.suffix}"))


def sync_folder(path: Path) -> None:
    """Make a file's name durable."""
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
