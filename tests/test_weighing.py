"""Weights have versions and two people behind them; what is left out has a reason, and a trace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from data.analysis.appeal_log import log
from data.analysis.appeals import Appeal
from data.analysis.periods import parse
from data.analysis.scorecard import scorecard
from data.analysis.weighing import Target
from data.config import load_config
from data.errors import ConfigError, NotAllowed, Problem
from data.query import Door
from data.scope import Scope
from tests.conftest import SAMPLE_NOW
from tests.copies import fresh

LEAD, OTHER = (Scope(name, frozenset({"leader"}), "QH") for name in ("anna", "bert"))
WORKER = Scope("w05", frozenset({"worker"}), "QH02", worker_id="w05")
KIOSK = Scope("wall", frozenset({"kiosk"}), "QH")
JANUARY = parse("m:2026-01", date(2026, 1, 5))
LATER = date(2031, 5, 1)  # lies ahead, whenever these tests run
WEIGHTS = {"on_time_handling": 60.0, "rework": 40.0}


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> Path:
    made = tmp_path / "home"
    fresh(sample_home, made)
    return made


@pytest.fixture
def mine(home: Path) -> Door:
    return Door(load_config(home))


@contextmanager
def refused(reason: str) -> Iterator[None]:
    with pytest.raises(Problem) as fault:
        yield
    assert fault.value.reason == reason


def key() -> str:
    return uuid4().hex


def approved(door: Door, weights: dict[str, float], day: date) -> str:
    made = door.weighing.propose(key(), LEAD, "street", weights, day, "trial")
    door.weighing.approve(key(), OTHER, made.set_id)
    return made.set_id


def test_before_anybody_decides_the_weights_are_those_of_the_file(mine: Door) -> None:
    told = mine.weighing.current("street", date(2026, 1, 31))
    assert (told.version, told.weights()["on_time_handling"], told.weights()["rework"]) == (0, 20.0, 10.0)
    assert told.rules[0].k == 20.0 and told.fewest == 30 and told.peers == 5


def test_old_months_keep_old_weights(mine: Door) -> None:
    first, second = approved(mine, WEIGHTS, LATER), approved(mine, {"rework": 1.0}, date(2031, 8, 1))
    days = {day: mine.weighing.current("street", day).set_id for day in (date(2031, 4, 30), LATER, date(2031, 8, 1))}
    assert days == {date(2031, 4, 30): "file:street", LATER: first, date(2031, 8, 1): second}
    assert mine.weighing.current("street", date(2031, 7, 31)).weights()["on_time_handling"] == 60.0
    assert mine.weighing.current("community", LATER).version == 0
    assert [one.version for one in mine.weighing.history("street")] == [2, 1, 0]


def test_what_a_version_says_stays_when_the_file_changes(home: Path, mine: Door) -> None:
    approved(mine, WEIGHTS, LATER)
    (home / "weights.toml").write_text("[metrics.rework]\nfloor = 0.5\n[rules]\ngood = 70\n", "utf-8")
    again = Door(load_config(home)).weighing
    floors = [
        next(r for r in again.current("street", day).rules if r.metric == "rework").scale.floor
        for day in (LATER, date(2026, 1, 1))
    ]
    assert floors == [0.2, 0.5]
    assert (again.current("street", LATER).cuts[1], again.current("street", date(2026, 1, 1)).cuts[1]) == (80.0, 70.0)


def test_a_proposal_holds_only_once_somebody_else_approves_it(mine: Door) -> None:
    made = mine.weighing.propose(key(), LEAD, "street", WEIGHTS, LATER, "more weight on time")
    assert mine.weighing.current("street", LATER).version == 0
    with refused("own_proposal"):
        mine.weighing.approve(key(), LEAD, made.set_id)
    done = mine.weighing.approve(key(), OTHER, made.set_id)
    assert (done.proposed_by, done.approved_by, done.note) == ("anna", "bert", "more weight on time")
    assert mine.weighing.current("street", LATER).set_id == made.set_id


def test_the_same_command_twice_is_one_proposal(mine: Door) -> None:
    command = key()
    made = {mine.weighing.propose(command, LEAD, "street", WEIGHTS, LATER, "").set_id for _ in range(2)}
    assert len(made) == 1 and len(mine.weighing.history("street")) == 2


@pytest.mark.parametrize("roles", [{"kiosk"}, {"operator"}, {"worker"}, {"leader", "kiosk"}])
def test_only_leaders_and_analysts_propose(mine: Door, roles: set[str]) -> None:
    with pytest.raises(NotAllowed):
        mine.weighing.propose(key(), Scope("x", frozenset(roles), "QH"), "street", WEIGHTS, LATER, "")


def test_only_leaders_approve(mine: Door) -> None:
    made = mine.weighing.propose(key(), LEAD, "street", WEIGHTS, LATER, "")
    with pytest.raises(NotAllowed):
        mine.weighing.approve(key(), Scope("x", frozenset({"analyst"}), "QH"), made.set_id)


def test_a_street_does_not_weigh_the_city_and_sets_targets_for_its_own(mine: Door) -> None:
    street = replace(LEAD, area_id="QH01")
    with pytest.raises(NotAllowed):
        mine.weighing.propose(key(), street, "street", WEIGHTS, LATER, "")
    aim = Target("rework", "grid", 0.05, "赵书记", LATER)
    for subject in (None, "QH0201001"):
        with pytest.raises(NotAllowed):
            mine.weighing.set_target(key(), street, replace(aim, subject_id=subject))
    assert mine.weighing.set_target(key(), street, replace(aim, subject_id="QH0101001"))["account"] == "anna"


def test_weights_never_reach_into_a_month_that_has_begun(mine: Door) -> None:
    for day in (date(2026, 1, 1), datetime.now(UTC).date()):
        with refused("weights_too_late"):
            mine.weighing.propose(key(), LEAD, "street", WEIGHTS, day, "")


@pytest.mark.parametrize("weights", [{"nothing": 1.0}, {"rework": -1.0}, {"rework": 0.0}, {}])
def test_weights_that_do_not_do_are_refused(mine: Door, weights: dict[str, float]) -> None:
    with refused("bad_weights"):
        mine.weighing.propose(key(), LEAD, "street", weights, LATER, "")


def test_an_unknown_key_of_the_home_is_named(home: Path) -> None:
    (home / "weights.toml").write_text("[rules]\nfewst = 3\n", "utf-8")
    with pytest.raises(ConfigError) as fault:
        Door(load_config(home)).weighing.current("street", LATER)
    assert (fault.value.facts["detail"], fault.value.facts["known"]) == ("fewst", "fewest")


def test_a_target_needs_a_person_and_ends(mine: Door) -> None:
    first, last = JANUARY.first, JANUARY.last
    target = Target("rework", "street", 0.05, "", first, last)
    with refused("needs_field"):
        mine.weighing.set_target(key(), LEAD, target)
    made = mine.weighing.set_target(key(), LEAD, replace(target, set_by="赵书记"))
    assert [row["set_by"] for row in mine.weighing.targets("street", first, last)] == ["赵书记"]
    assert mine.weighing.targets("street", date(2026, 2, 1), date(2026, 2, 28)) == []
    mine.weighing.withdraw_target(key(), OTHER, made["target_id"])
    assert mine.weighing.targets("street", first, last) == []


def test_only_against_a_target_is_anything_met_or_missed(mine: Door) -> None:
    # 柳岸第一网格 handled 3 of 3 in time; 石桥第三网格 none of 2: Wilson 0 to 0.66
    told = {
        row.subject_id: row.part("on_time_handling")
        for row in scorecard(mine, LEAD, "grid", JANUARY, now=SAMPLE_NOW).rows
    }
    assert all(part and part.beats_target is None and part.target is None for part in told.values())
    mine.weighing.set_target(key(), LEAD, Target("on_time_handling", "grid", 0.7, "赵书记", JANUARY.first))
    told = {
        row.subject_id: row.part("on_time_handling")
        for row in scorecard(mine, LEAD, "grid", JANUARY, now=SAMPLE_NOW).rows
    }
    assert told["QH0202003"].beats_target is False and told["QH0202003"].target_by == "赵书记"
    assert told["QH0101001"].beats_target is None  # 3 of 3 reach from 0.44 to 1


def test_what_is_excluded_leaves_part_and_whole_and_is_listed(mine: Door) -> None:
    def sums(area: str) -> tuple[float, float]:
        row = scorecard(mine, LEAD, "grid", JANUARY, now=SAMPLE_NOW).row(area)
        part = row.part("on_time_handling") if row else None
        return (part.part, part.whole) if part else (-1, -1)

    assert (sums("QH0102002"), sums("QH0201003")) == ((1, 2), (2, 3))  # E025 is open and late
    out = mine.weighing.exclude(key(), LEAD, "E025", "系统故障，无法派遣")
    assert (sums("QH0102002"), sums("QH0201003")) == ((1, 1), (2, 3))
    row = scorecard(mine, LEAD, "grid", JANUARY, now=SAMPLE_NOW).row("QH0102002")
    told = row.part("on_time_handling") if row else None
    assert told is not None and (told.out_part, told.out_whole) == (0, 1)
    listed = mine.weighing.appeals.exclusions(LEAD)
    assert [(row["incident_id"], row["reason"], row["account"]) for row in listed] == [
        ("E025", "系统故障，无法派遣", "anna")
    ]
    assert scorecard(mine, LEAD, "street", JANUARY, now=SAMPLE_NOW).excluded == 1
    mine.weighing.appeals.restore(key(), OTHER, out["exclusion_id"], "误剔除")
    assert sums("QH0102002") == (1, 2)
    assert [line["act"] for line in log(mine.weighing.appeals, LEAD)] == ["restored", "excluded"]


def test_an_exclusion_needs_a_reason_a_case_and_somebody_who_leads(mine: Door) -> None:
    with refused("needs_grounds"):
        mine.weighing.exclude(key(), LEAD, "E025", "  ")
    with refused("unknown_incident"):
        mine.weighing.exclude(key(), LEAD, "E999", "为何")
    with pytest.raises(NotAllowed):
        mine.weighing.exclude(key(), WORKER, "E025", "为何")
    mine.weighing.exclude(key(), LEAD, "E025", "为何")
    with refused("already_excluded"):
        mine.weighing.exclude(key(), LEAD, "E025", "为何")


def test_the_same_command_twice_is_one_exclusion(mine: Door) -> None:
    command = key()
    told = {mine.weighing.exclude(command, LEAD, "E025", "系统故障")["exclusion_id"] for _ in range(2)}
    assert len(told) == len(mine.weighing.appeals.exclusions(LEAD)) == 1


def test_a_closed_month_excludes_nothing_more(mine: Door) -> None:
    assert mine.closings is not None
    told = {"account": "anna", "version": mine.version(), "note": ""}
    mine.closings.close("2026-01", lambda name, **asked: mine.metric(name, LEAD, **asked), told)
    with refused("already_closed"):
        mine.weighing.exclude(key(), LEAD, "E025", "晚了")
    with refused("already_closed"):
        mine.weighing.appeals.appeal(key(), WORKER, replace(about(), incident_id=None))


def test_a_closed_month_keeps_its_figures_less_what_was_excluded_before(mine: Door) -> None:
    mine.weighing.exclude(key(), LEAD, "E025", "系统故障")
    before = scorecard(mine, LEAD, "grid", JANUARY, now=SAMPLE_NOW).row("QH0102002")
    about = {"account": "anna", "version": mine.version(), "note": ""}
    assert mine.closings is not None
    mine.closings.close("2026-01", lambda name, **asked: mine.metric(name, LEAD, **{**asked, "now": SAMPLE_NOW}), about)
    after = scorecard(mine, LEAD, "grid", JANUARY, now=SAMPLE_NOW).row("QH0102002")
    assert before is not None and after is not None
    assert [(part.part, part.whole) for part in after.parts] == [(part.part, part.whole) for part in before.parts]


def about(**more: str) -> Appeal:
    told = {
        "level": "worker",
        "subject_id": "w05",
        "metric": "on_time_handling",
        "period": "m:2026-01",
        "reason": "已按时处置",
    }
    return Appeal(**{**told, "incident_id": "E035", **more})  # type: ignore[arg-type]


def test_an_upheld_appeal_leaves_the_case_out_and_says_why(mine: Door) -> None:
    made = mine.weighing.appeals.appeal(key(), WORKER, about(evidence="电话 13812345678 可证"))
    assert made["evidence"] == "电话 138****5678 可证"
    done = mine.weighing.appeals.review(key(), LEAD, made["appeal_id"], "upheld", "属实")
    assert (done["result"], done["reviewer"], bool(done["adjusted"])) == ("upheld", "anna", True)
    assert mine.weighing.appeals.excluded() == ("E035",)
    assert {line["act"] for line in log(mine.weighing.appeals, LEAD)} == {"appealed", "upheld", "excluded"}
    with refused("already_reviewed"):
        mine.weighing.appeals.review(key(), OTHER, made["appeal_id"], "rejected", "再看")


def test_a_rejected_appeal_changes_nothing_and_stays_in_the_record(mine: Door) -> None:
    made = mine.weighing.appeals.appeal(key(), WORKER, about())
    mine.weighing.appeals.review(key(), LEAD, made["appeal_id"], "rejected", "超时属实")
    assert mine.weighing.appeals.excluded() == ()
    assert [(row["result"], row["answer"]) for row in mine.weighing.appeals.appeals(WORKER)] == [
        ("rejected", "超时属实")
    ]


def test_nobody_reviews_their_own_appeal_and_workers_appeal_for_themselves_alone(mine: Door) -> None:
    made = mine.weighing.appeals.appeal(key(), LEAD, about(level="grid", subject_id="QH0201003"))
    with refused("own_appeal"):
        mine.weighing.appeals.review(key(), LEAD, made["appeal_id"], "upheld", "我说属实")
    with pytest.raises(NotAllowed):
        mine.weighing.appeals.appeal(key(), WORKER, about(subject_id="w06"))
    with pytest.raises(NotAllowed):
        mine.weighing.appeals.appeal(key(), KIOSK, about())
    assert mine.weighing.appeals.appeals(WORKER) == []


def test_an_appeal_about_a_person_is_read_by_whoever_may_see_persons(mine: Door) -> None:
    mine.weighing.appeals.appeal(key(), WORKER, about())
    mine.weighing.exclude(key(), LEAD, "E025", "系统故障")
    analyst = Scope("x", frozenset({"analyst"}), "QH")
    seen = [
        len(mine.weighing.appeals.appeals(who)) for who in (WORKER, LEAD, analyst, KIOSK, replace(LEAD, area_id="QH01"))
    ]
    assert seen == [1, 1, 0, 0, 0]
    assert [len(mine.weighing.appeals.exclusions(who)) for who in (LEAD, analyst, KIOSK, WORKER)] == [1, 1, 0, 0]
