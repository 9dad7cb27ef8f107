"""吹哨报到: a street calls departments, they come or do not, and the rates say how often."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from data.config import make_config
from data.errors import NotAllowed, Problem
from data.loop.desk import Desk
from data.loop.due import Due
from data.loop.store import message
from data.loop.whistle import Call, Whistles
from data.metrics import METRICS
from data.operations import Operations
from data.scope import Scope
from tests.circle import DEPARTMENT, OPERATOR, WORKER, Tree
from tests.databases import DATABASES, database

STREET = Scope("sun", frozenset({"operator"}), "s1")
COMMUNITY = Scope("qian", frozenset({"operator"}), "c1")
OFFICE = Scope("office", frozenset({"department"}), "s1", unit_id="S1")
NINE = datetime(2026, 1, 8, 1, 0)  # Thursday 09:00 in the city
FLOOD = Call("积水封路 联系 13812345678", "c1", ("D1", "S1"), urgent=True)


@pytest.fixture(params=DATABASES)
def whistles(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Whistles]:
    at(monkeypatch, NINE)
    with database(request.param) as url:
        config = make_config(tmp_path, {"operations": {"url": url}})
        desk = Desk(Operations.of(config), config, Tree(), Due(config))
        whistles = Whistles(desk.operations, config, Tree(), desk.deadlines)
        yield whistles
        whistles.operations.engine.dispose()


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr("data.loop.whistle._now", lambda: moment)


def sent(whistles: Whistles) -> list[tuple[str, str, dict[str, object]]]:
    with whistles.operations.engine.connect() as connection:
        rows = connection.execute(select(message).order_by(message.c.id)).all()
    return [(row.order, row.to_id, json.loads(row.body)) for row in rows]


def test_a_street_calls_and_the_departments_are_told_by_when(whistles: Whistles) -> None:
    whistle_id = whistles.blow("b1", STREET, FLOOD)
    assert whistle_id == "CS-20260108-0001"
    assert [(order, to) for order, to, _ in sent(whistles)] == [("whistle", "D1"), ("whistle", "S1")]
    body = sent(whistles)[0][2]
    assert body["topic"] == "积水封路 联系 138****5678"
    assert (body["confirm_by"], body["arrive_by"]) == ("2026-01-08 01:30:00", "2026-01-08 03:00:00")


def test_what_is_not_urgent_has_until_the_next_work_day(whistles: Whistles) -> None:
    whistle_id = whistles.blow("b1", STREET, Call("违建", "c1", ("D1",)))
    row = whistles.get(whistle_id)
    assert (row["confirm_by"], row["arrive_by"]) == (datetime(2026, 1, 8, 1, 30), datetime(2026, 1, 9, 1, 0))


@pytest.mark.parametrize("scope", [COMMUNITY, WORKER, DEPARTMENT, Scope("wall", frozenset({"kiosk"}), "city")])
def test_only_who_may_dispatch_from_street_level_up_may_blow(whistles: Whistles, scope: Scope) -> None:
    with pytest.raises(NotAllowed):
        whistles.blow("b1", scope, FLOOD)
    assert not whistles.may_blow(scope) and whistles.may_blow(STREET)
    with pytest.raises(NotAllowed):
        whistles.blow("b2", STREET, Call("x", "city", ("D1",)))
    assert whistles.open(OPERATOR) == []


def test_a_whistle_needs_an_affair_and_units_that_exist(whistles: Whistles) -> None:
    for call, reason in ((Call(" ", "c1", ("D1",)), "needs_field"), (Call("x", "c1", ()), "needs_field")):
        with pytest.raises(Problem) as told:
            whistles.blow("b1", STREET, call)
        assert told.value.reason == reason
    with pytest.raises(KeyError):  # the little world's way to say that there is no such unit
        whistles.blow("b1", STREET, Call("x", "c1", ("D9",)))
    assert whistles.open(OPERATOR) == [] and sent(whistles) == []


def test_a_double_click_blows_once_and_confirms_once(whistles: Whistles) -> None:
    first = whistles.blow("b1", STREET, FLOOD)
    assert whistles.blow("b1", STREET, FLOOD) == first
    assert len(sent(whistles)) == 2
    assert whistles.confirm("k1", DEPARTMENT, first, "D1") == whistles.confirm("k1", DEPARTMENT, first, "D1")
    ended = whistles.end("e1", STREET, first, "unresolved")
    assert whistles.end("e1", STREET, first, "unresolved") == ended


def test_a_department_confirms_arrives_and_reports(whistles: Whistles, monkeypatch: pytest.MonkeyPatch) -> None:
    whistle_id = whistles.blow("b1", STREET, FLOOD)
    moments = [NINE + timedelta(minutes=m) for m in (10, 50, 90)]
    at(monkeypatch, moments[0])
    whistles.confirm("k1", DEPARTMENT, whistle_id, "D1")
    at(monkeypatch, moments[1])
    whistles.arrive("k2", DEPARTMENT, whistle_id, "D1")
    at(monkeypatch, moments[2])
    whistles.report("k3", DEPARTMENT, (whistle_id, "D1"), "已排水")
    call = whistles.get(whistle_id)["calls"][0]
    assert [call[key] for key in ("confirmed_at", "arrived_at", "reported_at")] == moments
    assert (call["confirmed_by"], call["report"]) == ("fire", "已排水")
    assert whistles.end("k4", STREET, whistle_id, "resolved")["outcome"] == "resolved"
    assert [(order, to) for order, to, _ in sent(whistles)][2:] == [("whistle_end", "D1"), ("whistle_end", "S1")]
    assert whistles.open(OPERATOR) == []


def test_who_comes_without_having_confirmed_has_arrived_and_it_shows(whistles: Whistles) -> None:
    whistle_id = whistles.blow("b1", STREET, FLOOD)
    call = whistles.arrive("k1", OFFICE, whistle_id, "S1")
    assert call["arrived_at"] == NINE and call["confirmed_at"] is None
    assert refused(lambda: whistles.confirm("k2", OFFICE, whistle_id, "S1")) == ("whistle_step", "arrived")


def refused(act: object) -> tuple[str, object]:
    with pytest.raises(Problem) as told:
        act()  # type: ignore[operator]
    assert told.value.sentence("zh-CN") and "?" not in told.value.sentence("en")
    return told.value.reason, told.value.facts.get("known")


def test_steps_out_of_order_are_refused(whistles: Whistles) -> None:
    id = whistles.blow("b1", STREET, FLOOD)
    assert refused(lambda: whistles.report("k1", DEPARTMENT, (id, "D1"), "done")) == ("whistle_step", "called")
    whistles.confirm("k2", DEPARTMENT, id, "D1")
    assert refused(lambda: whistles.confirm("k3", DEPARTMENT, id, "D1")) == ("whistle_step", "confirmed")
    whistles.arrive("k4", STREET, id, "D1")  # by telephone: the street notes it down
    assert refused(lambda: whistles.arrive("k5", DEPARTMENT, id, "D1")) == ("whistle_step", "arrived")
    assert refused(lambda: whistles.confirm("k6", STREET, id, "D2"))[0] == "not_called"
    assert refused(lambda: whistles.confirm("k7", STREET, "CS-1", "D1"))[0] == "unknown_whistle"
    assert refused(lambda: whistles.end("k8", STREET, id, "fine"))[0] == "bad_field"
    whistles.end("k9", STREET, id, "resolved")
    assert refused(lambda: whistles.report("k10", DEPARTMENT, (id, "D1"), "done")) == ("whistle_ended", "resolved")
    assert refused(lambda: whistles.end("k11", STREET, id, "cancelled")) == ("whistle_ended", "resolved")


def test_nobody_arrived_is_not_resolved(whistles: Whistles) -> None:
    whistle_id = whistles.blow("b1", STREET, FLOOD)
    whistles.confirm("k1", DEPARTMENT, whistle_id, "D1")
    assert refused(lambda: whistles.end("e1", STREET, whistle_id, "resolved")) == ("bad_field", "unresolved, cancelled")


def test_one_department_does_not_speak_for_another(whistles: Whistles) -> None:
    whistle_id = whistles.blow("b1", STREET, FLOOD)
    for act in (whistles.confirm, whistles.arrive):
        with pytest.raises(NotAllowed):
            act("k1", DEPARTMENT, whistle_id, "S1")
    with pytest.raises(NotAllowed):
        whistles.end("k2", DEPARTMENT, whistle_id, "unresolved")
    with pytest.raises(NotAllowed):
        whistles.confirm("k3", WORKER, whistle_id, "D1")


def test_everybody_sees_the_whistles_of_their_own(whistles: Whistles) -> None:
    late = whistles.blow("b1", STREET, Call("违建", "c2", ("S1",)))
    soon = whistles.blow("b2", STREET, FLOOD)
    ids = {who: [row["whistle_id"] for row in whistles.open(who)] for who in (OPERATOR, COMMUNITY, DEPARTMENT, OFFICE)}
    assert ids == {OPERATOR: [soon, late], COMMUNITY: [soon], DEPARTMENT: [soon], OFFICE: [soon, late]}


def test_forty_streets_at_once_get_forty_numbers(whistles: Whistles) -> None:
    def blow(number: int) -> None:
        for n in range(5):
            whistles.blow(f"t{number}-{n}", STREET, FLOOD)

    threads = [threading.Thread(target=blow, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = whistles.open(OPERATOR)
    assert len({row["whistle_id"] for row in rows}) == 40 and {len(row["calls"]) for row in rows} == {2}


def test_the_metrics_count_calls_due_and_whistles_ended(whistles: Whistles, monkeypatch: pytest.MonkeyPatch) -> None:
    # c1: two urgent whistles of two units each: D1 in time, S1 an hour late; D1 in time, S1 never
    # c2: one of one unit, in time; and one that is cancelled and counts nowhere
    blown = [whistles.blow(f"b{n}", STREET, FLOOD) for n in (1, 2)]
    third = whistles.blow("b3", STREET, Call("x", "c2", ("D1",), urgent=True))
    whistles.end("x1", STREET, whistles.blow("b4", STREET, Call("x", "c2", ("D1",), urgent=True)), "cancelled")
    for number, whistle_id in enumerate([*blown, third]):
        whistles.arrive(f"a{number}", DEPARTMENT, whistle_id, "D1")
    at(monkeypatch, NINE + timedelta(hours=3))
    whistles.arrive("late", OFFICE, blown[0], "S1")
    whistles.end("e1", STREET, blown[0], "resolved")
    whistles.end("e2", STREET, blown[1], "unresolved")
    day = {"start": NINE - timedelta(hours=9), "end": NINE + timedelta(hours=15)}

    def counted(name: str, hour: int) -> dict[tuple[str, str | None], tuple[int, int]]:
        rows = whistles.operations.fetch(METRICS[name].file.sql, {**day, "now": NINE + timedelta(hours=hour)})
        return {(row["area_id"], row["unit_id"]): (row["part"], row["whole"]) for row in rows.to_pylist()}

    on_time = {("c1", "D1"): (2, 2), ("c1", "S1"): (0, 2), ("c2", "D1"): (1, 1)}
    assert counted("whistle_on_time", 4) == on_time
    assert counted("whistle_arrival", 4) == on_time | {("c1", "S1"): (1, 2)}  # an hour late is there all the same
    assert counted("whistle_resolved", 4) == {("c1", None): (1, 2)}
    assert counted("whistle_arrival", 1) == counted("whistle_resolved", 1) == {}  # nothing is due or ended yet
