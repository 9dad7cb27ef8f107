"""What a grid worker is not sent to handle, whom to call first, and which cases need a skill."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from data.config import make_config
from data.errors import ConfigError
from data.loop.fitness import Fitness, first_calls, fitness

SHIPPED = make_config(Path("no such home"), {})
UNITS = [
    {"unit_id": "D03", "name": "公安局", "unit_kind": "department"},
    {"unit_id": "D04", "name": "应急管理局", "unit_kind": "department"},
    {"unit_id": "X1", "name": "城东消防救援站", "unit_kind": "station"},
    {"unit_id": "X2", "name": "城西消防救援站", "unit_kind": "station"},
]


@pytest.mark.parametrize(
    ("kind", "subkind", "title", "only_cordon", "first", "skill"),
    [
        ("HAZ", "燃气", "燃气异味", True, "燃气公司", "gas"),
        ("EME", "火灾", "厨房冒烟", True, "消防救援站", "first_aid"),
        ("PUB", "盗窃线索", "电瓶被盗线索", True, "公安局", None),
        ("PUB", "诈骗宣传", "疑似诈骗电话", False, None, None),
        ("EME", "积水", "道路积水", True, "应急管理局", None),
        ("HAZ", "电动车飞线", "电动车飞线充电", False, None, "electric"),
        ("DIS", "邻里", "邻里噪声纠纷", False, None, "mediation"),
        ("ENV", "暴露垃圾", "垃圾桶满溢", False, None, None),
        ("OTH", None, None, False, None, None),
    ],
)
def test_a_kind_says_what_it_asks_of_a_worker(
    kind: str, subkind: str | None, title: str | None, only_cordon: bool, first: str | None, skill: str | None
) -> None:
    asked = fitness(kind, subkind, SHIPPED, title)
    assert (asked.only_cordon, asked.skill, next(iter(asked.call_first), None)) == (only_cordon, skill, first)


def test_a_small_kind_decides_without_a_title() -> None:
    assert fitness("HAZ", "燃气", SHIPPED).only_cordon


def test_a_site_says_it_in_its_own_words(tmp_path: Path) -> None:
    config = make_config(tmp_path, {})
    site = tmp_path / "fitness.toml"
    site.write_text('[[rule]]\nkinds = ["FAC"]\nonly_cordon = true\ncall_first = ["D9"]\n', encoding="utf-8")
    assert fitness("FAC", "井盖", config) == Fitness(True, ("D9",), None)
    assert fitness("HAZ", "燃气", config) == Fitness()
    site.write_text('[[rule]]\nkinds = ["FAC"]\nskill = "lid"\n', encoding="utf-8")
    os.utime(site, ns=(1, 1))
    assert fitness("FAC", "井盖", config) == Fitness(skill="lid")


def test_a_key_nobody_knows_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "fitness.toml").write_text('[[rule]]\nkind = "FAC"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="kind"):
        fitness("FAC", None, make_config(tmp_path, {}))


def test_whom_to_call_is_found_by_id_name_or_kind_and_told_in_order() -> None:
    asked = Fitness(call_first=("消防救援站", "D03", "燃气公司"))
    assert first_calls(asked, UNITS) == [
        {"unit_id": "X1", "name": "城东消防救援站"},
        {"unit_id": "X2", "name": "城西消防救援站"},
        {"unit_id": "D03", "name": "公安局"},
        {"unit_id": None, "name": "燃气公司"},
    ]
    everyone = first_calls(Fitness(call_first=("department", "公安局")), UNITS)
    assert [call["unit_id"] for call in everyone] == ["D03", "D04"]
