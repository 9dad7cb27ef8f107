"""What a mapping file states about one kind of input: read from TOML, every key checked, nothing guessed."""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from data.config import read_toml
from data.errors import ConfigError
from data.feeds import Feed, feeds
from etl import degrees
from etl.projection import is_degrees
from etl.times import check_format
from etl.transforms import Transform, check_personal, parse_transform

SOURCE_KEYS: dict[str, type] = {
    "match": str, "table": str, "format": str, "crs": str, "time_zone": str, "encoding": str, "delimiter": str,
    "skip_rows": int, "sheet": str, "layer": str, "time_formats": list,
}  # fmt: skip
TABLES = ("source", "columns", "values", "nulls", "unlocated", "ancestors")


@dataclass(frozen=True)
class Ancestor:
    """Columns of a file of grids that name a parent of each grid."""

    level: str
    area_id: Transform
    name: Transform


@dataclass(frozen=True)
class Mapping:
    """How the files that `match` become rows of `feed`; `path` is the TOML it was read from."""

    path: Path
    match: str
    feed: str
    format: str | None = None
    crs: str = ""
    time_zone: str = ""
    encoding: str = "utf-8"
    delimiter: str = ","
    skip_rows: int = 0
    sheet: str | None = None
    layer: str | None = None
    time_formats: tuple[str, ...] = ("iso",)
    columns: dict[str, Transform] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    nulls: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unlocated: tuple[tuple[float, float], ...] = ()
    ancestors: tuple[Ancestor, ...] = ()

    def nulls_of(self, column: str) -> tuple[str, ...]:
        """Return the texts that mean "not known" in our column."""
        return self.nulls.get("any", ()) + self.nulls.get(column, ())

    def formats_of(self, column: str) -> tuple[str, ...]:
        """Return the time formats of our column, in the order they are tried."""
        own = self.columns[column].format
        return (own,) if own else self.time_formats

    @property
    def transforms(self) -> list[Transform]:
        """Return every transform the mapping asks for."""
        above = [x for ancestor in self.ancestors for x in (ancestor.area_id, ancestor.name)]
        return [*self.columns.values(), *above]


def load_mappings(folder: Path) -> list[Mapping]:
    """Read every TOML of a home's mappings/ in the order of names; raises ConfigError naming file and key."""
    return [load_mapping(path) for path in sorted(folder.glob("*.toml"))]


def load_mapping(path: Path) -> Mapping:
    """Read one mapping file; raises ConfigError naming file, key and nearest known key."""
    return make_mapping(read_toml(path), path)


def make_mapping(tables: dict[str, Any], path: Path) -> Mapping:
    """Make a mapping of parsed TOML; `path` is what messages call it. Raises ConfigError as `load_mapping`."""
    _known(tables, TABLES, "", path)
    source = _source(tables.get("source", {}), path)
    feed = feeds()[source["feed"]]
    columns = _columns(tables.get("columns", {}), feed, path)
    mapping = Mapping(
        path=path,
        **source,
        columns=columns,
        values=_values(tables.get("values", {}), feed, path),
        nulls=_nulls(tables.get("nulls", {}), feed, path),
        unlocated=_points(tables.get("unlocated", {}), path),
        ancestors=tuple(_ancestor(x, path) for x in tables.get("ancestors", [])),
    )
    _check(mapping, feed)
    return mapping


def _source(table: dict[str, Any], path: Path) -> dict[str, Any]:
    _known(table, tuple(SOURCE_KEYS), "source.", path)
    for key, value in table.items():
        if type(value) is not SOURCE_KEYS[key]:
            raise ConfigError("wrong_type", path=path, detail=f"source.{key}", known=SOURCE_KEYS[key].__name__)
    for key in ("match", "table"):
        if key not in table:
            raise ConfigError("missing_key", path=path, detail=f"source.{key}")
    values = dict(table)
    values["feed"] = values.pop("table")
    _known([values["feed"]], tuple(feeds()), "source.table = ", path)
    if "time_formats" in values:
        values["time_formats"] = tuple(values["time_formats"])
    return values


