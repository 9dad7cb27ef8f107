"""The page of hot spots over hand-made answers: what it lists, draws and explains; and what it says when empty."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from dashboard import hot, hot_fills, hot_marks
from dashboard.app import App
from dashboard.names import Frame, pane
from data.analysis.hot_spots import HotSpots, Unit
from data.cache import SingleFlight
from tests.hot_city import baohua, spots_of, unit
from tests.web import ask, open_site, sign_in, words

LIST = ["hot-list-body.children", "hot-list-title.children", "hot-list-total.children"]
MAP = ["hot-map-spec.data", "hot-map-note.children", "hot-map-legend.children"]
# The first street of the sample city has 2,000 households, the second 2,020.
GRIDS = ["QH0101001", "QH0101002", "QH0201001"]


def units() -> list[Unit]:
    """Two grids of one street, one of the other: hot, quiet and cold."""
    return [
        unit(
            "QH0101001", n=40, before=20, significance=3, z=5.0, emerging="new", difference=62.5, difference_holds=True
        ),
        unit("QH0101002", n=0, before=0, smoothed=0.0),
        unit("QH0201001", n=10, before=9, significance=-2, z=-2.4, difference=3.1),
        unit("QH0201002", n=1, before=1, rated=False, z=None, rate=None, smoothed=None),
    ]


@pytest.fixture(scope="module")
def app(sample_home: Path) -> App:
    return open_site(sample_home)


@pytest.fixture(scope="module")
def client(app: App) -> FlaskClient:
    return sign_in(app, "leader")


@pytest.fixture
def asking(app: App) -> Iterator[None]:
    """Words and names are those of a request."""
    with app.server.test_request_context("/"):
        yield


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return a function that lets the engine answer every question with these hot spots."""
    asked: list[Any] = []

    def give(spots: HotSpots) -> list[Any]:
        def engine(_: Any, __: Any, question: Any) -> HotSpots:
            asked.append(question)
            return spots

        monkeypatch.setattr(hot, "_found", SingleFlight(8))
        monkeypatch.setattr(hot, "hot_spots", engine)
        return asked

    yield give


def city(**changed: Any) -> HotSpots:
    spot = baohua(name="柳岸", area_ids=["QH0101001", "QH0101002"], lon=119.506, lat=32.006)
    return spots_of(spot, units=units(), **changed)


def panel(client: FlaskClient, outputs: list[str], view: dict[str, Any] | None = None) -> list[Any]:
    response = ask(client, outputs, {"day": "2026-01-05", "kind": "ENV", **(view or {})})
    assert response.status_code == 200, response.get_data(as_text=True)
    told = response.get_json()["response"]
    return [told[name][prop] for name, prop in (output.rsplit(".", 1) for output in outputs)]


def links(node: Any) -> list[str]:
    """Return every address in a tree of components."""
    if isinstance(node, list):
        return [found for one in node for found in links(one)]
    if not isinstance(node, dict):
        return []
    own = node.get("props", {})
    return [own[key] for key in ("href",) if key in own] + links(own.get("children"))


def route(client: FlaskClient, path: str, **query: object) -> Any:
    asked = {"day": "2026-01-05", "kind": "ENV", "theme": "light", **query}
    return client.get(f"/api/map/v/hot/{path}", query_string=asked)


def test_each_hot_spot_has_number_class_and_its_sentence(client: FlaskClient, answer: Any) -> None:
    answer(city())
    body, title, total = panel(client, LIST)
    told = words(body)
    assert told.startswith("1 柳岸 连续")
    assert (
        told.replace(" ", "").count("2个网格近4周409起，每千户29.7起，是全市的3.8倍；连续4期为热点，较上期增15%") == 1
    )
    assert "物业纠纷与施工扰民 占 58.0% · z = 8.0" in told
    assert (title, total) == ("1 处热点", "近 13 期走势")


def test_its_links_lead_to_its_cases_a_task_and_the_briefing(client: FlaskClient, answer: Any) -> None:
    answer(city())
    cases, task, brief = (urlsplit(one) for one in links(panel(client, LIST)[0]))
    # both grids lie in the community 柳岸
    assert cases.path == "/incidents"
    assert parse_qs(cases.query) == {"state": ["all"], "kind": ["ENV"], "period": ["30d"], "area": ["QH0101"]}
    assert task.path == "/tasks"
    assert parse_qs(task.query)["area"] == ["QH0101"]
    assert "/hotspots?" in parse_qs(task.query)["about"][0]
    assert brief.path == "/briefing"


