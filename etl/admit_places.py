"""Admits what stands somewhere for good (cameras, places, key areas), duty spans and counts; finds the grid of each."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from data.days import midnight
from data.timetable import parse
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


def admit_key_areas(rows: pa.Table, reference: Reference) -> Admitted:
    """Judge numbers, timetable and dates of key areas, and add the grid of a point inside them."""
    verdict = Verdict(rows)
    for name in ("visits_per_week", "people_limit", "incident_limit", "incident_days"):
        verdict.refuse(np.nan_to_num(verdict.values(name).astype(float)) < 0, "negative_count", name)
    faults = np.array([_is_no_timetable(text) for text in rows["timetable"].to_pylist()], bool)
    verdict.refuse(faults, "bad_timetable", "timetable")
    dates = rows["valid_from"].to_pylist(), rows["valid_to"].to_pylist()
    backward = np.array([bool(a and b and b <= a) for a, b in zip(*dates, strict=True)], bool)
    verdict.refuse(backward, "time_order", "valid_from", "valid_to")
    inside = shapely.point_on_surface(shapely.from_wkb(rows["geometry"].to_numpy(zero_copy_only=False)))
    placed = reference.place(shapely.get_x(inside), shapely.get_y(inside))
    verdict.rows = rows.append_column("area_id", pa.array(placed, pa.string()))
    return verdict.close()


def _is_no_timetable(text: str | None) -> bool:
    try:
        return text is not None and not parse(text)
    except ValueError:
        return True


def admit_counts(rows: pa.Table, reference: Reference, key_area_ids: pa.Array) -> Admitted:
    """Judge counts of people alone: of a known key area, not negative, not in the future."""
    verdict = Verdict(rows)
    known = pc.is_in(rows["key_area_id"], value_set=key_area_ids).to_numpy(zero_copy_only=False)
    verdict.refuse(~known, "unknown_key_area", "key_area_id")
    verdict.refuse(verdict.values("count") < 0, "negative_count", "count")
    at = verdict.values("counted_at")
    verdict.refuse(at > np.datetime64(reference.received_at, "us"), "future", "counted_at")
    early = np.datetime64(midnight(reference.config.earliest, reference.config.zone), "us")
    verdict.refuse(at < early, "too_early", "counted_at")
    return verdict.close()


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
    "key_area": admit_key_areas,
    "party_org": admit_attributes,
}
