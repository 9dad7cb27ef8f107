"""One line of the audit log: a JSON object that ends with its number, the digest of the line before, and its own.

The digest is the SHA-256 of the line's bytes up to it, so that a line is held against its digest as it stands, and a
line's number and digest are read from its last bytes however long it is. No value can look like the end of a line:
inside a text the quotes of its names are escaped, and a table inside a line ends with one brace more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

END = re.compile(rb'"number": (\d{1,18}), "before": "([0-9a-f]{64})", "digest": "([0-9a-f]{64})"}\Z')
LONGEST_END = 256  # bytes
NOTHING = sha256(b"").hexdigest()
OWN = frozenset({"number", "before", "digest"})
SEAL = ', "digest": "'

# What the log says of itself.
BEGUN, TORN, CUT, REMOVED = "audit begun", "audit torn", "audit cut", "audit removed"


@dataclass(frozen=True)
class Link:
    """The place of one line in the chain: its number, from 1 on, and its digest."""

    number: int
    digest: str


@dataclass(frozen=True)
class Sealed(Link):
    """A line's link with the digest of the line before, as the line states them."""

    before: str

    @property
    def link(self) -> Link:
        """The line's own place."""
        return Link(self.number, self.digest)


def seal(facts: Mapping[str, Any], after: Link) -> tuple[bytes, Link]:
    """Return the line of these facts that follows `after`, with its newline, and its link.

    Raises ValueError where a fact bears a name of the chain's own: the line could not be held against its digest.
    """
    if taken := OWN & facts.keys():
        raise ValueError(f"the chain says {', '.join(sorted(taken))} itself")
    number = after.number + 1
    told = json.dumps({**facts, "number": number, "before": after.digest}, ensure_ascii=False, default=str)
    body = told[:-1].encode("utf-8", "backslashreplace")
    digest = sha256(body).hexdigest()
    return body + f'{SEAL}{digest}"}}\n'.encode(), Link(number, digest)


def sealed(line: bytes) -> Sealed | None:
    """Return what the end of a line (without newline, or its last LONGEST_END bytes) states; None: it has no seal."""
    found = END.search(line, max(len(line) - LONGEST_END, 0))
    return Sealed(int(found[1]), found[3].decode(), found[2].decode()) if found else None


def is_sound(line: bytes, stated: Sealed) -> bool:
    """Say whether a whole line (without newline) still has the digest it states."""
    body = line[: -len(SEAL) - len(stated.digest) - 2]
    return sha256(body).hexdigest() == stated.digest