def _columns(table: dict[str, Any], feed: Feed, path: Path) -> dict[str, Transform]:
    _known(table, tuple(feed.columns), "columns.", path)
    found = {key: parse_transform(spec, f"columns.{key}", str(path)) for key, spec in table.items()}
    for column in feed.columns.values():
        if column.required and column.default is None and column.name not in found:
            raise ConfigError("missing_key", path=path, detail=f"columns.{column.name}")
    return found


def _ancestor(table: dict[str, Any], path: Path) -> Ancestor:
    _known(table, ("level", "area_id", "name"), "ancestors.", path)
    for key in ("level", "area_id"):
        if key not in table:
            raise ConfigError("missing_key", path=path, detail=f"ancestors.{key}")
    name, area_id = table.get("name", table["area_id"]), table["area_id"]
    made = [parse_transform(x, f"ancestors.{k}", str(path)) for k, x in (("area_id", area_id), ("name", name))]
    return Ancestor(str(table["level"]), made[0], made[1])


def _values(table: dict[str, Any], feed: Feed, path: Path) -> dict[str, dict[str, str]]:
    _known(table, tuple(feed.columns), "values.", path)
    for name, pairs in table.items():
        if not isinstance(pairs, dict):
            raise ConfigError("wrong_type", path=path, detail=f"values.{name}", known="[values.column] theirs = ours")
    return {name: {theirs.strip(): str(ours) for theirs, ours in pairs.items()} for name, pairs in table.items()}


def _nulls(table: dict[str, Any], feed: Feed, path: Path) -> dict[str, tuple[str, ...]]:
    _known(table, ("any", *feed.columns), "nulls.", path)
    for name, texts in table.items():
        if not isinstance(texts, list):
            raise ConfigError("wrong_type", path=path, detail=f"nulls.{name}", known='["text", ...]')
    return {name: tuple(str(x) for x in texts) for name, texts in table.items()}


def _points(table: dict[str, Any], path: Path) -> tuple[tuple[float, float], ...]:
    _known(table, ("points",), "unlocated.", path)
    try:
        return tuple((float(lon), float(lat)) for lon, lat in table.get("points", []))
    except (TypeError, ValueError) as fault:
        raise ConfigError("wrong_type", path=path, detail="unlocated.points", known="[[lon, lat], ...]") from fault


def _check(mapping: Mapping, feed: Feed) -> None:
    """Refuse persons' numbers, and files of which system or zone is left to guess."""
    path = mapping.path
    for transform in mapping.transforms:
        check_personal(transform.needs, str(path), feed.refused)
    kinds = {feed.columns[name].type for name in mapping.columns}
    if "geometry" in kinds or {"lon", "lat"} & set(mapping.columns):
        _check_crs(mapping)
    if "time" in kinds:
        _check_zone(mapping)
    for form in {x for name in mapping.columns for x in mapping.formats_of(name)} - set(degrees.FORMATS):
        try:
            check_format(form)
        except (ValueError, TypeError) as fault:
            raise ConfigError("wrong_type", path=path, detail=f"time_formats {form}", known="%Y-%m-%d") from fault


def _check_crs(mapping: Mapping) -> None:
    if not mapping.crs:
        raise ConfigError("missing_key", path=mapping.path, detail="source.crs")
    try:
        is_degrees(mapping.crs)
    except ConfigError as fault:
        raise ConfigError("unknown_crs", path=mapping.path, detail=f"{mapping.crs} ({mapping.path})") from fault


def _check_zone(mapping: Mapping) -> None:
    if not mapping.time_zone:
        raise ConfigError("missing_key", path=mapping.path, detail="source.time_zone")
    try:
        ZoneInfo(mapping.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
        raise ConfigError("wrong_type", path=mapping.path, detail="source.time_zone", known="IANA zone") from fault


def _known(table: Any, known: tuple[str, ...], prefix: str, path: Path) -> None:
    for key in table:
        if key not in known:
            near = nearest(str(key), known)
            raise ConfigError("unknown_key", path=path, detail=f"{prefix}{key}", known=f"{prefix}{near}")


def nearest(key: str, known: tuple[str, ...]) -> str:
    """Return the known key most like a wrong one."""
    return (get_close_matches(key, known, n=1, cutoff=0.0) or ["?"])[0]