def test_the_one_chosen_is_marked_in_the_list_and_on_the_map(client: FlaskClient, answer: Any) -> None:
    answer(city())
    listed = json.dumps(panel(client, LIST, {"spot": "1"})[0], ensure_ascii=False)
    assert "spot picked" in listed
    spec = panel(client, MAP, {"spot": "1", "theme": "light"})[0]
    rings = [row for layer in spec["layers"] if layer["id"].endswith("-spots") for row in layer["data"]]
    assert rings
    assert {tuple(row["fill"][:3]) for row in rings} == {(0x0B, 0x63, 0xB8)}
    west, south, east, north = spec["near"]["1"]
    assert west < 119.506 < east
    assert south < 32.006 < north


def test_a_click_on_a_numbered_disc_chooses_it(client: FlaskClient, answer: Any) -> None:
    answer(city())
    assert panel(client, MAP)[0]["chooseSpot"] == "spot"


def test_the_legend_counts_units_by_class_and_says_what_is_left_out(client: FlaskClient, answer: Any) -> None:
    answer(city())
    _, note, legend = panel(client, MAP)
    told = words(legend)
    assert "热点 99% 1" in told
    assert "冷点 95% 1" in told
    assert "不显著 1" in told  # the unit that is not rated is in no class
    assert "不评（1）" in told
    assert "另有 17 起只到上级区域" in told
    assert "基数：户数" in told
    assert note == "环境卫生 · 10月24日–11月20日"


def test_the_fill_has_the_colours_of_the_design(client: FlaskClient, answer: Any) -> None:
    answer(city())
    told = json.loads(route(client, "fill/significance").data)
    assert {area: colour[:3] for area, colour in told["colours"].items()} == {
        "QH0101001": [0xB8, 0x4A, 0x0C],
        "QH0201001": [0x67, 0xA9, 0xCF],
    }
    assert "基数不足，不评" in told["notes"]["QH0201002"]
    assert told["words"]["QH0101001"].startswith("40 起")


def test_the_difference_map_colours_only_what_survives(client: FlaskClient, answer: Any) -> None:
    answer(city())
    assert list(json.loads(route(client, "fill/difference").data)["colours"]) == ["QH0101001"]


def test_the_small_maps_draw_no_other_colour_either(client: FlaskClient, answer: Any) -> None:
    answer(city())
    svg = route(client, "small/difference.svg", w=300, h=200).get_data(as_text=True)
    assert "#F9CFA6" in svg or "#EE8A3C" in svg or "#B84A0C" in svg
    assert "#67A9CF" not in svg
    assert route(client, "small/nothing.svg", w=300, h=200).status_code == 400


def test_emerging_classes_are_counted_and_empty_ones_left_out() -> None:
    found = hot_fills.shown("emerging", city())
    assert [(one.words, one.n) for one in found.classes] == [("新增", 1)]
    assert found.tokens == {"QH0101001": "em-new"}


def test_rates_fall_into_quintiles_and_the_lowest_is_the_ground() -> None:
    many = [unit(f"g{i}", smoothed=float(i + 1)) for i in range(100)]
    found = hot_fills.shown("rate", spots_of(units=many))
    assert [one.n for one in found.classes] == [20] * 5
    assert len(found.tokens) == 80


def test_discs_of_neighbouring_hot_spots_do_not_cover_each_other(asking: None) -> None:
    bounds = (119.0, 32.0, 119.2, 32.2)
    close = [baohua(number=i + 1, lon=119.1 + i * 0.001, lat=32.1, radius_m=300.0) for i in range(4)]
    rows = hot_marks.rings(spots_of(*close), bounds, "light")
    wide = 110_900 * math.cos(math.radians(32.1))
    at = [(row["at"][0] * wide, row["at"][1] * 110_900) for row in rows]
    pixel_m = 0.2 * 110_900 / 700
    apart = [math.dist(a, b) / pixel_m for i, a in enumerate(at) for b in at[:i]]
    assert min(apart) >= 20


