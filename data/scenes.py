"""What the walls show by themselves: scenes in their order, and the named walls they belong to.

`<home>/scenes.toml` replaces data/scenes.toml as a whole. Times are seconds, cameras lon and lat (EPSG:4326).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from data.config import read_toml
from data.errors import ConfigError

FILE = "scenes.toml"
# What a scene may choose; the frame keeps language, kiosk and wall for itself.
CHOICES = (
    *("area", "level", "day", "t", "period", "metric", "layers", "theme"),
    *("kind", "severity", "state", "subject", "key_kind", "key_area", "speed"),
)
# Pages made to be looked at from afar: those people work on are none.
PAGES = ("/", "/area", "/incidents", "/performance", "/key-areas", "/plus", "/quality", "/live")
ID = re.compile(r"[A-Za-z0-9_-]{1,40}")


@dataclass(frozen=True)
class Wall:
    """A named wall: which account its displays sign in with (empty: none of their own), and its size in pixels."""

    id: str
    name: str
    name_en: str = ""
    account: str = ""
    size: tuple[int, ...] = (1920, 1080)


@dataclass(frozen=True)
class Scene:
    """One picture of the rotation: a page with its choices, where its closer map looks, and for how many seconds.

    `camera` is an area id, west-south-east-north, or empty: as the page looks by itself. `walls`: empty for all.
    """

    id: str
    name: str
    page: str
    dwell_s: float
    name_en: str = ""
    walls: tuple[str, ...] = ()
    view: dict[str, str] = field(default_factory=dict)
    camera: str | tuple[float, ...] = ""


@dataclass(frozen=True)
class Scenes:
    """The walls and scenes of a home; `path` is the file they come from."""

    path: str
    walls: tuple[Wall, ...]
    scenes: tuple[Scene, ...]

    def wall(self, name: str) -> Wall | None:
        """Return a wall by its id."""
        return next((one for one in self.walls if one.id == name), None)

    def wall_of(self, account: str) -> Wall | None:
        """Return the first wall whose displays sign in with this account."""
        return next((one for one in self.walls if one.account == account), None)

    def of(self, wall: str) -> tuple[Scene, ...]:
        """Return the scenes of a wall in their order."""
        return tuple(scene for scene in self.scenes if not scene.walls or wall in scene.walls)

    @cached_property
    def digest(self) -> str:
        """A word that changes with the walls or the scenes."""
        return hashlib.sha256(repr((self.walls, self.scenes)).encode()).hexdigest()[:12]

    def at(self, wall: str, seconds: float) -> Scene | None:
        """Return the scene in force at an instant (seconds since 1970), the same for all displays of the wall."""
        shown = self.of(wall)
        left = seconds % (sum(scene.dwell_s for scene in shown) or 1)
        for scene in shown:
            left -= scene.dwell_s
            if left < 0:
                return scene
        return None


def load_scenes(home: Path) -> Scenes:
    """Read the walls and scenes of a home; raises ConfigError naming file, key and the nearest known key."""
    own = home / FILE
    path = own if own.is_file() else Path(str(files("data").joinpath(FILE)))
    return make_scenes(read_toml(path), str(path))


def make_scenes(said: dict[str, Any], path: str = FILE) -> Scenes:
    """Check the tables of a scene file and return what they say."""
    for name in said:
        if name not in ("walls", "scenes"):
            raise ConfigError("unknown_key", path=path, detail=name, known=_nearest(name, ("walls", "scenes")))
    walls = tuple(_made(Wall, row, f"walls.{_called(row, n)}", path) for n, row in _rows(said, "walls", path))
    scenes = tuple(_made(Scene, row, f"scenes.{_called(row, n)}", path) for n, row in _rows(said, "scenes", path))
    _once(walls, "walls", path)
    _once(scenes, "scenes", path)
    for scene in scenes:
        _check(scene, [wall.id for wall in walls], path)
    return Scenes(path, walls, scenes)


def _rows(said: dict[str, Any], name: str, path: str) -> list[tuple[int, dict[str, Any]]]:
    rows = said.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ConfigError("wrong_type", path=path, detail=name, known=f"[[{name}]]")
    return list(enumerate(rows, start=1))


def _called(row: dict[str, Any], number: int) -> str:
    return str(row.get("id") or number)


def _made(kind: type[Any], row: dict[str, Any], key: str, path: str) -> Any:
    known = {one.name: str(one.type) for one in fields(kind)}
    for name, value in row.items():
        if name not in known:
            raise ConfigError("unknown_key", path=path, detail=f"{key}.{name}", known=_nearest(name, known))
        if not _fits(value, known[name]):
            raise ConfigError("wrong_type", path=path, detail=f"{key}.{name}", known=known[name])
    needed = ("id", "name") if kind is Wall else ("id", "name", "page", "dwell_s")
    for name in needed:
        if not row.get(name):
            raise ConfigError("wrong_type", path=path, detail=f"{key}.{name}", known=known[name])
    if not ID.fullmatch(row["id"]):
        raise ConfigError("wrong_type", path=path, detail=f"{key}.id", known="A-Z a-z 0-9 - _")
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    return kind(**values)


def _fits(value: object, wanted: str) -> bool:
    if isinstance(value, list):
        of: type | tuple[type, ...] = str if "tuple[str" in wanted else (int, float)
        return "tuple" in wanted and all(isinstance(one, of) and not isinstance(one, bool) for one in value)
    if isinstance(value, dict):
        return wanted.startswith("dict") and all(isinstance(one, str) for one in value.values())
    if wanted == "float":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, str) and wanted.startswith("str")


def _check(scene: Scene, walls: list[str], path: str) -> None:
    """Raise ConfigError for a choice, wall, camera or dwell that cannot be."""
    key = f"scenes.{scene.id}"
    for name in scene.view:
        if name not in CHOICES:
            near = f"{key}.view.{_nearest(name, CHOICES)}"
            raise ConfigError("unknown_key", path=path, detail=f"{key}.view.{name}", known=near)
    for wall in scene.walls:
        if wall not in walls:
            raise ConfigError("unknown_key", path=path, detail=f"{key}.walls = {wall}", known=_nearest(wall, walls))
    if scene.page not in PAGES:
        near = _nearest(scene.page, PAGES)
        raise ConfigError("unknown_key", path=path, detail=f"{key}.page = {scene.page}", known=near)
    if scene.dwell_s < 1:
        raise ConfigError("wrong_type", path=path, detail=f"{key}.dwell_s", known=">= 1")
    if isinstance(scene.camera, tuple) and not _is_box(scene.camera):
        raise ConfigError("wrong_type", path=path, detail=f"{key}.camera", known="[west, south, east, north]")


def _is_box(box: tuple[float, ...]) -> bool:
    return len(box) == 4 and -180 <= box[0] < box[2] <= 180 and -85 <= box[1] < box[3] <= 85


def _once(rows: tuple[Wall, ...] | tuple[Scene, ...], table: str, path: str) -> None:
    seen: set[str] = set()
    for row in rows:
        if row.id in seen:
            raise ConfigError("said_twice", path=path, detail=f"{table}.{row.id}")
        seen.add(row.id)


def _nearest(key: str, known: Collection[str]) -> str:
    near = get_close_matches(key, list(known), n=1, cutoff=0.0)
    return near[0] if near else "?"
