"""Is the audit log still what was written? Every line is held against its digest and the line before, and its end
against what the witnesses remember.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import sha256
from io import BufferedReader
from pathlib import Path
from typing import Any

from data.config import Config
from data.errors import sentence
from data.trail import files
from data.trail.chain import CUT, NOTHING, REMOVED, TORN, Link, Sealed, is_sound, sealed
from data.trail.witness import remembered

OF_ITSELF = b'"action": "audit '


@dataclass(frozen=True)
class Fault:
    """Something that is not as it was written: which line (from 1) of which file, and why (data/reasons.toml)."""

    file: str
    line: int
    reason: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    def sentence(self, language: str = "zh-CN") -> str:
        """Say it with its line."""
        return sentence(self.reason, language, line=self.line, file=self.file, **self.facts)


@dataclass
class Checked:
    """What a check saw. `notes` are explained: a torn line that was recorded, a last line no witness knows yet."""

    files: int = 0
    lines: int = 0
    before_chain: int = 0  # lines of earlier releases
    first: int = 0  # number of the first line that is still there
    head: Link = field(default_factory=lambda: Link(0, NOTHING))
    faults: list[Fault] = field(default_factory=list)
    notes: list[Fault] = field(default_factory=list)


def check_log(config: Config, name: str) -> Checked:
    """Check the log of a home, writing nothing; lines being written meanwhile are left to the next check."""
    path = config.home / name
    with ExitStack() as stack:
        with files.locked(path, shared=True):
            opened = [stack.enter_context(file.open("rb")) for file in files.every(path)]
            known = remembered(config, name)
            sizes = [os.fstat(file.fileno()).st_size for file in opened]
        check = _Check(known)
        for file, size in zip(opened, sizes, strict=True):
            check.file(Path(file.name).name, _lines(file, size))
    return check.ended(name)


def _lines(file: BufferedReader, size: int) -> Iterator[bytes]:
    """Yield the lines of the first `size` bytes, with their newlines."""
    left = size
    while left and (line := file.readline(left)):
        left -= len(line)
        yield line


class _Check:
    """Follows the chain from line to line over all files."""

    def __init__(self, known: Mapping[str, Link]) -> None:
        self.known, self.told = known, Checked()
        self.wanted = {link.number for link in known.values()}
        self.seen: dict[int, str] = {}  # digests of the numbers the witnesses remember
        self.start: tuple[Fault, Link] | None = None  # a chain that does not begin with 1, and what it follows
        self.removed: set[Link] = set()
        self.prefix, self.plain = sha256(), 0
        self.torn: tuple[int, bytes] | None = None
        self.name = ""

    def file(self, name: str, lines: Iterator[bytes]) -> None:
        """Follow the lines of one file."""
        self.name = name
        self.told.files += 1
        number = 0
        for number, line in enumerate(lines, 1):
            self.told.lines += 1
            stated = sealed(line[:-1]) if line.endswith(b"\n") else None
            if stated is None:
                self._unsealed(number, line)
            else:
                self._sealed(number, line[:-1], stated)
        if self.torn:
            self._fault(self.torn[0], "audit_stray")
            self.torn = None

    def ended(self, name: str) -> Checked:
        """Hold the end against the witnesses and return what was seen."""
        told = self.told
        if not told.first:  # no chain covers them yet
            told.faults, told.notes = told.notes, []
        if self.start and self.start[1] not in self.removed:
            told.faults.append(self.start[0])
        for witness, link in self.known.items():
            facts = {"witness": witness, "known": link.number, "found": told.head.number}
            if link.number > told.head.number:
                self.name = name
                self._fault(told.lines, "audit_cut", **facts)
            elif self.seen.get(link.number) != link.digest and link.number >= told.first:
                self._fault(told.lines, "audit_rewritten", **facts)
            elif link.number < told.head.number:
                told.notes.append(Fault(self.name, told.lines, "audit_ahead", facts))
        return told

    def _unsealed(self, number: int, line: bytes) -> None:
        """A line of an earlier release, a torn one that the next line records, or one nobody wrote."""
        if self.torn:
            self._fault(self.torn[0], "audit_stray")
            self.torn = None
        if self.told.first:
            self.torn = (number, line.removesuffix(b"\n"))
            return
        self.prefix.update(line)
        self.plain, self.told.before_chain = self.plain + 1, self.told.before_chain + 1
        if not _is_object(line):
            self.told.notes.append(Fault(self.name, number, "audit_plain"))

    def _sealed(self, number: int, line: bytes, stated: Sealed) -> None:
        sound = is_sound(line, stated)
        facts = json.loads(line) if sound and OF_ITSELF in line else {}
        action = facts.get("action")
        if not sound:
            self._fault(number, "audit_changed")
        if self.torn:
            self._set_aside(facts if action == TORN else {})
        if action == REMOVED:
            self.removed.add(Link(facts["last"], facts["last_digest"]))
        if action == CUT:
            self._fault(number, "audit_was_cut", known=facts["remembered"], found=facts["found"])
        self._follow(number, stated)
        if stated.number in self.wanted:
            self.seen[stated.number] = stated.digest
        self.told.head = stated

    def _follow(self, number: int, stated: Sealed) -> None:
        """Hold a line against the one before it."""
        head = self.told.head
        if not self.told.first:
            self._begin(number, stated)
        elif stated.number > head.number + 1:
            self._fault(number, "audit_missing", first=head.number + 1, last=stated.number - 1)
        elif stated.number <= head.number:
            self._fault(number, "audit_order", known=head.number + 1, found=stated.number)
        elif stated.before != head.digest:
            self._fault(number, "audit_unlinked", known=head.number)

    def _begin(self, number: int, stated: Sealed) -> None:
        """Hold the first line of the chain against what stood before it, or against what was removed after its time."""
        self.told.first = stated.number
        if stated.number == 1 and stated.before == self.prefix.hexdigest():
            return
        if stated.number == 1:
            self._fault(number, "audit_before", found=self.plain)
            return
        missing = Fault(self.name, number, "audit_missing", {"first": 1, "last": stated.number - 1})
        self.start = missing, Link(stated.number - 1, stated.before)
        if self.plain:
            self._fault(number, "audit_before", found=self.plain)

    def _set_aside(self, recorded: Mapping[str, Any]) -> None:
        """Compare a line without an end with what the line after it says of it."""
        number, line = self.torn or (0, b"")
        self.torn = None
        if recorded.get("sha256") == sha256(line).hexdigest():
            self.told.notes.append(Fault(self.name, number, "audit_torn", {"found": len(line)}))
        else:
            self._fault(number, "audit_stray")

    def _fault(self, number: int, reason: str, **facts: Any) -> None:
        self.told.faults.append(Fault(self.name, number, reason, facts))


def _is_object(line: bytes) -> bool:
    try:
        return line.endswith(b"\n") and isinstance(json.loads(line), dict)
    except ValueError:
        return False
