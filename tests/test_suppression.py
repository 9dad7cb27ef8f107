"""Small counts stay unknown: whoever adds and subtracts what is shown never learns a hidden one."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from data.suppression import Cell, possible, suppress

CITY = {"city": None, "north": "city", "south": "city", "n1": "north", "n2": "north", "n3": "north", "s1": "south"}


@st.composite
def trees(draw: st.DrawFn, most: int) -> tuple[dict[str, str | None], dict[str, int]]:
    """Trees of up to three levels below the city, with counts at the bottom."""
    parent: dict[str, str | None] = {"r": None}
    counts: dict[str, int] = {}
    for street in range(draw(st.integers(1, 3))):
        parent[f"s{street}"] = "r"
        grids = draw(st.integers(0, 3))
        for grid in range(grids):
            parent[f"s{street}g{grid}"] = f"s{street}"
        for area in [f"s{street}g{grid}" for grid in range(grids)] or [f"s{street}"]:
            counts[area] = draw(st.integers(0, most))
    return parent, counts


def lines(parent: Mapping[str, str | None], cells: Mapping[str, Cell]) -> tuple[list[str], np.ndarray]:
    """Return the cells in order, and one row a sum: the children less their parent are 0."""
    order = sorted(cells)
    rows = []
    for area in order:
        children = [one for one in order if parent[one] == area]
        if children:
            rows.append([1.0 if one in children else -1.0 if one == area else 0.0 for one in order])
    return order, np.array(rows or [[0.0] * len(order)])


@settings(max_examples=150, deadline=None)
@given(trees(most=25))
def test_no_linear_program_pins_down_a_hidden_count(tree: tuple[dict[str, str | None], dict[str, int]]) -> None:
    parent, counts = tree
    cells = suppress(parent, counts, 10)
    order, sums = lines(parent, cells)
    meaning = {"small": (0, 9), "withheld": (10, None)}
    bounds = [(c.count, c.count) if c.hidden is None else meaning[c.hidden] for c in (cells[a] for a in order)]
    for at, area in enumerate(order):
        if cells[area].hidden is None:
            continue
        goal = np.zeros(len(order))
        goal[at] = 1
        low = linprog(goal, A_eq=sums, b_eq=np.zeros(len(sums)), bounds=bounds)
        high = linprog(-goal, A_eq=sums, b_eq=np.zeros(len(sums)), bounds=bounds)
        assert low.status == 0
        assert high.status == 3 or -high.fun > low.fun + 1.5, (area, parent, counts)
        assert possible(parent, cells, 10)[area][0] == round(low.fun)


@settings(max_examples=150, deadline=None)
@given(trees(most=40))
def test_subtraction_alone_never_gives_a_hidden_count(tree: tuple[dict[str, str | None], dict[str, int]]) -> None:
    parent, counts = tree
    cells = suppress(parent, counts, 10)
    order, sums = lines(parent, cells)
    unknown = [at for at, area in enumerate(order) if cells[area].hidden]
    rank = np.linalg.matrix_rank(sums[:, unknown]) if unknown else 0
    for at in unknown:
        rest = [other for other in unknown if other != at]
        without = np.linalg.matrix_rank(sums[:, rest]) if rest else 0
        assert without == rank  # a column that adds to the rank would be a count that follows from the others


@settings(max_examples=60, deadline=None)
@given(trees(most=4))
def test_every_hidden_count_could_be_another_whole_number(tree: tuple[dict[str, str | None], dict[str, int]]) -> None:
    parent, counts = tree
    if len(counts) > 5:
        return
    cells = suppress(parent, counts, 3)
    seen: dict[str, set[int]] = {area: set() for area, cell in cells.items() if cell.hidden}
    for values in itertools.product(range(9), repeat=len(counts)):
        total: dict[str, int] = {}
        for area, value in zip(counts, values, strict=True):
            at: str | None = area
            while at is not None:
                total[at], at = total.get(at, 0) + value, parent[at]
        if all(_says(cell, total[area], 3) for area, cell in cells.items()):
            for area in seen:
                seen[area].add(total[area])
    assert all(len(values) > 1 for values in seen.values())


def _says(cell: Cell, value: int, k: int) -> bool:
    if cell.hidden is None:
        return cell.count == value
    return value < k if cell.hidden == "small" else value >= k


def test_what_is_shown_is_true_and_small_is_never_shown() -> None:
    cells = suppress(CITY, {"n1": 30, "n2": 4, "n3": 12, "s1": 25}, 10)
    assert cells["n2"] == Cell(None, "small")
    assert cells["n3"] == Cell(None, "withheld")  # the smallest beside it, or 46 - 30 - 12 = 4
    assert [cells[area].count for area in ("n1", "s1", "north", "south", "city")] == [30, 25, 46, 25, 71]


def test_two_small_ones_hide_each_other() -> None:
    cells = suppress(CITY, {"n1": 30, "n2": 4, "n3": 7, "s1": 25}, 10)
    assert {area for area, cell in cells.items() if cell.hidden} == {"n2", "n3"}


def test_nine_and_nine_are_given_away_by_their_sum_and_so_a_third_is_withheld() -> None:
    cells = suppress(CITY, {"n1": 30, "n2": 9, "n3": 9, "s1": 25}, 10)
    assert cells["n1"].hidden == "withheld"


def test_an_only_child_is_hidden_with_its_parent_and_the_parent_with_another() -> None:
    cells = suppress(CITY, {"n1": 30, "n2": 14, "n3": 12, "s1": 3}, 10)
    assert cells["s1"].hidden == cells["south"].hidden == "small"
    assert cells["north"].hidden == "withheld" and cells["city"].count == 59
    assert any(cells[area].hidden for area in ("n1", "n2", "n3"))  # or north is their sum


def test_an_area_nobody_counted_is_no_cell_and_no_zero() -> None:
    assert suppress(CITY, {"n1": 30}, 10).keys() == {"n1", "north", "city"}
    assert suppress(CITY, {}, 10) == {}
    assert suppress(CITY, {"n1": 3, "s1": 0}, 0)["n1"] == Cell(3)
