"""What the pages of areas show: what lies below one, its days, its key areas, and what its grids have of 网格+."""

from __future__ import annotations

import pyarrow as pa

from dashboard import key_areas, place, plus
from dashboard.panels.area_children import lines
from dashboard.panels.area_trend import by_day
from dashboard.panels.plus_map import day
from dashboard.takeaway import View, rows_of, takeaway
from dashboard.text import named, t

TEXT, WHOLE, NUMBER, TIME, DAY = pa.string(), pa.int64(), pa.float64(), pa.timestamp("us"), pa.date32()
RATE = {"value": NUMBER, "low": NUMBER, "high": NUMBER, "n": WHOLE}
KEY_AREA = {
    **dict.fromkeys(("key_area_id", "name", "kind"), TEXT),
    "grade": TEXT,
    **dict.fromkeys(("parent_name", "area_name", "area_id", "state"), TEXT),
    "due": DAY,
    "last_at": TIME,
    **dict.fromkeys(("visits", "visits_per_week", "people", "people_limit"), WHOLE),
    "counted_at": TIME,
    **dict.fromkeys(("incidents", "incident_limit", "incident_days"), WHOLE),
    "geometry": pa.binary(),
}


@takeaway("children")
def children(view: View) -> pa.Table:
    """Return what lies right below the area, with its key numbers."""
    columns = {"area_id": TEXT, "name": TEXT, **dict.fromkeys(("households", "reported", "open"), WHOLE)}
    columns |= {**RATE, "coverage": NUMBER}
    rows = [{**row, **row["rate"], "name": row["name"], "coverage": row["coverage"]["value"]} for row in lines(view)]
    told = {name: t(f"children.{name}") for name in ("households", "reported", "open", "n", "coverage")}
    return rows_of(rows, columns, {**told, "value": t("children.rate")})


@takeaway("area_trend")
def days(view: View) -> pa.Table:
    """Return the incidents of the area per local day; `whole` is false of the day that is not over."""
    counts, over = by_day(view)
    rows = [{"day": day, "reported": n, "whole": day != over} for day, n in counts.items()]
    return rows_of(rows, {"day": DAY, "reported": WHOLE, "whole": pa.bool_()}, {})


@takeaway("key_areas", kind="place")
def key_area_list(view: View) -> pa.Table:
    """Return the key areas the view asks for, the most urgent first, with their shapes."""
    rows = []
    for row in key_areas.narrowed(key_areas.every(view), view):
        visits = row["visits"] if row["tracked_from"] else None
        rows.append({**row, "visits": visits, **_spelled(row)})
    return rows_of(rows, KEY_AREA, {})


@takeaway("plus_coverage")
def coverage(view: View) -> pa.Table:
    """Return how many grids of the area and of those right below it have each overlay."""
    levels = dict.fromkeys((place.level(view), place.below(view)))
    rows = [row for level in levels for row in plus.rows("grid_plus_coverage", level=level, **day(view))]
    unknown = {kind: None for kind in plus.OVERLAYS if plus.absent(plus.FEEDS[kind]) is not None}
    made = [{**row, "name": named(row), **unknown} for row in rows]
    columns = {"area_id": TEXT, "name": TEXT, "grids": WHOLE, **dict.fromkeys(plus.OVERLAYS, WHOLE)}
    return rows_of(made, columns, {name: t(f"plus.{name}") for name in ("grids", *plus.OVERLAYS)})


@takeaway("plus_without")
def without(view: View) -> pa.Table:
    """Return the grids of the area that have none of the chosen overlay."""
    rows = plus.rows("grids_without", overlay=plus.overlay(view), **day(view))
    shown = [{**row, "name": named(row), "parent_name": _parent(row)} for row in rows]
    return rows_of(shown, dict.fromkeys(("area_id", "name", "parent_name"), TEXT), {})


@takeaway("plus_beats")
def beats(view: View) -> pa.Table:
    """Return the police beats of every grid of the area."""
    columns = dict.fromkeys(("area_id", "area_name", "beat_id", "beat_name", "unit_name"), TEXT)
    columns |= dict.fromkeys(("shared_m2", "grid_share", "beat_share"), NUMBER)
    told = {"beat_name": "beat", "unit_name": "unit", "grid_share": "grid_share", "beat_share": "beat_share"}
    rows = plus.rows("grid_beats", area=place.area(view))
    return rows_of(rows, columns, {name: t(f"plus.{key}") for name, key in told.items()})


def _spelled(row: dict[str, object]) -> dict[str, object]:
    grade = row["grade"]
    return {
        "kind": key_areas.kind_name(str(row["kind"]) if row["kind"] else None),
        "state": t(f"key_areas.{row['state']}"),
        "grade": None if grade is None else str(grade),
    }


def _parent(row: dict[str, object]) -> str:
    return named({"name": row["parent_name"], "name_en": row["parent_name_en"]})
