"""Incidents as rows of the incident feed, with the faults a loader must find."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from etl.synthetic.city import City
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
    text = script()
    kinds, sources = text["kind"], text["source"]
    seconds, work = limit(np.array([k["id"] for k in kinds])[rows.kind], rows.severity)
    deadline = np.floor(after(rows.at.astype(float), seconds, work)).astype(np.int64)
    titles = [kinds[k]["titles"][s % len(kinds[k]["titles"])] for k, s in zip(rows.kind, rows.sub, strict=True)]
    lon, lat = city.realm.degrees(rows.xy).T
    point, default = rows.known == POINT, rows.known == DEFAULT
    stated = default_point(city)
    lon, lat = (np.where(default, d, axis) for d, axis in zip(stated, (lon, lat), strict=True))
    grids = [city.grids[g] for g in rows.grid]
    worker = [
        worker_id(g) if sources[s]["id"] == "worker" and g < city.workers else None
        for g, s in zip(rows.grid, rows.source, strict=True)
    ]
    return pa.table(
        {
            "incident_id": pa.array(rows.ids(), pa.string()),
            "source": pa.array([sources[s]["id"] for s in rows.source], pa.string()),
            "kind": pa.array([kinds[k]["id"] for k in rows.kind], pa.string()),
            "subkind": pa.array([t[0] for t in titles], pa.string()),
            "severity": pa.array(rows.severity, pa.int64()),
            "title": pa.array([t[1] for t in titles], pa.string()),
            "reported_at": _times(rows.at),
            "deadline_at": _times(deadline),
            "area_id": pa.array([g.area_id if k == GRID else None for g, k in zip(grids, rows.known, strict=True)], pa.string()),
            "area_name": pa.array(
                [g.community if k == COMMUNITY else None for g, k in zip(grids, rows.known, strict=True)], pa.string()
            ),
            "lon": pa.array(lon, mask=~(point | default)),
            "lat": pa.array(lat, mask=~(point | default)),
            "discovered_level": pa.array([sources[s]["level"] for s in rows.source], pa.string()),
            "worker_id": pa.array(worker, pa.string()),
        }
    )


def _times(seconds: Any) -> pa.Array:
    return pa.array(seconds * 1_000_000, pa.int64()).cast(pa.timestamp("us"))


def spoiled(table: pa.Table, rng: np.random.Generator) -> tuple[pa.Table, list[dict[str, object]]]:
    """Add repeated ids and impossible times; return the table (times as text) and the answer key."""
    from etl.synthetic.files import as_text

    table = as_text(table)
    rows = table.to_pylist()
    if not rows:
        return table, []
    chosen = rng.permutation(len(rows))[: COPIED + CHANGED]
    extra: list[tuple[str, str, dict[str, Any]]] = []
    for number, at in enumerate(chosen):
        if number < COPIED:
            extra.append(("repeated_row", "duplicate", dict(rows[at])))
        else:
            extra.append(("repeated_id", "duplicate", rows[at] | {"title": f"{rows[at]['title']}（重报）"}))
    for number, text in enumerate(BAD_TIMES):
        bad = {"incident_id": f"SJBADTIME-{number + 1:02d}", "reported_at": text, "deadline_at": None}
        extra.append(("bad_time", "rejected: bad_time", rows[int(chosen[0])] | bad))
    first = len(rows) + 2
    key: list[dict[str, object]] = [
        {"file": "incidents.csv", "kind": kind, "expected": fate, "row": first + n, "incident_id": row["incident_id"]}
        for n, (kind, fate, row) in enumerate(extra)
    ]
    return pa.concat_tables([table, pa.Table.from_pylist([row for _, _, row in extra], table.schema)]), key
