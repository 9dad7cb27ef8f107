"""The plan of a made-up city: names, towns, water and roads, read from the TOML and CSV files beside this module."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
from numpy.typing import NDArray

from data.errors import ConfigError

PLANS = {"real": "jurong.toml", "fictional": "fictional.toml"}
FULL_GRIDS = 240  # fewer grids shrink the whole plan, so that a grid keeps a size somebody can walk
DEGREE_KM = 110.887

Points = NDArray[np.float64]


@dataclass(frozen=True)
class Street:
    """A township-level unit: its town's middle and built-up radius in km, and (id, name) of its communities."""

    area_id: str
    name: str
    x: float
    y: float
    radius: float
    communities: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Line:
    """A river, road or railway as a few points in km, to be smoothed."""

    kind: str
    points: Points


@dataclass(frozen=True)
class Realm:
    """Everything known about the city before it is drawn; lengths in km from the core."""

    area_id: str
    name: str
    name_en: str
    core: tuple[float, float]
    middle: tuple[float, float]
    half: tuple[float, float]
    streets: tuple[Street, ...]
    lakes: tuple[tuple[float, float, float], ...]
    lines: tuple[Line, ...]
    wide_km: float
    scale: float = 1.0

    def degrees(self, xy: Points) -> Points:
        """Return lon, lat (EPSG:4326, rounded to 1e-6) of points in km."""
        per_lon = DEGREE_KM * 1.0035 * math.cos(math.radians(self.core[1]))
        return np.round(np.asarray(xy) / (per_lon, DEGREE_KM) + self.core, 6)

    def of_kind(self, *kinds: str) -> list[Line]:
        """Return the lines of some kinds, in the order of the plan."""
        return [line for line in self.lines if line.kind in kinds]


def load_realm(names: str, grids: int) -> Realm:
    """Read a plan and fit it to a number of grids; raises ConfigError for an unknown plan."""
    if names not in PLANS:
        raise ConfigError("unknown_key", path="--names", detail=names, known=", ".join(PLANS))
    folder = files("etl.synthetic")
    plan = tomllib.loads(folder.joinpath(PLANS[names]).read_text(encoding="utf-8"))
    with folder.joinpath(plan["communities"]).open("rb") as stream:
        communities = pa_csv.read_csv(stream, convert_options=_text()).to_pylist()
    return _fitted(_realm(plan, communities), grids)


def _text() -> pa_csv.ConvertOptions:
    return pa_csv.ConvertOptions(column_types=dict.fromkeys(("street_id", "area_id", "name"), pa.string()))


def _realm(plan: dict[str, Any], communities: list[dict[str, str]]) -> Realm:
    city = plan["city"]
    core = np.array(city["core"])
    per = np.array([DEGREE_KM * 1.0035 * math.cos(math.radians(core[1])), DEGREE_KM])
    towns = {row["name"]: (np.array(row["point"]) - core) * per for row in plan["street"]}

    def km(points: list[Any]) -> Points:
        return np.array([towns[p] if isinstance(p, str) else (np.array(p) - core) * per for p in points])

    lines = [Line("wide_river", km(plan["wide_river"]["points"]))]
    lines += [Line("river", km(row["points"])) for row in plan["river"]]
    lines += [Line(row["kind"], km(row["points"])) for row in plan["road"]]
    return Realm(
        area_id=city["area_id"],
        name=city["name"],
        name_en=city["name_en"],
        core=(float(core[0]), float(core[1])),
        middle=_pair(km([city["middle"]])[0]),
        half=_pair(np.array(city["half_km"])),
        streets=tuple(_street(row, towns[row["name"]], communities) for row in plan["street"]),
        lakes=tuple((*_pair(km([row["point"]])[0]), row["radius_km"]) for row in plan["lake"]),
        lines=tuple(lines),
        wide_km=plan["wide_river"]["width_km"],
    )


def _street(row: dict[str, Any], town: Points, communities: list[dict[str, str]]) -> Street:
    own = tuple((c["area_id"], c["name"]) for c in communities if c["street_id"] == row["area_id"])
    return Street(row["area_id"], row["name"], float(town[0]), float(town[1]), row["radius_km"], own)


def _pair(values: Points) -> tuple[float, float]:
    return float(values[0]), float(values[1])


def _fitted(realm: Realm, grids: int) -> Realm:
    """Keep as many communities as the grids can fill (two grids each), and shrink the plan accordingly."""
    total = sum(len(street.communities) for street in realm.streets)
    if grids >= total * 1.3:
        return realm
    wanted = max(1, grids // 2)
    kept = realm.streets[: max(1, min(len(realm.streets), wanted // 3))]
    share = [wanted // len(kept) + (k < wanted % len(kept)) for k in range(len(kept))]
    s = min(1.0, math.sqrt(grids / FULL_GRIDS))
    streets = [
        replace(one, x=one.x * s, y=one.y * s, radius=one.radius * s, communities=one.communities[:count])
        for one, count in zip(kept, share, strict=True)
    ]
    return replace(
        realm,
        middle=(realm.middle[0] * s, realm.middle[1] * s),
        half=(realm.half[0] * s, realm.half[1] * s),
        streets=tuple(streets),
        lakes=tuple((x * s, y * s, r * s) for x, y, r in realm.lakes),
        lines=tuple(replace(line, points=line.points * s) for line in realm.lines),
        wide_km=realm.wide_km * s,
        scale=s,
    )
