"""A hot spot in one sentence: every figure in it is the spot's own, and another figure makes another sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dashboard import hot_words, text
from dashboard.app import App
from tests.hot_city import baohua, spots_of
from tests.web import open_site

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(scope="module")
def app(sample_home: Path) -> App:
    return open_site(sample_home)


@pytest.fixture(autouse=True)
def asked_for(app: App) -> Any:
    """Words are those of a request: the name of the lowest level comes from the site."""
    with app.server.test_request_context("/"):
        text.speak("zh-CN", SHANGHAI)
        yield


def said(**changed: Any) -> str:
    spot = replace(baohua(), **changed)
    return hot_words.sentence(spot, spots_of(spot))


def test_the_whole_sentence_holds_every_number() -> None:
    assert said() == (
        "2 个网格近 4 周 409 起，每千户 29.7 起，是全市的 3.8 倍；连续 4 期为热点，较上期增 15%；"
        "单看公众上报（120 起）仍是热点。"
    )


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"n": 410}, "近 4 周 410 起"),
        ({"rate": 31.0}, "每千户 31.0 起"),
        ({"ratio": 2.0}, "是全市的 2.0 倍"),
        ({"area_ids": ["g1"]}, "1 个网格近 4 周"),
        ({"run": 7}, "连续 7 期为热点"),
        ({"emerging": "new", "run": 1}, "本期首次成为热点"),
        ({"emerging": "sporadic"}, "时有时无，本期再现"),
        ({"emerging": "persistent", "run": 12}, "长期为热点（已连续 12 期）"),
        ({"emerging": "oscillating"}, "曾为冷点，本期转为热点"),
        ({"emerging": None}, "本期为热点"),
        ({"before": 818}, "较上期减 50%"),
        ({"before": 409}, "与上期持平"),
        ({"before": 9}, "上期 9 起"),
        ({"before": 0}, "上期 0 起"),
        ({"public_holds": False}, "单看公众上报（120 起）不显著"),
        ({"public_n": 0, "public_holds": False}, "没有公众上报"),
        ({"small": True}, "件数少，只作提示。"),
    ],
)
def test_change_the_data_and_the_sentence_changes(changed: dict[str, Any], words: str) -> None:
    assert words in said(**changed)
    assert words not in said()


def test_few_incidents_are_warned_of_and_many_are_not() -> None:
    assert "只作提示" in said(small=True)
    assert "只作提示" not in said(small=False)


def test_public_reports_alone_are_not_compared_with_themselves() -> None:
    only = replace(spots_of(baohua()), method={**spots_of(baohua()).method, "public_only": True})
    assert hot_words.sentence(baohua(), only).endswith("只计公众上报。")


@pytest.mark.parametrize(
    ("base", "words"),
    [
        ("road_km", "每公里道路"),
        ("floating", "每千流动人口"),
        ("patrol_hours", "每百巡查小时"),
        ("households", "每千户"),
    ],
)
def test_a_rate_is_told_with_what_it_is_per(base: str, words: str) -> None:
    assert words in hot_words.sentence(baohua(), replace(spots_of(baohua()), base=base))


def test_english_says_the_same_numbers() -> None:
    text.speak("en", SHANGHAI)
    spoken = said()
    assert all(figure in spoken for figure in ("409", "29.7", "3.8 times", "4 steps running", "15% more", "(120)"))
    assert not any("一" <= letter <= "鿿" for letter in spoken)


def test_kinds_stand_under_it_with_their_share_together() -> None:
    assert hot_words.kinds(baohua()) == "物业纠纷与施工扰民 占 58.0%"
    assert hot_words.kinds(replace(baohua(), kinds=[])) == ""


def test_every_class_has_a_name_and_a_course() -> None:
    for name in ("new", "consecutive", "intensifying", "persistent", "diminishing", "sporadic", "oscillating"):
        assert hot_words.class_name(name)
        assert said(emerging=name)
