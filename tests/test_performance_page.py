"""The scorecard on screen: peers, intervals, marks, weights, the way down to cases, appeals, and one's own page."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient

from dashboard import judging, score_rows, weight_words
from dashboard.aims import Aim, Aims
from dashboard.app import App
from dashboard.funnel import Dot, funnel
from dashboard.look import Look
from dashboard.panels import period_choice
from dashboard.panels.exceptions import CASED
from data.analysis.card import Basis, Card, Move, Moves, Part, Scored
from data.analysis.funnel import band, place
from data.analysis.periods import parse
from data.analysis.weighing import Target
from data.analysis.weights import defaults
from data.intervals import wilson
from data.metrics import METRICS
from tests.copies import unworked
from tests.web import PASSWORD, ask, csrf, open_site, sign_in, words

NOON: dict[str, Any] = {"day": "2026-01-05", "t": 12 * 3600}
CASES = ["exceptions-title.children", "exceptions-body.children", "exceptions-note.children"]


@pytest.fixture(scope="module")
def app(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> App:
    """The sample city with a second leader, and a worker's and a department's own account."""
    home = tmp_path_factory.mktemp("scored") / "home"
    unworked(sample_home, home)
    app = open_site(home)
    accounts = app.server.extensions["gridlink"].accounts
    accounts.add("second", PASSWORD, {"leader"}, "QH")
    accounts.add("w1", PASSWORD, {"worker"}, "QH0101001", worker_id="w01")
    accounts.add("street", PASSWORD, {"department"}, "QH", unit_id="B1")
    return app


@pytest.fixture(scope="module")
def client(app: App) -> FlaskClient:
    return sign_in(app, "leader")


def table(client: FlaskClient, view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    outputs = ["scorecard-grid.rowData", "scorecard-grid.columnDefs", "scorecard-ask.hidden"]
    answer = ask(client, outputs, view)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return {row["id"]: row for row in answer.get_json()["response"]["scorecard-grid"]["rowData"]}


def act(client: FlaskClient, act_: str, view: dict[str, Any] | None = None, **asked: Any) -> str:
    """Press a button of the page; returns what it says."""
    known = judging.STORE
    about = {"act": act_, "command_id": asked.pop("command", f"{act_}-{sorted(asked.items())}"), **asked}
    body = {
        "output": '..judge-said.children...{"view":"judged"}.value..',
        "outputs": [
            {"id": "judge-said", "property": "children"},
            {"id": {"view": "judged"}, "property": "value"},
        ],
        "inputs": [{"id": known, "property": "data", "value": about}],
        "state": [{"id": "view", "property": "data", "value": view or NOON}],
        "changedPropIds": [f"{known}.data"],
    }
    answer = client.post("/_dash-update-component", json=body, headers=csrf(client))
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return words(answer.get_json()["response"]["judge-said"]["children"])


# A card made by hand


def part(metric: str, good: int, n: int, **more: Any) -> Part:
    low, high = wilson(good, n) or (None, None)
    facts: dict[str, Any] = {"shrunk": good / n, "score": 80.0, "weight": 10.0, "r0": 0.9, "r0_of": "group", "k": 20.0}
    return Part(metric, good, n, good / n, low=low, high=high, n=n, **{**facts, **more})


def one(name: str, group: str | None = "urban", **more: Any) -> Scored:
    parts = more.pop("parts", (part("in_grid_on_time", 95, 100), part("on_time_handling", 90, 100)))
    facts: dict[str, Any] = {
        **{"score": 88.0, "low": 84.0, "high": 92.0, "grade": "good", "why": None, "rank": 1, "shared": True},
        **{"change": 1.2, "distance": -2.0, "n": 100, "data": 1.0},
    }
    return Scored(name, name, None, group, parts=parts, **{**facts, **more})


def card(*rows: Scored) -> Card:
    nothing = np.zeros((0, 0))
    basis = Basis((), (), (), (), nothing, nothing, np.zeros((0, 0, 0), np.float32))
    return Card("street", parse("30d", date(2026, 1, 5)), defaults(Path("none"), "street", "grid"), rows, (), 0, basis)


def drawn(app: App, *rows: Scored, aims: Aims | None = None) -> list[dict[str, Any]]:
    with app.server.app_context():
        scales = score_rows.scales(card(*rows), aims or Aims())
        return score_rows.rows(rows, ["on_time_handling"], scales)


def test_peers_stand_together_the_most_built_up_first_and_ties_are_called_ties(app: App) -> None:
    rows = drawn(app, one("v", "rural", rank=3, shared=False), one("b", rank=1), one("a", rank=1, score=90.0))
    assert [row["id"] for row in rows] == ["group:urban", "a", "b", "group:rural", "v"]
    assert [(row["rank"], row["rank_note"]) for row in rows if "rank" in row] == [
        ("1", "并列"),
        ("1", "并列"),
        ("3", ""),
    ]
    assert rows[1]["change"] == "+1.2"


def test_a_group_without_ranks_says_why_and_shows_the_distance_to_the_target(app: App) -> None:
    rows = drawn(app, one("a", rank=None, why="peers", distance=-2.0))
    assert "可比者不足 5 个，不排名" in rows[0]["group"]
    assert (rows[1]["rank"], rows[1]["rank_note"], rows[1]["score"]) == ("—", "距目标 −2.0", "88.0")


def test_seven_cases_are_not_ranked_and_nothing_of_them_is_drawn(app: App) -> None:
    few = one("seven", rank=None, why="few", n=7, parts=(part("in_grid_on_time", 6, 7),), distance=-4.25)
    row = drawn(app, few)[1]
    assert row["why"] == "不排名（n < 30）· 满 30 起后自动列入 · 距目标 −4.2"
    assert row["n"] == "7" and not {"score", "range", "rate", "value"} & row.keys()


def test_too_little_data_is_no_score(app: App) -> None:
    row = drawn(app, one("a", score=None, low=None, high=None, rank=None, why="no_data"))[1]
    assert row["why"].startswith("数据不足") and "score" not in row


def test_a_mark_stands_only_where_a_persons_target_is_wholly_missed_and_says_whose(app: App) -> None:
    missing = part("on_time_handling", 80, 100, target=0.95, target_by="王芳", beats_target=False)
    near = part("on_time_handling", 93, 100, target=0.95, target_by="王芳", beats_target=None)
    aims = Aims({("on_time_handling", None): Aim(0.95, "王芳", date(2026, 1, 1))})
    rows = drawn(app, one("a", parts=(missing,)), one("b", parts=(near,)), aims=aims)
    marks = {row["id"]: row["on_time_handling_mark"] for row in rows if "rank" in row}
    assert marks == {"a": True, "b": False}
    told = next(row["on_time_handling_told"] for row in rows if row["id"] == "a")
    assert "目标 95.0%，王芳 于 2026年1月1日 周四 设定" in told and "n = 100" in told


def test_against_the_neutral_line_nobody_is_marked_good_or_bad(app: App) -> None:
    below, near = part("in_grid_on_time", 700, 1000), part("in_grid_on_time", 980, 1000)
    rows = drawn(app, one("a", parts=(below,)), one("b", parts=(near,)))
    assert {row["id"]: row["rate"]["mark"] for row in rows if "rate" in row} == {"a": "apart", "b": "near"}
    with_target = replace(below, target=0.9, target_by="x", beats_target=False)
    assert drawn(app, one("a", parts=(with_target,)))[1]["rate"]["mark"] == "below"


# The sample city


def test_the_sample_city_has_too_few_cases_to_rank_and_says_so(client: FlaskClient) -> None:
    found = table(client, {**NOON, "level": "community"})
    assert found["QH0101"]["n"] == "9" and "不排名（n < 30）" in found["QH0101"]["why"]
    assert found["QH0202"]["on_time_handling"] == "33.3"  # 2 / 6
    assert all(row["rank"] == "—" for row in found.values() if "rank" in row)


def test_a_street_is_of_the_class_most_of_its_households_live_in(client: FlaskClient) -> None:
    # QH02 has 1020 households in a town and 1000 in villages
    names = [name for name in table(client, NOON) if not name.endswith("~") and name != "group:apart"]
    assert names == ["group:urban", "QH01", "group:town", "QH02"]


def test_a_level_above_the_area_falls_back_to_the_one_below_it(client: FlaskClient) -> None:
    found = table(client, {**NOON, "area": "QH0101", "level": "street"})
    names = {name for name in found if not name.startswith("group:") and not name.endswith("~")}
    assert names == {"QH0101001", "QH0101002", "QH0101003"}


def test_what_is_known_only_to_a_community_is_counted_apart_and_never_ranked(client: FlaskClient) -> None:
    found = table(client, {**NOON, "level": "grid"})
    apart = list(found)[list(found).index("group:apart") + 1 :] if "group:apart" in found else []
    assert all(found[name]["rank"] == "—" for name in apart)
    whole = sum(int(row["n"]) for row in found.values() if row["id"] in apart or "rank" in row)
    assert whole == 30  # all that counts in the city's rate: nothing is lost on the way


@pytest.mark.parametrize("metric", [name for name in CASED if name != "in_grid_on_time"])
def test_the_cases_shown_are_exactly_what_the_metric_lost(app: App, client: FlaskClient, metric: str) -> None:
    answer = ask(client, CASES, {**NOON, "metric": metric}).get_json()["response"]
    listed = re.search(r"(\d+) 件", words(answer["exceptions-note"]["children"]))
    door = app.server.extensions["gridlink"].door
    span = parse("30d", date(2026, 1, 5)).bounds(door.config.zone)
    scope = app.server.extensions["gridlink"].accounts.get("leader").scope()
    rows = door.metric(metric, scope, start=span[0], end=span[1], now=datetime(2026, 1, 5, 4), level="city")
    row = next(row for row in rows if row["area_id"] == "QH")
    lost = row["part"] if METRICS[metric].better == "lower" else row["whole"] - row["part"]
    assert listed and int(listed[1]) == lost


def test_an_uncased_metric_says_so(client: FlaskClient) -> None:
    answer = ask(client, CASES, {**NOON, "metric": "coverage"}).get_json()["response"]
    assert "不逐件计" in words(answer["exceptions-body"]["children"])


def test_a_chosen_unit_shows_its_parts_with_the_rate_they_are_drawn_towards(client: FlaskClient) -> None:
    outputs = ["parts-title.children", "parts-body.children", "parts-note.children"]
    answer = ask(client, outputs, {**NOON, "level": "community", "subject": "QH0101"}).get_json()["response"]
    told = words(answer["parts-body"]["children"])
    assert "按期处置率" in told and "R0" in told and "k = 20" in told
    assert "不排名（n < 30）" in words(answer["parts-note"]["children"])
    # 7 due, 6 handled in time, 6 closed, none reworked: 60 x 6/7 + 30 x 6/7 + 10
    assert "常见口径综合指标 87.1" in told


def test_a_target_in_force_can_be_withdrawn_where_it_is_shown(app: App, client: FlaskClient) -> None:
    door, scope = (
        app.server.extensions["gridlink"].door,
        app.server.extensions["gridlink"].accounts.get("leader").scope(),
    )
    aim = Target("on_time_handling", "community", 0.95, "王芳", date(2026, 1, 1))
    row = door.weighing.set_target("t-1", scope, aim)
    view = {**NOON, "period": "d:2026-01-05", "level": "community", "subject": "QH0101", "metric": "on_time_handling"}
    outputs = ["parts-title.children", "parts-body.children", "parts-note.children"]

    def told() -> str:
        return json.dumps(ask(client, outputs, view).get_json()["response"], ensure_ascii=False)

    assert "王芳" in told() and row["target_id"] in told()
    door.weighing.withdraw_target("t-2", scope, row["target_id"])
    assert row["target_id"] not in told()


# Persons


def test_workers_are_shown_only_once_somebody_said_why(app: App) -> None:
    fresh = sign_in(app, "leader")
    view = {**NOON, "level": "worker"}
    outputs = ["scorecard-grid.rowData", "scorecard-grid.columnDefs", "scorecard-ask.hidden"]
    answer = ask(fresh, outputs, view).get_json()["response"]
    assert answer["scorecard-grid"]["rowData"] == [] and answer["scorecard-ask"]["hidden"] is False
    with fresh.session_transaction() as kept:
        kept["reason"] = "monthly review"
    assert {"w01", "w02"} <= set(table(fresh, view))


@pytest.mark.parametrize(("account", "more"), [("wall", {}), ("leader", {"kiosk": "1"}), ("analyst", {})])
def test_no_person_is_ever_on_a_wall_nor_before_who_may_not_see_tracks(
    app: App, account: str, more: dict[str, str]
) -> None:
    found = table(sign_in(app, account), {**NOON, "level": "worker", **more})
    assert {"QH01", "QH02"} <= set(found) and not [name for name in found if re.fullmatch(r"w\d+", name)]


def layout_of(client: FlaskClient, query: str) -> str:
    """Return everything the page's layout holds, as the browser asks for it."""
    body = {
        "output": ".._pages_content.children..._pages_store.data..",
        "outputs": [{"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"}],
        "inputs": [
            {"id": "_pages_location", "property": "pathname", "value": "/performance"},
            {"id": "_pages_location", "property": "search", "value": query},
        ],
        "changedPropIds": ["_pages_location.pathname"],
    }
    answer = client.post("/_dash-update-component", json=body, headers=csrf(client))
    assert answer.status_code == 200
    return str(answer.get_json())


