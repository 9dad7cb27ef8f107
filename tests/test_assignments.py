"""Tasks (交办): given by a leader with evidence, ended by their owner with a note, late when the day has passed."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from dashboard import tasks
from data.accounts import Accounts
from data.config import load_config
from data.errors import NotAllowed, Problem
from data.loop.assignments import Assignments, Task, is_late
from data.query import Door
from data.scope import Scope
from tests.copies import fresh
from tests.web import PASSWORD, open_site, sign_in

LEADER = Scope("leader", frozenset({"leader"}), "QH")
OWNER = Scope("owner", frozenset({"operator"}), "QH01")
OTHER = Scope("other", frozenset({"operator"}), "QH02")
TASK = Task("整治占道经营", "owner", "QH0101", date(2026, 1, 10), "/hotspots?kind=APP")
FIGURES = {"reported": {"part": 7, "whole": None, "value": 7, "n": 7}}


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> Path:
    """A copy of the sample city with accounts of its own."""
    made = tmp_path / "home"
    fresh(sample_home, made)
    accounts = Accounts(Door(load_config(made)).operations)
    for scope in (OWNER, OTHER):
        accounts.add(scope.account, PASSWORD, set(scope.roles), scope.area_id)
    return made


@pytest.fixture
def given(home: Path) -> Assignments:
    return Door(load_config(home)).assignments


def refused(reason: str, act: object) -> None:
    with pytest.raises(Problem) as fault:
        act()  # type: ignore[operator]
    assert fault.value.reason == reason


def test_a_task_is_given_seen_and_ended_with_the_place_before_and_after(given: Assignments) -> None:
    row = given.give("c1", LEADER, TASK, FIGURES)
    assert given.give("c1", LEADER, TASK, FIGURES)["task_id"] == row["task_id"]  # pressed twice, given once
    (seen,) = given.all(OWNER)
    assert (seen["title"], seen["owner"], seen["due"], seen["before"]) == ("整治占道经营", "owner", TASK.due, FIGURES)
    after = {"reported": {"part": 2, "whole": None, "value": 2, "n": 2}}
    given.done("c2", OWNER, row["task_id"], ("三处清理完毕", after))
    (ended,) = given.all(LEADER)
    assert (ended["state"], ended["note"], ended["ended_by"]) == ("done", "三处清理完毕", "owner")
    assert ended["after"] == after


def test_only_a_leader_gives_and_only_about_the_own_area(given: Assignments) -> None:
    for scope in (OWNER, Scope("wall", frozenset({"kiosk"}), "QH"), Scope("x", frozenset({"leader"}), "QH02")):
        with pytest.raises(NotAllowed):
            given.give("c3", scope, TASK, FIGURES)
    assert given.all(LEADER) == []


def test_what_is_missing_or_leads_elsewhere_is_refused(given: Assignments) -> None:
    about = {"title": "x", "owner": "owner", "area_id": "QH0101", "due": TASK.due, "about": "/leader"}
    for field, value, reason in [
        ("title", " ", "needs_field"),
        ("owner", "", "needs_field"),
        ("owner", "nobody", "unknown_account"),
        ("about", "https://elsewhere.example", "bad_field"),
        ("about", "//elsewhere.example", "bad_field"),
        ("title", "x" * 121, "bad_field"),
    ]:
        task = Task(**{**about, field: value})  # type: ignore[arg-type]
        refused(reason, lambda task=task: given.give(f"c-{task.title}{task.about}", LEADER, task, FIGURES))


def test_others_neither_see_nor_end_a_task_and_an_ended_one_stays_ended(given: Assignments) -> None:
    row = given.give("c4", LEADER, TASK, FIGURES)
    assert given.all(OTHER) == []
    with pytest.raises(NotAllowed):
        given.done("c5", OTHER, row["task_id"], ("done", {}))
    with pytest.raises(NotAllowed):
        given.withdraw("c6", OWNER, row["task_id"], "not mine")
    refused("needs_field", lambda: given.done("c7", OWNER, row["task_id"], ("  ", {})))
    given.withdraw("c8", LEADER, row["task_id"], "given twice")
    refused("task_over", lambda: given.done("c9", OWNER, row["task_id"], ("done", {})))
    assert given.all(OWNER)[0]["state"] == "withdrawn"


def test_late_is_open_after_the_day_or_done_after_it(given: Assignments, home: Path) -> None:
    zone = load_config(home).zone
    row = {"state": "open", "due": date(2026, 1, 10), "ended_at": None}
    assert not is_late(row, date(2026, 1, 10), zone)
    assert is_late(row, date(2026, 1, 11), zone)
    # 15:59 UTC is still the tenth in the city, 16:00 the eleventh.
    assert not is_late({**row, "state": "done", "ended_at": datetime(2026, 1, 10, 15, 59)}, date(2026, 2, 1), zone)
    assert is_late({**row, "state": "done", "ended_at": datetime(2026, 1, 10, 16)}, date(2026, 2, 1), zone)
    assert not is_late({**row, "state": "withdrawn"}, date(2026, 2, 1), zone)


def test_the_due_day_is_moved_by_who_gave_it(given: Assignments) -> None:
    row = given.give("c10", LEADER, TASK, FIGURES)
    with pytest.raises(NotAllowed):
        given.extend("c11", OWNER, row["task_id"], date(2026, 2, 1))
    given.extend("c12", LEADER, row["task_id"], date(2026, 2, 1))
    assert given.all(OWNER)[0]["due"] == date(2026, 2, 1)


def test_the_page_gives_a_task_with_the_figures_of_its_place(home: Path) -> None:
    app = open_site(home)
    client = sign_in(app, "leader")
    fields = {"title": "看一看", "owner": "owner", "area": "QH0101", "due": "2026-01-09"}
    asked = {"act": "give", "command_id": "p1", "about": "/leader?area=QH0101", "fields": fields}
    with app.server.test_request_context("/"):
        from flask_login import login_user

        house = app.server.extensions["gridlink"]
        from dashboard.session import User

        login_user(User("t", house.accounts.get("leader")))
        assert "owner" in tasks.do(asked)
        (row,) = tasks.rows()
        told = tasks.figures_of("QH0101")
    assert row["before"] == told and told["reported"]["value"] == 11  # as counted by hand in the samples
    assert client.get("/tasks").status_code == 200


def test_the_meeting_begins_with_what_became_of_the_tasks(given: Assignments, home: Path) -> None:
    from data.briefing.write import Question, write

    door = Door(load_config(home))
    late = given.give("m1", LEADER, Task("逾期的", "owner", "QH0101", date(2026, 1, 1), "/leader"), FIGURES)
    running = Task("在办的", "owner", "QH0102", date(2027, 1, 1), "/leader")
    given.give("m2", LEADER, running, FIGURES)
    asked = Question("meeting", "QH", "30d", datetime(2026, 1, 5, 10), "zh-CN")
    told = write(door, LEADER, asked)
    first = told.chapters[0]
    assert first.id == "tasks"
    (finding,) = first.findings
    assert (finding.facts["done"], finding.facts["late"], finding.facts["running"]) == (0, 1, 1)
    assert "1 项" in finding.text
    (line,) = next(table for table in first.tables if table.key == "tasks_late").rows
    assert line[0] == "逾期的" and "7 → 11" in line  # 7 when it was given, 11 counted by hand in the samples
    given.withdraw("m3", LEADER, late["task_id"], "given by mistake")
    assert write(door, LEADER, asked).chapters[0].findings[0].facts["late"] == 0
