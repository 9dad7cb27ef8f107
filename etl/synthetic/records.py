"""Incidents as rows of the incident feed, with the faults a loader must find."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from etl.synthetic.city import City
from etl.synthetic.files import as_text
from etl.synthetic.fixes import SECOND
from etl.synthetic.hotspots import script
from etl.synthetic.limits import after, limit
from etl.synthetic.people import worker_id
from etl.synthetic.reports import COMMUNITY, DEFAULT, GRID, POINT, Reports

BAD_TIMES = ("2026-02-30 09:15:00", "2026-13-01 10:00:00", "31/12/2025 25:61")
COPIED, CHANGED = 4, 2


def default_point(city: City) -> tuple[float, float]:
    """Return lon, lat of the point that the source's geocoder gives when it finds nothing."""
    lon, lat = city.realm.degrees(np.array([[0.0, 0.0]]))[0]
    return float(lon), float(lat)


def incident_table(city: City, rows: Reports) -> pa.Table:
    """Return the incident feed; a case of which only a grid or community is known has no point."""
    seconds, work = limit(rows.kinds(), rows.severity)
    deadline = np.floor(after(rows.at.astype(float), seconds, work)).astype(np.int64)
    kinds = script()["kind"]
    titles = [kinds[k]["titles"][s % len(kinds[k]["titles"])] for k, s in zip(rows.kind, rows.sub, strict=True)]
    default = rows.known == DEFAULT
    lon, lat = np.where(default, np.array(default_point(city))[:, None], city.realm.degrees(rows.xy).T)
    pointless = ~default & (rows.known != POINT)
    grids = [city.grids[g] for g in rows.grid]
    by_worker = (rows.sources() == "worker") & (rows.grid < city.workers)
    not_grid, not_community = rows.known != GRID, rows.known != COMMUNITY
    columns = {
        "incident_id": pa.array(rows.ids(), pa.string()),
        "source": pa.array(rows.sources(), pa.string()),
        "kind": pa.array(rows.kinds(), pa.string()),
        "subkind": pa.array([title[0] for title in titles], pa.string()),
        "severity": pa.array(rows.severity, pa.int64()),
        "title": pa.array([title[1] for title in titles], pa.string()),
        "reported_at": _times(rows.at),
        "deadline_at": _times(deadline),
        "area_id": pa.array([g.area_id for g in grids], pa.string(), mask=not_grid),
        "area_name": pa.array([g.community for g in grids], pa.string(), mask=not_community),
        "lon": pa.array(lon, mask=pointless),
        "lat": pa.array(lat, mask=pointless),
        "discovered_level": pa.array(rows.levels(), pa.string()),
        "worker_id": pa.array([worker_id(g) for g in rows.grid], pa.string(), mask=~by_worker),
    }
    return pa.table(columns)


def _times(seconds: Any) -> pa.Array:
    return pa.array(seconds * SECOND, pa.int64()).cast(pa.timestamp("us"))


def spoiled(table: pa.Table, rng: np.random.Generator) -> tuple[pa.Table, list[dict[str, object]]]:
    """Add repeated ids and impossible times; return the table (times as text) and the answer key."""
    table = as_text(table)
    rows = table.to_pylist()
    if not rows:
        return table, []
    chosen = [int(at) for at in rng.permutation(len(rows))[: COPIED + CHANGED]]
    extra = [("repeated_row", "duplicate", rows[at]) for at in chosen[:COPIED]]
    for at in chosen[COPIED:]:
        extra.append(("repeated_id", "duplicate", rows[at] | {"title": f"{rows[at]['title']}（重报）"}))
    for number, text in enumerate(BAD_TIMES):
        bad = {"incident_id": f"SJBADTIME-{number + 1:02d}", "reported_at": text, "deadline_at": None}
        extra.append(("bad_time", "rejected: bad_time", rows[chosen[0]] | bad))
    first = len(rows) + 2
    key: list[dict[str, object]] = [
        {"file": "incidents.csv", "kind": kind, "expected": fate, "row": first + n, "incident_id": row["incident_id"]}
        for n, (kind, fate, row) in enumerate(extra)
    ]
    return pa.concat_tables([table, pa.Table.from_pylist([row for _, _, row in extra], table.schema)]), key
