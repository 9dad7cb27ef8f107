"""What a grid worker is fit for: which cases are for others first, and which need a skill (fitness.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from data.config import Config, read_toml
from data.errors import ConfigError

KEYS = {"kinds", "words", "only_cordon", "call_first", "skill"}


@dataclass(frozen=True)
class Fitness:
    """What a kind of case asks of a worker.

    only_cordon: keep people away, do not handle (仅警戒引导). call_first: units by id, name or kind, in order.
    skill: a code of worker.skills, or None.
    """

    only_cordon: bool = False
    call_first: tuple[str, ...] = ()
    skill: str | None = None


@dataclass(frozen=True)
class Rule:
    """One rule of fitness.toml; empty kinds or words fit everything."""

    kinds: frozenset[str]
    words: tuple[str, ...]
    asks: Fitness

    def fits(self, kind: str, text: str) -> bool:
        """Say whether the rule is about a case of this kind whose small kind and title read so."""
        return (not self.kinds or kind in self.kinds) and (not self.words or any(word in text for word in self.words))


def fitness(kind: str, subkind: str | None, config: Config, title: str | None = None) -> Fitness:
    """Return what a case asks of a worker, by the first rule that fits.

    Raises ConfigError for a site's fitness.toml that cannot be read or names an unknown key.
    """
    text = f"{subkind or ''} {title or ''}"
    return next((rule.asks for rule in _rules(config.home) if rule.fits(kind, text)), Fitness())


def first_calls(asked: Fitness, units: Iterable[Mapping[str, Any]]) -> list[dict[str, str | None]]:
    """Return whom to call first, in order: {unit_id, name} for every unit a word of the rule stands for.

    A word is a unit's id, its name, or its kind. One that no unit goes by is told as it stands, with unit_id None.
    """
    known, found = list(units), []
    for word in asked.call_first:
        named = [unit for unit in known if word in (unit["unit_id"], unit["name"], unit["unit_kind"])]
        named = named or [unit for unit in known if word in unit["name"]]
        calls = [{"unit_id": unit["unit_id"], "name": unit["name"]} for unit in named]
        found += [call for call in calls or [{"unit_id": None, "name": word}] if call not in found]
    return found


def _rules(home: Path) -> tuple[Rule, ...]:
    site = home / "fitness.toml"
    return _read(site, site.stat().st_mtime_ns if site.is_file() else None)


@lru_cache(maxsize=8)
def _read(site: Path, changed_ns: int | None) -> tuple[Rule, ...]:
    """Read the site's table, or the one that comes with the product; `changed_ns` tells a new file from the old."""
    if changed_ns is None:
        table = tomllib.loads(files("data.loop").joinpath("fitness.toml").read_text(encoding="utf-8"))
    else:
        table = read_toml(site)
    return tuple(_rule(row, site) for row in table.get("rule", []))


def _rule(row: dict[str, Any], site: Path) -> Rule:
    unknown = next((key for key in row if key not in KEYS), None)
    if unknown:
        raise ConfigError("unknown_key", path=site, detail=unknown, known=", ".join(sorted(KEYS)))
    asks = Fitness(row.get("only_cordon", False), tuple(row.get("call_first", ())), row.get("skill"))
    return Rule(frozenset(row.get("kinds", ())), tuple(row.get("words", ())), asks)
