"""What a briefing is, whatever form it takes: chapters of findings, pictures and tables, and where they are from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Finding:
    """One sentence made from numbers, and the numbers: `facts` are what its text was filled from.

    query: the metric or query that counted. small: too little was counted to say anything, and the sentence says so.
    """

    key: str
    text: str
    facts: Mapping[str, Any]
    query: str
    small: bool = False


@dataclass(frozen=True)
class Table:
    """A table of spelled cells; the first `words` columns are text, all others numbers; `total` is its last row."""

    key: str
    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] | None = None
    note: str = ""
    words: int = 1


@dataclass(frozen=True)
class Picture:
    """A map or chart: a whole SVG of `wide` x `high` units, and what it says in words for whoever cannot see it."""

    key: str
    title: str
    svg: str
    wide: int
    high: int
    note: str = ""


@dataclass(frozen=True)
class Remark:
    """What a person wrote about a chapter, apart from all that was counted; `by` says who, when and which draft."""

    chapter: str
    text: str
    by: str


@dataclass(frozen=True)
class Chapter:
    """One chapter with its title; a fixed chapter stands there even where it holds nothing, and says so."""

    id: str
    title: str
    findings: tuple[Finding, ...] = ()
    pictures: tuple[Picture, ...] = ()
    tables: tuple[Table, ...] = ()
    remarks: tuple[Remark, ...] = ()
    empty: str = ""


@dataclass(frozen=True)
class Definition:
    """How a metric of the briefing is counted."""

    name: str
    code: str
    text: str


@dataclass(frozen=True)
class Briefing:
    """One briefing in one language.

    stamp: whether the figures are closed or provisional. as_of: the time of the data version (naive UTC), the only
    clock in it. labels: the fixed words of every form. provenance: the one line that may differ between two copies.
    """

    kind: str
    title: str
    place: str
    area: str
    span: str
    stamp: str
    as_of: datetime
    language: str
    chapters: tuple[Chapter, ...]
    definitions: tuple[Definition, ...]
    labels: Mapping[str, str]
    lead: tuple[Finding, ...] = ()
    provenance: str = ""
    pages: tuple[Briefing, ...] = field(default=())  # of an atlas: one for each area
