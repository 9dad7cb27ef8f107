"""The board and a case's page over the sample city: queues, filters, who may do what, who was faster, whose it is."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import session as browser_session
from sqlalchemy import update

from dashboard import case, deeds, view
from dashboard.app import App
from dashboard.panels import board_flow, board_queues, board_table, case_acts, case_head, case_log, case_steps
from dashboard.queues import board
from dashboard.text import speak, stamp
from data.accounts import Accounts
from data.loop.command import Command, Report
from data.loop.desk import Desk
from data.loop.notes import Notes
from data.loop.store import incident, message
from data.query import Door
from data.scope import Scope
from tests.copies import unworked
from tests.test_quality import call
from tests.web import PASSWORD, ask, open_site, sign_in, words

NOW = datetime.now(UTC).replace(tzinfo=None)
GRID, STREET_UNIT = "QH0101001", "B1"
POINT = (119.5021, 32.0101)


@pytest.fixture
def app(sample_home: Path, tmp_path: Path) -> Iterator[App]:
    """A city of its own, because cases are opened in it."""
    home = tmp_path / "home"
    unworked(sample_home, home)
    app = open_site(home)
    assert door(app).desk and door(app).alarms  # whoever is first to ask makes their tables
    accounts: Accounts = app.server.extensions["gridlink"].accounts
    accounts.add("office", PASSWORD, {"department"}, "QH", unit_id=STREET_UNIT)
    accounts.add("street2", PASSWORD, {"operator"}, "QH02")
    yield app
    open_site(sample_home)


@contextmanager
def signed_in(app: App, name: str = "operator", language: str = "zh-CN") -> Iterator[None]:
    """A request of an account."""
    client = sign_in(app, name)
    with client.session_transaction() as kept:
        token = kept["_user_id"]
    with app.server.test_request_context(f"/board?lang={language}"):
        browser_session["_user_id"] = token
        app.server.preprocess_request()
        speak(language, app.server.extensions["gridlink"].door.config.zone)
        yield


def door(app: App) -> Door:
    found: Door = app.server.extensions["gridlink"].door
    return found


def operator(app: App, name: str = "operator") -> Scope:
    account = app.server.extensions["gridlink"].accounts.get(name)
    found: Scope = account.scope()
    return found


def reported(app: App, severity: int = 3, ago_min: float = 1.0, **more: Any) -> dict[str, Any]:
    """Open a case some minutes ago."""
    about = {"kind": "SAF", "area_id": GRID, "located": "point", "lon": POINT[0], "lat": POINT[1], **more}
    at = datetime.now(UTC).replace(tzinfo=None) - timedelta(minutes=ago_min)
    about |= {"severity": severity, "reported_at": at, "discovered_level": "grid"}
    desk: Desk = door(app).desk
    return desk.report(uuid4().hex, operator(app), Report(**about))


def done(app: App, row: dict[str, Any], *acts: str, by: str = "operator", **facts: Any) -> dict[str, Any]:
    """Do acts one after another."""
    for act in acts:
        own = facts if act == acts[-1] else {}
        row = door(app).desk.act(
            Command(uuid4().hex, operator(app, by), row["incident_id"], act, row["version"], **own)
        )
    return row


def counted(app: App, view_: dict[str, Any]) -> dict[str, int]:
    with signed_in(app):
        found = board(view_)
        return {queue: found.count(queue)[0] for queue in ("accept", "file", "dispatch", "handle", "check", "closed")}


def test_every_case_stands_in_the_queue_of_what_is_to_be_done_next(app: App) -> None:
    reported(app)
    done(app, reported(app), "accept")
    done(app, reported(app), "accept", "file")
    given = done(app, reported(app), "accept", "file", "dispatch", unit_id=STREET_UNIT)
    done(app, reported(app), "reject", reason="not ours")
    assert counted(app, {}) == {"accept": 1, "file": 1, "dispatch": 1, "handle": 1, "check": 0, "closed": 1}
    done(app, given, "accept_order", "arrive", "handle")
    assert counted(app, {})["check"] == 1


def test_the_first_to_expire_stands_first_and_the_overdue_are_counted(app: App) -> None:
    # accepting: severity 1 within 5 minutes, severity 2 within 2 hours, day and night
    late = reported(app, severity=1, ago_min=30)["incident_id"]
    calm = reported(app, severity=2, ago_min=1)["incident_id"]
    soon = reported(app, severity=2, ago_min=100)["incident_id"]
    with signed_in(app):
        rows, _, total = board_table.show({})
        assert [row["id"] for row in rows] == [late, soon, calm]
        assert [row["tone"] for row in rows] == ["over", "soon", ""]
        assert all("deadline" in row for row in rows)  # ticks in the browser
        assert "超期 1" in total
        assert board({}).count("accept") == (3, 1, 1)
        assert [row["id"] for row in board_table.show({"overdue": "1"})[0]] == [late]


def test_kind_severity_and_area_narrow_counts_and_rows_alike(app: App) -> None:
    reported(app, kind="SAF", severity=2)
    reported(app, kind="ENV", severity=3)
    reported(app, kind="ENV", severity=3, area_id="QH0201002", located="area", lon=None, lat=None)
    for asked, n in (({"kind": "ENV"}, 2), ({"severity": "2"}, 1), ({"area": "QH02"}, 1), ({"area": "QH01"}, 2)):
        assert counted(app, asked)["accept"] == n, asked
        with signed_in(app):
            assert len(board_table.show(asked)[0]) == n


def test_a_queue_is_divided_by_the_level_whose_turn_it_is(app: App) -> None:
    reported(app)
    done(app, reported(app), "accept", "file", "dispatch", unit_id="CC")
    with signed_in(app):
        found = board({})
        assert (found.count("handle", "city")[0], found.count("handle", "grid")[0]) == (1, 0)
        assert found.count("accept", "grid")[0] == 1
        assert board_queues.chosen({"queue": "handle", "level": "city"}) == ("handle", "city")
        assert board_queues.chosen({"queue": "no such", "level": "no such"}) == ("accept", None)


def test_mine_are_those_i_made_a_step_of(app: App) -> None:
    reported(app)
    done(app, reported(app), "accept", by="leader")
    assert counted(app, {"mine": "1"})["accept"] == 1
    with signed_in(app, "leader"):
        assert board({"mine": "1"}).count("file")[0] == 1
        assert board({"mine": "1"}).count("accept")[0] == 0


def test_only_the_first_rows_are_sent_and_the_rest_is_a_number(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board_table, "MOST", 2)
    for _ in range(3):
        reported(app)
    with signed_in(app):
        rows, _, total = board_table.show({})
    assert len(rows) == 2
    assert "共 3 件" in total and "只列前 2 件" in total


def test_flow_and_backlog_are_two_numbers(app: App) -> None:
    done(app, reported(app, ago_min=10), "accept", "file", "dispatch", unit_id=STREET_UNIT)
    row = done(app, reported(app, ago_min=10), "accept", "file", "dispatch", unit_id=STREET_UNIT)
    done(app, row, "accept_order", "arrive", "handle", "check_pass")
    reported(app, ago_min=25 * 60)
    with signed_in(app):
        found = board({})
        assert found.flow() == {"reported": 2, "handled": 1, "passed": 1}
        assert found.backlog()[0] == 2
        _, (*stages, cohort) = board_flow.show({})
    assert ["S10" in words(one.to_plotly_json()) for one in stages] == [True, False, False]
    assert "成熟批次" in words(cohort.to_plotly_json())


def test_a_role_is_offered_what_it_may_do_and_nothing_else(app: App) -> None:
    row = done(app, reported(app), "accept", "file", "dispatch", unit_id=STREET_UNIT)
    asked = {"incident": row["incident_id"]}
    offered = {}
    for name in ("operator", "leader", "office", "analyst"):
        with signed_in(app, name):
            found = case.chosen(asked)
            offered[name] = set(deeds.possible(found)) if found else set()
    assert {"assign", "accept_order", "return"} <= offered["operator"] and "supervise" not in offered["operator"]
    assert {"extend", "supervise", "force_close"} <= offered["leader"]
    assert {"accept_order", "arrive", "return"} <= offered["office"]
    assert not offered["office"] & {"void", "escalate", "extend", "check_pass"}
    assert offered["analyst"] == set()


def test_a_unit_sees_only_what_it_was_given_and_not_who_told(app: App) -> None:
    reported(app)
    row = done(app, reported(app, source="hotline"), "accept", "file", "dispatch", unit_id=STREET_UNIT)
    with signed_in(app, "office"):
        found = board({})
        assert sum(found.count(queue)[0] for queue in ("accept", "file", "dispatch", "handle")) == 1
        assert "来源不公开" in said(case_head.show({"incident": row["incident_id"]})[2])
    with signed_in(app):
        assert "12345" in said(case_head.show({"incident": row["incident_id"]})[2])


def test_another_part_of_the_city_is_not_seen(app: App) -> None:
    row = reported(app)
    with signed_in(app, "street2"):
        assert case.chosen({"incident": row["incident_id"]}) is None
        assert "不在您的范围内" in said(case_head.show({"incident": row["incident_id"]})[0])


def ask_for(row: dict[str, Any], act: str) -> dict[str, Any]:
    return {"act": act, "incident": row["incident_id"], "version": row["version"], "command_id": uuid4().hex}


def test_a_double_click_is_one_step(app: App) -> None:
    row = reported(app)
    asked = ask_for(row, "accept")
    with signed_in(app):
        first, second = deeds.do(asked, {}), deeds.do(asked, {})
    assert first.row is not None and first.row == second.row
    assert [one["act"] for one in door(app).desk.steps(row["incident_id"])] == ["report", "accept"]


def test_whoever_was_slower_is_told_who_and_when_in_the_citys_time(app: App) -> None:
    row = reported(app)
    done(app, row, "accept", by="leader")
    with signed_in(app):
        told = deeds.do(ask_for(row, "accept"), {})
        at = stamp(door(app).desk.steps(row["incident_id"])[-1]["stepped_at"])
    assert told.row is None and told.moved
    assert "leader" in told.words and at in told.words and "受理" in told.words and "S20" not in told.words


def test_what_is_missing_is_named_in_words(app: App) -> None:
    row = done(app, reported(app), "accept", "file")
    with signed_in(app):
        assert deeds.do(ask_for(row, "dispatch"), {}).words == "做“派遣”还缺 承办单位"
    with signed_in(app, language="en"):
        assert deeds.do(ask_for(row, "dispatch"), {}).words == "Dispatch needs Unit"
    with signed_in(app, "leader"):
        past = {"deadline_at": "2020-01-01T08:00", "reason": "rain"}
        assert "新时限" in deeds.do(ask_for(row, "extend"), past).words
        assert "新时限" in deeds.do(ask_for(row, "extend"), past | {"deadline_at": "tomorrow"}).words


def test_the_time_of_a_form_is_the_citys(app: App) -> None:
    row = done(app, reported(app), "accept", "file")
    local = (NOW + timedelta(days=40)).replace(hour=4, minute=0, second=0, microsecond=0)
    with signed_in(app, "leader"):
        told = deeds.do(ask_for(row, "extend"), {"deadline_at": f"{local:%Y-%m-%dT12:00}", "reason": "rain"})
    # noon in the city is 04:00 UTC
    assert told.row is not None and told.row["deadline_at"] == local


def test_a_form_asks_for_what_its_act_needs(app: App) -> None:
    row = done(app, reported(app), "accept", "file")
    with signed_in(app):
        assert deeds.fields("dispatch") == [("unit_id", True), ("worker_id", False), ("reason", False)]
        options, _ = case_acts._units(row, {})
    # those of the case's own areas first: community QH0101, street QH01, city
    assert {one["value"] for one in options[:6]} >= {"B1", "C1", "Z1", "CC"}
    assert deeds.fields("shelve") == [("reason", True), ("review_at", True)]
    assert deeds.fields("accept") == [("reason", False)]


def test_no_two_acts_share_a_key(app: App) -> None:
    assert len(set(deeds.KEYS.values())) == len(deeds.KEYS)
    assert not {"j", "k"} & set(deeds.KEYS.values())


def test_a_mirrored_case_says_whose_it_is_and_offers_the_way_there(app: App) -> None:
    row = reported(app, source="hotline")
    with door(app).operations.write() as connection:
        connection.execute(update(incident).values(owner="mirror"))
        door(app).operations.tick(connection, "incident")
    loop = dataclasses.replace(door(app).config.loop, link="https://hotline.example/{source}?id={incident_id}")
    door(app).config = dataclasses.replace(door(app).config, loop=loop)
    with signed_in(app):
        body, _ = case_acts.show({"incident": row["incident_id"]})
        told = deeds.do(ask_for(row, "accept"), {})
    assert "只读" in said(body) and "12345" in said(body)
    assert f"https://hotline.example/hotline?id={row['incident_id']}" in str(body)
    assert "只读" in told.words


def test_stages_say_how_long_each_took_against_its_limit(app: App) -> None:
    row = reported(app, severity=1, ago_min=30)
    row = done(app, row, "accept")
    with signed_in(app):
        lines, _ = case_steps.show({"incident": row["incident_id"]})
    told = [said(line) for line in lines]
    assert "30 分" in told[1] and "限 5 分" in told[1]  # accepted half an hour later, five minutes allowed
    assert "进行中" in told[2] and "限 5 分" in told[2]
    assert "—" in told[5]


def test_a_note_is_masked_kept_once_and_stands_in_the_course(app: App) -> None:
    row = reported(app)
    notes = Notes(door(app).operations)
    for _ in range(2):
        notes.add("n1", operator(app), row["incident_id"], "住户 13812345678 已撤离")
    assert [one["text"] for one in notes.of(row["incident_id"])] == ["住户 138****5678 已撤离"]
    with signed_in(app):
        assert "138****5678 已撤离" in said(case_log.show({"incident": row["incident_id"]}))


def test_an_order_nobody_took_within_two_minutes_says_so(app: App) -> None:
    row = done(app, reported(app), "accept", "file", "dispatch", unit_id=STREET_UNIT)
    with signed_in(app):
        assert "待送达" in said(case_log.show({"incident": row["incident_id"]}))
    with door(app).operations.write() as connection:
        connection.execute(update(message).values(created_at=NOW - timedelta(minutes=3)))
    with signed_in(app):
        assert "未送达" in said(case_log.show({"incident": row["incident_id"]}))


def test_a_second_report_of_the_same_thing_is_offered_for_merging(app: App) -> None:
    first = reported(app, ago_min=20)
    second = reported(app, ago_min=5, lon=POINT[0] + 0.0002)  # some 19 m away
    reported(app, ago_min=5, lon=POINT[0] + 0.002)  # some 190 m away
    with signed_in(app):
        facts = said(case_head.show({"incident": second["incident_id"]})[2])
        told = deeds.do(ask_for(second, "merge"), {"into": first["incident_id"]})
    assert first["incident_id"] in facts and "相距 19 m" in facts
    assert told.row is not None and told.row["merged_into"] == first["incident_id"]
    with signed_in(app):
        assert "已并 1 件" in said(case_head.show({"incident": first["incident_id"]})[2])
        assert "unmerge" in deeds.possible(told.row)


def test_one_step_of_a_case_leaves_the_charts_alone(app: App) -> None:
    with signed_in(app):
        before = view.news().split("/")
    reported(app)
    with signed_in(app):
        after = view.news().split("/")
    assert before[:2] == after[:2] and before[2] != after[2]


def test_the_wall_lists_what_operations_hold_now(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.moment.is_history", lambda _: False)
    reported(app, severity=1, ago_min=30, title="楼道冒烟")
    outputs = ["incidents-body.children", "incidents-total.children"]
    body = words(ask(sign_in(app), outputs, {}).get_json()["response"]["incidents-body"]["children"])
    assert "楼道冒烟" in body and "超 25 分" in body and "东岸街道" in body


def said(node: Any) -> str:
    """Return the words inside components."""
    if isinstance(node, (list, tuple)):
        return " ".join(filter(None, map(said, node)))
    if hasattr(node, "to_plotly_json"):
        return said(getattr(node, "children", None))
    return "" if node is None else str(node)


@pytest.mark.parametrize(("today", "warned"), [(datetime(2026, 6, 1), False), (datetime(2026, 11, 22), True)])
def test_a_year_without_a_calendar_is_warned_of_two_months_ahead(
    app: App, monkeypatch: pytest.MonkeyPatch, today: datetime, warned: bool
) -> None:
    monkeypatch.setattr(board_queues, "now", lambda: today)
    with signed_in(app):
        body, _ = board_queues.show({})
    assert ("calendar.csv" in words([one.to_plotly_json() for one in body])) is warned


def test_a_case_outside_ones_area_is_refused_without_saying_whose_it_is(app: App) -> None:
    spot = f"{POINT[0]},{POINT[1]}"  # in QH0101001
    state = {"view.data": {"spot": spot}, "new-kind.value": "PUB", "new-title.value": "", "new-detail.value": ""}
    asked = {"new-asked.data": {"act": "report", "command_id": "elsewhere"}}
    answer = call(sign_in(app, "street2"), ["new-said.children", "new-there.href"], asked, state)
    told = answer.get_json()["response"]["new-said"]["children"]
    assert "不在您的辖区" in told and "QH01" not in answer.get_data(as_text=True)
