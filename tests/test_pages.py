"""Incidents, performance and grid file over the sample city: what their panels say, against counts by hand."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from dashboard.app import App
from dashboard.intervals import Rate
from dashboard.look import Look
from dashboard.panels import area_profile, area_trend, incident_flow, incident_steps
from dashboard.peers import FEWEST_PEERS, Place, places
from dashboard.tree import Tree
from data.intervals import wilson
from tests.web import ask, open_site, shown, sign_in, words

# The moment at which the README of the sample city counts.
NOON: dict[str, Any] = {"day": "2026-01-05", "t": 12 * 3600}
ALL: dict[str, Any] = {**NOON, "state": "all"}
EXCEPTIONS = ["exceptions-title.children", "exceptions-body.children", "exceptions-note.children"]


@pytest.fixture(scope="module")
def app(sample_home: Path) -> App:
    return open_site(sample_home)


@pytest.fixture(scope="module")
def client(app: App) -> FlaskClient:
    return sign_in(app)


def rows(client: FlaskClient, view: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of the table of incidents."""
    answer = ask(client, ["cases-grid.rowData"], view)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return list(answer.get_json()["response"]["cases-grid"]["rowData"])


def several(client: FlaskClient, outputs: list[str], view: dict[str, Any]) -> list[str]:
    """Return the words of each of a callback's outputs."""
    answer = ask(client, outputs, view).get_json()["response"]
    return [words(answer[name][prop]) for name, prop in (output.rsplit(".", 1) for output in outputs)]


# Incidents


def test_open_incidents_stand_first_to_expire_first_and_shelved_ones_last(client: FlaskClient) -> None:
    found = [row["id"] for row in rows(client, NOON)]
    # due 10:30 (two), 11:30 (two), tomorrow (two); then the shelved one and the one nobody gave a deadline
    assert found == ["E025", "E026", "E031", "E038", "E027", "E028", "E032", "E040"]


def test_time_left_is_written_as_over_or_left(client: FlaskClient) -> None:
    told = {row["id"]: row["left"] for row in rows(client, NOON)}
    assert told["E025"] == "超 1 时 30 分"
    assert told["E027"] == "剩 1 天 0 时"
    assert (told["E032"], told["E040"]) == ("挂账", "无时限")


def test_time_left_ticks_only_where_the_moment_is_now(client: FlaskClient) -> None:
    assert not any("deadline" in row for row in rows(client, NOON))


def test_an_incident_known_only_to_its_community_says_so(client: FlaskClient) -> None:
    notes = {row["id"]: row["place_notes"] for row in rows(client, NOON)}
    assert notes["E038"] == ["仅到村居"]
    assert notes["E040"] == ["默认坐标"]
    assert notes["E025"] == []


def test_a_severity_has_a_word_beside_its_shape(client: FlaskClient) -> None:
    assert {row["severity"]: row["severity_word"] for row in rows(client, NOON)} == {3: "一般", 4: "次要"}


def test_the_total_says_how_many_stand_nowhere_on_the_map(client: FlaskClient) -> None:
    _, total = several(client, ["cases-note.children", "cases-total.children"], NOON)
    assert total == "共 8 件 · 另有 2 件未定位"  # E038 and E040


def test_closed_and_open_make_all(client: FlaskClient) -> None:
    counted = {state: len(rows(client, {**NOON, "state": state})) for state in ("open", "closed", "all")}
    assert counted["all"] == 39  # 40 without the void one
    assert counted["open"] + counted["closed"] == counted["all"]


def test_open_ones_come_before_closed_ones_and_these_latest_first(client: FlaskClient) -> None:
    found = [row["id"] for row in rows(client, ALL)]
    assert found[:8] == [row["id"] for row in rows(client, NOON)]
    assert found.index("E035") < found.index("E020") < found.index("E001")  # closed 11:15, 11:10, soon after 08:05