def test_a_wall_gets_neither_weights_nor_appeals_nor_the_choice_of_persons(app: App) -> None:
    wall, desk = layout_of(sign_in(app, "wall"), ""), layout_of(sign_in(app, "leader"), "")
    for piece in ("weights-body", "appeals-body", "flags-body", "网格员"):
        assert piece in desk and piece not in wall
    assert "weights-body" not in layout_of(sign_in(app, "leader"), "?kiosk=1")


# Weights and targets


def test_the_effect_of_a_trial_names_the_largest_moves_and_counts_ranks() -> None:
    moves = Moves(
        (
            Move("a", "甲", 88.8, 89.3, 1, 1),
            Move("b", "乙", 85.3, 84.0, 2, 3),
            Move("c", "丙", 90.0, 90.01, 1, 1),
            Move("d", "丁", 80.0, 80.1, 3, 2),
        ),
        2,
    )
    told = words([piece if isinstance(piece, str) else piece.to_plotly_json() for piece in weight_words.effect(moves)])
    assert told.index("乙 85.3 → 84.0") < told.index("甲 88.8 → 89.3")  # the largest first
    assert "共 3 个综合分变化" in told and "2 个名次移动" in told and "丙" not in told
    assert weight_words.effect(Moves((Move("a", "甲", 88.0, 88.0, 1, 1),), 0)) == "试算影响：没有综合分变化。"


