"""`gridlink check-areas`: overlaps, gaps, slivers, odd sizes and names of areas, loaded or about to be."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
import shapely
import typer
from rich.console import Console
from rich.table import Table

from data.config import Config, load_config
from data.errors import FileRefused, sentence
from data.warehouse import Warehouse
from data.words import word
from etl.areas import build_areas
from etl.commands import Home, Json, say, show_json, spoken_language
from etl.findings import find
from etl.inbox import open_inbox
from etl.mapping import apply_mapping, load_mapping, load_mappings
from etl.sources import source_for

STORED = "SELECT * FROM area_finding ORDER BY kind, area_id, other_id, detail"
COLUMNS = ("kind", "area_id", "other_id", "area_m2", "detail")


def check_areas(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files of areas; default: the areas loaded.")] = None,
    home: Home = Path("home"),
    mapping: Annotated[Path | None, typer.Option(help="A mapping for these files instead of mappings/.")] = None,
    as_json: Json = False,
) -> None:
    """Report what is odd about boundaries; nothing is loaded or changed."""
    config = load_config(home)
    if paths:
        found, refused = _checked(paths, mapping, config)
    else:
        found, refused = Warehouse(config).fetch(STORED, {}), []
    rows = [_row(row) for row in found.to_pylist()]
    if as_json:
        show_json({"findings": rows, "refused": refused})
        return
    for row in refused:
        say("warning", sentence=f"{row['key']}: {row['sentence']}")
    if rows:
        Console().print(_table(rows))
    say("findings", n=len(rows), refused=len(refused))


def _checked(paths: list[Path], mapping: Path | None, config: Config) -> tuple[pa.Table, list[dict[str, Any]]]:
    """Return the findings about files as if they alone were loaded, and their rows that would be refused."""
    inbox = open_inbox(paths, [load_mapping(mapping)] if mapping else load_mappings(config.home / "mappings"))
    for _, fault in inbox.refused:
        raise fault
    rows: dict[str, list[pa.Table]] = {"area": [], "area_attribute": []}
    rejects = []
    for file in inbox.files:
        if file.mapping.feed in rows:
            raw = source_for(file.path, file.mapping).read(file.path, file.mapping)
            mapped = apply_mapping(raw, file.mapping, config)
            rows[file.mapping.feed].append(mapped.rows)
            rejects.append(mapped.rejects)
    if not rows["area"]:
        raise FileRefused("no_areas")
    built = build_areas(pa.concat_tables(rows["area"], promote_options="default"), config)
    attributes = pa.concat_tables(rows["area_attribute"]) if rows["area_attribute"] else None
    refused = [_refused(row) for part in (*rejects, built.rejects) for row in part.to_pylist()]
    return find(built, attributes, config), refused


def _refused(row: dict[str, Any]) -> dict[str, Any]:
    said = sentence(row["reason"], spoken_language(), **row)
    return {key: row[key] for key in ("row", "key", "reason", "detail")} | {"sentence": said}


def _row(row: dict[str, Any]) -> dict[str, Any]:
    """Return a finding with a place to look at, EPSG:4326, instead of its shape."""
    geometry = row.pop("geometry")
    point = None if geometry is None else shapely.point_on_surface(shapely.from_wkb(geometry))
    return row | {"lon": point and round(point.x, 6), "lat": point and round(point.y, 6)}


def _table(rows: list[dict[str, Any]]) -> Table:
    language = spoken_language()
    table = Table(*(word(f"finding_{column}", language) for column in COLUMNS), "lon, lat")
    for row in rows:
        size = "" if row["area_m2"] is None else f"{row['area_m2']:,.0f}"
        kind = word(f"finding_{row['kind']}", language)
        place = "" if row["lon"] is None else f"{row['lon']}, {row['lat']}"
        table.add_row(kind, row["area_id"], row["other_id"] or "", size, row["detail"], place)
    return table
