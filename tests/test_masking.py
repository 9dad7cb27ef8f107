"""What may be seen of a person: names by role and reason, numbers in texts by nobody."""

from __future__ import annotations

import pytest

from data.masking import mask_name, mask_text
from data.scope import Scope


def asking(*roles: str, reason: str = "") -> Scope:
    return Scope("somebody", frozenset(roles), "city", reason)


@pytest.mark.parametrize(
    ("roles", "reason", "seen"),
    [
        (["kiosk"], "", "王**"),
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


@pytest.mark.parametrize("text", ["2026-01-05 08:00:30", "事件 20260105001", "3楼502号车位", "网格321183003012001", ""])
def test_other_numbers_stay_readable(text: str) -> None:
    assert mask_text(text) == text


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
