"""Metrics: what was counted by hand in the sample city, and what must hold whatever was counted."""

from __future__ import annotations

import csv
import math
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from scipy.stats import binomtest

from data.intervals import wilson
from data.metrics import METRICS
from data.query import Door
from data.scope import Scope
from tests.conftest import SAMPLES

DAY = {"start": datetime(2026, 1, 4, 16), "end": datetime(2026, 1, 5, 16), "now": datetime(2026, 1, 5, 4)}


def hand_counts() -> dict[str, dict[str, tuple[float, float | None]]]:
    """Return the table of the samples' README: metric -> area -> (part, whole)."""
    text = (SAMPLES / "README.md").read_text(encoding="utf-8").split("## Hand counts")[1]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    areas = rows[0][1:]
    return {row[0]: {a: _counted(c) for a, c in zip(areas, row[1:], strict=True) if c} for row in rows[2:]}


def _counted(cell: str) -> tuple[float, float | None]:
    part, _, whole = cell.partition("/")
    return float(part), float(whole) if whole else None


HAND = hand_counts()


def ask(door: Door, name: str, level: str, area: str | None = None, **period: datetime) -> dict[str, dict[str, Any]]:
    scope = Scope("tester", frozenset({"leader"}), "QH")
    rows = door.metric(name, scope, level=level, area=area, **{**DAY, **period})
    return {row["area_id"]: row for row in rows}


@pytest.mark.parametrize("name", HAND)
def test_the_sample_city_counts_as_by_hand(door: Door, name: str) -> None:
    rows = ask(door, name, "city") | ask(door, name, "community")
    assert {area: (round(row["part"], 3), row["whole"]) for area, row in rows.items()} == HAND[name]


def test_every_metric_is_counted_by_hand_but_those_of_lengths_and_cells() -> None:
    assert set(METRICS) - set(HAND) == {"coverage", "patrol_km", "walk_km", "ride_km"}


@pytest.mark.parametrize("name", METRICS)
@pytest.mark.parametrize("level", ["street", "community", "grid"])
def test_children_with_the_unlocated_one_add_up_to_their_parent(door: Door, name: str, level: str) -> None:
    for parent, whole_row in ask(door, name, "city").items():
        children = ask(door, name, level, parent).values()
        assert math.isclose(sum(row["part"] for row in children), whole_row["part"], abs_tol=1e-9)
        assert sum(row["whole"] or 0 for row in children) == (whole_row["whole"] or 0)


def test_what_is_only_known_to_be_in_a_community_stands_beside_its_grids(door: Door) -> None:
    rows = ask(door, "reported", "grid", "QH0101")
    assert (rows["QH0101~"]["level"], rows["QH0101~"]["n"]) == ("unlocated", 1)
    assert sum(row["n"] for row in rows.values()) == ask(door, "reported", "community")["QH0101"]["n"]


def test_records_nobody_brought_up_to_date_for_longer_than_the_cycle_are_out_of_date(door: Door) -> None:
    for day, fresh in ((datetime(2026, 1, 2), 8), (datetime(2026, 4, 1, 15), 8), (datetime(2026, 4, 1, 17), 0)):
        later = {"end": day, "now": day}  # counted on 1 January; the 91st day after begins at 16:00 UTC
        assert ask(door, "records_fresh", "city", **later)["QH"]["part"] == fresh


def test_a_check_nobody_has_done_counts_only_once_it_is_late(door: Door) -> None:
    before, after = (datetime(2026, 1, 5, 2, minute) for minute in (41, 43))  # due 10:42, done 10:45 in the city
    counts = [ask(door, "verified_on_time", "community", now=now)["QH0201"] for now in (before, after)]
    assert [(row["part"], row["whole"]) for row in counts] == [(0, 0), (0, 1)]


def test_in_time_and_overdue_are_two_halves_of_one_whole(door: Door) -> None:
    for hours in range(0, 36, 3):
        now = DAY["start"] + timedelta(hours=hours)
        good, bad = (ask(door, name, "city", now=now)["QH"] for name in ("on_time_handling", "overdue"))
        closed = ask(door, "on_time_closing", "city", now=now)["QH"]
        assert good["whole"] == bad["whole"] == closed["whole"]
        assert good["part"] + bad["part"] == good["whole"]
        assert closed["part"] <= good["part"]
        handled, ended = (ask(door, name, "city", now=now)["QH"] for name in ("handling", "closing"))
        assert ended["part"] <= handled["part"] <= handled["whole"] == good["whole"]
        assert good["part"] <= handled["part"]
        right, returned = (ask(door, name, "city", now=now)["QH"] for name in ("dispatch_accuracy", "returned"))
        assert right["part"] + returned["part"] == right["whole"] == returned["whole"]


