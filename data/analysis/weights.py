"""Sets of weights: which metrics make up a score, what their values are worth, and from when that holds."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any

from data.analysis.scores import Scale
from data.errors import ConfigError, Problem
from data.metrics import METRICS

FILE = "weights.toml"
DRAWS = ("case", "day", "fixed")
UNIT, WORKER = "unit", "worker"


@dataclass(frozen=True)
class Rule:
    """One metric of a set: its weight, what values are worth, the k cases peers lend, and what is resampled.

    draw: "case" | "day" | "fixed" (see data/weights.toml).
    """

    metric: str
    weight: float
    scale: Scale
    k: float
    draw: str


@dataclass(frozen=True)
class WeightSet:
    """A version of the rules of one level; version 0 is that of the files, in force before any approved one.

    fewest, peers, least_data, draws: see [rules] of data/weights.toml; cuts: from which score excellent, good, fair.
    """

    set_id: str
    level: str
    version: int
    effective_from: date | None
    rules: tuple[Rule, ...]
    cuts: tuple[float, float, float]
    fewest: int
    peers: int
    least_data: float
    draws: int
    note: str = ""
    proposed_by: str = ""
    proposed_at: datetime | None = None
    approved_by: str = ""
    approved_at: datetime | None = None

    def weights(self) -> dict[str, float]:
        """Return the weight of each metric."""
        return {rule.metric: rule.weight for rule in self.rules}


def defaults(home: Path, level: str, leaf: str) -> WeightSet:
    """Return the set of a level as the files state it; raises ConfigError for an unknown key of the home's file."""
    tables = _tables(home)
    sets = tables["weights"]
    name = level if level in sets else "grid" if level == leaf else "street"
    rules = tuple(_rule(metric, weight, tables["metrics"]) for metric, weight in sets[name].items())
    told = tables["rules"]
    return WeightSet(
        set_id=f"file:{level}",
        level=level,
        version=0,
        effective_from=None,
        rules=tuple(rule for rule in rules if rule.metric in METRICS),
        cuts=(told["excellent"], told["good"], told["fair"]),
        fewest=told["fewest"],
        peers=told["peers"],
        least_data=told["least_data"],
        draws=told["draws"],
    )


def flag_rules(home: Path) -> dict[str, float]:
    """Return from when a difference from peers is a flag: [flags] of weights.toml."""
    told: dict[str, float] = _tables(home)["flags"]
    return told


def reweighed(base: WeightSet, weights: Mapping[str, float], home: Path) -> WeightSet:
    """Return a set with other weights; a weight of 0 leaves a metric out of the score and in the table.

    Raises Problem `bad_weights`: unknown metrics, negative weights, or nothing left.
    """
    known = {rule.metric: rule for rule in base.rules}
    scales = _tables(home)["metrics"]
    scored = set(known) | (set(scales) & set(METRICS))
    wrong = [name for name, weight in weights.items() if name not in scored or not 0 <= weight <= 1000]
    if wrong or not sum(weights.values()) > 0:
        raise Problem("bad_weights", detail=", ".join(wrong), known=", ".join(sorted(scored)))
    rules = [replace(known.get(name) or _rule(name, 0.0, scales), weight=float(weights[name])) for name in weights]
    kept = [replace(rule, weight=0.0) for name, rule in known.items() if name not in weights]
    return replace(base, rules=tuple(rules + kept))


def stored(given: WeightSet) -> dict[str, Any]:
    """Return what of a set is kept as JSON: old months keep not only old weights but old scales and cut-offs."""
    row = asdict(given)
    return {key: row[key] for key in ("rules", "cuts", "fewest", "peers", "least_data", "draws")}


def restored(row: Mapping[str, Any], told: Mapping[str, Any]) -> WeightSet:
    """Return the set of a row of table `weight_set` and its JSON."""
    rules = tuple(Rule(**{**rule, "scale": Scale(**rule["scale"])}) for rule in told["rules"])
    named = ("set_id", "level", "version", "effective_from", "proposed_by", "proposed_at", "approved_at")
    about = {key: row[key] for key in named} | {"note": row["note"] or "", "approved_by": row["approved_by"] or ""}
    return WeightSet(**{**told, **about, "rules": rules, "cuts": tuple(told["cuts"])})


def _rule(metric: str, weight: float, scales: Mapping[str, Any]) -> Rule:
    told = scales[metric]
    scale = Scale(told["floor"], told["passing"], told["target"], told["stretch"])
    return Rule(metric, float(weight), scale, float(told["k"]), told["draw"])


def _tables(home: Path) -> dict[str, Any]:
    tables = tomllib.loads(files("data").joinpath(FILE).read_text(encoding="utf-8"))
    path = home / FILE
    if path.is_file():
        try:
            site = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
            raise ConfigError("bad_toml", path=path, detail=fault) from fault
        _lay(tables, site, path)
    return tables


def _lay(tables: dict[str, Any], site: Mapping[str, Any], path: Path) -> None:
    """Lay a home's tables over the defaults: rules and metrics key by key, the weights of a level as a whole."""
    _known(site, tables, path)
    for section in ("rules", "flags"):
        for name, value in site.get(section, {}).items():
            _known({name: value}, tables[section], path)
            tables[section][name] = type(tables[section][name])(value)
    for metric, keys in site.get("metrics", {}).items():
        _known({metric: keys}, METRICS, path)
        tables["metrics"][metric] = tables["metrics"].get(metric, {"k": 20.0, "draw": "case"}) | keys
        missing = {"floor", "passing", "target", "stretch"} - tables["metrics"][metric].keys()
        if missing or tables["metrics"][metric]["draw"] not in DRAWS:
            raise ConfigError("wrong_type", path=path, detail=f"metrics.{metric}", known=", ".join(sorted(missing)))
    for level, weights in site.get("weights", {}).items():
        _known(weights, tables["metrics"], path)
        tables["weights"][level] = weights


def _known(given: Mapping[str, Any], table: Mapping[str, Any], path: Path) -> None:
    for key in given:
        if key not in table:
            near = (get_close_matches(key, list(table), n=1, cutoff=0.0) or ["?"])[0]
            raise ConfigError("unknown_key", path=path, detail=key, known=near)