def test_weights_hold_once_another_person_approved_them(app: App, client: FlaskClient) -> None:
    fields = {"on_time_handling": "30", "rework": "5", "from_day": "2099-01-01", "note": "试行"}
    view = {**NOON, "level": "street"}
    assert "待另一位批准" in act(client, "propose", view, fields=fields, command="p1")
    weighing = app.server.extensions["gridlink"].door.weighing
    made = weighing.history("street")[0]
    assert made.weights()["on_time_handling"] == 30 and made.weights()["in_grid_on_time"] == 0
    assert "待批准 v1：leader 提出" in panel(client, view)
    assert "▲" not in act(client, "approve", view, id=made.set_id, command="a1")
    assert weighing.history("street")[0].approved_by == ""  # not by oneself
    assert "已批准" in act(sign_in(app, "second"), "approve", view, id=made.set_id, command="a2")
    assert weighing.current("street", date(2099, 1, 1)).version == 1
    assert weighing.current("street", date(2098, 12, 31)).version == 0
    assert "leader 提出 · second 批准" in panel(client, view, "weights-total")


def panel(client: FlaskClient, view: dict[str, Any], name: str = "weights-body") -> str:
    body = {
        "output": "..weights-body.children...weights-note.children...weights-total.children...weights-shown.data..",
        "outputs": [
            *({"id": f"weights-{one}", "property": "children"} for one in ("body", "note", "total")),
            {"id": "weights-shown", "property": "data"},
        ],
        "inputs": [{"id": "cases", "property": "data", "value": view}],
        "state": [{"id": "weights-shown", "property": "data", "value": None}],
        "changedPropIds": ["cases.data"],
    }
    answer = client.post("/_dash-update-component", json=body, headers=csrf(client))
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return words(answer.get_json()["response"][name]["children"])


