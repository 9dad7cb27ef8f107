"""Nobody finds a hidden count: all tables of people an account may see, of all dates, as one linear system."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.sparse import csr_array

from data.privacy import fixed_date
from data.query import Door
from data.scope import Scope
from data.suppression import Cell
from etl import load_shown
from etl.load_shown import due_tables, published

K = 10
CLASSES = ("elderly", "registered", "SPG_A")
TREE = {"c": None, "n": "c", "s": "c", "n1": "n", "n2": "n", "n3": "n", "s1": "s", "s2": "s"}

Parents = dict[str, str | None]
Count = tuple[str, str, date, int]  # class, area, the day it stands for, how many
Row = dict[str, Any]


@dataclass(frozen=True)
class Hidden:
    """A hidden cell and the smallest and largest value the whole system allows it."""

    cell: tuple[str, str, date]
    low: float
    high: float


def whole_system(parents: Parents, counts: Iterable[Count], tables: Iterable[Row]) -> list[Hidden]:
    """Solve for every hidden cell of tables seen at any time, knowing which count each cell is made of.

    A variable is one count: of a class, an area and a day. A shown cell is the sum of the newest counts below its area
    that its table holds; a mark bounds that sum. Two tables that hold the same count share its variable.
    """
    known = list(counts)
    number = {one[:3]: at for at, one in enumerate(known)}
    above = {area: _up(parents, area) for area in parents}
    equal, least, most, asked = [], [], [], []
    for row in tables:
        newest = {}
        for name, area, day, _ in sorted(known, key=lambda one: one[2]):
            if name == row["class"] and row["area_id"] in above[area] and _held(day, row):
                newest[area] = number[name, area, day]
        line = np.bincount(list(newest.values()), minlength=len(known)).astype(float)
        if row["hidden"] is None:
            equal.append((line, row["count"]))
            continue
        asked.append(((row["class"], row["area_id"], row["as_of"]), line))
        if row["hidden"] == "small":
            most.append((line, K - 1))
        else:
            least.append((line, K))
    return [_solved(cell, line, (equal, least, most)) for cell, line in asked]


def _up(parents: Parents, area: str | None) -> set[str]:
    return {area, *_up(parents, parents[area])} if area else set()


def _held(day: date, row: Row) -> bool:
    """Say whether a table holds the counts of a day: those since the first of the month before."""
    return bool(row["from"] < day <= row["as_of"])


def _solved(cell: tuple[str, str, date], line: np.ndarray, system: tuple[list[Any], ...]) -> Hidden:
    equal, least, most = system
    above = [(row, value) for row, value in most] + [(-row, -value) for row, value in least]
    given = {
        "A_eq": csr_array([row for row, _ in equal]) if equal else None,
        "b_eq": [value for _, value in equal] or None,
        "A_ub": csr_array([row for row, _ in above]),
        "b_ub": [value for _, value in above],
    }
    low, high = (linprog(sign * line, bounds=(0, None), method="highs", **given) for sign in (1, -1))
    assert low.status == 0  # the truth itself solves it
    return Hidden(cell, round(low.fun, 6), np.inf if high.status == 3 else round(-high.fun, 6))


def determined(found: Iterable[Hidden]) -> list[Hidden]:
    """Return the cells that can be one whole number only."""
    return [one for one in found if np.floor(one.high + 1e-6) <= np.ceil(one.low - 1e-6)]


def seen(parents: Parents, loads: list[tuple[date, list[Count]]]) -> tuple[list[Count], list[Row]]:
    """Load counts as months go by and return all of them, and every table that was ever shown, each cell once."""
    known: list[Count] = []
    shown: dict[tuple[str, str, date], Row] = {}
    now: list[Row] = []
    for today, counts in loads:
        known += counts
        if not known:
            continue
        names = ("class", "area_id", "as_of", "count")
        table = pa.Table.from_pylist([dict(zip(names, one, strict=True)) for one in known])
        due = due_tables(table, now, today, 1)
        now = published(table, now, due, parents, K)
        for row in now:
            month = row["as_of"].year * 12 + row["as_of"].month - 2
            row = row | {"from": date(month // 12, month % 12 + 1, 1)}
            assert shown.setdefault((row["class"], row["area_id"], row["as_of"]), row) == row  # never another one
    return known, list(shown.values())


@st.composite
def cities(draw: st.DrawFn) -> tuple[Parents, list[tuple[date, list[Count]]]]:
    """Small cities of three levels, counted in part month by month, some counts late and some small."""
    parents: Parents = {"c": None}
    for street in range(draw(st.integers(1, 3))):
        parents[f"s{street}"] = "c"
        parents |= dict.fromkeys((f"s{street}g{grid}" for grid in range(draw(st.integers(1, 4)))), f"s{street}")
    grids = [area for area in parents if "g" in area]
    loads: list[tuple[date, list[Count]]] = []
    for last in (1, 2, 3):
        days = st.sampled_from([date(2026, one, day) for one in range(1, last + 1) for day in (1, 20)])
        told = st.tuples(st.sampled_from(CLASSES), st.sampled_from(grids), days)
        some = draw(st.dictionaries(told, st.integers(0, 30), max_size=3 * len(grids)))
        before = {one[:3] for _, counts in loads for one in counts}
        loads.append((date(2026, last, 21), [(*key, n) for key, n in some.items() if key not in before]))
    return parents, [*loads, (date(2026, 4, 1), [])]


@settings(max_examples=30, deadline=None)
@given(cities())
def test_no_hidden_count_follows_from_all_that_was_ever_shown(
    city: tuple[Parents, list[tuple[date, list[Count]]]],
) -> None:
    assert all(one.high - one.low >= 2 for one in whole_system(city[0], *seen(*city)))


def month(number: int, **counts: int) -> tuple[date, list[Count]]:
    day = date(2026, number, 1)
    return day, [("SPG_A", area, day, n) for area, n in counts.items()]


FULL = [month(1, n1=30, n2=4, n3=12, s1=25, s2=40), month(2, n1=31, n2=4, n3=13, s1=20, s2=41)]


def test_a_cell_alone_in_its_street_is_found_out_where_only_small_ones_are_hidden(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(load_shown, "suppress", small_alone)
    found = determined(whole_system(TREE, *seen(TREE, FULL)))
    assert [(one.cell[1], one.low) for one in found] == [("n2", 4), ("n2", 4)]  # 46 - 30 - 12, and 48 - 31 - 13


def small_alone(parents: Parents, counts: dict[str, int], k: int, _: set[str]) -> dict[str, Cell]:
    """Hide what is small and nothing else."""
    total: dict[str, int] = {}
    for area, n in counts.items():
        for one in _up(parents, area):
            total[one] = total.get(one, 0) + n
    return {area: Cell(None, "small") if n < k else Cell(n) for area, n in total.items()}


def test_two_tables_that_share_counts_give_them_away() -> None:
    # one grid counted anew, the others carried over: 16 - 12 = 4 is what n2 was
    before = [month(1, n1=30, n2=4, n3=12, s1=25, s2=40)[1], [("SPG_A", "n2", date(2026, 2, 1), 11)]]
    counts = [one for some in before for one in some]
    first = {"n1": 30, "n2": "small", "n3": "withheld", "n": 46, "s": 65, "c": 111, "s1": 25, "s2": 40}
    second = {"n1": 30, "n2": 11, "n3": 12, "n": 53, "s": 65, "c": 118, "s1": 25, "s2": 40}
    rows = []
    for day, cells in ((date(2026, 1, 1), first), (date(2026, 2, 1), second)):
        for area, value in cells.items():
            told = {"count": None, "hidden": value} if isinstance(value, str) else {"count": value, "hidden": None}
            rows.append({"class": "SPG_A", "area_id": area, "as_of": day, "from": date(2025, 1, 1), **told})
    found = determined(whole_system(TREE, counts, rows))
    assert {(one.cell[1], one.low) for one in found} == {("n2", 4), ("n3", 12)}


def test_a_grid_counted_anew_stands_alone_in_the_next_table() -> None:
    counts, tables = seen(TREE, [FULL[0], month(2, n2=11)])
    anew = {row["area_id"]: row["count"] for row in tables if row["as_of"] == date(2026, 2, 1)}
    assert anew == {"n2": 11, "n": 11, "c": 11}
    assert determined(whole_system(TREE, counts, tables)) == []


def test_what_the_table_before_withheld_is_withheld_sooner() -> None:
    _, tables = seen(TREE, [FULL[0], month(2, n1=12, n2=4, n3=13, s1=20, s2=41)])
    hidden = [{row["area_id"] for row in tables if row["hidden"] and row["as_of"].month == one} for one in (1, 2)]
    assert hidden == [{"n2", "n3"}, {"n2", "n3"}]  # though n1 is now the smaller one


@pytest.mark.parametrize(
    ("day", "months", "on"),
    [
        (date(2026, 1, 1), 1, date(2026, 1, 1)),
        (date(2026, 1, 2), 1, date(2026, 2, 1)),
        (date(2026, 12, 31), 1, date(2027, 1, 1)),
        (date(2026, 2, 1), 3, date(2026, 4, 1)),
        (date(2026, 4, 1), 3, date(2026, 4, 1)),
        (date(2026, 7, 2), 12, date(2027, 1, 1)),
    ],
)
def test_a_count_belongs_to_the_table_of_the_next_fixed_date(day: date, months: int, on: date) -> None:
    assert fixed_date(day, months) == on


SEES: list[tuple[str, Callable[[Door, Scope, str], list[Row]]]] = [
    ("population", lambda door, scope, area: door.query("population", scope, area=area).to_pylist()),
    ("elements", lambda door, scope, area: _persons(door, scope, area)),
    ("special", lambda door, scope, area: door.query("special_groups", scope, area=area).to_pylist()),
]


def _persons(door: Door, scope: Scope, area: str) -> list[Row]:
    rows = door.query("elements", scope, area=area, day=date(2026, 1, 5)).to_pylist()
    return [row | {"class": "element:" + row["item"]} for row in rows if row["element_class"] == "person"]


def test_a_leader_who_opens_every_page_of_the_sample_city_learns_no_hidden_count(door: Door, whole_city: Scope) -> None:
    scope = whole_city.because("case 1")
    fetched = door.warehouse.fetch("SELECT area_id, parent_id FROM area", {}).to_pylist()
    parents = {row["area_id"]: row["parent_id"] for row in fetched}
    cells: dict[tuple[str, str], Row] = {}
    for _, see in SEES:
        for area in parents:
            for row in see(door, scope, area):
                at = row.get("area_id", area)
                cell = {"class": row["class"], "area_id": at, "count": row["count"], "hidden": row["hidden"]}
                mine = cell | {"as_of": row["as_of"], "from": date(2025, 12, 1)}
                assert cells.setdefault((row["class"], at), mine) == mine  # every page says the same
    found = whole_system(parents, _raw(door), cells.values())
    assert {one.cell[0] for one in found} == {"floating", "SPG_A", "element:I01"}
    assert all(one.high - one.low >= 2 for one in found)


def _raw(door: Door) -> list[Count]:
    people = 'SELECT class, area_id, as_of, "count" FROM population'
    persons = """SELECT 'element:' || item, area_id, as_of, "count" FROM element_count WHERE element_class = 'person'"""
    rows = [door.warehouse.fetch(sql, {}) for sql in (people, persons)]
    return [tuple(row.values()) for table in rows for row in table.to_pylist()]  # type: ignore[misc]
