"""What a home says of each rule of alarms: commented defaults in alarm_rules.toml, `<home>/alarms.toml` over them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any

from data.config import read_toml
from data.errors import ConfigError

FILE = "alarms.toml"
EXCEPT = "except"  # a word of Python, so that the field has another name


@dataclass(frozen=True)
class Setting:
    """One rule: seconds end in `_s`; limit and release are in the unit of the rule (alarm_rules.toml says which)."""

    enabled: bool
    severity: int
    delay_s: float
    release_s: float
    limit: float
    release: float
    window_s: float
    group: str
    group_s: float
    escalate_s: float
    to_level: str
    grade: int
    kinds: tuple[str, ...]
    but: tuple[str, ...]


def load_settings(home: Path) -> dict[str, Setting]:
    """Return the setting of every rule; raises ConfigError naming file, key and the nearest known key."""
    path = home / FILE
    return make_settings(read_toml(path) if path.is_file() else {}, str(path))


def make_settings(site: dict[str, Any], path: str = FILE) -> dict[str, Setting]:
    """Lay a site's tables over the defaults: those of the rule, and where it says nothing those of all."""
    known = tomllib.loads(files("data.loop").joinpath("alarm_rules.toml").read_text(encoding="utf-8"))
    common = known.pop("all")
    for rule in site:
        if rule not in known:
            raise ConfigError("unknown_key", path=path, detail=rule, known=_nearest(rule, known))
    return {rule: _setting(common | own, site.get(rule, {}), f"{path}: {rule}") for rule, own in known.items()}


def _setting(default: dict[str, Any], site: dict[str, Any], path: str) -> Setting:
    for key, value in site.items():
        if key not in default:
            raise ConfigError("unknown_key", path=path, detail=key, known=_nearest(key, default))
        if not _fits(value, default[key]):
            raise ConfigError("wrong_type", path=path, detail=key, known=type(default[key]).__name__)
    said = {("but" if key == EXCEPT else key): value for key, value in (default | site).items()}
    return Setting(**{one.name: _frozen(said[one.name]) for one in fields(Setting)})


def _fits(value: object, default: object) -> bool:
    return type(value) is type(default) or (isinstance(default, float) and type(value) is int)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _nearest(key: str, known: Any) -> str:
    near: list[str] = get_close_matches(key, list(known), n=1, cutoff=0.0)
    return near[0] if near else "?"
