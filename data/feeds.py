"""The feeds Gridlink can load, read from feeds.toml: the one table for mappings, templates and the README."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class Column:
    """One column of a feed: its type, whether a row without it is refused, and its meaning in both languages."""

    name: str
    type: str
    zh: str
    en: str
    required: bool = False
    values: tuple[str, ...] = ()
    default: str | None = None


@dataclass(frozen=True)
class Feed:
    """One kind of input table; `key` are the columns that make a row the same row.

    `refused` are words in the names of THEIR columns that describe persons: such columns are dropped at the door.
    """

    name: str
    zh: str
    en: str
    key: tuple[str, ...]
    columns: dict[str, Column]
    refused: tuple[str, ...] = ()


@cache
def feeds() -> dict[str, Feed]:
    """Return every feed in the order of loading: reference feeds before the facts that need them."""
    tables = tomllib.loads(files("data").joinpath("feeds.toml").read_text(encoding="utf-8"))
    return {name: _feed(name, table) for name, table in tables.items()}


def _feed(name: str, table: dict[str, Any]) -> Feed:
    columns = {key: _column(key, row) for key, row in table["columns"].items()}
    return Feed(name, table["zh"], table["en"], tuple(table["key"]), columns, tuple(table.get("refused", ())))


def _column(name: str, row: dict[str, Any]) -> Column:
    return Column(name=name, **{**row, "values": tuple(row.get("values", ()))})