def test_a_closed_incident_says_whether_it_kept_its_deadline(client: FlaskClient) -> None:
    told = {row["id"]: row["left"] for row in rows(client, ALL)}
    assert told["E019"] == "超 40 分 结案"  # due 10:30, closed 11:10
    assert told["E030"] == "按期结案"  # extended to 11:30, closed 11:20


def test_choices_narrow_the_set_together(client: FlaskClient) -> None:
    found = [row["id"] for row in rows(client, {**NOON, "kind": "FAC", "severity": "3", "located": "yes"})]
    assert found == ["E026", "E027", "E028"]
    assert [row["id"] for row in rows(client, {**NOON, "located": "no"})] == ["E038", "E040"]


def test_an_area_shows_its_own_and_what_nobody_placed_below_it(client: FlaskClient) -> None:
    assert [row["id"] for row in rows(client, {**NOON, "area": "QH0101"})] == ["E038", "E027"]


def test_an_empty_set_is_a_sentence_with_a_way_out(client: FlaskClient) -> None:
    body, _ = several(client, ["hours-body.children", "hours-total.children"], {**NOON, "severity": "5"})
    assert body == "没有符合条件的事件：可放宽等级、类别或期间"


def test_the_map_draws_exactly_those_with_a_point(client: FlaskClient) -> None:
    answer = ask(client, ["cases-map-spec.data", "cases-map-note.children"], NOON).get_json()["response"]
    marks = [layer for layer in answer["cases-map-spec"]["data"]["layers"] if layer["id"].endswith("-incidents")]
    assert sorted(mark["id"] for mark in marks[0]["data"]) == ["E025", "E026", "E027", "E028", "E031", "E032"]
    assert answer["cases-map-note"]["children"] == "上图 6 件 · 未定位 2"


def test_heat_says_that_it_shows_all_kinds(client: FlaskClient) -> None:
    answer = ask(client, ["cases-map-spec.data", "cases-map-note.children"], {**NOON, "layers": "heat"}).get_json()
    layers = {layer["id"] for layer in answer["response"]["cases-map-spec"]["data"]["layers"]}
    assert not any(name.endswith("-incidents") for name in layers) and any("heat" in name for name in layers)
    assert "不随类别" in answer["response"]["cases-map-note"]["children"]


def test_the_course_of_an_incident_tells_every_step_once(client: FlaskClient) -> None:
    body, total = several(client, ["steps-body.children", "steps-total.children"], {**ALL, "incident": "E030"})
    told = [name for name in re.findall(r"上报|受理|立案|派遣|处置|延期|待核查|核查|结案", body)]
    assert told[0] == "上报" and told[-1] == "结案" and "延期" in told
    assert "1月5日 11:20" in body
    assert int(total.split()[0]) >= len(set(told)) - 1


def test_a_step_told_by_two_sources_stands_once() -> None:
    steps = [{"to_state": state, "stepped_at": at} for state, at in (("S10", 1), ("S10", 1), ("S20", 2), ("S10", 3))]
    assert [step["stepped_at"] for step in incident_steps.told_once(steps)] == [1, 2, 3]


def test_nothing_selected_says_what_to_do(client: FlaskClient) -> None:
    assert "选一件事件" in several(client, ["steps-body.children", "steps-total.children"], NOON)[0]
    assert (
        "没有 E999 的记录"
        in several(client, ["steps-body.children", "steps-total.children"], {**NOON, "incident": "E999"})[0]
    )


def test_bars_by_kind_add_up_to_the_set(client: FlaskClient) -> None:
    answer = ask(client, ["kinds-chart.figure", "kinds-total.children"], ALL).get_json()["response"]
    bars = answer["kinds-chart"]["figure"]["data"][0]
    assert sum(bars["x"]) == 39 and bars["x"] == sorted(bars["x"], reverse=True)


