"""The screens of 网格+ over the sample city: what they say, against counts by hand; and what they never say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import dash
import pytest
from flask.testing import FlaskClient

from dashboard.app import App
from dashboard.panels import dispute_funnel
from data.codes import codes
from data.config import load_config
from tests.web import ask, open_site, shown, sign_in, words

# The moment at which the README of the sample city counts; the period is the one local day of its events.
NOON: dict[str, Any] = {"day": "2026-01-05", "t": 12 * 3600, "period": "7d"}
DISPUTES = {**NOON, "part": "disputes"}
SERVICE = {**NOON, "part": "service"}
SPECIAL = ["special-body.children", "special-note.children"]


@pytest.fixture(scope="module")
def app(sample_home: Path) -> App:
    return open_site(sample_home)


@pytest.fixture(scope="module")
def client(app: App) -> FlaskClient:
    return sign_in(app)


def several(client: FlaskClient, panel: str, view: dict[str, Any], parts: tuple[str, ...]) -> list[str]:
    """Return the words of the parts of a panel: <panel>-body, <panel>-note, <panel>-total ..."""
    outputs = [f"{panel}-{part}.children" for part in parts]
    answer = ask(client, outputs, view)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    response = answer.get_json()["response"]
    return [words(response[f"{panel}-{part}"]["children"]) for part in parts]


def layout(client: FlaskClient, path: str) -> str:
    """Return the page of a path as the account gets it, as JSON."""
    body = {
        "output": ".._pages_content.children..._pages_store.data..",
        "outputs": [{"id": "_pages_content", "property": "children"}, {"id": "_pages_store", "property": "data"}],
        "inputs": [
            {"id": "_pages_location", "property": "pathname", "value": path.partition("?")[0]},
            {"id": "_pages_location", "property": "search", "value": path.partition("?")[2]},
        ],
        "changedPropIds": ["_pages_location.pathname"],
    }
    client.get("/")
    cookie = client.get_cookie("_csrf_token")
    assert cookie is not None
    headers = {"X-CSRFToken": cookie.value, "Referer": f"http://localhost{path}"}
    answer = client.post("/_dash-update-component", json=body, headers=headers)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return str(answer.get_data(as_text=True))


# The grid's page


def test_a_grid_says_its_five_classes_with_their_day(client: FlaskClient) -> None:
    view = {**NOON, "area": "QH0101001"}
    body, note = several(client, "elements", view, ("body", "note"))
    assert body == "人 I01 待填 31 地 I05 待填 12 物 I10 待填 40 事 I15 待填 2 组织 I20 待填 3"
    assert note == "截至 2026年1月1日 周四"


def test_above_the_grid_elements_are_sums_of_the_grids_that_told(client: FlaskClient) -> None:
    body, note = several(client, "elements", {**NOON, "area": "QH01"}, ("body", "note"))
    assert "I05 待填 21" in body and note.endswith("2 个网格有数，相加")


def test_a_small_count_is_less_than_ten_and_what_would_give_it_away_a_dash(client: FlaskClient) -> None:
    def told(area: str) -> str:
        return several(client, "population", {**NOON, "area": area}, ("body", "total"))[0]

    assert told("QH0102").startswith("流动人口 203")
    assert told("QH0102001").startswith("流动人口 120")
    assert told("QH0102002") == "流动人口 <10 <10：数量过小，不显示具体数。"
    assert told("QH0102003") == "流动人口 — —：为防止推算出过小的数量，不显示。"


def test_no_answer_holds_a_hidden_number(client: FlaskClient) -> None:
    """3 and 80 people of QH010200x, 6 of the element I01: not in what is shown, nor beside it."""
    people, things = ("body", "total"), ("body", "note")
    asked = [("population", people, "QH0102002", 3), ("population", people, "QH0102003", 80)]
    for panel, parts, area, hidden in [*asked, ("elements", things, "QH0101002", 6)]:
        answer = ask(client, [f"{panel}-{part}.children" for part in parts], {**NOON, "area": area})
        assert not {hidden, str(hidden)} & set(leaves(answer.get_json()["response"]))


def leaves(node: Any) -> list[Any]:
    if isinstance(node, dict):
        return [leaf for value in node.values() for leaf in leaves(value)]
    return [leaf for value in node for leaf in leaves(value)] if isinstance(node, list) else [node]


def test_workers_are_numbers_on_the_grids_page(client: FlaskClient) -> None:
    outputs = ["profile-body.children", "profile-note.children"]
    answer = ask(client, outputs, {**NOON, "area": "QH0101"}).get_json()["response"]
    assert "力量 当日有轨迹 2 期内有轨迹 2 期内出勤率" in words(answer["profile-body"]["children"])


# Special groups


@pytest.mark.parametrize("name", ["operator", "analyst", "steward", "wall"])
def test_who_lacks_the_right_finds_no_panel_of_special_groups_and_no_count(app: App, name: str) -> None:
    client = sign_in(app, name)
    assert "special-body" not in layout(client, "/area?area=QH0101")
    answer = ask(client, SPECIAL, {**NOON, "area": "QH0101", "reason": "case 1"})
    assert words(answer.get_json()["response"]["special-body"]["children"]) == "无权查看，请联系系统管理员开通"


def test_a_leader_sees_them_after_a_reason_of_this_screen_and_never_on_a_wall(app: App, sample_home: Path) -> None:
    client = sign_in(app, "leader")
    assert "special-body" in layout(client, "/area?area=QH0101")
    assert "special-body" not in layout(client, "/area?area=QH0101&kiosk=1")
    view = {**NOON, "area": "QH0101"}
    first = ask(client, SPECIAL, view).get_json()["response"]
    assert words(first["special-body"]["children"]) == ""
    with client.session_transaction() as kept:
        kept["reason"] = "case 77"
    assert words(ask(client, SPECIAL, view).get_json()["response"]["special-body"]["children"]) == ""
    told = ask(client, SPECIAL, {**view, "reason": "case 77"}).get_json()["response"]
    said = words(told["special-body"]["children"])
    assert "柳岸社区 31" in said and "<10" in said and "15" in said and " 4 " not in said and " 12 " not in said
    audit = [json.loads(line) for line in (sample_home / "audit.jsonl").read_text(encoding="utf-8").splitlines()]
    assert audit[-1]["reason"] == "case 77"
    wall = ask(client, SPECIAL, {**view, "reason": "case 77", "kiosk": "1"}).get_json()["response"]
    assert "31" not in words(wall["special-body"]["children"])


# Overlays


def test_coverage_stands_beside_its_counts_for_the_area_and_each_below(client: FlaskClient) -> None:
    body, note = several(client, "plus-coverage", NOON, ("body", "note"))
    assert "青禾市 12 25.0% 3/12 100.0% 12/12 8.3% 1/12 8.3% 1/12" in body
    assert note == "青禾市 · n = 12 个网格 · 2026年1月5日 周一有效的网格"


@pytest.mark.parametrize(("overlay", "n"), [("party", 9), ("police", 0), ("mediation", 11), ("volunteer", 11)])
def test_grids_without_an_overlay_are_listed(client: FlaskClient, overlay: str, n: int) -> None:
    _, title = several(client, "plus-without", {**NOON, "overlay": overlay}, ("body", "title"))
    assert title.endswith(f"的网格 {n} 个")


def test_a_grid_in_two_beats_shows_the_share_of_each(client: FlaskClient) -> None:
    body, total = several(client, "plus-beats", NOON, ("body", "total"))
    assert total == "2 个警格 · 3 个网格跨警格"
    assert body.count("50.0%") >= 6


def test_each_overlay_is_switched_by_its_own_button(client: FlaskClient) -> None:
    outputs = ["plus-map-spec.data", "plus-map-toggles.children"]
    answer = ask(client, outputs, {**NOON, "layers": "party,police"}).get_json()["response"]
    buttons = [one for one in answer["plus-map-toggles"]["children"] if one["type"] == "Button"]
    pressed = [button["props"]["aria-pressed"] for button in buttons]
    assert pressed == ["true", "true", "false", "false"]
    targets = [button["props"]["data-to"] for button in buttons]
    assert targets == ["police", "party", "party,police,mediation", "party,police,volunteer"]
    assert "of=party%2Cpolice" in json.dumps(answer["plus-map-spec"]["data"])


def test_the_map_draws_the_places_and_fills_the_grids_without(client: FlaskClient) -> None:
    about = "theme=dark&day=2026-01-05&area=QH"
    places = json.loads(client.get(f"/api/map/v/plus_places?{about}&of=police").get_data(as_text=True))
    assert [place["words"].split(" · ")[0] for place in places] == ["桃园警务室"]
    filled = json.loads(client.get(f"/api/map/v/without/mediation?{about}").get_data(as_text=True))
    assert len(filled["colours"]) == 11
    assert client.get(f"/api/map/v/beats?{about}").status_code == 200
    assert client.get(f"/api/map/v/without/other?{about}").status_code == 400


# Disputes


def test_the_funnel_says_every_stage_of_the_disputes_screened(client: FlaskClient) -> None:
    said, _ = several(client, "dispute-funnel", DISPUTES, ("body", "note"))
    assert "排查 6 期内排查的全部 受理 6 占排查 100.0% 调解 4 占排查 66.7% 办结 5 占排查 83.3%" in said
    assert "成功 3 占排查 50.0% 未成 1 占排查 16.7% 上交 1 占排查 16.7% 在办 1 占排查 16.7%" in said
    checks = shown(client, f"{dispute_funnel.CHECKS}.children", DISPUTES)
    assert checks.startswith("W1 待填 100.0% 2 / 2 W2 待填 50.0% 1 / 2 W3 待填 — 没有填写")


def test_the_leaks_listed_are_those_counted_by_hand(client: FlaskClient) -> None:
    """D2, a small one settled by the street, and D4, a large one handed up; D3, a large one, stayed in its street."""
    body, total = several(client, "dispute-leaks", DISPUTES, ("body", "total"))
    assert total == "2 件外溢"
    assert [name for name in ("D1", "D2", "D3", "D4", "D5", "D6") if name in body] == ["D2", "D4"]


def test_both_containment_rates_and_peoples_mediation_show_their_counts(client: FlaskClient) -> None:
    body, note = several(client, "dispute-rates", DISPUTES, ("body", "note"))
    assert "1 / 3" in body and "1 / 2" in body  # D1 of D1 D2 D6; D3 of D3 D4
    assert "小矛盾 3 1 1 0 1 大矛盾 2 1 1 0 0" in body
    assert "人民调解占比 66.7 % 2 / 3" in body
    assert note == "青禾市 · 12月30日–1月5日 · 期内办结的矛盾"


# Service


def test_satisfaction_stands_right_after_the_response_rate_it_rests_on(client: FlaskClient) -> None:
    body, _ = several(client, "service-rates", SERVICE, ("body", "note"))
    assert "回访应答率 60.0 % 3 / 5" in body
    assert body.index("回访应答率") < body.index("回访满意率") < body.index("公众参与率")
    assert "网上办理率 60.0 % 3 / 5" in body


def test_visits_are_counted_by_household(client: FlaskClient) -> None:
    body, total = several(client, "service-visits", {**SERVICE, "area": "QH0101"}, ("body", "total"))
    assert total == "走访 3 次"  # V1, V2, V5
    assert "柳岸社区第一网格 2 14" in body or " 2 14 " in body  # 6 + 8 households


def test_every_brand_stands_in_the_table_even_without_an_activity(client: FlaskClient) -> None:
    body, total = several(client, "service-brands", SERVICE, ("body", "total"))
    assert "邻里守望 2 12 22.5 义务巡逻 1 10 —" in body
    assert "绿丝带 0 — —" in body and total == "3 次活动"


def test_a_hidden_part_of_the_page_asks_nothing(client: FlaskClient) -> None:
    assert ask(client, ["service-brands-body.children", "service-brands-total.children"], NOON).status_code == 204


# Mechanisms and codes


def test_every_page_a_mechanism_leads_to_exists(app: App, sample_home: Path) -> None:
    paths = {page["path"] for page in dash.page_registry.values()}
    config = load_config(sample_home)
    led = [path.partition("?")[0] for code in codes(config, "mechanisms") for path in code.more.split()]
    assert led and [path for path in led if path not in paths] == []


def test_placeholders_say_that_they_are_and_which_file_names_them(client: FlaskClient) -> None:
    said = words(json.loads(layout(client, "/codes"))["response"]["_pages_content"]["children"])
    roles = said[said.index("六类角色") : said.index("四项任务")]
    assert "6 项待填 codes/worker_roles.csv" in roles and roles.count(" 待填") == 6
    groups = said[said.index("九类拓展要素") : said.index("六类角色")]
    assert groups.count(" 待填") == 9 + 22
    assert "服务品牌 五个 5 项" in said and "待填" not in said[said.index("服务品牌") :]


@pytest.mark.parametrize("path", ["/plus", "/codes"])
def test_a_wall_may_not_open_the_pages(app: App, path: str) -> None:
    assert "plus-page" not in layout(sign_in(app, "wall"), path)
    assert "无权查看" in json.dumps(json.loads(layout(sign_in(app, "wall"), path)), ensure_ascii=False)


def test_counts_of_people_say_when_they_were_published_and_when_the_next_ones_come(client: FlaskClient) -> None:
    _, note = several(client, "population", {**NOON, "area": "QH0102001"}, ("body", "total"))
    assert note == "截至 2026年1月1日 周四 · 下次公布 2026年2月1日 周日"
