"""Admits incidents and their steps, and finds where each incident is counted."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from numpy.typing import NDArray

from data.days import midnight
from data.states import STATES
from etl.admit import Admitted, Mask, Verdict, bad_point, outside_box
from etl.reference import Reference


@cache
def kinds() -> dict[str, int]:
    """Return the level-1 codes of data/kinds.csv with their default severity."""
    table = pa_csv.read_csv(str(files("data").joinpath("kinds.csv")))
    return dict(zip(table["kind"].to_pylist(), table["severity"].to_pylist(), strict=True))


def admit_incidents(rows: pa.Table, reference: Reference) -> Admitted:
    """Judge each incident alone and place it.

    Adds `area_id` (a leaf or a virtual child) and `located`; a point is kept when located = 'point' or 'outside'.
    An unknown kind becomes OTH; an incident with neither point nor known area is counted in the city, unlocated.
    """
    verdict = Verdict(rows)
    reported_at, closed_at = verdict.values("reported_at"), verdict.values("closed_at")
    verdict.refuse(reported_at > np.datetime64(reference.received_at, "us"), "future", "reported_at")
    early = np.datetime64(midnight(reference.config.earliest, reference.config.zone), "us")
    verdict.refuse(reported_at < early, "too_early", "reported_at")
    verdict.refuse(closed_at < reported_at, "time_order", "reported_at", "closed_at")
    has_point, stated = _points(verdict), _stated(verdict, reference)
    unknown = np.array([area is None for area in stated], bool) & ~has_point
    verdict.refuse(unknown & _names_something(verdict), "unknown_area", "area_id", "area_name")
    verdict.refuse(np.array([area == "" for area in stated], bool) & ~has_point, "ambiguous_area", "area_name")
    far = has_point & outside_box(verdict.values("lon"), verdict.values("lat"), reference.box)
    verdict.refuse(far, "outside_city", "lon", "lat")
    verdict.rows = _placed(verdict, has_point, stated, reference)
    return verdict.close()


def admit_steps(rows: pa.Table, reference: Reference, incident_ids: pa.Array) -> Admitted:
    """Judge each step alone: of a known incident, into a known state, not in the future."""
    verdict = Verdict(rows)
    known = pc.is_in(rows["incident_id"], value_set=incident_ids).to_numpy(zero_copy_only=False)
    verdict.refuse(~known, "unknown_incident", "incident_id")
    states = pc.is_in(rows["to_state"], value_set=pa.array(sorted(STATES))).to_numpy(zero_copy_only=False)
    verdict.refuse(~states, "unknown_state", "to_state")
    late = verdict.values("stepped_at") > np.datetime64(reference.received_at, "us")
    verdict.refuse(late, "future", "stepped_at")
    return verdict.close()


def _points(verdict: Verdict) -> Mask:
    """Say which rows have a point of their own: present, believable, and not the default geocode."""
    default = verdict.rows["_default"].fill_null(False).to_numpy(zero_copy_only=False)
    out: Mask = ~bad_point(verdict.values("lon"), verdict.values("lat")) & ~default.astype(bool)
    return out


def _stated(verdict: Verdict, reference: Reference) -> list[str | None]:
    """Return the area each row names, by id or by name; None = none known, '' = several of that name."""

    def find(area_id: str | None, name: str | None) -> str | None:
        if area_id in reference.area_ids:
            return area_id
        found = reference.by_name.get(name or "", [])
        return found[0] if len(found) == 1 else ("" if found else None)

    columns = [verdict.rows[key].to_pylist() for key in ("area_id", "area_name")]
    return [find(area_id, name) for area_id, name in zip(*columns, strict=True)]


def _names_something(verdict: Verdict) -> Mask:
    either = pc.or_(pc.is_valid(verdict.rows["area_id"]), pc.is_valid(verdict.rows["area_name"]))
    out: Mask = either.to_numpy(zero_copy_only=False)
    return out


def _placed(verdict: Verdict, has_point: Mask, stated: list[str | None], reference: Reference) -> pa.Table:
    rows = verdict.rows
    area = np.array([reference.countable(s) if s else reference.city for s in stated], object)
    default = rows["_default"].fill_null(False).to_numpy(zero_copy_only=False).astype(bool)
    located = np.where(default, "default", np.where([bool(s) for s in stated], "area", "none")).astype(object)
    at = np.flatnonzero(has_point)
    area[at] = reference.place(verdict.values("lon")[at].astype(float), verdict.values("lat")[at].astype(float))
    located[at] = np.where(area[at] == reference.city, "outside", "point")
    exact = pa.array(np.isin(located, ("point", "outside")))  # areas that come later may hold what lies outside now
    columns: dict[str, Any] = {"area_id": pa.array(area, pa.string()), "located": pa.array(located, pa.string())}
    for name in ("lon", "lat"):
        columns[name] = pc.if_else(exact, rows[name], pa.scalar(None, pa.float64()))
    columns["kind"], columns["severity"] = _kind_and_severity(rows)
    return _with(rows, columns)


def _kind_and_severity(rows: pa.Table) -> tuple[pa.Array, pa.Array]:
    table = kinds()
    kind = [k if k in table else "OTH" for k in rows["kind"].to_pylist()]
    given = rows["severity"].to_pylist()
    severity = [s if s in range(1, 6) else table[k] for k, s in zip(kind, given, strict=True)]
    return pa.array(kind, pa.string()), pa.array(severity, pa.int32())


def _with(rows: pa.Table, columns: dict[str, NDArray[np.generic] | pa.Array]) -> pa.Table:
    for name, values in columns.items():
        at = rows.schema.get_field_index(name)
        rows = rows.set_column(at, name, values) if at >= 0 else rows.append_column(name, values)
    return rows
