"""The append-only, hash-chained log of who saw which persons, in files of its own from the first day.

Several processes write one log. A line is one write, synced to disk before what it tells of happens; lines that
several threads have ready at once are synced together. A line that cannot be written refuses what it tells of.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from data.config import Config
from data.errors import Problem
from data.masking import mask_text
from data.operations import Operations
from data.scope import Scope
from data.trail import files
from data.trail.chain import BEGUN, CUT, NOTHING, TORN, Link, seal
from data.trail.witness import Witness, witnesses_of

NAME = "audit.jsonl"
FILE_MB = 64.0
MB = 1e6
ITSELF = "audit"  # the account under which the log speaks of itself

Facts = dict[str, Any]


class _Waiting:
    """Lines somebody waits for; `fault`: why they were not written."""

    def __init__(self, lines: Sequence[Facts]) -> None:
        self.lines, self.done = lines, False
        self.fault: OSError | None = None


class Audit:
    """Appends one JSON line per act to the log at `path`; witnesses remember its last line (data/trail/witness.py).

    A log of an earlier release, which has no chain, goes on: its chain begins with a line that carries the digest of
    all that was there. Torn and missing lines are recorded by the next line written (data/trail/check.py finds them).
    """

    def __init__(self, path: Path, witnesses: tuple[Witness, ...] = (), file_mb: float = FILE_MB) -> None:
        self.path, self.witnesses, self.file_bytes = path, witnesses, file_mb * MB
        self._waiting: deque[_Waiting] = deque()
        self._lock = threading.Lock()

    @classmethod
    def of(cls, config: Config, operations: Operations | None = None) -> Audit:
        """Return the log of a home with its witnesses; operations: the store, where it is open already."""
        return cls(config.home / NAME, witnesses_of(config, NAME, operations), config.audit.file_mb)

    def record(self, scope: Scope, action: str, **what: Any) -> None:
        """Write account, roles, action, reason and what was asked (subjects, period); raises `no_audit`."""
        self.record_all(scope, [(action, what)])

    def record_all(self, scope: Scope, acts: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        """Write a line for each (action, what was asked), all synced at once; raises `no_audit`."""
        mine = _Waiting([line(scope, action, what) for action, what in acts])
        self._waiting.append(mine)
        with self._lock:
            if not mine.done:
                self._write_waiting()
        if mine.fault:
            raise Problem("no_audit", path=self.path) from mine.fault

    def _write_waiting(self) -> None:
        """Write what all threads have ready: whoever comes first writes for the others."""
        ready = [self._waiting.popleft() for _ in range(len(self._waiting))]
        fault: OSError | None = None
        try:
            self._append([one for waiting in ready for one in waiting.lines])
        except OSError as raised:
            fault = raised
        for waiting in ready:
            waiting.done, waiting.fault = True, fault

    def _append(self, lines: Sequence[Facts]) -> None:
        with files.locked(self.path):
            files.turn(self.path, self.file_bytes, datetime.now(UTC))
            before, head, first = self._place()
            text = before
            for facts in (*first, *lines):
                made, head = seal(facts, head)
                text += made
            self._write(text)
            for witness in self.witnesses:
                witness.tell(head)

    def _write(self, text: bytes) -> None:
        is_new = not self.path.exists()
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            if os.write(handle, text) != len(text):
                raise OSError("the disk took only a part of the line")
            os.fsync(handle)
        finally:
            os.close(handle)
        if is_new:
            files.sync_folder(self.path)

    def _place(self) -> tuple[bytes, Link, list[Facts]]:
        """Return what has to be written first, the link the next line follows, and what the log says of itself."""
        end = files.end_of(self.path)
        said: list[Facts] = []
        newline = b"\n" if end.torn else b""
        head = end.link if end.size else files.last_link(self.path)
        if head is None:
            head = files.last_link(self.path)
            if not head.number:
                head, said = self._begun(newline)
        if end.torn and head.number:
            said.append(_itself(TORN, bytes=len(end.torn), sha256=sha256(end.torn).hexdigest()))
        return newline, *self._missed(head, said)

    def _begun(self, newline: bytes) -> tuple[Link, list[Facts]]:
        """Return the link a chain begins with after a log that has none, and the line that says so."""
        digest, lines, size = sha256(), 0, 0
        with self.path.open("rb") as file:
            for block in (*iter(lambda: file.read(files.BLOCK), b""), newline):
                digest.update(block)
                lines, size = lines + block.count(b"\n"), size + len(block)
        told = _itself(BEGUN, lines=lines, bytes=size, sha256=digest.hexdigest())
        return Link(0, digest.hexdigest()), [told] if size else []

    def _missed(self, head: Link, said: list[Facts]) -> tuple[Link, list[Facts]]:
        """Record that lines a witness remembers are not there; the numbers go on behind them."""
        told = [link for witness in self.witnesses if (link := witness.remembered())]
        known = max(told, key=lambda link: link.number, default=Link(0, NOTHING))
        found = head.digest if known.number == head.number else files.digest_at(self.path, known.number)
        if not known.number or found == known.digest:
            return head, said
        facts = _itself(CUT, remembered=known.number, remembered_digest=known.digest, found=head.number)
        return Link(max(head.number, known.number), head.digest), [*said, facts]


def line(scope: Scope, action: str, what: Mapping[str, Any]) -> Facts:
    """Return the facts of one line."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "account": scope.account,
        "roles": sorted(scope.roles),
        "area_id": scope.area_id,
        "action": action,
        "reason": mask_text(scope.why),
        **what,
    }


def _itself(action: str, **what: Any) -> Facts:
    return line(Scope(ITSELF, frozenset(), ""), action, what)
