"""Which grids and police beats share ground, and how much of each: measured in the city's metric CRS."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import shapely

from data.config import Config
from data.days import local_day
from data.lake import Part
from data.schema import arrow_schema
from etl.geometry import read_shapes
from etl.measure import in_metres
from etl.run import Run

INPUTS = ("area", "beat")


def build_grid_beats(run: Run) -> None:
    """Build table grid_beat anew where the areas or the beats are not those of the base version."""
    draft = run.draft
    area, beat = draft.read("area"), draft.read("beat")
    before = _paths(draft.base.parts if draft.base else ())
    if area is None or beat is None or (draft.of("grid_beat") and before == _paths(draft.parts)):
        return
    draft.replace("grid_beat", shared(area, beat, run.config, local_day(run.now, run.config.zone)))


def shared(area: pa.Table, beat: pa.Table, config: Config, day: date) -> pa.Table:
    """Return table grid_beat: each leaf valid on a local day with each beat it overlaps (areas in square metres).

    Pairs that share less than [grid_plus] beat_share of both only touch: they are left out.
    """
    leaves = [
        row for row in area.select(["area_id", "level", "geometry", "valid_to"]).to_pylist()
        if row["level"] == config.leaf and row["geometry"] is not None and (row["valid_to"] or date.max) > day
    ]  # fmt: skip
    grids, beats = (
        in_metres(read_shapes(shapes), config.city.crs_metric)
        for shapes in ([row["geometry"] for row in leaves], beat["geometry"].to_pylist())
    )
    grids, beats = (shapely.make_valid(shapes) for shapes in (grids, beats))
    one, other = shapely.STRtree(beats).query(grids, predicate="intersects")
    common = shapely.area(shapely.intersection(grids[one], beats[other]))
    shares = [common / shapely.area(shapes[at]) for shapes, at in ((grids, one), (beats, other))]
    real = np.flatnonzero(np.maximum(*shares) >= config.grid_plus.beat_share)
    ids = beat["beat_id"].to_pylist()
    columns = {
        "area_id": [leaves[at]["area_id"] for at in one[real]],
        "beat_id": [ids[at] for at in other[real]],
        "shared_m2": common[real],
        "grid_share": np.minimum(shares[0][real], 1.0),
        "beat_share": np.minimum(shares[1][real], 1.0),
    }
    made = pa.table(columns, schema=arrow_schema("grid_beat"))
    return made.sort_by([("area_id", "ascending"), ("beat_id", "ascending")])


def _paths(parts: tuple[Part, ...] | list[Part]) -> set[str]:
    return {part.path for part in parts if part.table in INPUTS}
