"""Checks the coordinate system a file was said to be in against where its points should lie.

WGS-84, GCJ-02 and BD-09 put the same numbers 500 to 1,200 m apart, more than the width of a grid. A worker is
mostly inside the own grid, so the share of fixes there says which system the numbers were really in. Nothing is
changed by it: somebody who knows the source decides.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from etl.projection import UNREGISTERED, to_wgs84, wgs84_to_bd09, wgs84_to_gcj02
from etl.reference import Reference

Floats = NDArray[np.float64]

SAMPLE = 20_000  # points looked at, taken evenly
FEWEST = 30  # points that say nothing yet
BETTER = 0.2  # share by which another system must be better
WGS84 = "EPSG:4326"
SHIFT = {"GCJ-02": wgs84_to_gcj02, "BD-09": wgs84_to_bd09}


@dataclass(frozen=True)
class Hypothesis:
    """Had the file been in `crs`, `share` of `n` points would lie where they belong."""

    crs: str
    share: float
    n: int


def check_datum(
    lon: Floats, lat: Floats, worker_ids: pa.Array, reference: Reference, stated_crs: str
) -> list[Hypothesis]:
    """Return the share of fixes inside their workers' assigned areas under each hypothesis, the stated one first.

    `lon` and `lat` are EPSG:4326 as converted from `stated_crs`, one element per fix. Workers without an area, or
    with the whole city, say nothing. Empty where too few fixes say anything.
    """
    some = _some(len(lon))
    workers = pa.array(worker_ids).take(pa.array(some)).to_pylist()
    own = [reference.area_of.get(worker) for worker in workers]
    return _hypotheses(lon[some], lat[some], own, reference, stated_crs)


def check_stated_areas(
    lon: Floats, lat: Floats, area_ids: pa.Array, reference: Reference, stated_crs: str
) -> list[Hypothesis]:
    """Return the same for points that state the area they lie in, as incidents may."""
    some = _some(len(lon))
    return _hypotheses(lon[some], lat[some], pa.array(area_ids).take(pa.array(some)).to_pylist(), reference, stated_crs)


def datum_warning(path: object, hypotheses: list[Hypothesis]) -> dict[str, str] | None:
    """Return a warning that names both shares where another system is better by more than 20 points."""
    if not hypotheses:
        return None
    stated, best = hypotheses[0], max(hypotheses, key=lambda x: x.share)
    if best.share - stated.share <= BETTER:
        return None
    detail = f"{stated.crs} {stated.share:.0%}, {best.crs} {best.share:.0%} (n = {stated.n})"
    return {"reason": "datum", "key": str(path), "detail": detail}


def _some(n: int) -> NDArray[np.int64]:
    """Return positions of at most 20,000 of n points, evenly spread."""
    return np.unique(np.linspace(0, n - 1, min(n, SAMPLE)).astype(np.int64)) if n else np.empty(0, np.int64)


def _hypotheses(lon: Floats, lat: Floats, own: list[str | None], reference: Reference, crs: str) -> list[Hypothesis]:
    telling = [x is not None and x in reference.area_ids and x.rstrip("~") != reference.city[:-1] for x in own]
    at = np.flatnonzero(np.array(telling, bool) & np.isfinite(lon) & np.isfinite(lat))
    if len(at) < FEWEST:
        return []
    belongs = [str(own[i]).rstrip("~") for i in at]
    x, y = SHIFT[crs.upper()](lon[at], lat[at]) if crs.upper() in SHIFT else (lon[at], lat[at])
    found = [Hypothesis(crs, _share(lon[at], lat[at], belongs, reference), len(at))]
    for other in (WGS84, *UNREGISTERED):
        if other != crs.upper() and (other != WGS84 or crs.upper() in SHIFT):
            found.append(Hypothesis(other, _share(*to_wgs84(x, y, other), belongs, reference), len(at)))
    return found


def _share(lon: Floats, lat: Floats, belongs: list[str], reference: Reference) -> float:
    """Return the share of points whose leaf is, or lies below, the area they belong to."""
    parent = dict(zip(*(reference.area[x].to_pylist() for x in ("area_id", "parent_id")), strict=True))
    lineage: dict[str, set[str]] = {}
    for leaf in reference.placed_ids.to_pylist():
        lineage[leaf] = set()
        above: str | None = leaf
        while above is not None:
            lineage[leaf].add(above)
            above = parent.get(above)
    leaves = reference.place(lon, lat)
    return float(np.mean([area in lineage[leaf] for area, leaf in zip(belongs, leaves, strict=True)]))
