"""Configuration: commented defaults in TOML, overridden key by key by a home's gridlink.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, fields
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from data.analysis.hot_settings import HotSpotRules
from data.briefing.settings import BriefingSettings
from data.console.settings import Console
from data.errors import ConfigError
from data.export_settings import Exports
from data.loop.settings import Director, Dispatch, Live, Loop, OperationsStore, Outbox, Watch
from data.privacy import Privacy, check_privacy
from data.settings import (
    Boundaries,
    City,
    Coverage,
    Duty,
    Elements,
    Fixes,
    GridPlus,
    Incidents,
    Ingest,
    KeyAreas,
    Level,
    Playback,
    Screen,
    Server,
    Suspicion,
    Video,
    Warehouse,
    Work,
)
from data.sign_in.settings import AccountRules, Oidc
from data.trail.settings import AuditLog, Notice
from data.vital_settings import Backups, Logs, Vitals

__all__ = ["Config", "Fixes", "Level", "load_config", "make_config", "read_toml"]


@dataclass(frozen=True)
class Config:
    """Everything a home says, frozen; `home` is where it stands."""

    home: Path
    levels: tuple[Level, ...]
    city: City
    duty: Duty
    fixes: Fixes
    suspicion: Suspicion
    coverage: Coverage
    boundaries: Boundaries
    elements: Elements
    incidents: Incidents
    warehouse: Warehouse
    screen: Screen
    playback: Playback
    server: Server
    accounts: AccountRules
    oidc: Oidc
    privacy: Privacy
    audit: AuditLog
    notice: Notice
    work: Work
    ingest: Ingest
    operations: OperationsStore
    loop: Loop
    dispatch: Dispatch
    live: Live
    outbox: Outbox
    watch: Watch
    director: Director
    video: Video
    key_areas: KeyAreas
    grid_plus: GridPlus
    briefing: BriefingSettings
    console: Console
    hot_spots: HotSpotRules
    exports: Exports
    vitals: Vitals
    logs: Logs
    backup: Backups

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone of local days and of every clock on screen."""
        return ZoneInfo(self.city.zone)

    @cached_property
    def earliest(self) -> date:
        """The first local day of which an event is believed."""
        return date.fromisoformat(self.fixes.earliest)

    @property
    def leaf(self) -> str:
        """The id of the last level, where facts are placed."""
        return self.levels[-1].id

    @property
    def above_leaf(self) -> str:
        """The id of the level above the leaf (of the city itself in a tree of one level)."""
        return self.levels[max(len(self.levels) - 2, 0)].id

    def rank(self, level: str | None) -> int:
        """Return 1 for the leaf level, counting up to the city; 0 for an unknown level."""
        ids = [x.id for x in self.levels]
        return len(ids) - ids.index(level) if level in ids else 0


SECTIONS = {
    "city": City,
    "duty": Duty,
    "fixes": Fixes,
    "suspicion": Suspicion,
    "coverage": Coverage,
    "boundaries": Boundaries,
    "elements": Elements,
    "incidents": Incidents,
    "warehouse": Warehouse,
    "screen": Screen,
    "playback": Playback,
    "server": Server,
    "accounts": AccountRules,
    "oidc": Oidc,
    "privacy": Privacy,
    "audit": AuditLog,
    "notice": Notice,
    "work": Work,
    "ingest": Ingest,
    "operations": OperationsStore,
    "loop": Loop,
    "dispatch": Dispatch,
    "live": Live,
    "outbox": Outbox,
    "watch": Watch,
    "director": Director,
    "video": Video,
    "key_areas": KeyAreas,
    "grid_plus": GridPlus,
    "briefing": BriefingSettings,
    "console": Console,
    "hot_spots": HotSpotRules,
    "exports": Exports,
    "vitals": Vitals,
    "logs": Logs,
    "backup": Backups,
}


def load_config(home: Path) -> Config:
    """Read `home`/gridlink.toml over the defaults.

    Raises ConfigError naming file, key and nearest known key; `no_home` where the file is missing.
    """
    path = home / "gridlink.toml"
    if not path.is_file():
        raise ConfigError("no_home", path=home)
    return make_config(home, read_toml(path), str(path))


def make_config(home: Path, site: dict[str, Any], path: str = "gridlink.toml") -> Config:
    """Lay a site's tables over the defaults and check every key and type."""
    tables = tomllib.loads(files("data").joinpath("defaults.toml").read_text(encoding="utf-8"))
    for name, value in site.items():
        if name not in tables:
            raise ConfigError("unknown_key", path=path, detail=name, known=_nearest(name, tables))
        if name == "levels":
            tables["levels"] = value
        else:
            _override(tables[name], value, name, path)
    sections = {name: kind(**_frozen(tables[name])) for name, kind in SECTIONS.items()}
    check_privacy(sections["privacy"], path, sections["city"].synthetic)
    levels = tuple(_level(row, path) for row in tables["levels"])
    return Config(home=home.resolve(), levels=levels, **sections)


def read_toml(path: Path) -> dict[str, Any]:
    """Parse one TOML file; raises ConfigError with the place of the fault."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise ConfigError("bad_toml", path=path, detail=fault) from fault


def _override(table: dict[str, Any], site: object, section: str, path: str) -> None:
    if not isinstance(site, dict):
        raise ConfigError("wrong_type", path=path, detail=section, known="[table]")
    for key, value in site.items():
        if key not in table:
            near = f"{section}.{_nearest(key, table)}"
            raise ConfigError("unknown_key", path=path, detail=f"{section}.{key}", known=near)
        table[key] = _typed(value, table[key], f"{section}.{key}", path)


def _typed(value: object, default: object, key: str, path: str) -> object:
    if isinstance(default, float) and type(value) is int:
        return float(value)
    if type(value) is not type(default):
        raise ConfigError("wrong_type", path=path, detail=key, known=type(default).__name__)
    return value


def _level(row: dict[str, Any], path: str) -> Level:
    known = [x.name for x in fields(Level)]
    for key in row:
        if key not in known:
            raise ConfigError("unknown_key", path=path, detail=f"levels.{key}", known=_nearest(key, known))
    missing = next((key for key in known if not isinstance(row.get(key), str)), None)
    if missing:
        raise ConfigError("wrong_type", path=path, detail=f"levels.{missing}", known="str")
    return Level(**row)


def _frozen(table: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}


def _nearest(key: str, known: Any) -> str:
    near: list[str] = get_close_matches(key, list(known), n=1, cutoff=0.0)
    return near[0] if near else "?"