def test_who_does_not_lead_may_try_weights_but_not_submit_them(app: App) -> None:
    view = {**NOON, "level": "street"}
    assert "提交审批" in panel(sign_in(app, "leader"), view)
    told = panel(sign_in(app, "operator"), view)
    assert "还原" in told and "提交审批" not in told


def test_a_month_that_has_begun_keeps_its_weights(client: FlaskClient) -> None:
    fields = {"on_time_handling": "50", "from_day": "2026-01-01"}
    assert "待另一位批准" not in act(client, "propose", {**NOON, "level": "street"}, fields=fields, command="p2")


def test_a_target_is_set_by_a_name_in_percent_and_stands_on_the_card(app: App, client: FlaskClient) -> None:
    view = {**NOON, "level": "community"}
    fields = {"value": "95", "set_by": "王芳", "from_day": "2025-01-01"}
    assert "王芳" in act(client, "target", view, metric="on_time_handling", fields=fields, command="t1")
    assert "95.0%，王芳" in table(client, view)["QH0202"]["on_time_handling_told"]
    nobody = {**fields, "set_by": " "}
    assert "设定人：必填" in act(client, "target", view, metric="rework", fields=nobody, command="t2")
    never = {**fields, "from_day": "soon"}
    assert "起始日：YYYY-MM-DD" in act(client, "target", view, metric="rework", fields=never, command="t3")