def test_the_matrix_shows_the_weekday_and_hour_of_the_citys_clock(client: FlaskClient) -> None:
    answer = ask(client, ["hours-body.children", "hours-total.children"], ALL).get_json()["response"]
    cells = answer["hours-body"]["children"]["props"]["children"]
    counts = [int(cell["props"]["title"]) for cell in cells if cell["type"] == "I"]
    assert len(counts) == 24 * 7 and sum(counts) == 39
    assert sum(counts[0::7]) == 39  # 2026-01-05 is a Monday
    assert not any(counts[at] for at in range(7 * 7))  # nothing before 07:00 local


@given(st.dictionaries(st.tuples(st.integers(1, 7), st.integers(0, 23)), st.integers(1, 99), min_size=1, max_size=60))
def test_only_the_six_largest_cells_carry_numbers(counted: dict[tuple[int, int], int]) -> None:
    told = incident_flow.written(Counter(counted))
    assert 1 <= len(told) <= 6
    assert min(counted[cell] for cell in told) >= max((n for cell, n in counted.items() if cell not in told), default=0)


# Performance


def test_the_head_shows_both_rates_with_n_and_the_line_of_the_configuration(client: FlaskClient) -> None:
    head = shown(client, "rate-body.children", NOON)
    assert head.startswith("66.7 %")  # 20 / 30
    assert "73.3" in head and "计入 n 30" in head and "及时解决 20" in head
    assert "98% 参考线（2019，上报口径）" in head
    assert "只经网格处置并在截止时间前结案" in head


def test_exceptions_are_what_the_rate_lost(client: FlaskClient) -> None:
    _, body, note = several(client, EXCEPTIONS, NOON)
    assert note == "青禾市 · 10 件 · n = 30"  # 30 − 20
    assert "由上级处置 4" in body and "超期未结 3" in body and "网格内超期结案 2" in body and "强制结案 1" in body
    assert "村居处置" in body and "街镇处置" in body


def test_a_chosen_unit_shows_its_own_exceptions_until_the_area_leaves_it(client: FlaskClient) -> None:
    assert "4 件 · n = 6" in several(client, EXCEPTIONS, {**NOON, "subject": "QH0202"})[2]
    assert "2 件 · n = 9" in several(client, EXCEPTIONS, {**NOON, "area": "QH0101", "subject": "QH0202"})[2]


def test_a_definition_names_its_code_version_feeds_and_both_numbers(client: FlaskClient) -> None:
    told = shown(client, "definition-body.children", {**NOON, "metric": "on_time_handling"})
    assert "C5 · 口径 v1" in told and "18 / 25 = 72.0%" in told and "事件" in told


def rate(part: int, whole: int) -> Rate:
    low, high = wilson(part, whole) or (None, None)
    return Rate(f"{part}/{whole}", part / whole, low, high, whole)


def test_overlapping_intervals_share_a_rank_and_whole_ones_above_push_it_down() -> None:
    rates = [rate(990, 1000), rate(985, 1000), rate(900, 1000), rate(700, 1000), rate(705, 1000), rate(9, 10)]
    found = places(rates)
    assert found == [Place(1, True), Place(1, True), Place(3, False), Place(4, True), Place(4, True), None]


def test_a_group_of_fewer_than_five_has_no_ranks() -> None:
    assert places([rate(99, 100)] * (FEWEST_PEERS - 1) + [rate(9, 10)]) == [None] * FEWEST_PEERS


@given(
    st.lists(
        st.tuples(st.integers(0, 400), st.integers(30, 400)).filter(lambda p: p[0] <= p[1]), min_size=5, max_size=20
    )
)
def test_nobody_ranks_above_a_unit_whose_whole_interval_is_better(pairs: list[tuple[int, int]]) -> None:
    rates = [rate(*pair) for pair in pairs]
    found = places(rates)
    for one, spot in zip(rates, found, strict=True):
        for other, other_spot in zip(rates, found, strict=True):
            if (one.low or 0) > (other.high or 0):
                assert spot and other_spot and spot.rank < other_spot.rank


# Grid file


