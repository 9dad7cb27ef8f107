"""Places facts again where boundaries have changed for their days, and workers who have become known."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from data.lake import Part
from data.schema import arrow_schema
from etl.crew import Crew
from etl.draft import Draft
from etl.intake import areas_of
from etl.job import Slot, known_rows
from etl.merge import FILE
from etl.merge_fixes import KNOWN
from etl.parts import read_part, read_parts
from etl.reference import Reference
from etl.reference_files import ReferenceFiles, opened

POINTED = ("point", "outside")
PLACES = ("camera", "place", "key_area")


def moved_fixes(root: str, known: tuple[Part, ...], slot: Slot, crew: Crew, files: ReferenceFiles) -> pa.Table:
    """Return all fixes of the workers of a slot of whom any lies in another area now, or who are assigned only now.

    They have a column `_file` of known rows, and stand in place of what is known of these workers.
    """
    fixes = known_rows(root, known, "fix")
    reference = opened(files)
    days = np.full(fixes.num_rows, np.datetime64(slot.day, "D"))
    area = areas_of(fixes, days, reference).cast(pa.string())
    other = pc.not_equal(area, fixes["area_id"])
    moved = {*pc.unique(fixes["worker_id"].filter(other)).to_pylist(), *_named(root, known, crew)}
    mine = pc.is_in(fixes["worker_id"], value_set=pa.array(sorted(moved), pa.string()))
    fixes = fixes.set_column(fixes.schema.get_field_index("area_id"), "area_id", area).filter(mine)
    return fixes.append_column(FILE, pa.array(np.full(fixes.num_rows, KNOWN, np.int32)))


def moved_reports(rows: pa.Table, reference: Reference) -> pa.Table | None:
    """Return incident reports placed by the boundaries of their day, or None where nothing moves."""
    pointed = pc.and_(pc.is_in(rows["located"], value_set=pa.array(POINTED)), pc.is_valid(rows["lon"]))
    at = np.flatnonzero(pointed.to_numpy(zero_copy_only=False))
    if not len(at):
        return None
    lon, lat = (rows[name].to_numpy()[at] for name in ("lon", "lat"))
    columns = {name: np.array(rows[name].to_pylist(), object) for name in ("area_id", "located")}
    columns["area_id"][at] = reference.place(lon, lat, rows["day"].to_numpy()[at])
    columns["located"][at] = np.where(columns["area_id"][at] == reference.city, "outside", "point")
    if pc.all(pc.equal(pa.chunked_array([columns["area_id"]]), rows["area_id"])).as_py():
        return None
    for name, values in columns.items():
        rows = rows.set_column(rows.schema.get_field_index(name), name, pa.array(values, pa.string()))
    return rows.cast(arrow_schema("incident_report"))


def moved_places(rows: pa.Table, reference: Reference) -> pa.Table | None:
    """Return cameras, places or key areas in the grids that hold them now, or None where nothing moves."""
    if "geometry" in rows.column_names:
        inside = shapely.point_on_surface(shapely.from_wkb(rows["geometry"].to_numpy(zero_copy_only=False)))
        lon, lat = shapely.get_x(inside), shapely.get_y(inside)
    else:
        lon, lat = rows["lon"].to_numpy(), rows["lat"].to_numpy()
    area = pa.chunked_array([pa.array(reference.place(lon, lat), pa.string())])
    if area.equals(pa.chunked_array([rows["area_id"].combine_chunks()])):
        return None
    return rows.set_column(rows.schema.get_field_index("area_id"), "area_id", area)


def days_with_other_leaves(before: pa.Table | None, after: pa.Table, days: list[date]) -> list[date]:
    """Return the local days on which other leaves or other borders are valid than before."""
    return [day for day in days if _valid(before, day) != _valid(after, day)]


def days_of_new(draft: Draft, crew: Crew) -> list[date]:
    """Return the local days on which workers were derived as assigned nowhere who have got an area since the base."""
    root = draft.folders.root
    known = read_parts(root, draft.base.of("worker")) if draft.base else None
    pairs = [] if known is None else zip(known["worker_id"].to_pylist(), known["area_id"].to_pylist(), strict=True)
    new = crew.area_of.keys() - {worker for worker, area in pairs if area}
    found: set[date] = set()
    for part in draft.of("worker_day") if new else []:
        rows = read_part(root, part)
        mine = pc.is_in(rows["worker_id"], value_set=pa.array(sorted(new), pa.string()))
        found.update(rows.filter(pc.and_(mine, pc.equal(rows["area_id"], crew.nowhere)))["day"].to_pylist())
    return sorted(found)


def _valid(versions: pa.Table | None, day: date) -> frozenset[tuple[str, bytes | None]]:
    if versions is None:
        return frozenset()
    from_, to = versions["valid_from"], versions["valid_to"]
    at = pa.scalar(day, pa.date32())
    begun = pc.or_kleene(pc.is_null(from_), pc.less_equal(from_, at))
    going = pc.or_kleene(pc.is_null(to), pc.greater(to, at))
    rows = versions.filter(pc.fill_null(pc.and_(begun, going), False))
    return frozenset(zip(rows["area_id"].to_pylist(), rows["geometry"].to_pylist(), strict=True))


def _named(root: str, known: tuple[Part, ...], crew: Crew) -> list[str]:
    """Return the workers who were assigned nowhere when the day was derived, and are now."""
    rows = known_rows(root, known, "worker_day")
    then = zip(rows["worker_id"].to_pylist(), rows["area_id"].to_pylist(), strict=True)
    return [worker for worker, area in then if area == crew.nowhere != crew.assigned(worker)]