# Appeals


def test_an_appeal_is_decided_by_somebody_else_and_the_case_then_counts_no_more(app: App, client: FlaskClient) -> None:
    view = {**NOON, "level": "community", "subject": "QH0202"}
    before = int(table(client, view)["QH0202"]["n"])
    late = ask(client, CASES, view).get_json()["response"]["exceptions-body"]["children"]
    case = re.search(r"E\d{3}", words(late))
    assert case
    about = {"level": "community", "subject": "QH0202", "metric": "in_grid_on_time"}
    fields = {"incident": case[0], "reason": "停电三日，系统无法结案", "evidence": "停电公告"}
    assert "另一位复核" in act(client, "appeal", view, **about, fields=fields, command="ap1")
    door = app.server.extensions["gridlink"].door
    scope = app.server.extensions["gridlink"].accounts.get("leader").scope()
    made = door.weighing.appeals.appeals(scope)[0]
    decide = {"id": made["appeal_id"], "result": "upheld", "fields": {"answer": "属实"}}
    assert "已记为成立" not in act(client, "review", view, **decide, command="r1")  # not one's own
    assert "已记为成立" in act(sign_in(app, "second"), "review", view, **decide, command="r2")
    assert int(table(client, {**view, "judged": "r2"})["QH0202"]["n"]) == before - 1
    again = ask(client, CASES, view).get_json()["response"]["exceptions-body"]["children"]
    assert words(again).count("已剔除") == 1
    told = listed(client, view)
    assert "停电三日" in told and "成立" in told and case[0] in told and "全部记录 3 条" in told