def test_the_way_leads_from_the_city_to_the_grid(client: FlaskClient) -> None:
    way = shown(client, "breadcrumb-body.children", {**NOON, "area": "QH0101001"})
    assert way.startswith("青禾市 ›") and way.count("›") == 3
    assert "选择" not in way


def test_children_add_up_to_their_parent(client: FlaskClient) -> None:
    answer = ask(client, ["children-body.children", "children-note.children"], NOON).get_json()["response"]
    lines = answer["children-body"]["children"]["props"]["children"][1]["props"]["children"]
    cells = [[words(cell) for cell in line["props"]["children"]] for line in lines]
    assert [sum(int(row[at].replace(",", "")) for row in cells) for at in (2, 3, 5)] == [39, 8, 30]
    assert cells[-1][0] == "未定位到下级" and cells[-1][2:4] == ["1", "1"]  # E040
    assert sum(int(row[1].replace(",", "")) for row in cells[:-1]) == 4020


def test_the_smallest_unit_says_that_nothing_lies_below(client: FlaskClient) -> None:
    body, _ = several(client, ["children-body.children", "children-note.children"], {**NOON, "area": "QH0101001"})
    assert "没有下级" in body


def test_the_profile_counts_every_element_of_the_area(client: FlaskClient) -> None:
    body, head = several(client, ["profile-body.children", "profile-note.children"], NOON)
    assert head == "青禾市 市"
    assert "户数 4,020" in body and "网格 12" in body and "摄像机 3" in body
    assert "上报 39" in body and "未结 8" in body and "超期 3" in body and "挂账 1" in body


def test_a_communitys_profile_holds_only_what_lies_in_it(client: FlaskClient) -> None:
    body, head = several(client, ["profile-body.children", "profile-note.children"], {**NOON, "area": "QH0202"})
    assert head.endswith("村居 · 乡村")
    assert "户数 1,000" in body and "网格 3" in body


def test_days_are_local_and_the_unfinished_one_is_hollow(client: FlaskClient) -> None:
    answer = ask(client, ["area-trend-chart.figure", "area-trend-total.children"], {**NOON, "period": "7d"}).get_json()
    bars = answer["response"]["area-trend-chart"]["figure"]["data"][0]
    assert bars["y"] == [0, 0, 0, 0, 0, 0, 39]
    assert bars["marker"]["line"]["width"][-1] > 0 and not any(bars["marker"]["line"]["width"][:-1])


def test_the_daily_bars_are_a_figure_plotly_accepts() -> None:
    counts = {date(2026, 1, 4): 3, date(2026, 1, 5): 5}
    go.Figure(area_trend.drawn(counts, date(2026, 1, 5), 3.0, Look("light")))


def test_a_click_on_the_map_goes_into_a_grid(client: FlaskClient) -> None:
    answer = ask(client, ["area-map-spec.data", "area-map-legend.children"], NOON).get_json()["response"]
    assert answer["area-map-spec"]["data"]["choose"] == "area"
    assert "巡查空白率" in words(answer["area-map-legend"]["children"])


def test_facts_of_an_area_go_to_the_child_they_lie_in() -> None:
    tree = Tree(
        {i: {"area_id": i, "parent_id": p} for i, p in (("a", None), ("b", "a"), ("c", "b"), ("x", "a"))},
        {"a": ["b", "x"], "b": ["c"]},
    )
    assert [tree.child_of(i, "a") for i in ("c", "b~", "x", "a~")] == ["b", "b", "x", "a~"]
    assert tree.child_of("x", "b") is None


def test_an_element_without_its_feed_names_the_feed(app: App) -> None:
    with app.server.app_context():
        element = area_profile.element("things", "camera", [])
    assert "还没有“摄像机”数据" in str(element)


@pytest.mark.parametrize("page", ["/incidents", "/performance", "/area"])
def test_a_page_opens_with_the_choices_of_its_address(client: FlaskClient, page: str) -> None:
    assert client.get(f"{page}?period=90d&state=all&level=grid&kind=nothing").status_code == 200