def test_names_give_way_to_the_discs_that_are_drawn_in_a_pane_of_another_shape_too(asking: None) -> None:
    bounds = (119.0, 32.0, 119.2, 32.2)
    close = spots_of(*(baohua(number=i + 1, lon=119.1 + i * 0.001, lat=32.1, radius_m=300.0) for i in range(4)))
    drawn = {tuple(row["at"]) for row in hot_marks.rings(close, bounds, "light")}
    for frame in (Frame(bounds, (600, 700), 13), pane(bounds, (1800, 700), 13)):
        clear = hot_marks.keep_clear(close, bounds, frame)
        assert len(clear) == 8 and all(row["size"] > 0 for row in clear)
        assert drawn <= {tuple(row["p"]) for row in clear}


def test_streets_stand_by_their_rate_per_thousand_households(client: FlaskClient, answer: Any) -> None:
    answer(city())
    figure, title, _ = panel(
        client, ["hot-streets-chart.figure", "hot-streets-title.children", "hot-streets-why.children"]
    )
    assert "每千户" in title
    before, now = (trace["x"] for trace in figure["data"] if trace["mode"] == "markers")
    assert [round(x, 2) for x in now] == [20.0, round(11 / 2020 * 1000, 2)]
    assert [round(x, 2) for x in before] == [10.0, round(10 / 2020 * 1000, 2)]
    assert "整体 12.7" in json.dumps(figure, ensure_ascii=False)  # 51 of 4,020 households


def test_the_hours_say_where_the_peak_is(client: FlaskClient, answer: Any) -> None:
    hours = [[0] * 24 for _ in range(7)]
    hours[0][9], hours[4][15] = 7, 3
    answer(city(hours=hours))
    body, note, total = panel(client, [f"hot-hours-{part}.children" for part in ("body", "note", "total")])
    assert note == "最多：周一 09 时 7 起"
    assert total == "10 起"
    assert json.dumps(body).count('"seq-5"') == 1


@pytest.mark.parametrize(
    ("spots", "said"),
    [
        (spots_of(units=units(), n=0), "没有环境卫生事件"),
        (spots_of(units=[unit(area, base=0.0, rated=False) for area in GRIDS]), "没有户数数据"),
        (spots_of(units=units()), "不足以判断热点"),
        (spots_of(units=[unit(f"g{i}") for i in range(40)]), "没有显著的热点"),
    ],
)
def test_an_empty_list_says_why(client: FlaskClient, answer: Any, spots: HotSpots, said: str) -> None:
    answer(spots)
    assert said in words(panel(client, LIST)[0])


def test_the_choices_become_the_question(client: FlaskClient, answer: Any) -> None:
    asked = answer(city())
    panel(client, LIST, {"step": "1", "base": "road_km", "shape": "cells", "source": "public", "area": "QH01"})
    (question,) = asked
    assert (question.kind, question.area, question.weeks) == ("ENV", "QH01", 1)
    assert (question.base, question.cells, question.public_only) == ("road_km", True, True)


def test_what_nobody_offers_is_never_asked(client: FlaskClient, answer: Any) -> None:
    asked = answer(city())
    panel(client, LIST, {"step": "99", "base": "gold", "kind": "SPG"})
    (question,) = asked
    assert (question.weeks, question.base) == (4, "auto")
    assert question.kind not in ("SPG", "INF")


def test_panels_of_one_screen_share_one_answer(client: FlaskClient, answer: Any) -> None:
    asked = answer(city())
    panel(client, LIST)
    panel(client, MAP)
    panel(client, LIST, {"spot": "1"})
    assert len(asked) == 1


def test_sparse_counts_are_warned_of(client: FlaskClient, answer: Any) -> None:
    few = city()
    answer(city(method={**few.method, "sparse": True}))
    assert "只作参考" in words(panel(client, MAP)[2])


def test_cells_stand_in_a_layer_of_their_own_over_the_roads(client: FlaskClient, answer: Any) -> None:
    answer(city(method={**city().method, "cells": True}))
    ids = [layer["id"] for layer in panel(client, MAP, {"shape": "cells"})[0]["layers"]]
    assert len(ids) == len(set(ids))
    assert any(name.endswith("-cells-areas") for name in ids)


def test_an_account_of_one_street_is_told_what_its_rates_are_held_against(client: FlaskClient, answer: Any) -> None:
    answer(city(method={**city().method, "whole": "QH01"}))
    told = words(panel(client, LIST)[0]).replace(" ", "")
    assert "是辖区的3.8倍" in told
    assert "是全市的" not in told
