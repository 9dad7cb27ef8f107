"""What arrives and what it means: a request, the rows in it, a protocol, and a refusal."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from data.errors import Problem

# Content types that say nothing about the body: phones and command-line clients put them there by default.
UNSTATED = ("", "text/plain", "application/x-www-form-urlencoded", "application/octet-stream")
DEPTH = 8  # objects and lists inside one another, more than any protocol needs


class Refused(Problem):
    """A request that is not taken: HTTP status, a reason of reasons.toml and its facts."""

    def __init__(self, http: int, reason: str, **facts: object) -> None:
        super().__init__(reason, **facts)
        self.http = http


@dataclass(frozen=True)
class Request:
    """One HTTP request as a protocol sees it, without its token; `received_at` is naive UTC.

    key: a secret that stands for the sender.
    """

    method: str
    path: str
    query: str
    body: bytes
    content_type: str
    received_at: datetime
    key: str = ""

    @cached_property
    def fields(self) -> dict[str, str]:
        """Names and values of the query and of a form body; of a repeated name the first; names in lower case."""
        text = self.query
        if self.content_type == "application/x-www-form-urlencoded":
            text += "&" + self.body.decode("utf-8", "replace")
        fields: dict[str, str] = {}
        for name, value in parse_qsl(text):
            fields.setdefault(name.lower(), value)
        return fields

    @property
    def is_json(self) -> bool:
        """Say whether the body is JSON: by its type, or by its first character, as some phones state none."""
        if self.content_type == "application/json":
            return True
        return self.content_type in UNSTATED and self.body.lstrip()[:1] in (b"{", b"[")

    @cached_property
    def json(self) -> Any:
        """The JSON of the body; raises Refused `not_json` or `too_deep`."""
        try:
            value = json.loads(self.body, parse_constant=_no_number)
        except RecursionError as fault:
            raise Refused(400, "too_deep", known=DEPTH) from fault
        except ValueError as fault:
            raise Refused(400, "not_json", detail=str(fault)[:100]) from fault
        _check_depth(value)
        return value


@dataclass(frozen=True)
class Received:
    """One row of a feed (`fix`, `incident`, or `sos`: a call without a place) in our columns, units and UTC.

    device: the id the message names itself by, None where the protocol leaves that to the token. sos: the sender calls
    for help.
    """

    feed: str
    values: dict[str, Any]
    device: str | None = None
    sos: bool = False


@dataclass
class Outcome:
    """What became of a request's rows: how many were made durable, and how many were counted or set aside, and why."""

    spooled: list[dict[str, Any]] = field(default_factory=list)
    off_duty: int = 0
    aside: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Protocol:
    """One way of sending: which requests are its own, the rows in one, and what its senders expect to hear.

    parse raises Refused; answer returns a JSON value.
    """

    matches: Callable[[Request], bool]
    parse: Callable[[Request], list[Received]]
    answer: Callable[[Outcome], Any]


def _no_number(text: str) -> None:
    raise ValueError(text)


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(DEPTH):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise Refused(400, "too_deep", known=DEPTH)


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        value = list(value.values())
    return [x for x in value if isinstance(x, dict | list)] if isinstance(value, list) else []
