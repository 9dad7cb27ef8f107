"""What an account may see of the persons in rows: masked names, an area instead of a point, no words of a case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa

from data.masking import mask_name
from data.scope import Scope

WORDS = frozenset({"title", "detail", "reason"})

Point = tuple[float | None, float | None]


def is_own(scope: Scope, params: Mapping[str, Any]) -> bool:
    """Say whether people ask about themselves alone: nobody needs a reason for that, and it is written down too."""
    return bool(scope.worker_id) and params.get("workers") == [scope.worker_id]


def masked(rows: pa.Table, header: Mapping[str, Any], scope: Scope, labels: Callable[[], dict[str, Point]]) -> pa.Table:
    """Return a query's rows as an account may see them, by the header: `names`, `exact`, `persons`."""
    for column in header.get("names", []):
        names = [mask_name(value, scope) for value in rows[column].to_pylist()]
        rows = rows.set_column(rows.schema.get_field_index(column), column, pa.array(names, pa.string()))
    if header.get("exact") and not scope.sees_exact_workers:
        rows = _blurred(rows, labels(), scope.worker_id)
    if header.get("persons"):
        rows = hide_persons(rows, header["persons"], scope, labels())
    return rows if scope.reads_cases else _without_words(rows)


def _without_words(rows: pa.Table) -> pa.Table:
    """Return rows without what was told of a case in words; its kind and area stay (domain table 7.3, viewer)."""
    for column in WORDS & set(rows.column_names) if "incident_id" in rows.column_names else ():
        nothing = pa.nulls(rows.num_rows, rows.schema.field(column).type)
        rows = rows.set_column(rows.schema.get_field_index(column), column, nothing)
    return rows


def hide_persons(rows: pa.Table, who: str, scope: Scope, labels: Mapping[str, Point]) -> pa.Table:
    """Return rows in which persons are seen as an account may see them; column `who` holds ids, NULL for no person.

    Whoever sees workers as points gets `name` masked. For everybody else a person is an area and a role: no id, no
    name, no value, and instead of the point that of the area's label (labels: lon, lat by area id).
    """
    if not rows.num_rows:
        return rows
    unseen = {} if scope.sees_exact_workers else {"worker_id": None}
    listed = [
        _seen(row, who, scope, labels) if row["personal"] else row | {key: unseen[key] for key in unseen if key in row}
        for row in rows.to_pylist()
    ]
    return pa.Table.from_pylist(listed, rows.schema)


def _seen(row: dict[str, Any], who: str, scope: Scope, labels: Mapping[str, Point]) -> dict[str, Any]:
    if scope.sees_exact_workers:
        named = {key: mask_name(row[key], scope) for key in ("subject", "name") if key in row}
        return row | named
    hidden: dict[str, Any] = dict.fromkeys({who, "subject", "name", "value"} & row.keys())
    if "lon" in row and row["lon"] is not None:
        hidden["lon"], hidden["lat"] = labels.get(row["area_id"], (None, None))
    return row | hidden


def _blurred(rows: pa.Table, points: Mapping[str, Point], own: str) -> pa.Table:
    """Replace each person's point by the label point of the area they are assigned to; people see their own."""
    at = [
        (row["lon"], row["lat"]) if own and row.get("worker_id") == own else points.get(row["area_id"], (None, None))
        for row in rows.to_pylist()
    ]
    for number, column in enumerate(("lon", "lat")):
        values = pa.array([point[number] for point in at], pa.float64())
        rows = rows.set_column(rows.schema.get_field_index(column), column, values)
    return rows
