"""What may be seen of a person: names by role and reason, numbers in texts by nobody."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.config import load_config
from data.feeds import feeds
from data.masking import mask_name, mask_text
from data.persons import masked
from data.scope import Scope
from etl.load import load
from tests.conftest import SAMPLE_NOW, SAMPLES
from tests.copies import fresh


def asking(*roles: str, reason: str = "") -> Scope:
    return Scope("somebody", frozenset(roles), "city", reason)


@pytest.mark.parametrize(
    ("roles", "reason", "seen"),
    [
        (["kiosk"], "", "王**"),
        (["kiosk", "leader"], "事件 E001", "王**"),
        (["analyst"], "事件 E001", "王**"),
        (["administrator"], "事件 E001", "王**"),
        (["operator"], "", "王小*"),
        (["operator"], "事件 E001", "王小*"),
        (["leader"], "", "王小*"),
        (["leader"], "事件 E001", "王小明"),
        (["auditor"], "抽查", "王小明"),
    ],
)
def test_a_name_shows_what_role_and_reason_allow(roles: list[str], reason: str, seen: str) -> None:
    assert mask_name("王小明", asking(*roles, reason=reason)) == seen


def test_short_foreign_and_missing_names_are_masked_too() -> None:
    operator = asking("operator")
    assert mask_name("王明", operator) == "王*"
    assert mask_name("王", operator) == "*"
    assert mask_name("Ann Smith", operator) == "Ann S*"
    assert mask_name("Ann", operator) == "A*"
    assert mask_name("Ann Smith", asking("kiosk")) == "A**"
    assert mask_name(None, operator) is None


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("身份证321183199001011234", "身份证321*************34"),
        ("32118319900101123x。", "321*************3x。"),
        ("证号 321183 19900101 123X", "证号 321*************3X"),
        ("来电13812345678", "来电138****5678"),
        ("138-1234-5678", "138****5678"),
        ("+86 13812345678", "+86 138****5678"),
        ("１３８１２３４５６７８", "138****5678"),
        ("0511-87654321", "0511-****"),
        ("(0511)8765432", "(0511-****"),
        ("苏L12345 占道", "苏L***** 占道"),
        ("苏L·D12345", "苏L*****"),
        ("卡号6222021234567890", "卡号************7890"),
        ("6222021234567890123", "************0123"),
        ("6222 0212 3456 7890", "************7890"),
    ],
)
def test_numbers_of_persons_never_stand_in_a_text(text: str, seen: str) -> None:
    assert mask_text(text) == seen


def test_an_identity_number_is_not_taken_for_a_card_or_a_phone() -> None:
    assert mask_text("321183199001011234 13812345678") == "321*************34 138****5678"


HOSTILE = [
    ("电话１３８ １２３４ ５６７８", "电话138****5678"),  # full width, with a wide blank
    ("138 - 1234 - 5678", "138****5678"),
    ("138\u200b1234\u200b5678", "138****5678"),  # what cannot be seen between the digits
    ("138—1234—5678", "138****5678"),
    ("138.1234.5678", "138****5678"),
    ("138 123 45678", "138****5678"),
    ("(138)12345678", "(138)****5678"),
    ("1 3 8 1 2 3 4 5 6 7 8", "138****5678"),
    ("一三八一二三四五六七八", "138****5678"),
    ("幺三八幺二三四五六七八打来", "138****5678打来"),
    ("١٣٨١٢٣٤٥٦٧٨", "138****5678"),  # Arabic digits
    ("𝟭𝟯𝟴𝟭𝟮𝟯𝟰𝟱𝟲𝟳𝟴", "138****5678"),  # digits of formulas
    ("008613812345678", "0086138****5678"),
    ("微信x13812345678。", "微信x138****5678。"),
    ('=HYPERLINK("tel:13812345678")', '=HYPERLINK("tel:138****5678")'),
    ("王13812345678李15912345678", "王138****5678李159****5678"),
    ("３２１１８３１９９００１０１１２３４", "321*************34"),
    ("321183-19900101-123X", "321*************3X"),
    ("身份证号：321183900101123", "身份证号:321**********23"),  # fifteen digits, of before 1999
    ("６２２２ ０２１２ ３４５６ ７８９０", "************7890"),
    ("6222-0212-3456-7890-123", "************7890"),
    ("（０５１１）８７６５４３２１", "（0511-****"),
    ("0511 8765 4321", "0511-****"),
    ("苏l12345", "苏l*****"),
    ("苏Ａ·D12345", "苏A*****"),
    ("苏L-D12345", "苏L*****"),
    ("教练车苏L1234学", "教练车苏L****学"),
    ("写信到 wang.xm@mail.example.cn", "写信到 ***@***"),
]


@pytest.mark.parametrize(("text", "seen"), HOSTILE)
def test_no_spelling_carries_a_number_of_a_person_through(text: str, seen: str) -> None:
    assert mask_text(text) == seen
    assert mask_text(seen) == seen


INNOCENT = [
    "2026-01-05 08:00:30", "2026年1月5日下午3时", "二〇二六年一月五日", "20260105083000",
    "事件 20260105001", "工单202601050830001234", "工单2026010508300012", "订单A123456", "网格321183003012001",
    "摄像机32118300001320000001", "119.163123456789012, 31.9471234567890123", "(119.163, 31.947)", "POINT (119.5 32.0)",
    "3楼502号车位", "第1-3-5-7栋", "13-15号楼", "１２号门前", "会议一室", "三室一厅", "建设路—人民路口", "G312国道",
    "S38高速12公里", "GB/T 34300-2017", "12345热线", "罚款1380元", "人口12,345,678", "电压380V", "新Project", "京东618",
    "0.13812345678", "1767600000000", "",
]  # fmt: skip


@pytest.mark.parametrize("text", INNOCENT)
def test_other_numbers_stay_as_they_are_written(text: str) -> None:
    assert mask_text(text) == text


PERSONS = ("13812345678", "321183199001011234", "6222021234567890", "0511-87654321", "苏L12345")


@pytest.mark.parametrize("number", PERSONS)
@given(before=st.text("路口 ，。:：()（）街x*\n", max_size=6), after=st.text("路口 ，。:：()（）街*\n", max_size=6))
@settings(max_examples=30, deadline=None)
def test_whatever_stands_around_it_a_number_is_hidden(number: str, before: str, after: str) -> None:
    shown = mask_text(f"{before}{number}{after}") or ""
    assert number not in shown and "*" in shown
    assert shown.startswith(before) and shown.endswith(after)


CASE = pa.table({"incident_id": ["E1"], "title": ["井盖破损"], "detail": ["门前"], "reason": ["催办"], "kind": ["INF"]})


@pytest.mark.parametrize(
    ("roles", "reads"),
    [
        ({"kiosk"}, False), ({"kiosk", "leader"}, False), ({"administrator"}, False), ({"security"}, False),
        ({"administrator", "steward"}, True), ({"operator"}, True), ({"leader"}, True), ({"auditor"}, True),
        ({"analyst"}, True), ({"department"}, True), ({"worker"}, True), ({"steward"}, True),
    ],
)  # fmt: skip
def test_a_wall_sees_the_kind_of_a_case_and_none_of_its_words(roles: set[str], reads: bool) -> None:
    (row,) = masked(CASE, {}, asking(*roles), dict).to_pylist()
    words = [row[name] for name in ("title", "detail", "reason")]
    assert (words == ["井盖破损", "门前", "催办"]) is reads and (words == [None] * 3) is not reads
    assert (row["incident_id"], row["kind"]) == ("E1", "INF")


def test_a_title_of_a_task_or_a_file_is_no_word_of_a_case() -> None:
    rows = pa.table({"task_id": ["T1"], "title": ["巡查"]})
    assert masked(rows, {}, asking("kiosk"), dict).equals(rows)


def test_workers_and_residents_bring_no_telephone_number_into_the_warehouse() -> None:
    phones = [(feed.name, name) for feed in feeds().values() for name in feed.columns if "phone" in name]
    assert phones == [("unit", "phone")]  # of the duty desk, of no person


def test_words_that_come_with_a_load_are_masked_before_they_are_stored(tmp_path: Path, sample_home: Path) -> None:
    home = fresh(sample_home, tmp_path / "home")
    number = "13812345678"
    for name in ("incidents.csv", "incident_steps.csv"):
        head, first, *_ = (SAMPLES / name).read_text(encoding="utf-8").splitlines()
        columns = head.split(",")
        values = dict(zip(columns, next(csv.reader([first])), strict=True)) | {"事件号": "E900"}
        values |= {one: f"{values[one]} {number}" for one in columns if one in ("标题", "小类", "原因")}
        assert number in "".join(values.values())
        (tmp_path / name).write_text("\n".join([head, ",".join(values.values())]) + "\n", encoding="utf-8")
    told = load([tmp_path / "incidents.csv", tmp_path / "incident_steps.csv"], load_config(home), now=SAMPLE_NOW)
    assert [entry.rows_loaded for entry in told.entries][:2] == [1, 1]
    for file in Path(home / "warehouse" / "lake").rglob("part-*"):
        assert number not in str(pq.read_table(file, partitioning=None).to_pylist()), file


def test_masking_twice_changes_nothing_more() -> None:
    once = mask_text("身份证321183199001011234 电话13812345678 0511-87654321 苏L12345")
    assert mask_text(once) == once


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("桃园小区3幢2单元501室漏水", "桃园小区3幢2单元**室漏水"),
        ("3号楼1单元1202有人争吵", "3号楼1单元**有人争吵"),
        ("建设路12号门前井盖破损", "建设路12号门前井盖破损"),
        ("12栋504户", "12栋**户"),
        ("共有300户停水", "共有300户停水"),
    ],
)
def test_the_flat_is_hidden_and_the_house_is_not(text: str, shown: str) -> None:
    assert mask_text(text) == shown
