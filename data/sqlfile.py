"""A SQL file: a TOML header in its first comment, then one SELECT with named parameters."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

HEADER = re.compile(r"\A\s*/\*(.*?)\*/", re.S)
PARAMETER = re.compile(r"\$([a-z_]+)")
COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.S)


@dataclass(frozen=True)
class SqlFile:
    """One SELECT of the product: its name, header and the parameters it names."""

    name: str
    sql: str
    header: dict[str, Any]
    parameters: frozenset[str]

    def bind(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return exactly the values the statement names; DuckDB itself refuses a missing one by name."""
        return {key: value for key, value in values.items() if key in self.parameters}


@cache
def sql_files(folder: str) -> dict[str, SqlFile]:
    """Return every .sql file of data/sql/<folder> by name."""
    here = files("data").joinpath("sql", folder)
    return {f.name[:-4]: parse(f.name[:-4], f.read_text(encoding="utf-8")) for f in _sorted(here)}


def parse(name: str, text: str) -> SqlFile:
    """Split header and statement; parameters inside comments do not count."""
    match = HEADER.match(text)
    header = tomllib.loads(match.group(1)) if match else {}
    return SqlFile(name, text, header, frozenset(PARAMETER.findall(COMMENT.sub("", text))))


def _sorted(folder: Any) -> list[Any]:
    return sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
