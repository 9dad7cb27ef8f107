"""What other people call our columns and values: synonyms.toml, compared without regard to how it is written."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

BRACKETS = re.compile(r"[(\[{<（【].*?[)\]}>）】]")
SIGNS = re.compile(r"[\W_]+")
LEVEL_ENDING = re.compile(r"(名称|名|编号|编码|代码|号|name|code|id|mc|bm|dm|bh)$")
EXACT, STEP, LEAST, GENERIC, PART, NAME_OF_AREA = 0.95, 0.01, 0.75, 0.55, 0.65, 0.7
SHORTEST_PART = {True: 4, False: 2}  # letters (True) or Chinese characters a word needs to count inside a longer name


@cache
def lexicon() -> dict[str, Any]:
    """Return the table of synonyms.toml."""
    found: dict[str, Any] = tomllib.loads(files("etl.propose").joinpath("synonyms.toml").read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=4096)
def normal(name: str) -> str:
    """Return a name without case, width, spaces, signs, stars and what stands in brackets (units)."""
    plain = unicodedata.normalize("NFKC", name).lower()
    bare = SIGNS.sub("", BRACKETS.sub("", plain))
    return bare or SIGNS.sub("", plain)


@lru_cache(maxsize=4096)
def tokens(name: str) -> frozenset[str]:
    """Return the words of a name: parts between signs, and humps of camelCase."""
    humps = re.sub(r"([a-z])([A-Z])", r"\1 \2", unicodedata.normalize("NFKC", name))
    return frozenset(x for x in SIGNS.split(humps.lower()) if x)


@lru_cache(maxsize=65536)
def header_sure(feed: str, column: str, header: str) -> float:
    """Say how sure a header is to mean our column, 0 to 0.95."""
    coordinate = column in {"lon", "lat"}
    listed = _normal_list(feed, column)
    name = normal(header)
    if name in listed:
        sure = max(EXACT - STEP * listed.index(name), LEAST)
        return min(sure, _generic_cap(feed, column)) if name in _generic() else sure
    words = tokens(header)
    inside = any(_inside(x, name, words) for x in _listed(feed, column) if normal(x) not in _generic())
    return PART if inside or (coordinate and words & set(listed)) else 0.0


def _inside(said: str, name: str, words: frozenset[str]) -> bool:
    """Say whether a longer name holds a synonym: Chinese anywhere, Latin as whole words."""
    if said.isascii():
        return len(said) >= SHORTEST_PART[True] and tokens(said) <= words
    return len(normal(said)) >= SHORTEST_PART[False] and normal(said) in name


def _generic_cap(feed: str, column: str) -> float:
    return NAME_OF_AREA if (feed, column) == ("area", "name") else GENERIC


def is_named(header: str) -> bool:
    """Say whether any feed knows a column of this name."""
    return normal(header) in _all_names()


def stated_by_name(kind: str, names: list[str]) -> str | None:
    """Return the coordinate system (`crs`) or zone (`zone`) that column names say; None when they say none or two."""
    said = set()
    loose = [normal(x) for x in names]
    words = [tokens(name) | {normal(name)} for name in names]
    for value, parts in lexicon()["coordinates"][kind].items():
        if any(
            normal(x) in said_in or _tells(normal(x), name)
            for name, said_in in zip(loose, words, strict=True)
            for x in parts
        ):
            said.add(value)
    return said.pop() if len(said) == 1 else None


def _tells(part: str, name: str) -> bool:
    return len(part) >= SHORTEST_PART[part.isascii()] and part in name


def file_speaks(feed: str, file_name: str) -> bool:
    """Say whether a file's name speaks for a feed."""
    lower = file_name.lower()
    return any(part in lower for part in lexicon()[feed]["file"])


def level_of(name: str, levels: dict[str, list[str]]) -> str | None:
    """Return the level a name such as 街道名称 or `street_id` belongs to; `levels` as of `level_words`."""
    bare = normal(name)
    stem = LEVEL_ENDING.sub("", bare) or bare
    return next((level for level, said in levels.items() if stem in said or bare in said), None)


def level_words(levels: list[tuple[str, str, str]]) -> dict[str, list[str]]:
    """Return what each level (id, zh, en) may be called: its own names, and the field's for the same thing."""
    found = {}
    groups = [[normal(x) for x in group] for group in lexicon()["level"].values()]
    for level in levels:
        own = [normal(x) for x in level]
        found[level[0]] = [*own, *(x for group in groups if set(group) & set(own) for x in group)]
    return found


def value_words(feed: str, column: str) -> dict[str, list[str]]:
    """Return ours -> their words for the values of a column; empty when the table knows none."""
    table = lexicon()["values"]
    own = table.get(f"{column}_of_{feed}")
    shared = table.get(column, {}) if feed in {"incident", "incident_step", "area_attribute"} else {}
    return {ours: list(said) for ours, said in (own or shared).items()}


@cache
def _listed(feed: str, column: str) -> list[str]:
    table = lexicon()["coordinates"] if column in {"lon", "lat"} else lexicon()[feed]["columns"]
    return [column, *table.get(column, [])]


@cache
def _normal_list(feed: str, column: str) -> list[str]:
    return [normal(x) for x in _listed(feed, column)]


@cache
def _generic() -> frozenset[str]:
    return frozenset(normal(x) for x in lexicon()["generic"])


@cache
def _all_names() -> frozenset[str]:
    tables = [x["columns"] for x in lexicon().values() if isinstance(x, dict) and "columns" in x]
    tables.append({x: lexicon()["coordinates"][x] for x in ("lon", "lat")})
    return frozenset(normal(x) for table in tables for listed in table.values() for x in listed)
