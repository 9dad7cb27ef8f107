"""The scenes of the demo's wall: the city, the street with most open incidents, a key area, the performance page."""

from __future__ import annotations

from datetime import datetime
from importlib.resources import files
from pathlib import Path

from data.config import Config
from data.query import Door
from data.scenes import FILE, load_scenes
from data.scope import Scope

AROUND_DEGREES = 0.012  # about 1.2 km to each side of the key area


def write_scenes(config: Config, now: datetime) -> Path:
    """Write `<home>/scenes.toml` of a loaded demo city as it is at `now` (naive UTC), and return its path."""
    door = Door(config)
    wall = Scope("wall", frozenset({"kiosk"}), config.city.area_id)
    opened = door.query("incidents_open", wall, area=config.city.area_id, now=now)["street_name"].to_pylist()
    streets = door.query("areas", wall, day=now.date()).to_pylist()
    streets = [row for row in streets if row["level"] == config.levels[min(1, len(config.levels) - 1)].id]
    hot = max(streets, key=lambda row: (opened.count(row["name"]), row["area_id"]))
    key = max(door.query("key_areas", wall).to_pylist(), key=lambda row: row["key_area_id"])
    facts = {"hot": hot["area_id"], "hot_name": hot["name"], "hot_en": hot["name_en"] or hot["name"]}
    facts |= {"key": _box(key["geometry"]), "key_name": key["name"]}
    template = files("etl").joinpath("synthetic", FILE).read_text(encoding="utf-8")
    path = config.home / FILE
    path.write_text(template.format(**facts), encoding="utf-8")
    load_scenes(config.home)
    return path


def _box(geometry: bytes) -> list[float]:
    """Return west, south, east, north around the middle of a WKB shape."""
    import shapely

    middle = shapely.from_wkb(geometry).centroid
    wide = [-AROUND_DEGREES, -AROUND_DEGREES, AROUND_DEGREES, AROUND_DEGREES]
    return [round(at + by, 5) for at, by in zip((middle.x, middle.y) * 2, wide, strict=True)]
