"""Writes a whole made-up city in the input formats: same seed, end and sizes, same bytes of every file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from data.days import local_day, midnight
from etl.synthetic.basemap import basemap
from etl.synthetic.city import City, make_city
from etl.synthetic.dirt import answers, plant
from etl.synthetic.facilities import cameras, key_areas, places
from etl.synthetic.files import feature, write_csv, write_features, write_json, write_parquet
from etl.synthetic.fixes import SECOND, Columns, day_fixes, fix_table, micros
from etl.synthetic.home import write_home
from etl.synthetic.hotspots import SPREAD_KM, spots
from etl.synthetic.loop import steps
from etl.synthetic.people import gcj_workers, units, workers
from etl.synthetic.records import default_point, incident_table, spoiled
from etl.synthetic.reports import reports
from etl.synthetic.roster import ZONE, days_until, roster

ROSTER_AHEAD = 2  # local days after the last one, so that a live feed finds people on duty for 24 h and more
STATE = "synthetic.json"


@dataclass(frozen=True)
class Plan:
    """What to make: sizes, the last moment (naive UTC, whole seconds) and which names."""

    end: datetime
    seed: int = 1
    grids: int = 300
    workers: int | None = None
    days: int = 14
    incidents: int = 400
    names: str = "real"


class Folder:
    """A folder being filled: writes files and keeps the answer key."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.columns: dict[str, list[str]] = {}
        self.planted: list[dict[str, object]] = []
        self.files: dict[str, dict[str, Any]] = {}

    def table(self, feed: str, table: pa.Table, name: str, encoding: str = "utf-8") -> None:
        """Write a table as CSV or Parquet by the name's suffix, and note its columns and rows."""
        self.columns[feed] = table.column_names
        path = self.out / name
        if name.endswith(".csv"):
            write_csv(table, path, encoding)
        else:
            write_parquet(table, path)
        self.note(name, table.num_rows)

    def features(self, feed: str, rows: list[dict[str, Any]], name: str) -> None:
        """Write GeoJSON features and note the columns and rows."""
        self.columns[feed] = [*(rows[0]["properties"] if rows else {}), "geometry"]
        write_features(rows, self.out / name)
        self.note(name, len(rows))

    def plant(self, rows: list[dict[str, object]]) -> None:
        """Add planted faults to the answer key."""
        self.planted += rows

    def note(self, name: str, rows: int) -> None:
        """Note how many rows a file has."""
        self.files[name] = {"written": rows}

    def totals(self) -> dict[str, dict[str, Any]]:
        """Return per file: rows written and how many a loader should load, reject, count or call duplicates."""
        for name, total in self.files.items():
            fates = [str(p["expected"]) for p in self.planted if p["file"] == name]
            total["duplicate"] = sum(f == "duplicate" for f in fates)
            total["rejected"] = sum(f.startswith("rejected") for f in fates)
            total["off_duty"] = sum(f.startswith("counted") for f in fates)
            total["loaded"] = total["written"] - total["duplicate"] - total["rejected"] - total["off_duty"]
        return self.files


def synthesize(out: Path, end: datetime, **sizes: Any) -> dict[str, Any]:
    """Write gridlink.toml, mappings/, every feed and truth.json into `out`, and return the truth.

    end: naive UTC; nothing lies after it except the roster, which goes on for ROSTER_AHEAD days. sizes: the other
    fields of Plan by name.
    """
    plan = Plan(end, **sizes)
    plan = replace(plan, end=plan.end.replace(microsecond=0), workers=plan.workers or plan.grids)
    city = _city(plan)
    folder = Folder(out)
    _write_areas(city, folder)
    _write_people(city, plan, folder)
    _write_facilities(city, folder)
    walked = _write_fixes(city, plan, folder)
    _write_incidents(city, plan, folder)
    write_home(city, folder.columns, default_point(city), out)
    write_json(_state(plan), out / STATE)
    truth = {
        "parameters": _state(plan),
        "default_point": default_point(city),
        "hotspots": _hotspots(city),
        "planted": folder.planted,
        "files": folder.totals(),
        "walked": walked,
    }
    write_json(truth, out / "truth.json")
    return truth


def _city(plan: Plan) -> City:
    return make_city(plan.seed, plan.grids, plan.workers or plan.grids, plan.names)


def _state(plan: Plan) -> dict[str, Any]:
    return {**vars(plan), "end": plan.end.isoformat()}


