"""The first rows as they would load, and what would be refused: the real mapping and judges, nothing written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import shapely

from data.errors import FileRefused, sentence
from etl.admit import Admitted, Verdict
from etl.admit_fixes import admit_fixes
from etl.admit_incidents import admit_incidents, admit_steps
from etl.admit_places import ADMIT
from etl.areas import build_areas
from etl.mapping import apply_mapping
from etl.propose.draft import Draft
from etl.propose.table import Table
from etl.reference import Reference

ROWS = 2000  # rows tried
SHOWN, SHOWN_REJECTS, POINTS = 20, 50, 500
COARSE, FINE = 2, 3  # decimals of a worker's place in rows, and of places without a worker
NAMES = {("worker", "name")}
SIMPLER = 0.0005  # degrees
NO_GRIDS = {"unit", "basemap", "area"}


@dataclass(frozen=True)
class Preview:
    """What the first rows become; `note` is the reason why nothing could be tried or judged."""

    columns: list[str] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    rejects: list[dict[str, Any]] = field(default_factory=list)
    rows_in: int = 0
    would_load: int = 0
    would_reject: int = 0
    counted: dict[str, int] = field(default_factory=dict)
    note: str = ""
    points: list[list[float]] = field(default_factory=list)
    outline: dict[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the table and the counts."""
        shown = ("columns", "rows", "rejects", "rows_in", "would_load", "would_reject", "counted")
        said = {f"note_{x}": sentence(self.note, x) if self.note else "" for x in ("zh", "en")}
        return {x: getattr(self, x) for x in shown} | {"note": self.note, **said}


def no_preview(table: Table) -> Preview:
    """Return the preview of a file that could not be mapped."""
    return Preview(rows_in=min(table.raw.num_rows, ROWS))


def preview(table: Table, draft: Draft) -> Preview:
    """Map and judge the first rows as `load` would, against the areas, workers and duty the home has now."""
    raw = table.raw.slice(0, ROWS)
    if draft.trial is None:
        return no_preview(table)
    try:
        mapped = apply_mapping(raw, draft.trial, table.config)
    except FileRefused as fault:
        return Preview(rows_in=raw.num_rows, note=fault.reason)
    feed, reference = draft.fit.feed.name, table.known.reference
    note = "no_areas" if reference is None and feed not in NO_GRIDS else ""
    admitted = Verdict(mapped.rows).close() if note else _judged(feed, mapped.rows, table)
    rejects = [*mapped.rejects.to_pylist(), *admitted.rejects.to_pylist()]
    mapped_names = [x for x in draft.fit.feed.columns if x in draft.fit.matches and x != "geometry"]
    return Preview(
        columns=mapped_names,
        rows=_rows(feed, mapped_names, admitted.rows),
        rejects=[_reject(x) for x in sorted(rejects, key=lambda x: x["row"])[:SHOWN_REJECTS]],
        rows_in=raw.num_rows,
        would_load=admitted.rows.num_rows,
        would_reject=len(rejects),
        counted=admitted.counted,
        note=note,
        points=_points(feed, admitted.rows),
        outline=_outline(admitted.rows, reference),
    )


def shown(feed: str, column: str, value: Any) -> Any:
    """Return a value as a preview may show it: names by their beginning, a worker's place to about a kilometre."""
    if value is None or value == "":
        return value
    if (feed, column) in NAMES:
        return str(value)[0] + "**"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds") + "Z"
    if isinstance(value, date):
        return value.isoformat()
    if feed == "fix" and column in {"lon", "lat"}:
        return _coarse(value)
    return value


def _coarse(value: Any) -> Any:
    try:
        return round(float(value), COARSE)
    except ValueError:
        return str(value)[:6] + "…"


