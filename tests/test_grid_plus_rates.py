"""The rates of 网格+ equal what pandas makes of the same files, in every community and in the city."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from data.config import load_config
from data.query import Door
from data.scope import Scope
from etl.load import load
from tests.conftest import SAMPLES, copy_home

NOW = datetime(2026, 2, 10)
START, END = datetime(2026, 1, 10, 16), datetime(2026, 1, 25, 16)  # local midnights
RANK = {"grid": 1, "community": 2, "street": 3, "city": 4, "above": 5}
LEVELS = {"grid": "网格", "community": "村居", "street": "街镇", "city": "市", "above": "above"}


def moments(rng: np.random.Generator, n: int) -> pd.Series:
    start = pd.Timestamp("2026-01-06 00:00")
    return pd.Series(start + pd.to_timedelta(rng.integers(0, 24 * 86400, n), unit="s"))  # local


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Door, dict[str, pd.DataFrame]]:
    """The sample city's areas with records nobody wrote by hand, and the tables they came from."""
    home = copy_home(SAMPLES, tmp_path_factory.mktemp("rates") / "home")
    rng = np.random.default_rng(5)
    areas = [f"QH0{s}0{c}00{g}" for s in (1, 2) for c in (1, 2) for g in (1, 2, 3)] + ["QH0101", "QH02"]
    tables = {"visits": visits(rng, areas), "services": services(rng, areas), "disputes": disputes(rng, areas)}
    tables["call_backs"] = call_backs(rng, tables["services"])
    for name, table in tables.items():
        table.to_csv(home / f"{name}.csv", index=False)
    files = [SAMPLES / "areas.geojson", SAMPLES / "area_attributes.csv", *(home / f"{name}.csv" for name in tables)]
    result = load(files, load_config(home), now=NOW)
    assert all(entry.rows_loaded == entry.rows_in for entry in result.entries)
    return Door(load_config(home)), tables


def visits(rng: np.random.Generator, areas: list[str], n: int = 400) -> pd.DataFrame:
    about = {"编号": [f"V{k}" for k in range(n)], "网格": rng.choice(areas, n), "网格员": None, "时间": moments(rng, n)}
    return pd.DataFrame({**about, "户数": rng.integers(0, 9, n), "事由": "走访"})


def services(rng: np.random.Generator, areas: list[str], n: int = 500) -> pd.DataFrame:
    about = {"编号": [f"S{k}" for k in range(n)], "网格": rng.choice(areas, n), "类别": "证明"}
    channel = rng.choice(["网上", "窗口", "上门"], n)
    return pd.DataFrame({**about, "渠道": channel, "申请": moments(rng, n), "办结": None})


def call_backs(rng: np.random.Generator, items: pd.DataFrame, n: int = 300) -> pd.DataFrame:
    reached = rng.random(n) < 0.7
    score = np.where(reached & (rng.random(n) < 0.8), rng.integers(1, 6, n), np.nan)
    about = {"事件": None, "事项": rng.choice(items["编号"], n, replace=False), "时间": moments(rng, n)}
    told = {"接通": np.where(reached, "是", "否"), "解决": None, "评分": pd.Series(score).astype("Int64")}
    return pd.DataFrame({**about, **told, "满意": None})


def disputes(rng: np.random.Generator, areas: list[str], n: int = 600) -> pd.DataFrame:
    at = moments(rng, n)
    ended = at + pd.to_timedelta(rng.integers(3600, 86400 * 5, n), unit="s")
    over = rng.random(n) < 0.8
    told = {
        "办结": ended.where(over),
        "结果": pd.Series(rng.choice(["成功", "未成", "上交"], n, p=[0.7, 0.2, 0.1])).where(over),
        "大小": None,
        "人数": pd.Series(np.where(rng.random(n) < 0.9, rng.integers(2, 9, n), np.nan)).astype("Int64"),
        "层级": pd.Series(rng.choice(list(LEVELS.values()), n)).where(over & (rng.random(n) < 0.95)),
        "方式": pd.Series(rng.choice(["人民调解", "公安", "法院"], n)).where(over & (rng.random(n) < 0.9)),
    }
    about = {"编号": [f"D{k}" for k in range(n)], "事件": None, "网格": rng.choice(areas, n), "排查": at}
    return pd.DataFrame({**about, "受理": None, "调解": None, **told, "一": None, "二": None})


def inside(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return the rows of the period, by their local time, of a column named in the file."""
    utc = pd.to_datetime(table[column]) - timedelta(hours=8)
    return table[(utc >= START) & (utc < END)]


def expected(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return per metric a table of grid, part and whole as pandas counts it."""
    ended = inside(tables["disputes"], "办结")
    settled, people = ended["结果"] == "成功", ended["人数"].astype(float)
    rank = ended["层级"].map({zh: RANK[level] for level, zh in LEVELS.items()})
    told = ended[~settled | rank.notna()]
    about = tables["services"][["编号", "网格"]].rename(columns={"编号": "事项"})
    calls = inside(tables["call_backs"], "时间").merge(about, on="事项")
    score, items = calls["评分"].astype(float), inside(tables["services"], "申请")
    small, large = told[people[told.index] < 5], told[people[told.index] >= 5]

    def table(rows: pd.DataFrame, part: pd.Series) -> pd.DataFrame:
        return pd.DataFrame({"grid": rows["网格"], "part": part.astype(float), "whole": 1.0})

    known = ended[settled & ended["方式"].notna()]
    return {
        "online_service": table(items, items["渠道"] == "网上"),
        "call_back_response": table(calls, score.notna()),
        "satisfaction": table(calls[score.notna()], score[score.notna()] >= 4),
        "dispute_success": table(ended, settled),
        "small_contained": table(small, settled[small.index] & (rank[small.index] <= 2)),
        "large_contained": table(large, settled[large.index] & (rank[large.index] <= 3)),
        "people_mediation": table(known, known["方式"] == "人民调解"),
    }


@pytest.mark.parametrize(
    "name",
    ["online_service", "call_back_response", "satisfaction", "dispute_success", "small_contained", "large_contained",
     "people_mediation"],
)  # fmt: skip
def test_a_rate_equals_the_one_pandas_computes(made: tuple[Door, dict[str, pd.DataFrame]], name: str) -> None:
    door, tables = made
    rows = expected(tables)[name]
    assert len(rows) > 50
    for level in ("city", "street", "community"):
        for area, got in ask(door, name, level).items():
            mine = rows[rows["grid"].str.startswith(area.rstrip("~"))]
            if area.endswith("~"):  # known only to be in it
                mine = rows[rows["grid"] == area.rstrip("~")]
            assert (got["part"], got["whole"]) == (mine["part"].sum(), mine["whole"].sum()), area


def test_visits_per_hundred_households_equal_pandas(made: tuple[Door, dict[str, pd.DataFrame]]) -> None:
    door, tables = made
    households = pd.read_csv(SAMPLES / "area_attributes.csv")
    mine = inside(tables["visits"], "时间")
    for area, got in ask(door, "visits_per_100", "community").items():
        if not area.endswith("~"):
            there = households[households["网格编号"].str.startswith(area)]["户数"].sum()
            assert (got["part"], got["whole"]) == (mine[mine["网格"].str.startswith(area)]["户数"].sum(), there)


def ask(door: Door, name: str, level: str) -> dict[str, dict[str, Any]]:
    scope = Scope("tester", frozenset({"leader"}), "QH")
    rows = door.metric(name, scope, start=START, end=END, now=NOW, level=level)
    return {row["area_id"]: row for row in rows}
