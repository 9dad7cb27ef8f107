"""Writes a whole made-up city in the input formats: same seed, end and sizes, same bytes of every file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from data.days import local_day, midnight
from etl.synthetic.area_files import write_areas
from etl.synthetic.basemap import basemap
from etl.synthetic.city import City, make_city
from etl.synthetic.crowds import crowds
from etl.synthetic.dirt import answers, plant
from etl.synthetic.facilities import cameras, places
from etl.synthetic.files import feature, write_json
from etl.synthetic.fixes import SECOND, Columns, day_fixes, fix_table, micros
from etl.synthetic.folder import Folder
from etl.synthetic.forgery import forge
from etl.synthetic.grid_plus import write_grid_plus
from etl.synthetic.home import Written, write_home
from etl.synthetic.hotspots import SPREAD_KM, spots
from etl.synthetic.key_areas import key_areas
from etl.synthetic.loop import steps
from etl.synthetic.people import gcj_workers, units, workers
from etl.synthetic.records import default_point, incident_table, spoiled
from etl.synthetic.reports import reports
from etl.synthetic.roster import ZONE, days_until, roster

ROSTER_AHEAD = 2  # local days after the last one, so that a live feed finds people on duty for 24 h and more
STATE = "synthetic.json"


@dataclass(frozen=True)
class Plan:
    """What to make.

    end: the last moment, naive UTC; days: local days of fixes, incidents: local days of incidents, both up to the day
    of `end` and at least 1; workers: as many as grids unless stated; names: "real" or "fictional".
    """

    end: datetime
    seed: int = 1
    grids: int = 300
    workers: int | None = None
    days: int = 14
    incidents: int = 400
    names: str = "real"


def synthesize(out: Path, end: datetime, **sizes: Any) -> dict[str, Any]:
    """Write gridlink.toml, mappings/, every feed and truth.json into `out`, and return the truth.

    end: naive UTC; nothing lies after it except the roster, which goes on for ROSTER_AHEAD days. sizes: the other
    fields of Plan by name. Raises ConfigError for unknown `names`.
    """
    plan = Plan(end.replace(microsecond=0), **sizes)
    plan = replace(plan, workers=plan.workers or plan.grids, days=max(plan.days, 1), incidents=max(plan.incidents, 1))
    city = make_city(plan.seed, plan.grids, plan.workers or plan.grids, plan.names)
    folder = Folder(out)
    write_areas(city, folder)
    _write_people(city, plan, folder)
    _write_facilities(city, plan, folder)
    walked = _write_fixes(city, plan, folder)
    _write_incidents(city, plan, folder)
    write_home(city, Written(folder.columns, plan.days), default_point(city), out)
    state = {**vars(plan), "end": plan.end.isoformat()}
    write_json(state, out / STATE)
    truth = {
        "parameters": state,
        "default_point": default_point(city),
        "hotspots": _hotspots(city),
        "planted": folder.planted,
        "forged": folder.forged,
        "files": folder.totals(),
        "walked": walked,
    }
    write_json(truth, out / "truth.json")
    return truth


def _write_people(city: City, plan: Plan, folder: Folder) -> None:
    folder.table("units", pa.Table.from_pylist(units(city)), "units.csv", "gb18030")
    folder.table("workers", pa.Table.from_pylist(workers(city)), "workers.csv")
    last = local_day(plan.end, ZONE)
    ahead = [last + timedelta(days=k + 1) for k in range(ROSTER_AHEAD)]
    rows = roster(city.seed, city.workers, [*days_until(plan.end, plan.days), *ahead])
    folder.table("roster", pa.Table.from_pylist(rows), "roster.parquet")


def _write_facilities(city: City, plan: Plan, folder: Folder) -> None:
    folder.table("cameras", pa.Table.from_pylist(cameras(city, plan.end)), "cameras.csv")
    folder.table("places", pa.Table.from_pylist(places(city)), "places.csv")
    shapes = [feature(shape, city.realm, **about) for about, shape in key_areas(city)]
    folder.features("key_areas", shapes, "key_areas.geojson")
    folder.table("people_counts", crowds(city, days_until(plan.end, plan.days), plan.end), "people_counts.csv")
    shapes = [feature(shape, city.realm, kind=kind) for kind, shape in basemap(city)]
    folder.features("basemap", shapes, "basemap.geojson")


def _write_fixes(city: City, plan: Plan, folder: Folder) -> list[dict[str, object]]:
    """Write the fixes of each day, those of the GCJ-02 phones in a feed of their own; return what was truly walked.

    On the last whole day a few tracks are forged; nobody knows what those workers walked.
    """
    walked: list[dict[str, object]] = []
    shifted = np.array(sorted(gcj_workers(city)), np.int64)
    days = days_until(plan.end, plan.days)
    for day in days:
        clean, truth = day_fixes(city, day, plan.end)
        if [day] == days[-2:-1]:
            clean, folder.forged = forge(city, clean, day)
            truth = [row for row in truth if row["worker_id"] not in {one["worker_id"] for one in folder.forged}]
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
    folder.planted += answers(columns, name, 2 if gcj else 1)


def _write_incidents(city: City, plan: Plan, folder: Folder) -> None:
    until = micros(plan.end) // SECOND
    days = days_until(plan.end, plan.incidents)
    rows = reports(city, days, days[-1])
    rows = rows.take(rows.at <= until)
    table, key = spoiled(incident_table(city, rows), np.random.default_rng([city.seed, 21]))
    folder.table("incidents", table, "incidents.csv")
    folder.planted += key
    taken = steps(city, rows, until)
    folder.table("incident_steps", taken, "incident_steps.parquet")
    write_grid_plus(city, rows, taken, (days, plan.end), folder)


def _hotspots(city: City) -> list[dict[str, Any]]:
    """The planted hot spots: middle in degrees, spread (the larger standard deviation), kind, share and trend."""
    rows = []
    for spot in spots(city):
        lon, lat = city.realm.degrees(np.array([[spot.x, spot.y]]))[0]
        about = {"lon": float(lon), "lat": float(lat), "spread_m": max(SPREAD_KM) * 1000}
        rows.append({"name": spot.name, "kind": spot.kind, "share": spot.share, "trend": spot.trend, **about})
    return rows
