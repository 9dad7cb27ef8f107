"""网格+: what the sample city's grids hold and what is done there, counted by hand; and what is never taken in."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from data.errors import NotAllowed, Problem
from data.query import Door
from data.scope import Scope
from data.sqlfile import sql_files

DAY = {"start": datetime(2026, 1, 4, 16), "end": datetime(2026, 1, 5, 16)}
NOW = datetime(2026, 1, 5, 4)
ON = date(2026, 1, 5)


def ask(door: Door, name: str, scope: Scope, **params: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = door.query(name, scope, **{"area": "QH", **params}).to_pylist()
    return rows


def test_a_grid_shows_its_five_classes_of_elements_at_their_newest(door: Door, whole_city: Scope) -> None:
    rows = ask(door, "elements", whole_city, area="QH0101001", day=ON)
    assert [(row["element_class"], row["item"], row["count"]) for row in rows] == [
        ("event", "I15", 2), ("organisation", "I20", 3), ("person", "I01", 31), ("place", "I05", 12),
        ("thing", "I10", 40),
    ]  # fmt: skip
    before = ask(door, "elements", whole_city, area="QH0101001", day=date(2025, 12, 31))
    assert [(row["item"], row["count"]) for row in before if row["element_class"] == "place"] == [("I05", 10)]
    city = {row["item"]: (row["count"], row["areas"]) for row in ask(door, "elements", whole_city, day=ON)}
    assert city["I05"] == (21, 2) and city["I01"] == (65, None)


def test_few_persons_are_hidden_and_so_is_what_would_give_them_away(door: Door, whole_city: Scope) -> None:
    def told(area: str) -> dict[str, Any]:
        return {row["class"]: row["count"] or row["hidden"] for row in ask(door, "population", whole_city, area=area)}

    assert told("QH0102") == {"floating": 203}
    grids = [told(f"QH010200{n}")["floating"] for n in (1, 2, 3)]
    assert grids == [120, "small", "withheld"]  # 3 people; 80 is the smaller of the others
    rows = ask(door, "elements", whole_city, area="QH0101002", day=ON)
    persons = [(row["count"], row["hidden"]) for row in rows if row["element_class"] == "person"]
    assert persons == [(None, "small")]


def test_special_groups_are_for_leaders_with_a_reason_and_never_for_a_wall(door: Door, whole_city: Scope) -> None:
    rows = ask(door, "special_groups", whole_city.because("case 1"), area="QH0101")
    assert [(row["area_id"], row["count"], row["hidden"]) for row in rows] == [
        ("QH0101", 31, None), ("QH0101001", None, "small"), ("QH0101002", None, "withheld"), ("QH0101003", 15, None),
    ]  # fmt: skip
    with pytest.raises(Problem, match="reason"):
        ask(door, "special_groups", whole_city)
    for roles in ({"kiosk"}, {"kiosk", "leader"}, {"operator"}, {"analyst"}, {"department"}, {"steward"}):
        with pytest.raises(NotAllowed):
            ask(door, "special_groups", Scope("t", frozenset(roles), "QH", "case 1"))


def test_no_query_and_no_metric_reads_what_is_not_suppressed() -> None:
    files = [file for folder in ("queries", "metrics") for file in sql_files(folder).values()]
    words = {file.name: file.sql.replace("'population'", "").split() for file in files}
    assert [name for name, said in words.items() if "population" in said] == []
    assert [name for name, said in words.items() if "special_shown" in said] == ["special_groups"]
    raw = [file for file in files if "FROM element_count" in file.sql]
    assert {file.name for file in raw} == {"elements", "records_fresh"}
    for file in raw:  # persons are left out, or how many they are is never read
        assert "element_class <> 'person'" in file.sql or '"count"' not in file.sql


def test_overlays_are_counted_and_the_grids_without_are_listed(door: Door, whole_city: Scope) -> None:
    (city,) = ask(door, "grid_plus_coverage", whole_city, level="city", day=ON)
    assert [city[key] for key in ("grids", "party", "police", "mediation", "volunteer")] == [12, 3, 12, 1, 1]
    for overlay, held in (("party", 3), ("police", 12), ("mediation", 1), ("volunteer", 1)):
        without = ask(door, "grids_without", whole_city, overlay=overlay, day=ON)
        assert len(without) == 12 - held
    left = ask(door, "grids_without", whole_city, overlay="party", area="QH0101", day=ON)
    assert [row["area_id"] for row in left] == ["QH0101003"]


def test_a_grid_may_lie_in_two_beats_and_its_shares_are_of_its_ground(door: Door, whole_city: Scope) -> None:
    rows = ask(door, "grid_beats", whole_city)
    shares = {(row["area_id"], row["beat_id"]): row["grid_share"] for row in rows}
    assert len(rows) == 15  # six grids in one beat each side, and three of 桃园 in both
    assert shares["QH0101001", "J1"] == pytest.approx(1.0)
    for number in (1, 2, 3):
        halves = [shares[f"QH010200{number}", beat] for beat in ("J1", "J2")]
        assert halves == pytest.approx([0.5, 0.5], abs=1e-3)
    of_beat = sum(row["beat_share"] for row in rows if row["beat_id"] == "J1")
    assert of_beat == pytest.approx(1.0, abs=1e-3)
    seen = door.query("beats", Scope("t", frozenset({"operator"}), "QH02"))
    assert seen["beat_id"].to_pylist() == ["J2"]


def test_the_funnel_of_disputes_and_the_leaks(door: Door, whole_city: Scope) -> None:
    (funnel,) = ask(door, "dispute_funnel", whole_city, now=NOW, **DAY)
    keys = ("screened", "accepted", "mediated", "ended", "success", "failed", "escalated", "open")
    assert [funnel[key] for key in keys] == [6, 6, 4, 5, 3, 1, 1, 1]
    assert [funnel[f"{kind}_{slot}"] for slot in (1, 2, 3) for kind in ("check", "checked")] == [2, 2, 1, 2, 0, 0]
    (early,) = ask(door, "dispute_funnel", whole_city, **{**DAY, "now": datetime(2026, 1, 5, 2, 0)})  # 10:00
    assert [early[key] for key in ("mediated", "ended", "open")] == [4, 1, 5]
    rows = {row["size"]: row for row in ask(door, "dispute_containment", whole_city, **DAY)}
    assert [rows["small"][key] for key in ("ended", "contained", "leaked", "unknown")] == [3, 1, 1, 0]
    assert [rows["large"][key] for key in ("ended", "contained", "leaked", "unknown")] == [2, 1, 1, 0]
    leaks = ask(door, "dispute_leaks", whole_city, most=10, **DAY)
    assert [row["dispute_id"] for row in leaks] == ["D4", "D2"]
    modes = {row["mode"]: (row["n"], row["success"]) for row in ask(door, "dispute_modes", whole_city, **DAY)}
    assert modes == {"people": (3, 2), "police": (1, 1), "court": (1, 0)}


def test_a_dispute_without_an_area_lies_where_its_incident_does(door: Door) -> None:
    scope = Scope("t", frozenset({"leader"}), "QH0201")
    assert ask(door, "dispute_modes", scope, area="QH0201", **DAY) == [{"mode": "people", "n": 1, "success": 1}]


def test_services_visits_activities_and_call_backs_of_the_day(door: Door, whole_city: Scope) -> None:
    items = {(row["kind"], row["channel"]): row for row in ask(door, "service_items", whole_city, **DAY)}
    assert (items["医保", "online"]["n"], items["医保", "online"]["median_s"]) == (2, 1500)
    assert (items["就业", "online"]["n"], items["就业", "online"]["done"]) == (1, 0)
    brands = {row["brand"]: row for row in ask(door, "activities_by_brand", whole_city, **DAY)}
    assert (brands["neighbourhood_watch"]["participants"], brands["neighbourhood_watch"]["hours"]) == (12, 22.5)
    assert brands["volunteer_patrol"]["hours"] is None
    visits = {row["area_id"]: row for row in ask(door, "visits", whole_city, area="QH02", **DAY)}
    assert (visits["QH0201"]["households_visited"], visits["QH0201"]["households"]) == (5, 1020)
    below = {row["area_id"]: row["visits"] for row in ask(door, "visits", whole_city, area="QH0201", **DAY)}
    assert below == {"QH0201001": 0, "QH0201002": 0, "QH0201003": 0, "QH0201~": 1}
    calls = {row["about"]: list(row.values())[1:] for row in ask(door, "call_backs", whole_city, **DAY)}
    assert calls == {"incident": [3, 2, 2, 1, 2, 1], "service": [2, 2, 1, 1, 2, 2]}
