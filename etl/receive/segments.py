"""Files of the spool: how a row is written, which files may be published, and what a killed process left.

A line is `crc32 feed json`. A segment being written is `<name>.open` and locked by its writer; a closed one is
`<name>.log`. A torn line at the end of a killed writer's segment was never answered with 200: it is cut.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

NEW, OPEN, CLOSED = ".new", ".open", ".log"
DRAFT_S = 3600.0


@dataclass(frozen=True)
class Line:
    """One row as it stands in a segment: its feed and its values as JSON; no feed: the line is damaged."""

    feed: str
    text: bytes


def line(feed: str, values: dict[str, Any]) -> bytes:
    """Return a row as it is written; times as ISO, naive UTC."""
    body = f"{feed} {_ENCODER.encode(values)}".encode()
    return b"%08x %s\n" % (zlib.crc32(body), body)


def read_lines(path: Path) -> Iterator[Line]:
    """Return the rows of a segment in the order of their receipt."""
    with open(path, "rb") as file:
        for raw in file:
            yield _line(raw)


def closed_segments(folder: Path) -> list[Path]:
    """Return the segments that may be published, oldest first."""
    return sorted(folder.glob("*" + CLOSED))


def recover(folder: Path) -> dict[str, int]:
    """Close the segments of dead writers; returns the bytes cut from the end of each."""
    for draft in folder.glob("*" + NEW):  # never written to: its writer died before it had a name
        if draft.stat().st_mtime < time.time() - DRAFT_S:
            draft.unlink()
    return {path.stem: cut for path in sorted(folder.glob("*" + OPEN)) if (cut := _close_dead(path)) is not None}


def abandoned(folder: Path, silent_s: float) -> bool:
    """Say whether a segment is open and was not written to for so long that no living writer can hold it."""
    for path in folder.glob("*" + OPEN):
        try:
            if path.stat().st_mtime < time.time() - silent_s:
                return True
        except FileNotFoundError:  # closed meanwhile
            continue
    return False


def close_segment(path: Path) -> None:
    """Give a segment written to its end the name under which it is published; an empty one goes."""
    if path.stat().st_size == 0:
        path.unlink()
    else:
        path.rename(path.with_suffix(CLOSED))
    sync(path.parent)


def sync(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def backlog(folder: Path) -> int:
    """Return the bytes in the spool."""
    total = 0
    for suffix in (OPEN, CLOSED):
        for path in folder.glob("*" + suffix):
            try:
                total += path.stat().st_size
            except FileNotFoundError:  # published meanwhile
                continue
    return total


def _close_dead(path: Path) -> int | None:
    """Cut and close one segment; None where its writer lives."""
    try:
        handle = open(path, "r+b")  # noqa: SIM115
    except FileNotFoundError:  # closed by its writer meanwhile
        return None
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None
        if not path.exists():
            return None
        size = os.fstat(handle.fileno()).st_size
        good = _good_length(handle.read())
        handle.truncate(good)
        os.fsync(handle.fileno())
        close_segment(path)
    return size - good


def _good_length(content: bytes) -> int:
    """Return how many bytes stand before the torn end: everything after the last sound line."""
    end = len(content)
    while end:
        start = content.rfind(b"\n", 0, end - 1) + 1
        if _line(content[start:end]).feed:
            return end
        end = start
    return 0


def _line(raw: bytes) -> Line:
    crc, _, body = raw.rstrip(b"\n").partition(b" ")
    feed, _, text = body.partition(b" ")
    if not raw.endswith(b"\n") or crc != b"%08x" % zlib.crc32(body):
        return Line("", raw)
    return Line(feed.decode(), text)


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    raise TypeError(type(value).__name__)


_ENCODER = json.JSONEncoder(ensure_ascii=False, default=_iso)
