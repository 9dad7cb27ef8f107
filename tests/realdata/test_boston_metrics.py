"""Every case-flow metric Boston's data support, precinct by precinct, against pandas; the others are unknown."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from data.config import load_config
from data.query import Door
from data.scope import Scope
from data.warehouse import Warehouse
from etl.load import LoadResult

pytestmark = pytest.mark.realdata
SUMMER = {"start": datetime(2011, 7, 1, 4), "end": datetime(2012, 1, 1, 5), "now": datetime(2012, 1, 1, 5)}
START, END, NOW = (pd.Timestamp(SUMMER[name]) for name in ("start", "end", "now"))
OUT, STACK = ["S92", "S93"], "default"
Counted = tuple[pd.DataFrame, pd.Series]


@pytest.fixture(scope="module")
def table(boston: tuple[Path, LoadResult]) -> pd.DataFrame:
    rows = Warehouse(load_config(boston[0])).fetch("SELECT * FROM incident", {})
    return rows.to_pandas().set_index("incident_id")


@pytest.fixture(scope="module")
def steps(boston: tuple[Path, LoadResult]) -> pd.DataFrame:
    wanted = "SELECT incident_id, stepped_at, to_state FROM incident_step"
    return Warehouse(load_config(boston[0])).fetch(wanted, {}).to_pandas()


def due(table: pd.DataFrame) -> pd.DataFrame:
    """Cases due in the period that should be handled: handled by now, or overdue; shelved, rejected, void left out."""
    rows = table[table.deadline_at.between(START, END, inclusive="left") & ~table.state.isin([*OUT, "X3"])]
    return rows[(rows.handled_at <= NOW) | (rows.deadline_at < NOW)]


def reported(table: pd.DataFrame, *without: str) -> pd.DataFrame:
    return table[table.reported_at.between(START, END, inclusive="left") & ~table.state.isin(without)]


def on_time_handling(table: pd.DataFrame, _: pd.DataFrame) -> Counted:
    rows = due(table)
    return rows, (rows.handled_at <= rows.deadline_at) & (rows.handled_at <= NOW)


def overdue(table: pd.DataFrame, _: pd.DataFrame) -> Counted:
    rows, good = on_time_handling(table, _)
    return rows, ~good


def on_time_closing(table: pd.DataFrame, _: pd.DataFrame) -> Counted:
    rows = due(table)
    return rows, (rows.closed_at <= NOW) & (rows.handled_at <= rows.deadline_at)


def handling(table: pd.DataFrame, _: pd.DataFrame) -> Counted:
    rows = due(table)
    return rows, rows.handled_at <= NOW


def closing(table: pd.DataFrame, _: pd.DataFrame) -> Counted:
    rows = due(table)
    return rows, rows.closed_at <= NOW


def extended(table: pd.DataFrame, _: pd.DataFrame) -> Counted:
    rows = table[table.filed_at.between(START, END, inclusive="left") & (table.state != "S93")]
    return rows, rows.extensions > 0


def public_share(table: pd.DataFrame, _: pd.DataFrame) -> Counted:
    rows = reported(table, *OUT)
    return rows, rows.source.isin(["public", "hotline"])


def proactive(table: pd.DataFrame, _: pd.DataFrame) -> Counted:
    rows = reported(table, *OUT)
    return rows, rows.source.isin(["worker", "video"])


METRICS = (
    *(on_time_handling, overdue, on_time_closing, handling, closing),
    *(public_share, proactive),
)
# Requests there are opened and closed, with nothing in between.
UNSAID = (
    "filing",
    "extended",
    "shelved",
    "reopen",
    "returned",
    "dispatch_accuracy",
    "first_check",
    "rework",
    "on_time_accept",
)


def by_precinct(door: Door, name: str) -> dict[str, tuple[float, float]]:
    rows: list[dict[str, Any]] = door.metric(
        name, Scope("t", frozenset({"analyst"}), "boston"), level="precinct", **SUMMER
    )
    return {row["area_id"]: (row["part"], row["whole"]) for row in rows if row["whole"]}


@pytest.mark.parametrize("count", METRICS, ids=lambda count: count.__name__)
def test_a_metric_of_every_precinct_is_what_pandas_counts(
    boston: tuple[Path, LoadResult], table: pd.DataFrame, steps: pd.DataFrame, count: Any
) -> None:
    rows, part = count(table, steps)
    told = pd.DataFrame({"area": rows.area_id.to_numpy(), "part": part.to_numpy(bool)}).groupby("area").part
    counted = {
        area: (float(n), float(whole))
        for area, n, whole in zip(told.sum().index, told.sum(), told.count(), strict=True)
    }
    assert by_precinct(Door(load_config(boston[0])), count.__name__) == counted
    assert len(counted) == 255


@pytest.mark.parametrize("name", UNSAID)
def test_what_the_requests_do_not_say_is_unknown_and_no_zero(boston: tuple[Path, LoadResult], name: str) -> None:
    scope = Scope("t", frozenset({"analyst"}), "boston")
    rows = Door(load_config(boston[0])).metric(name, scope, level="precinct", **SUMMER)
    assert {row["value"] for row in rows} == {None}


def test_with_and_without_the_default_geocode_the_city_is_another(table: pd.DataFrame, steps: pd.DataFrame) -> None:
    rows, part = on_time_handling(table, steps)
    stack = rows.located == STACK
    assert 0.05 < stack.mean() < 0.15  # one request in twelve lies at one made-up point
    with_it, without = part.mean(), part[~stack].mean()
    assert with_it != without and abs(with_it - without) < 0.05
    assert stack.sum() > 3000
