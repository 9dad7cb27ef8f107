"""A late case goes up the ladder, once a level, and nobody but a person closes it or gives it away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from data.loop.desk import Desk
from data.loop.escalation import Escalation
from data.loop.store import incident, message
from tests.circle import LEADER, OPERATOR, PARENTS, Case, Tree, make_desk

HOUR = timedelta(hours=1)


class Ladder(Tree):
    """The small world with a way up."""

    def up(self, area_id: str) -> list[str]:
        way, here = [], area_id.removesuffix("~")
        while here is not None:
            way.append(here)
            here = PARENTS[here]
        return way


class Limits:
    """A case may stay three hours at a level; a site without that limit says None."""

    def __init__(self, hours: float | None = 3) -> None:
        self.hours = hours

    def due(self, step: str, row: Mapping[str, Any], at: datetime) -> datetime | None:
        assert step.startswith("escalate_")
        return at + self.hours * HOUR if self.hours else None


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_desk(tmp_path / "home")


def ladder(desk: Desk, hours: float | None = 3) -> Escalation:
    return Escalation(desk.operations, desk.config, Ladder(), Limits(hours))


def told(desk: Desk) -> list[tuple[str, str, str]]:
    with desk.operations.engine.connect() as connection:
        rows = connection.execute(select(message).where(message.c.to_kind == "level").order_by(message.c.id))
        return [(row.order, row.to_id, row.incident_id) for row in rows]


def in_grid(desk: Desk) -> Case:
    """A case a grid worker handles, every step of it within two hours."""
    return Case(desk).until("S40").act("accept_order").act("arrive")


def test_a_late_case_goes_up_one_level_and_stays_what_it_is(desk: Desk) -> None:
    case = in_grid(desk)
    before, due = case.row, case.row["due_at"]
    up = ladder(desk)
    assert up.run(due - timedelta(seconds=1)) == 0
    assert up.run(due) == 1
    assert told(desk) == [("escalate", "c1", case.row["incident_id"])]
    after = desk.get(case.row["incident_id"])
    assert after["supervised"]
    kept = ("state", "unit_id", "worker_id", "level", "max_level", "deadline_at", "due_at", "version")
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    last = desk.steps(case.row["incident_id"])[-1]
    assert (last["to_state"], last["actor_role"], last["reason"]) == ("X4", "timer", "timeout")
    assert last["level"] == "community" and last["decided"]


def test_each_level_is_told_once_and_the_city_is_the_end(desk: Desk) -> None:
    case = in_grid(desk)
    start, up = case.row["due_at"], ladder(desk)
    for minutes in range(0, 24 * 60, 10):
        up.run(start + timedelta(minutes=minutes))
    assert [area for _, area, _ in told(desk)] == ["c1", "s1", "city"]
    steps = [step for step in desk.steps(case.row["incident_id"]) if step["to_state"] == "X4"]
    # three hours at each level after the first was told
    assert [step["stepped_at"] - start for step in steps] == [0 * HOUR, 3 * HOUR, 6 * HOUR]


def test_a_level_may_only_keep_a_case_so_long(desk: Desk) -> None:
    case = in_grid(desk)
    with desk.operations.write() as connection:
        connection.execute(update(incident).values(due_at=case.row["due_at"] + 100 * HOUR))
    up = ladder(desk)
    since = case.row["dispatched_at"]
    assert up.due_escalations(since + 3 * HOUR - timedelta(seconds=1)) == []
    [late] = up.due_escalations(since + 3 * HOUR)
    assert (late.level, late.area_id) == ("community", "c1")


def test_what_was_reminded_of_and_is_in_time_again_goes_no_higher(desk: Desk) -> None:
    case = in_grid(desk)
    up = ladder(desk)
    up.run(case.row["due_at"])
    with desk.operations.write() as connection:
        connection.execute(update(incident).values(due_at=case.row["due_at"] + 100 * HOUR))
    assert up.run(case.row["due_at"] + 10 * HOUR) == 0


def test_a_handled_case_waits_for_its_check_alone(desk: Desk) -> None:
    case = in_grid(desk).act("handle")
    with desk.operations.write() as connection:
        connection.execute(update(incident).values(due_at=case.row["due_at"] + 100 * HOUR))
    assert ladder(desk).due_escalations(case.row["due_at"] + 50 * HOUR) == []


def test_a_kind_no_community_may_be_given_goes_past_it(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "admission.csv").write_text("kind,subkind,level,note\nFAC,*,street,\n*,*,grid,\n", encoding="utf-8")
    desk = make_desk(home)
    case = in_grid(desk)
    ladder(desk).run(case.row["due_at"])
    assert [area for _, area, _ in told(desk)] == ["s1"]


def test_a_shelved_case_is_not_late_but_its_review_is_called_for_once(desk: Desk) -> None:
    case = in_grid(desk)
    review = case.row["due_at"] + 48 * HOUR
    case.act("shelve", LEADER, reason="等材料", review_at=review)
    up = ladder(desk)
    assert up.run(review - timedelta(seconds=1)) == 0
    with desk.operations.write() as connection:  # a review of the past, so that the message is written after it
        connection.execute(update(incident).values(review_at=case.row["reported_at"]))
    assert [up.run(review), up.run(review + HOUR)] == [1, 0]
    assert told(desk) == [("review", "c1", case.row["incident_id"])]
    assert desk.get(case.row["incident_id"])["state"] == "X3"


def test_an_ended_case_and_a_mirrored_one_are_left_alone(desk: Desk) -> None:
    ended = in_grid(desk).act("handle").act("check_pass")
    mirrored = in_grid(desk)
    with desk.operations.write() as connection:
        mine = incident.c.incident_id == mirrored.row["incident_id"]
        connection.execute(update(incident).where(mine).values(owner="mirror"))
    assert ladder(desk).run(ended.row["closed_at"] + 100 * HOUR) == 0


def test_a_backlog_an_import_brought_is_no_news(desk: Desk) -> None:
    case = in_grid(desk)
    late = case.row["due_at"] + timedelta(days=desk.config.loop.keep_days)
    assert ladder(desk).due_escalations(late + 5 * HOUR) == []
    assert len(ladder(desk).due_escalations(late - HOUR)) == 1


def test_the_next_cycle_of_a_reopened_case_begins_at_the_bottom(desk: Desk) -> None:
    case = in_grid(desk)
    up = ladder(desk, hours=None)
    up.run(case.row["due_at"])
    case.row = desk.get(case.row["incident_id"])
    later = case.row["due_at"] + 5 * HOUR
    desk.now = lambda: later
    case.act("handle").act("check_pass").act("reopen", reason="复发")
    case.act("dispatch", unit_id="C1", worker_id="W1")
    assert up.run(case.row["due_at"]) == 1
    assert [area for _, area, _ in told(desk)] == ["c1", "c1"]


def test_an_operator_is_not_told_that_a_timer_was_faster(desk: Desk) -> None:
    case = in_grid(desk)
    ladder(desk).run(case.row["due_at"])
    assert case.act("handle", OPERATOR).row["state"] == "S60"
