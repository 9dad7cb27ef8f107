"""Admits what stands somewhere for good (cameras, places, key areas) and duty spans, and finds the grid of each."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import shapely

from etl.admit import Admitted, Verdict, bad_point, outside_box
from etl.reference import Reference


def admit_points(rows: pa.Table, reference: Reference) -> Admitted:
    """Judge cameras and places by their point, and add `area_id`."""
    verdict = Verdict(rows)
    lon, lat = verdict.values("lon"), verdict.values("lat")
    verdict.refuse(bad_point(lon, lat), "bad_coordinates", "lon", "lat")
    verdict.refuse(outside_box(lon, lat, reference.box), "outside_city", "lon", "lat")
    x, y = (np.nan_to_num(values.astype(float)) for values in (lon, lat))
    verdict.rows = rows.append_column("area_id", pa.array(reference.place(x, y), pa.string()))
    return verdict.close()


def admit_polygons(rows: pa.Table, reference: Reference) -> Admitted:
    """Add to key areas the grid of a point inside them."""
    inside = shapely.point_on_surface(shapely.from_wkb(rows["geometry"].to_numpy(zero_copy_only=False)))
    placed = reference.place(shapely.get_x(inside), shapely.get_y(inside))
    return Verdict(rows.append_column("area_id", pa.array(placed, pa.string()))).close()


def admit_spans(rows: pa.Table, reference: Reference) -> Admitted:
    """Judge roster spans: they end after they start."""
    del reference
    verdict = Verdict(rows)
    backward = verdict.values("ends_at") <= verdict.values("starts_at")
    verdict.refuse(backward, "time_order", "starts_at", "ends_at")
    return verdict.close()


def admit_attributes(rows: pa.Table, reference: Reference) -> Admitted:
    """Judge area attributes and assignments: the area must exist where one is named."""
    verdict = Verdict(rows)
    known = np.isin(verdict.values("area_id").astype(str), [*reference.area_ids, "None"])
    verdict.refuse(~known, "unknown_area", "area_id")
    return verdict.close()


ADMIT: dict[str, Callable[[pa.Table, Reference], Admitted]] = {
    "area_attribute": admit_attributes,
    "worker": admit_attributes,
    "roster": admit_spans,
    "camera": admit_points,
    "place": admit_points,
    "key_area": admit_polygons,
}