def _write_areas(city: City, folder: Folder) -> None:
    """Write the grids, one of them unclosed and one bow-tie too many, and their attributes."""
    rows = [
        feature(
            g.polygon,
            city.realm,
            street_id=g.street_id,
            street=g.street,
            community_id=g.community_id,
            community=g.community,
            grid_id=g.area_id,
            name=g.name,
        )
        for g in city.grids
    ]
    open_ring = len(rows) // 2
    rows[open_ring]["geometry"]["coordinates"][0].pop()
    x, y = city.grids[0].polygon.representative_point().coords[0]
    bow = shapely.Polygon([(x, y), (x + 0.2, y + 0.2), (x + 0.2, y), (x, y + 0.2)])
    extra = {**rows[0]["properties"], "grid_id": city.grids[0].area_id[:-3] + "999", "name": "蝴蝶结"}
    rows.append(feature(bow, city.realm, **extra))
    name = "areas/grids.geojson"
    folder.features("areas", rows, name)
    key = [("unclosed_ring", "repaired and loaded", open_ring), ("bow_tie", "rejected: self_crossing", len(rows) - 1)]
    for kind, fate, at in key:
        grid_id = rows[at]["properties"]["grid_id"]
        folder.plant([{"file": name, "kind": kind, "expected": fate, "row": at + 1, "area_id": grid_id}])
    attributes = [
        {
            "area_id": g.area_id,
            "households": round(g.people / 2.6),
            "residents": round(g.people),
            "floating": round(g.people * {"urban": 0.24, "town": 0.12, "rural": 0.04}[g.kind]),
            "urban_class": g.kind,
        }
        for g in city.grids
    ]
    folder.table("area_attributes", pa.Table.from_pylist(attributes), "area_attributes.csv")


def _write_people(city: City, plan: Plan, folder: Folder) -> None:
    folder.table("units", pa.Table.from_pylist(units(city)), "units.csv", "gb18030")
    folder.table("workers", pa.Table.from_pylist(workers(city)), "workers.csv")
    last = local_day(plan.end, ZONE)
    ahead = [last + timedelta(days=k + 1) for k in range(ROSTER_AHEAD)]
    rows = roster(city.seed, city.workers, [*days_until(plan.end, max(plan.days, 1)), *ahead])
    folder.table("roster", pa.Table.from_pylist(rows), "roster.parquet")


def _write_facilities(city: City, folder: Folder) -> None:
    folder.table("cameras", pa.Table.from_pylist(cameras(city)), "cameras.csv")
    folder.table("places", pa.Table.from_pylist(places(city)), "places.csv")
    shapes = [feature(shape, city.realm, **about) for about, shape in key_areas(city)]
    folder.features("key_areas", shapes, "key_areas.geojson")
    folder.features("basemap", [feature(shape, city.realm, kind=kind) for kind, shape in basemap(city)], "basemap.geojson")


def _write_fixes(city: City, plan: Plan, folder: Folder) -> list[dict[str, object]]:
    """Write the fixes of each day, those of the GCJ-02 phones in a feed of their own; return what was truly walked."""
    walked: list[dict[str, object]] = []
    shifted = np.array(sorted(gcj_workers(city)))
    for day in days_until(plan.end, plan.days):
        clean, truth = day_fixes(city, day, plan.end)
        walked += truth
        columns = plant(city, clean, day, (micros(midnight(day, ZONE)), micros(plan.end)))
        other = np.isin(columns.worker, shifted)
        _write_day(city, columns.take(~other), f"fixes/fixes_{day}.parquet", folder)
        _write_day(city, columns.take(other), f"fixes_gcj/fixes_{day}.csv", folder)
    return walked


def _write_day(city: City, columns: Columns, name: str, folder: Folder) -> None:
    gcj = name.endswith(".csv")
    table = fix_table(city, columns, "GCJ-02" if gcj else "EPSG:4326")
    folder.table("fixes_gcj" if gcj else "fixes", table, name)
    folder.plant(answers(columns, name, 2 if gcj else 1))


def _write_incidents(city: City, plan: Plan, folder: Folder) -> None:
    until = micros(plan.end) // SECOND
    days = days_until(plan.end, plan.incidents)
    rows = reports(city, days, days[-1])
    rows = rows.take(rows.at <= until)
    table, key = spoiled(incident_table(city, rows), np.random.default_rng([city.seed, 21]))
    folder.table("incidents", table, "incidents.csv")
    folder.plant(key)
    folder.table("incident_steps", steps(city, rows, until), "incident_steps.parquet")


def _hotspots(city: City) -> list[dict[str, Any]]:
    """The middles of the planted hot spots in degrees, their spread (one standard deviation) and trend."""
    rows = []
    for spot in spots(city):
        lon, lat = city.realm.degrees(np.array([[spot.x, spot.y]]))[0]
        about = {"lon": float(lon), "lat": float(lat), "spread_m": SPREAD_KM * 1000}
        rows.append({"name": spot.name, "kind": spot.kind, "share": spot.share, "trend": spot.trend, **about})
    return rows
