"""The desk: what an operator, a worker and a leader may do with a case, and what becomes of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from data.errors import NotAllowed, Problem
from data.loop.command import Command, Report
from data.loop.desk import Desk
from data.loop.store import message
from data.scope import Scope
from tests.circle import DEPARTMENT, LEADER, OPERATOR, OTHER, STRANGER, WORKER, Case, make_desk
from tests.databases import DATABASES, database


@pytest.fixture(params=DATABASES)
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    with database(request.param) as url:
        desk = make_desk(tmp_path, url)
        yield desk
        desk.operations.engine.dispose()


def states(case: Case) -> list[str]:
    return [step["to_state"] for step in case.desk.steps(case.row["incident_id"])]


def later(**span: float) -> datetime:
    return datetime.now(UTC).replace(tzinfo=None) + timedelta(**span)


def test_a_case_goes_round_the_loop_and_every_step_is_remembered(desk: Desk) -> None:
    case = Case(desk).act("accept").act("file").act("dispatch", unit_id="C1", worker_id="W1")
    case.act("accept_order", WORKER).act("arrive", WORKER).act("handle", WORKER).act("check").act("check_pass")
    assert states(case) == ["S10", "S20", "S30", "S40", "S50", "S50", "S60", "S65", "S90"]
    assert case.row["closed_at"] is not None and case.row["due_at"] is None
    levels = [step["level"] for step in desk.steps(case.row["incident_id"])]
    assert levels == [None, "city", "city", "grid", "grid", "grid", "grid", "city", "city"]
    assert case.row["max_level"] == "grid"  # desks and checkers do not lift a case out of its grid


def test_numbers_count_the_cases_of_a_local_day(desk: Desk) -> None:
    at = datetime(2026, 1, 5, 17, 0)  # the sixth in the city
    ids = [desk.report(f"n{k}", OPERATOR, Report("FAC", 3, "g1", reported_at=at))["incident_id"] for k in range(3)]
    assert ids == ["SJ-20260106-0001", "SJ-20260106-0002", "SJ-20260106-0003"]


def test_telephone_numbers_are_hidden_before_they_are_stored(desk: Desk) -> None:
    case = Case(desk, title="联系 13812345678", detail="身份证 321183199001011234")
    stored = desk.get(case.row["incident_id"])
    assert stored["title"] == "联系 138****5678"
    assert "19900101" not in stored["detail"]


def test_the_second_of_two_operators_is_told_who_was_faster(desk: Desk) -> None:
    case = Case(desk)
    seen_by_li = case.command("accept", OTHER)
    case.act("accept")
    with pytest.raises(Problem) as refused:
        desk.act(seen_by_li)
    assert (refused.value.reason, refused.value.facts["account"]) == ("taken", "wang")
    assert states(case) == ["S10", "S20"]


def test_the_same_command_twice_is_done_once_and_answered_twice(desk: Desk) -> None:
    case = Case(desk)
    command = case.command("accept", command_id="double-click")
    assert desk.act(command) == desk.act(command)
    assert states(case) == ["S10", "S20"]
    with pytest.raises(NotAllowed):
        desk.act(Command("double-click", OTHER, case.row["incident_id"], "accept"))


def test_an_illegal_act_is_refused_and_says_what_is_possible(desk: Desk) -> None:
    case = Case(desk)
    with pytest.raises(Problem) as refused:
        case.act("handle")
    assert refused.value.reason == "illegal_step"
    assert str(refused.value.facts["known"]).split(", ") == [
        "verify", "accept", "file", "self_resolve", "reject", "void", "force_close", "supervise", "merge"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("act", "told", "missing"),
    [
        ("return", {}, "reason"),
        ("extend", {"reason": "下雨"}, "deadline_at"),
        ("shelve", {"reason": "等资金"}, "review_at"),
        ("assign", {}, "worker_id"),
    ],
)
def test_what_an_act_needs_is_named(desk: Desk, act: str, told: dict[str, str], missing: str) -> None:
    case = Case(desk).until("S50")
    with pytest.raises(Problem) as refused:
        case.act(act, LEADER, **told)
    assert (refused.value.reason, refused.value.facts["detail"]) == ("needs_field", missing)


def test_only_who_was_given_the_case_accepts_handles_and_returns_it(desk: Desk) -> None:
    case = Case(desk).until("S40")
    assert desk.may(case.row, WORKER) == ["assign", "accept_order", "arrive", "return"]
    assert desk.may(case.row, STRANGER) == []
    with pytest.raises(NotAllowed):
        case.act("accept_order", STRANGER)


def test_a_department_acts_on_cases_of_its_own_unit_anywhere(desk: Desk) -> None:
    case = Case(desk).until("S30").act("dispatch", unit_id="D1")
    assert desk.may(case.row, DEPARTMENT) == ["assign", "accept_order", "arrive", "return"]
    assert case.act("accept_order", DEPARTMENT).row["max_level"] == "city"


def test_an_operator_of_one_community_has_no_rights_in_another(desk: Desk) -> None:
    local = Scope("local", frozenset({"operator"}), "c2")
    case = Case(desk)  # in c1
    assert desk.may(case.row, local) == []
    with pytest.raises(NotAllowed):
        desk.report("elsewhere", local, Report("FAC", 3, "g1"))


def test_a_site_may_take_the_right_to_dispatch_from_a_level(tmp_path: Path) -> None:
    (tmp_path / "rights.toml").write_text(
        '[default]\nlead = []\ndispatch = ["leader"]\nassess = ["leader"]\n', encoding="utf-8"
    )
    case = Case(make_desk(tmp_path))
    assert "accept" not in case.desk.may(case.row, OPERATOR)
    assert "accept" in case.desk.may(case.row, LEADER)


def test_an_extension_moves_the_deadline_and_keeps_the_first(desk: Desk) -> None:
    case = Case(desk).until("S50")
    first = case.row["deadline_at"]
    new = later(days=2)
    case.act("extend", LEADER, reason="等配件", deadline_at=new)
    assert (case.row["state"], case.row["deadline_at"], case.row["first_deadline_at"]) == ("S50", new, first)
    assert states(case)[-1] == "X2"
    with pytest.raises(Problem, match="deadline_at"):
        case.act("extend", LEADER, reason="往回改", deadline_at=new - timedelta(hours=1))


def test_shelving_stops_the_clock_until_it_is_resumed(desk: Desk) -> None:
    case = Case(desk).until("S50")
    first = case.row["deadline_at"]
    case.act("shelve", LEADER, reason="等雨季过", review_at=later(days=30))
    assert (case.row["state"], case.row["due_at"]) == ("X3", None)
    paused = case.row["paused_at"]
    case.act("resume", LEADER)
    moved = case.row["deadline_at"] - first
    resumed = desk.steps(case.row["incident_id"])[-1]
    assert (case.row["state"], moved) == ("S50", resumed["stepped_at"] - paused)
    assert resumed["deadline_at"] == case.row["deadline_at"]
    assert case.row["first_deadline_at"] == first


def test_a_failed_check_goes_back_to_whoever_handled_it(desk: Desk) -> None:
    case = Case(desk).until("S65").act("check_fail", reason="没修好")
    assert (case.row["state"], case.row["worker_id"], case.row["handled_at"]) == ("X5", "W1", None)
    case.act("handle", WORKER)
    assert (case.row["state"], desk.steps(case.row["incident_id"])[-1]["level"]) == ("S60", "grid")


def test_a_returned_case_waits_for_another_dispatch(desk: Desk) -> None:
    case = Case(desk).until("S40").act("return", WORKER, reason="不属本网格")
    assert (case.row["state"], case.row["unit_id"], case.row["worker_id"]) == ("X1", None, None)
    case.act("dispatch", unit_id="S1")
    assert (case.row["state"], case.row["level"]) == ("S40", "street")


def test_escalating_hands_the_case_to_the_level_above(desk: Desk) -> None:
    case = Case(desk).until("S50").act("escalate", reason="需要部门")
    assert (case.row["state"], case.row["level"], case.row["unit_id"]) == ("S30", "community", None)


def test_supervision_changes_no_state(desk: Desk) -> None:
    case = Case(desk).until("S50").act("supervise", LEADER, reason="领导督办")
    assert (case.row["state"], case.row["supervised"], states(case)[-1]) == ("S50", True, "X4")


def test_a_duplicate_is_merged_and_can_be_taken_out_again(desk: Desk) -> None:
    first, second = Case(desk), Case(desk).act("accept")
    second.act("merge", into=first.row["incident_id"])
    assert (second.row["state"], second.row["merged_into"]) == ("S92", first.row["incident_id"])
    second.act("unmerge", reason="不是同一件")
    assert (second.row["state"], second.row["merged_into"], second.row["closed_at"]) == ("S20", None, None)
    assert second.row["due_step"] == "file"  # it waits for what it waited for before


def test_what_was_rejected_cannot_be_unmerged(desk: Desk) -> None:
    case = Case(desk).act("reject", reason="不属实")
    assert "unmerge" not in desk.may(case.row, OPERATOR)
    with pytest.raises(Problem, match="unmerge"):
        case.act("unmerge", reason="试试")


def test_reopening_begins_a_new_cycle_with_a_deadline_of_its_own(desk: Desk) -> None:
    case = Case(desk).until("S90")
    first = case.row["first_deadline_at"]
    case.act("reopen", reason="回访不满意")
    assert (case.row["state"], case.row["cycle"], case.row["closed_at"]) == ("X6", 2, None)
    assert case.row["deadline_at"] > first and case.row["first_deadline_at"] == first


def test_a_mirrored_case_is_read_only(desk: Desk) -> None:
    case = Case(desk)
    with desk.operations.write() as connection:
        connection.exec_driver_sql("UPDATE incident SET owner = 'mirror', source = 'hotline'")
    with pytest.raises(Problem) as refused:
        case.act("accept")
    assert (refused.value.reason, refused.value.facts["source"]) == ("mirrored", "hotline")
    assert desk.may(desk.get(case.row["incident_id"]), LEADER) == []


def test_kinds_outside_the_admission_list_are_counted_or_refused(tmp_path: Path) -> None:
    counted = Case(make_desk(tmp_path / "a"), kind="EME").until("S40")
    assert counted.row["unlisted"]
    strict = Case(make_desk(tmp_path / "b", unlisted="refuse"), kind="EME").until("S30")
    with pytest.raises(Problem, match="admission"):
        strict.act("dispatch", unit_id="C1", worker_id="W1")
    assert strict.act("dispatch", unit_id="C1").row["state"] == "S40"  # a unit may have it


def test_an_order_goes_to_the_worker_or_else_the_unit_and_names_no_reporter(desk: Desk) -> None:
    Case(desk, reporter_id="W9").until("S40")
    Case(desk).until("S30").act("dispatch", unit_id="D1")
    with desk.operations.engine.connect() as connection:
        told = [(row.order, row.to_kind, row.to_id, row.body) for row in connection.execute(select(message))]
    assert [row[:3] for row in told] == [("dispatch", "worker", "W1"), ("dispatch", "unit", "D1")]
    assert all("W9" not in row[3] for row in told)


def test_a_clock_that_went_back_never_puts_a_step_before_the_last(desk: Desk) -> None:
    ahead = later(hours=1)
    case = Case(desk, reported_at=ahead).act("accept")
    times = [step["stepped_at"] for step in desk.steps(case.row["incident_id"])]
    assert times == [ahead, ahead + timedelta(microseconds=1)]


@pytest.mark.parametrize("roles", [{"kiosk"}, {"analyst"}, {"steward"}, {"operator", "kiosk"}])
def test_a_wall_and_whoever_works_with_no_cases_open_none(desk: Desk, roles: set[str]) -> None:
    with pytest.raises(NotAllowed):
        desk.report("wall", Scope("wall", frozenset(roles), "city"), Report("FAC", 3, "g1"))
