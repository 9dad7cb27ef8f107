"""The validity rules of fixes as a table: rules.toml, the one list of what is refused, marked or worth a look."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from data.config import Config

PASSES = ("admit", "judge")
EFFECTS = ("drop", "count", "flag", "split", "suspect")


@dataclass(frozen=True)
class Rule:
    """One rule: when it is applied, what it does, and the keys of the configuration its threshold stands under.

    `bit` and `uncounted` are of flags only (bit 0 elsewhere); `unit` is that of a suspicion's measure.
    """

    name: str
    step: str
    effect: str
    zh: str
    en: str
    threshold: tuple[str, ...] = ()
    bit: int = 0
    uncounted: bool = False
    unit: str = ""

    def limits(self, config: Config) -> dict[str, Any]:
        """Return the values of the rule's thresholds in a configuration, by key."""
        return {key: getattr(getattr(config, key.split(".")[0]), key.split(".")[1]) for key in self.threshold}


@cache
def rules() -> dict[str, Rule]:
    """Return every rule by its name: the code of a reject, of a flag or of a suspicion."""
    tables = tomllib.loads(files("data").joinpath("rules.toml").read_text(encoding="utf-8"))
    return {name: _rule(name, table) for name, table in tables.items()}


def rules_with(effect: str, step: str | None = None) -> dict[str, Rule]:
    """Return the rules of one effect, of one pass if given."""
    return {name: r for name, r in rules().items() if r.effect == effect and step in (None, r.step)}


@cache
def flag_bits() -> dict[str, int]:
    """Return the bit of fix.flags of every rule that flags."""
    return {name: rule.bit for name, rule in rules_with("flag").items()}


@cache
def uncounted() -> int:
    """Return the bits that leave a fix out of tracks, distance and coverage."""
    return sum(rule.bit for rule in rules_with("flag").values() if rule.uncounted)


@cache
def admitted_bits() -> int:
    """Return the bits set when a fix is admitted: judging a day anew keeps them."""
    return sum(rule.bit for rule in rules_with("flag", "admit").values())


def _rule(name: str, table: dict[str, Any]) -> Rule:
    values = {key: value for key, value in table.items() if key not in ("pass", "threshold")}
    return Rule(name=name, step=table["pass"], threshold=tuple(table.get("threshold", ())), **values)