def test_the_ladder_only_climbs(door: Door) -> None:
    rungs = ["in_grid_on_time", "in_grid", "solved_by_community", "solved_by_street"]
    parts = [ask(door, name, "city")["QH"]["part"] for name in rungs]
    assert parts == sorted(parts)


def test_the_exceptions_are_the_difference_and_say_why(door: Door) -> None:
    scope = Scope("tester", frozenset({"leader"}), "QH")
    rows = door.query("exceptions", scope, area="QH", **DAY).to_pylist()
    causes = {row["incident_id"]: row["cause"] for row in rows}
    assert causes == {
        "E019": "late", "E020": "late", "E021": "higher_level", "E022": "higher_level", "E023": "higher_level",
        "E024": "higher_level", "E025": "overdue", "E026": "overdue", "E031": "overdue", "E035": "forced",
    }  # fmt: skip
    counted = ask(door, "in_grid_on_time", "city")["QH"]
    assert len(rows) == counted["whole"] - counted["part"]


def test_a_later_look_can_only_settle_cases(door: Door) -> None:
    wholes = [ask(door, "in_grid", "city", now=DAY["start"] + timedelta(hours=h))["QH"]["whole"] for h in range(48)]
    assert wholes[0] == 0 and wholes == sorted(wholes)


def test_nothing_to_count_is_no_value_and_never_a_zero_or_a_hundred(door: Door) -> None:
    quiet = {"start": datetime(2025, 1, 1), "end": datetime(2025, 1, 2), "now": datetime(2025, 1, 2)}
    for name in ("in_grid_on_time", "on_time_handling", "valid_track", "online_hours", "attendance"):
        row = ask(door, name, "city", **quiet)["QH"]
        assert (row["value"], row["n"], row["low"], row["high"]) == (None, 0, None, None)
    assert ask(door, "reported", "city", **quiet)["QH"]["value"] == 0


def test_a_share_comes_with_its_interval_and_a_mean_without(door: Door) -> None:
    share = ask(door, "in_grid_on_time", "city")["QH"]
    assert share["value"] == 20 / 30 and share["low"] < 20 / 30 < share["high"]
    assert ask(door, "online_hours", "city")["QH"]["value"] == 1.875
    assert ask(door, "online_hours", "city")["QH"]["low"] is None


def test_wilson_agrees_with_scipy_and_says_nothing_of_nothing() -> None:
    for part, whole in [(0, 1), (0, 10), (1, 3), (15, 20), (10, 10), (980, 1000)]:
        theirs = binomtest(part, whole).proportion_ci(method="wilson")
        assert wilson(part, whole) == pytest.approx((theirs.low, theirs.high), abs=1e-6)
    assert wilson(0, 0) is None


def test_an_account_of_a_street_sees_its_street_and_nothing_of_the_other(door: Door) -> None:
    scope = Scope("street", frozenset({"operator"}), "QH01")
    assert [r["area_id"] for r in door.metric("reported", scope, level="city", **DAY)] == []
    assert [r["n"] for r in door.metric("reported", scope, level="street", **DAY)] == [20]
    assert sum(r["n"] for r in door.metric("reported", scope, level="grid", **DAY)) == 20


def test_repeats_agree_with_measuring_every_pair(door: Door) -> None:
    with open(SAMPLES / "incidents.csv", encoding="utf-8", newline="") as file:
        rows = [row for row in list(csv.DictReader(file))[:40]]
    points = [r for r in rows if r["经度"] and (r["经度"], r["纬度"]) != ("119.5", "32.0")]
    points = [r for r in points if r["事件号"] not in {"E033", "E034"} and r["类别"] != "信息采集"]

    def metres(a: dict[str, str], b: dict[str, str]) -> float:
        lon, lat = float(a["经度"]) - float(b["经度"]), float(a["纬度"]) - float(b["纬度"])
        return math.hypot(lon * 111_195 * math.cos(math.radians(32)), lat * 111_195)

    repeated = [
        b
        for b in points
        if any(a["小类"] == b["小类"] and a["上报时间"] < b["上报时间"] and metres(a, b) <= 50 for a in points)
    ]
    row = ask(door, "repeat", "city")["QH"]
    assert (row["part"], row["whole"]) == (len(repeated), len(points)) == (1, 35)


def test_the_samples_stay_small_enough_to_read() -> None:
    assert sum(path.stat().st_size for path in Path(SAMPLES).rglob("*") if path.is_file()) < 300_000
