"""Publishes what may be shown of people: fixed tables, small counts suppressed (data/suppression.py).

A class of people is published on fixed dates only ([privacy] publish_months): its table holds every area's newest
count of the time since the fixed date before. It is made with the first load on or after its date and never again:
later counts of that time, corrections and other settings wait for the next one. So no count is ever part of two
tables, and none can be found by subtracting one table from another. All areas and levels of a table are judged
together and for all accounts alike, so that no two answers can be held against one another. Classes overlap, and no
sum over classes is ever shown.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from data.codes import SPECIAL
from data.days import local_day
from data.privacy import fixed_date
from data.schema import arrow_schema
from data.suppression import suppress
from etl.run import Run

ELEMENT = "element:"  # persons counted as an element: class 'element:<item>'
SHOWN = {False: "population_shown", True: "special_shown"}
SOURCES = (("population", "class"), ("element_count", "item"))

Parents = dict[str, str | None]
Row = dict[str, Any]


def build_shown(run: Run) -> None:
    """Publish the tables whose date has come; what was published stays as it is."""
    counts = _counts(run)
    if not counts.num_rows:
        return
    for special, table in SHOWN.items():
        before = run.draft.read(table)
        mine = counts.filter(pc.equal(pc.starts_with(counts["class"], SPECIAL), special))
        rows = [] if before is None else before.to_pylist()
        due = due_tables(mine, rows, local_day(run.now, run.config.zone), run.config.privacy.publish_months)
        made = published(mine, rows, due, _parents(run) if due else {}, run.config.privacy.small_count)
        if before is None or due:
            run.draft.replace(table, pa.Table.from_pylist(made, arrow_schema(table)))


def due_tables(counts: pa.Table, before: list[Row], today: date, months: int) -> dict[str, tuple[date, set[date]]]:
    """Return the classes to be published now, each with the fixed date and the days of counting that belong to it.

    counts: class, area_id, as_of (a day), count; before: the rows published so far. Only the newest date is made up
    for.
    """
    known: dict[str, date] = {row["class"]: row["as_of"] for row in before}
    days: dict[str, dict[date, set[date]]] = {}
    for row in counts.group_by(["class", "as_of"]).aggregate([]).to_pylist():
        on = fixed_date(row["as_of"], months)
        if known.get(row["class"], date.min) < on <= today:
            days.setdefault(row["class"], {}).setdefault(on, set()).add(row["as_of"])
    return {name: max(dates.items()) for name, dates in days.items()}


def published(
    counts: pa.Table, before: list[Row], due: dict[str, tuple[date, set[date]]], parents: Parents, k: int
) -> list[Row]:
    """Return the rows published from now on: those of before, with new ones in the place of a class that is due.

    parents: the parent of every area there is; counts of areas that are no more stand nowhere.
    """
    rows = [row for row in before if row["class"] not in due]
    for name, (on, days) in due.items():
        told = pc.and_(pc.equal(counts["class"], name), pc.is_in(counts["as_of"], value_set=pa.array(days)))
        newest = {row["area_id"]: row["count"] for row in counts.filter(told).sort_by("as_of").to_pylist()}
        hid = {row["area_id"] for row in before if row["class"] == name and row["hidden"]}
        cells = suppress(parents, {area: n for area, n in newest.items() if area in parents}, k, hid)
        rows += [
            {"area_id": area, "class": name, "as_of": on, "count": cell.count, "hidden": cell.hidden}
            for area, cell in cells.items()
        ]
    return sorted(rows, key=lambda row: (row["class"], row["area_id"]))


def _counts(run: Run) -> pa.Table:
    """Return all counts of people: class, area_id, as_of, count."""
    found = []
    for table, column in SOURCES:
        rows = run.draft.read(table)
        if rows is None:
            continue
        if table == "element_count":
            rows = rows.filter(pc.equal(rows["element_class"], "person"))
        name = pc.cast(rows[column], pa.string())
        if table == "element_count":
            name = pc.binary_join_element_wise(ELEMENT, name, "")
        found.append(pa.table([name, *(rows[one] for one in OF)], names=["class", *OF]))
    return pa.concat_tables(found) if found else pa.table({"class": pa.array([], pa.string())})


OF = ("area_id", "as_of", "count")


def _parents(run: Run) -> Parents:
    """Return the areas of today, each with its parent."""
    area = run.draft.read("area")
    today = local_day(run.now, run.config.zone)
    rows = [] if area is None else area.to_pylist()
    return {row["area_id"]: row["parent_id"] for row in rows if (row["valid_to"] or date.max) > today}