def _judged(feed: str, rows: pa.Table, table: Table) -> Admitted:
    reference = table.known.reference
    if feed == "area":
        return _judged_areas(rows, table)
    if reference is None:
        return Verdict(rows).close()
    if feed == "fix":
        return admit_fixes(rows, reference)
    if feed == "incident":
        return admit_incidents(rows, reference)
    if feed == "incident_step":
        return admit_steps(rows, reference, pa.array(sorted(table.known.ids["incident_id"]), pa.string()))
    return ADMIT[feed](rows, reference) if feed in ADMIT else Verdict(rows).close()


def _judged_areas(rows: pa.Table, table: Table) -> Admitted:
    """Build the tree of the new areas together with those the home has, and count what of the new is refused."""
    known = _as_input(table.known.reference, rows)
    both = pa.concat_tables([rows, known.select(rows.column_names)], promote_options="default")
    built = build_areas(both.replace_schema_metadata(rows.schema.metadata), table.config)
    mine = np.array([x < rows.num_rows for x in built.refused], bool)
    gone = np.zeros(rows.num_rows, bool)
    gone[[x for x in built.refused if x < rows.num_rows]] = True
    return Admitted(rows.filter(pa.array(~gone)), built.rejects.filter(pa.array(mine)))


def _as_input(reference: Reference | None, rows: pa.Table) -> pa.Table:
    """Return the home's areas as rows of the feed, those replaced by the new ones left out."""
    if reference is None:
        return rows.slice(0, 0)
    new = set(rows["area_id"].to_pylist())
    levels = {x.id for x in reference.config.levels[1:]}
    old = [r for r in reference.area.to_pylist() if r["level"] in levels and r["area_id"] not in new]
    names = set(rows.column_names)
    kept = [{k: v for k, v in r.items() if k in names} | {"_row": 0} for r in old]
    return pa.Table.from_pylist(kept, rows.schema)


def _rows(feed: str, names: list[str], rows: pa.Table) -> list[list[Any]]:
    part = rows.slice(0, SHOWN).select(names).to_pylist()
    return [[shown(feed, name, row[name]) for name in names] for row in part]


def _reject(row: dict[str, Any]) -> dict[str, Any]:
    said = {f"sentence_{x}": sentence(row["reason"], x, detail=row["detail"]) for x in ("zh", "en")}
    return {"row": row["row"], "reason": row["reason"], "detail": row["detail"], **said}


def _points(feed: str, rows: pa.Table) -> list[list[float]]:
    """Return places spread over the rows, in the order of their coordinates so that no track can be read from them."""
    if "geometry" in rows.column_names:
        inside = shapely.point_on_surface(shapely.from_wkb(rows["geometry"].to_numpy(zero_copy_only=False)))
        places = np.column_stack([shapely.get_x(inside), shapely.get_y(inside)])
    elif "lon" in rows.column_names:
        places = np.column_stack([rows[x].to_numpy(zero_copy_only=False).astype(float) for x in ("lon", "lat")])
    else:
        return []
    places = places[np.isfinite(places).all(axis=1)]
    step = max(len(places) // POINTS, 1)
    rounded = np.round(places[::step][:POINTS], FINE if feed == "fix" else 6)
    return [[float(x), float(y)] for x, y in sorted(rounded.tolist())]


def _outline(rows: pa.Table, reference: Reference | None) -> dict[str, Any] | None:
    """Return the shapes of the file, simplified, or else the city the points should lie in."""
    if "geometry" in rows.column_names:
        shapes = shapely.from_wkb(rows["geometry"].to_numpy(zero_copy_only=False))[:POINTS]
        whole = shapely.GeometryCollection(list(shapely.simplify(shapes, SIMPLER)))
    elif reference is not None:
        area = dict(zip(reference.area["area_id"].to_pylist(), reference.area["geometry"].to_pylist(), strict=True))
        city = area.get(reference.config.city.area_id)
        whole = shapely.simplify(shapely.from_wkb(city), SIMPLER) if city else None
    else:
        return None
    made: dict[str, Any] | None = None if whole is None else shapely.geometry.mapping(whole)
    return made
