"""The leaders' desk: one area's figures against before, the areas below, what changed, and the way to a task."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from threading import get_ident
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard import ahead
from dashboard.panels.leader_ranking import moved, ranked
from dashboard.peers import Place
from data.analysis.periods import parse
from data.query import Door
from tests.web import ask, open_site, sign_in, words

DAY = {"day": "2026-01-05", "t": "43200", "period": "7d"}  # noon of the sample city's day
CITY, STREET = "QH", "QH01"
RANKING = ["leader-ranking-body.children", "leader-ranking-note.children"]


@pytest.fixture
def leader(sample_home: Path) -> FlaskClient:
    return sign_in(open_site(sample_home), "leader")


def panel(client: FlaskClient, outputs: list[str], view: dict[str, Any]) -> dict[str, Any]:
    response = ask(client, outputs, view)
    assert response.status_code == 200, response.get_data(as_text=True)
    told: dict[str, Any] = response.get_json()["response"]
    return told


def figures(client: FlaskClient, **view: str) -> str:
    told = panel(client, ["leader-figures-body.children"], {**DAY, **view})
    return words(told["leader-figures-body"]["children"])


def test_the_figures_are_those_of_the_area_and_follow_it_down(leader: FlaskClient) -> None:
    city, street = figures(leader), figures(leader, area=STREET)
    assert "98.4" not in city  # nothing of the demo city
    assert "72.0%" in city  # handled in time: 18 of 25, as counted by hand in the samples
    assert "76.9%" in street  # 6 of 7 and 5 of 6 and none of the street alone: 10 of 13
    assert "环比" in city and "同比" in city


def test_one_click_below_what_is_looked_at_the_figures_are_counted_already(
    leader: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted, compute, here = [], Door._compute, get_ident()

    def counting(self: Door, metric: Any, values: dict[str, Any]) -> Any:
        if get_ident() == here:  # not what is counted beside it for the next click
            counted.append((metric.name, values["level"]))
        return compute(self, metric, values)

    monkeypatch.setattr(Door, "_compute", counting)
    figures(leader)
    assert {level for _, level in counted} == {"city"}
    ahead._panel_one.submit(int).result()  # somebody looks at the page meanwhile
    counted.clear()
    drilled = {**DAY, "area": STREET}
    for outputs in (["rate-body.children"], RANKING):
        panel(leader, outputs, drilled)
    figures(leader, area=STREET)
    assert counted == []


def test_a_period_without_data_before_it_has_no_comparison_and_no_zero(leader: FlaskClient) -> None:
    assert "−100" not in figures(leader) and "+inf" not in figures(leader)


def test_the_areas_below_are_listed_with_interval_and_n_and_lead_further_down(leader: FlaskClient) -> None:
    told = panel(leader, RANKING, DAY)
    text = words(told["leader-ranking-body"]["children"])
    assert "东岸街道" in text and "不排名" in text  # under thirty cases nobody is ranked
    below = panel(leader, RANKING, {**DAY, "area": STREET})
    assert "柳岸社区" in words(below["leader-ranking-body"]["children"])
    assert "交办" in text


def test_an_analyst_may_look_and_gives_no_task(sample_home: Path) -> None:
    analyst = sign_in(open_site(sample_home), "analyst")
    told = panel(analyst, RANKING, DAY)
    assert "交办" not in words(told["leader-ranking-body"]["children"])


def test_ranks_say_whether_they_are_shared_and_how_they_moved(door: Door, sample_home: Path) -> None:
    app = open_site(sample_home)
    with app.server.test_request_context("/"):
        from dashboard import text

        text.speak("zh-CN", door.config.zone)
        assert (ranked(Place(2, True)), ranked(Place(3, False)), ranked(None)) == ("2 并列", "3", "—")
        assert moved(Place(2, False), Place(5, False)) == "↑ 3"
        assert moved(Place(5, False), Place(2, True)) == "↓ 3"
        assert moved(Place(1, True), Place(1, False)) == "持平"
        assert moved(Place(1, True), None) == moved(None, Place(1, False)) == ""


def test_nothing_is_said_to_have_changed_where_there_is_no_past(leader: FlaskClient) -> None:
    told = panel(leader, ["leader-changes-body.children", "leader-changes-note.children"], DAY)
    assert "没有超出偶然波动的变化" in words(told["leader-changes-body"]["children"])


def test_the_days_of_the_trend_are_whole_ones(leader: FlaskClient) -> None:
    told = panel(leader, ["leader-trend-chart.figure", "leader-trend-note.children"], DAY)
    marks = told["leader-trend-chart"]["figure"]["data"][2]
    assert marks["x"][-1] == "2026-01-04"  # the fifth is not over at noon
    assert len(marks["x"]) == parse("7d", date(2026, 1, 5)).days - 1


@pytest.mark.parametrize("path", ["/leader", "/metrics", "/tasks", "/closing", "/sql"])
def test_a_wall_has_none_of_the_desks(sample_home: Path, path: str) -> None:
    wall = sign_in(open_site(sample_home), "wall")
    page = next(page for page in __import__("dash").page_registry.values() if page["path"] == path)
    assert "kiosk" not in page["roles"]
    assert wall.get(path).status_code == 403


def test_every_metric_is_explained_with_its_own_numbers(leader: FlaskClient) -> None:
    view = {**DAY, "metric": "on_time_handling"}
    told = panel(leader, ["metric-file-title.children", "metric-file-body.children"], view)
    text = words(told["metric-file-body"]["children"])
    assert "18 ÷ 25 = 72.0%" in text
    assert "FROM incident" in text and "definition_zh" not in text
    nothing = panel(
        leader, ["metric-file-title.children", "metric-file-body.children"], {**view, "metric": "punctuality"}
    )
    assert "没有可计算的数据" in words(nothing["metric-file-body"]["children"])
