"""The numbered schemes have exactly the rows their names say; a site fills in the names, never another number."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.codes import SCHEMES, codes
from data.config import Config, make_config
from data.errors import ConfigError


@pytest.fixture
def home(tmp_path: Path) -> Config:
    (tmp_path / "codes").mkdir()
    return make_config(tmp_path, {})


def write(config: Config, name: str, *lines: str) -> None:
    (config.home / "codes" / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_64922_is_six_four_nine_and_twenty_two(home: Config) -> None:
    names = ("worker_roles", "tasks", "element_groups", "element_items")
    assert [len(codes(home, name)) for name in names] == [6, 4, 9, 22]
    assert [codes(home, name)[0].code for name in names] == ["R1", "T1", "C1", "I01"]
    assert codes(home, "element_items")[-1].code == "I22"


def test_every_group_has_items_and_every_item_a_group(home: Config) -> None:
    assert {item.more for item in codes(home, "element_items")} == {one.code for one in codes(home, "element_groups")}


def test_three_leaders_and_two_members_five_matters_five_brands_six_mechanisms(home: Config) -> None:
    assert [slot.more for slot in codes(home, "team_slots")] == ["leader"] * 3 + ["member"] * 2
    assert [len(codes(home, name)) for name in ("five_matters", "brands", "mechanisms")] == [5, 5, 6]
    assert all(one.more.startswith("/") for one in codes(home, "mechanisms"))


def test_names_nobody_published_are_left_to_the_site(home: Config) -> None:
    unnamed = ("worker_roles", "tasks", "element_groups", "element_items", "team_slots", "five_matters")
    assert not any(one.is_named for name in unnamed for one in codes(home, name))
    assert all(one.is_named for name in ("brands", "mechanisms") for one in codes(home, name))


def test_a_site_fills_in_its_names(home: Config) -> None:
    write(home, "tasks", "code,zh,en", *(f"T{n},任务{n}," for n in range(1, 5)))
    assert [(one.zh, one.en, one.is_named) for one in codes(home, "tasks")][0] == ("任务1", "任务1", True)


@pytest.mark.parametrize(
    "lines, told",
    [
        (["T1,甲,", "T2,乙,", "T3,丙,"], "has 3 rows, it must be exactly 4"),
        (["T1,甲,", "T2,乙,", "T3,丙,", "T5,丁,"], "row 5: code is 'T5'"),
        (["T1,甲,", "T2,乙,", "T2,丙,", "T4,丁,"], "row 4 says again what row 3 says"),
        (["T1,甲,", "T2,乙,", "T3,,", "T4,丁,"], "row 4: zh is ''"),
    ],
)
def test_another_count_or_another_slot_is_refused_with_a_sentence(home: Config, lines: list[str], told: str) -> None:
    write(home, "tasks", "code,zh,en", *lines)
    with pytest.raises(ConfigError) as refused:
        codes(home, "tasks")
    assert told in refused.value.sentence("en") and "tasks.csv" in refused.value.sentence("zh-CN")


def test_an_item_of_no_group_and_a_leader_in_a_members_slot_are_refused(home: Config) -> None:
    write(home, "element_items", "code,zh,en,parent", "I01,甲,,C10")
    write(home, "team_slots", "code,zh,en,kind", "M1,甲,,leader")
    for name, told in (("element_items", "parent is 'C10'"), ("team_slots", "kind is 'leader'")):
        with pytest.raises(ConfigError, match=told):
            codes(home, name)


def test_every_table_can_be_read(home: Config) -> None:
    assert all(codes(home, name) for name in SCHEMES)