def listed(client: FlaskClient, view: dict[str, Any]) -> str:
    body = {
        "output": "..appeals-body.children...appeals-note.children..",
        "outputs": [{"id": f"appeals-{one}", "property": "children"} for one in ("body", "note")],
        "inputs": [{"id": "cases", "property": "data", "value": view}],
        "changedPropIds": ["cases.data"],
    }
    answer = client.post("/_dash-update-component", json=body, headers=csrf(client))
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return words(answer.get_json()["response"]["appeals-body"]["children"])


# Size and result


def test_a_place_in_the_funnel_is_the_exact_binomial_tail() -> None:
    # ten tosses of a fair coin: P(0) = 1/1024, P(<= 1) = 11/1024, P(<= 2) = 56/1024
    assert [place(0.5, k / 10, 10) for k in (0, 1, 2, 5, 8, 9, 10)] == [
        *("apart", "unusual", "inside", "inside", "inside", "unusual", "apart"),
    ]
    assert place(0.985, 1.0, 69) == "inside"  # 0.985^69 = 0.35: nothing special


def test_bands_hold_the_rate_and_narrow_with_size() -> None:
    inner, outer = (band(0.97, [30, 100, 1000, 5000], share) for share in (0.95, 0.998))
    assert np.all(outer.low <= inner.low) and np.all(inner.low < 0.97) and np.all(inner.high > 0.97)
    assert np.all(np.diff(inner.high - inner.low) < 0) and np.all(outer.high <= 1.0)


def test_only_the_unusual_and_the_chosen_are_named() -> None:
    dots = [Dot("a", "甲", 0.97, 1000), Dot("b", "乙", 0.90, 1000), Dot("c", "丙", 0.975, 200)]
    figure = funnel(dots, 0.97, "c", Look("light"))
    named = [note["text"] for note in figure["layout"]["annotations"]]
    assert "乙" in named and "<b>丙</b>" in named and "甲" not in named
    assert not [trace for trace in figure["data"] if trace["type"].endswith("gl")]


# The period


def test_a_period_is_rolling_or_of_the_calendar_and_the_running_one_says_so() -> None:
    known = dict(period_choice.options(date(2026, 1, 20)))
    assert list(known)[:4] == ["7d", "30d", "90d", "365d"]
    assert known["m:2026-01"] == "2026年1月（至 1月20日）" and known["m:2025-12"] == "2025年12月"
    assert known["q:2026-Q1"].startswith("2026年第1季度（至") and known["q:2025-Q4"] == "2025年第4季度"
    assert {"m:2025-08", "q:2025-Q3", "y:2026", "y:2025"} <= set(known) and "m:2025-07" not in known


# 本人


def test_a_worker_sees_the_own_score_cases_days_and_nobody_else(app: App) -> None:
    answer = sign_in(app, "w1").get("/me?period=30d")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200 and "得分构成" in page and "不与同事排名" in page
    assert "/field?day=2026-01-05" in page
    assert not re.search(r"w0[2-9]", page)


def test_a_worker_appeals_from_the_own_page_and_reads_the_result(app: App) -> None:
    own = sign_in(app, "w1")
    page = own.get("/me").get_data(as_text=True)
    form = {name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("csrf_token", "command", "period")}  # type: ignore[index]
    metric = re.search(r'<option value="(\w+)">', page)
    assert metric
    sent = {**form, "metric": metric[1], "reason": "手机故障一日", "incident": "", "evidence": ""}
    after = own.post("/me/appeal", data=sent, follow_redirects=True).get_data(as_text=True)
    assert "申诉已提出" in after and "手机故障一日" in after and "待复核" in after
    assert "手机故障一日" not in sign_in(app, "street").get("/me").get_data(as_text=True)


def test_a_department_has_its_own_page_and_who_is_neither_has_none(app: App) -> None:
    assert sign_in(app, "street").get("/me").status_code == 200
    assert sign_in(app, "operator").get("/me").status_code == 403
    assert sign_in(app, "w1").get("/performance").status_code == 403
