"""Records of 网格+ on their way in: bad rows kept aside with a reason, later ones in place of earlier, no persons."""

from __future__ import annotations

import json
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path

import pytest

from data.config import load_config
from data.errors import ConfigError
from data.feeds import feeds
from data.query import Door
from data.scope import Scope
from etl.commands.template import TEMPLATES, heading
from etl.load import LoadResult, load
from etl.mapping import load_mapping
from tests.conftest import SAMPLE_NOW, SAMPLES
from tests.copies import fresh

HEADS = {
    "visits": "编号,网格,网格员,时间,户数,事由",
    "population": "网格编号,截止日,类别,人数",
    "call_backs": "事件,事项,时间,接通,解决,评分,满意",
    "disputes": "编号,事件,网格,排查,受理,调解,办结,结果,大小,人数,层级,方式,一,二",
    "activities": "编号,品牌,网格,时间,人数,时长",
    "elements": "网格编号,截止日,要素类,小项,数量",
}
BAD = [
    ("visits", "V9,NOWHERE,,2026-01-05 09:00:00,1,", "unknown_area"),
    ("visits", "V9,QH0101001,,2026-01-05 23:00:00,1,", "future"),
    ("visits", "V9,QH0101001,,1999-01-05 09:00:00,1,", "too_early"),
    ("visits", "V9,QH0101001,,2026-01-05 09:00:00,-1,", "negative_count"),
    ("population", "QH0101001,2026-01-01,未知类,5", "unknown_class"),
    ("population", "QH0101001,2026-02-01,户籍,5", "future"),
    ("call_backs", ",,2026-01-05 11:00:00,是,,,", "call_back_subject"),
    ("call_backs", "E009,S1,2026-01-05 11:00:00,是,,,", "call_back_subject"),
    ("call_backs", "E999,,2026-01-05 11:00:00,是,,,", "unknown_incident"),
    ("call_backs", ",S99,2026-01-05 11:00:00,是,,,", "unknown_item"),
    ("call_backs", "E009,,2026-01-05 11:00:00,是,,6,", "bad_value"),
    ("call_backs", "E009,,2026-01-05 11:00:00,否,,5,", "unreached_answer"),
    ("disputes", "D9,,,2026-01-05 09:00:00,,,,,,,,,,", "missing"),
    ("disputes", "D9,,QH0101001,2026-01-05 09:00:00,2026-01-05 08:00:00,,,,,,,,,", "time_order"),
    ("disputes", "D9,,QH0101001,2026-01-05 09:00:00,,,,成功,,,,,,", "outcome_without_end"),
    ("disputes", "D9,,QH0101001,2026-01-05 09:00:00,,,2026-01-05 10:00:00,成功,,,省,,,", "unknown_level"),
    ("activities", "H9,没有的品牌,QH0101001,2026-01-05 09:00:00,1,1", "unknown_brand"),
    ("elements", "QH0101001,2026-01-01,人,SPG_A,40", "special_here"),
]


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> Path:
    return fresh(sample_home, tmp_path / "home")


def put(home: Path, name: str, *rows: str, head: str = "", now: datetime = SAMPLE_NOW) -> LoadResult:
    path = home / f"{name}.csv"
    path.write_text("\n".join([head or HEADS[name], *rows]) + "\n", encoding="utf-8")
    return load([path], load_config(home), now=now)


def test_every_bad_row_is_kept_aside_with_its_reason(home: Path) -> None:
    for name in HEADS:
        mine = [(row, reason) for feed, row, reason in BAD if feed == name]
        (entry,) = put(home, name, *(row for row, _ in mine)).entries
        assert (entry.rows_loaded, entry.rows_rejected) == (0, len(mine))
    fetched = Door(load_config(home)).warehouse.fetch("SELECT path, row, reason FROM reject", {}).to_pylist()
    found = [(Path(row["path"]).stem, row["row"] - 2, row["reason"]) for row in fetched]
    wanted = []
    for name in HEADS:
        wanted += [(name, at, one[2]) for at, one in enumerate(x for x in BAD if x[0] == name)]
    assert set(wanted) <= set(found)


