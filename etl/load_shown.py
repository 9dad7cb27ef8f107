"""Keeps what may be shown of people in step with what is known: the newest counts added up, small ones suppressed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from data.codes import SPECIAL
from data.days import local_day
from data.schema import arrow_schema
from data.suppression import suppress
from etl.run import Run

ELEMENT = "element:"  # persons counted as an element: class 'element:<item>'
SHOWN = {False: "population_shown", True: "special_shown"}

Known = dict[str, dict[str, tuple[date, int]]]  # class -> area -> (as of, count)


def build_shown(run: Run) -> None:
    """Build the tables population_shown and special_shown anew where what they say has changed.

    All areas and levels are judged together, so that no two answers can be held against one another; only the newest
    counts are ever shown, for the same reason. A changed [privacy] small_count takes effect with the next load.
    """
    area = run.draft.read("area")
    if area is None or not (run.draft.of("population") or run.draft.of("element_count")):
        return
    today = local_day(run.now, run.config.zone)
    parents = {row["area_id"]: row["parent_id"] for row in area.to_pylist() if (row["valid_to"] or date.max) > today}
    known = _newest(run)
    for special, table in SHOWN.items():
        rows: list[dict[str, Any]] = []
        for name in sorted(known):
            if name.startswith(SPECIAL) == special:
                rows += _shown(name, known[name], parents, run.config.privacy.small_count)
        made = pa.Table.from_pylist(rows, arrow_schema(table))
        before = run.draft.read(table)
        if before is None or not made.equals(before):
            run.draft.replace(table, made)


def _newest(run: Run) -> Known:
    """Return the newest count of each class and area."""
    found: Known = {}
    for table, column in (("population", "class"), ("element_count", "item")):
        rows = run.draft.read(table)
        if rows is None:
            continue
        if table == "element_count":
            rows = rows.filter(pc.equal(rows["element_class"], "person"))
        for row in rows.select(["area_id", "as_of", column, "count"]).to_pylist():
            mine = found.setdefault((ELEMENT if table == "element_count" else "") + row[column], {})
            mine[row["area_id"]] = max(mine.get(row["area_id"], (date.min, 0)), (row["as_of"], row["count"]))
    return found


def _shown(
    name: str, counts: dict[str, tuple[date, int]], parents: dict[str, str | None], k: int
) -> list[dict[str, Any]]:
    """Return the rows of one class; counts of areas that are no more stand nowhere."""
    counts = {area: told for area, told in counts.items() if area in parents}
    oldest: dict[str, date] = {}
    for area, (as_of, _) in counts.items():
        at: str | None = area
        while at is not None:
            oldest[at] = min(oldest.get(at, as_of), as_of)
            at = parents.get(at)
    cells = suppress(parents, {area: count for area, (_, count) in counts.items()}, k)
    return [
        {"area_id": area, "class": name, "as_of": oldest[area], "count": cell.count, "hidden": cell.hidden}
        for area, cell in sorted(cells.items())
    ]
