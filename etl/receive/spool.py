"""Makes rows durable before their sender hears 200: one thread writes and syncs for everybody who waits meanwhile."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from data.settings import Ingest
from etl.receive.message import Refused
from etl.receive.segments import NEW, OPEN, backlog, close_segment, recover, sync

MB = 1_000_000
TICK_S = 0.5  # how often an idle writer looks at the age of its segment and at the disk


@dataclass
class Ticket:
    """What one request wants written, and what came of it; `latch` is held until then (lighter than an Event)."""

    data: bytes
    latch: threading.Lock = field(default_factory=threading.Lock)
    fault: OSError | None = None


class Spool:
    """The segment being written in `folder`, after those of dead writers are closed.

    Everything that waits while one sync runs goes to the disk with the next: no clock delays anybody.
    """

    def __init__(self, folder: Path, limits: Ingest) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.limits = folder, limits
        recover(folder)
        self.backlog_bytes = backlog(folder)
        self.synced_at: datetime | None = None
        self._full = self._is_full()
        self._waiting: list[Ticket] = []
        self._changed = threading.Condition()
        self._closing = False
        self._segment: _Segment | None = None
        self._thread = threading.Thread(target=self._write_forever, name="spool", daemon=True)
        self._thread.start()

    def append(self, lines: list[bytes]) -> None:
        """Return once the lines are on the disk; raises Refused 503 `spool_full` where they are not."""
        ticket = Ticket(b"".join(lines))
        ticket.latch.acquire()
        with self._changed:
            if self._full or self._closing:
                raise Refused(503, "spool_full")
            self._waiting.append(ticket)
            self._changed.notify()
        ticket.latch.acquire()
        if ticket.fault:
            raise Refused(503, "spool_full") from ticket.fault

    def close(self) -> None:
        """Write what waits, close the segment, and take no more."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        self._thread.join()

    def _write_forever(self) -> None:
        looked = monotonic()
        while True:
            with self._changed:
                if not self._waiting and not self._closing:
                    self._changed.wait(TICK_S)
                tickets, self._waiting = self._waiting, []
                closing = self._closing
            self._write(tickets)
            if monotonic() - looked >= TICK_S or closing:
                looked = monotonic()
                self._look(closing)
            if closing:
                return

    def _write(self, tickets: list[Ticket]) -> None:
        if not tickets:
            return
        data, fault = b"".join(ticket.data for ticket in tickets), None
        try:
            self._segment = self._segment or _Segment.begin(self.folder)
            self._segment.write(data)
            self.backlog_bytes += len(data)
            self.synced_at = datetime.now(UTC).replace(tzinfo=None)
        except OSError as problem:
            fault = problem
            self._give_up()
        for ticket in tickets:
            ticket.fault = fault
            ticket.latch.release()

    def _give_up(self) -> None:
        """Leave a segment that could not be written: after a failed sync nobody knows what of its end is on disk."""
        self._full = True
        if self._segment:
            self._segment.abandon()
            self._segment = None

    def _look(self, closing: bool) -> None:
        """Close a segment that is big or old enough, and measure the backlog and the disk."""
        segment, limits = self._segment, self.limits
        try:
            if segment and (closing or segment.size > limits.segment_mb * MB or segment.age > limits.segment_s):
                segment.close()
                self._segment = None
            self.backlog_bytes = backlog(self.folder)
            self._full = self._is_full()
        except OSError:
            self._full = True

    def _is_full(self) -> bool:
        free = shutil.disk_usage(self.folder).free
        return free < self.limits.free_mb * MB or self.backlog_bytes > self.limits.backlog_mb * MB


class _Segment:
    """One locked file; only its spool's thread touches it."""

    def __init__(self, path: Path, handle: int) -> None:
        self.path, self.handle = path, handle
        self.size, self.begun = 0, monotonic()

    @classmethod
    def begin(cls, folder: Path) -> _Segment:
        """Make a segment; it takes its name only once it is locked, so that nobody closes it as a dead one's."""
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{secrets.token_hex(3)}"
        draft, path = folder / f"{name}{NEW}", folder / f"{name}{OPEN}"
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
        draft.rename(path)
        sync(folder)
        return cls(path, handle)

    @property
    def age(self) -> float:
        """Seconds since its first line."""
        return monotonic() - self.begun

    def write(self, data: bytes) -> None:
        """Append and sync; raises OSError with the file cut back to what was sound before."""
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(self.handle, view) :]
            os.fsync(self.handle)
        except OSError:
            os.ftruncate(self.handle, self.size)
            raise
        self.size += len(data)

    def close(self) -> None:
        """Hand the segment over to whoever publishes."""
        close_segment(self.path)
        os.close(self.handle)

    def abandon(self) -> None:
        """Unlock it, so that whoever looks next cuts its end and closes it."""
        os.close(self.handle)
