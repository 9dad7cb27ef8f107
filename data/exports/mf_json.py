"""Moving Features as JSON (OGC 19-045r3): a feature per stretch of a track, its times beside its places."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from data.exports.columns import UTC_TIME, flat
from data.exports.extract import Extract, Format, Progress
from data.exports.geojson import COMPACT

CRS = {"type": "Name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}
CLOCK = {"type": "Name", "properties": {"name": "urn:ogc:data:time:iso8601"}}
DIGITS = 7  # of a degree: a centimetre
Vertex = tuple[Any, ...]


def write(extract: Extract, path: Path, report: Progress) -> None:
    """Write the tracks to `path`: rows come worker by worker in their order of time, `seg` tells stretches apart."""
    with path.open("w", encoding="utf-8") as file:
        head = {"type": "FeatureCollection", "crs": CRS, "trs": CLOCK, "gridlink": extract.provenance.as_json()}
        file.write(json.dumps(head, ensure_ascii=False, separators=COMPACT)[:-1] + ',"features":[')
        joint = "\n"
        for (worker, seg), vertices in groupby(_vertices(extract, report), key=lambda vertex: vertex[:2]):
            file.write(
                joint + json.dumps(_feature(worker, seg, list(vertices)), ensure_ascii=False, separators=COMPACT)
            )
            joint = ",\n"
        file.write("\n]}\n")


def _vertices(extract: Extract, report: Progress) -> Iterator[Vertex]:
    for batch in extract.batches(report):
        segs = batch.column("seg").to_pylist() if "seg" in batch.schema.names else [0] * batch.num_rows
        times = flat(batch.column("fixed_at"), UTC_TIME).to_pylist()
        places = (batch.column(name).to_pylist() for name in ("lon", "lat"))
        rows = zip(batch.column("worker_id").to_pylist(), segs, times, *places, strict=True)
        yield from (row for row in rows if row[3] is not None and row[4] is not None)


def _feature(worker: str, seg: Any, vertices: list[Vertex]) -> dict[str, Any]:
    moving = {
        "type": "MovingPoint",
        "coordinates": [[round(lon, DIGITS), round(lat, DIGITS)] for _, _, _, lon, lat in vertices],
        "datetimes": [at.isoformat().replace("+00:00", "Z") for _, _, at, _, _ in vertices],
        "interpolation": "Linear",
    }
    return {
        "type": "Feature",
        "properties": {"id": f"{worker}-{seg}", "worker_id": worker, "seg": seg},
        "temporalGeometry": moving,
    }


FORMAT = Format("mf-json", ".mf.json", "application/json", write, needs="track")