def test_a_later_load_replaces_a_record_and_a_repeated_one_counts_as_such(home: Path) -> None:
    row = "D5,,QH0101002,2026-01-05 09:00:00,2026-01-05 09:20:00,,{},{},,4,村居,人民调解,,"
    (entry,) = put(home, "disputes", row.format("2026-01-05 15:00:00", "成功")).entries
    assert (entry.rows_loaded, entry.rows_duplicate) == (1, 0)
    (entry,) = put(home, "disputes", row.format("2026-01-05 15:00:00", "成功")).entries
    assert (entry.rows_loaded, entry.rows_duplicate) == (0, 1)
    fetched = Door(load_config(home)).warehouse.fetch("SELECT outcome FROM dispute WHERE dispute_id = 'D5'", {})
    assert fetched.to_pylist() == [{"outcome": "success"}]


def test_a_call_back_that_came_too_early_is_taken_in_when_its_service_comes(home: Path) -> None:
    put(home, "call_backs", ",S77,2026-01-05 12:00:00,是,是,4,")
    put(home, "services", "S77,QH0202001,证明,窗口,2026-01-05 11:00:00,", head="编号,网格,类别,渠道,申请,办结")
    rows = Door(load_config(home)).warehouse.fetch("SELECT satisfied FROM call_back WHERE item_id = 'S77'", {})
    assert rows.to_pylist() == [{"satisfied": True}]


PARTY = ["当事人姓名", "主要当事人证件类型", "性别", "民族", "户籍地址", "partyGender", "联系电话"]


@pytest.mark.parametrize("column", PARTY)
def test_a_mapping_that_reads_a_partys_column_is_refused(tmp_path: Path, column: str) -> None:
    text = (SAMPLES / "mappings" / "disputes.toml").read_text(encoding="utf-8")
    path = tmp_path / "disputes.toml"
    path.write_text(text.replace('mode = "方式"', f'mode = "{column}"'), encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_mapping(path)
    assert refused.value.reason == "personal_column" and column in refused.value.sentence("zh-CN")


def test_what_a_file_says_of_the_parties_stands_nowhere_afterwards(home: Path) -> None:
    head = HEADS["disputes"] + ",当事人姓名,当事人性别,partyName,住址"
    good = "D7,,QH0101001,2026-01-05 09:00:00,,,,,,,,,,,赵无名,男,WUMING ZHAO,无名巷七号"
    bad = good.replace("D7,,QH0101001,2026-01-05", "D8,,QH0101001,2026-02-30")
    (entry,) = put(home, "disputes", good, bad, head=head).entries
    assert (entry.rows_loaded, entry.rows_rejected) == (1, 1)
    said = json.dumps(Door(load_config(home)).warehouse.fetch("SELECT * FROM reject", {}).to_pylist(), default=str)
    told = said.encode().decode("unicode_escape")
    assert "D8" in told and not any(word in told for word in ("无名", "WUMING", "男"))


def test_a_published_table_stays_as_it_is_until_the_next_fixed_date(home: Path) -> None:
    path = home / "gridlink.toml"
    said = path.read_text(encoding="utf-8").replace("[privacy]\n", "[privacy]\nsmall_count = 1000\n")
    path.write_text(said, encoding="utf-8")
    put(home, "population", "QH0101001,2026-01-01,户籍,950", "QH0101002,2026-01-05,户籍,20")
    assert registered(home, "QH0101001") == [(date(2026, 1, 1), 900, None)]  # neither a correction nor a setting
    put(home, "population", "QH0101001,2026-01-31,户籍,800", "QH0101003,2026-02-01,户籍,1100", now=datetime(2026, 2, 1))
    assert registered(home, "QH0101001") == [(date(2026, 2, 1), None, "small")]
    assert registered(home, "QH0101002") == [(date(2026, 2, 1), None, "small")]
    assert registered(home, "QH0101003") == [(date(2026, 2, 1), 1100, None)]
    assert registered(home, "QH0101") == [(date(2026, 2, 1), 1920, None)]


def registered(home: Path, area: str) -> list[tuple[date, int | None, str | None]]:
    scope = Scope("t", frozenset({"leader"}), "QH")
    rows = Door(load_config(home)).query("population", scope, area=area).to_pylist()
    return [(row["as_of"], row["count"], row["hidden"]) for row in rows if row["class"] == "registered"]


def test_a_filled_template_of_each_record_is_read_by_the_mapping_of_a_new_home() -> None:
    for name, feed in TEMPLATES.items():
        path = Path(str(files("etl"))) / "mappings" / f"{name}.toml"
        mapping = load_mapping(path)
        assert mapping.feed == feed
        headings = {column.name: heading(column) for column in feeds()[feed].columns.values()}
        if name != "areas":
            read = {ours: transform.source for ours, transform in mapping.columns.items() if transform.source}
            assert {ours: headings[ours] for ours in read} == read, name
