"""Live positions: states by hand-made fixes and a clock; changes against everything; who is never shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert

from dashboard.app import App
from data.config import load_config
from data.errors import NotAllowed
from data.live import Answer, Asked, Known, Live
from data.loop.store import incident
from data.operations import position
from data.query import Door
from data.scope import Scope
from tests.copies import unworked
from tests.web import open_site, sign_in

# Duty in the sample city is 08:00-12:00 and 14:00-18:00 local: 00:00-04:00 and 06:00-10:00 UTC; w06 is on leave.
MORNING = datetime(2026, 1, 5, 2)
NOON, AFTERNOON, EVENING = datetime(2026, 1, 5, 4), datetime(2026, 1, 5, 6), datetime(2026, 1, 5, 10)
HOME = {"w01": "QH0101001", "w02": "QH0101002", "w03": "QH0102001", "w04": "QH0102003", "w05": "QH0201002"}
BOUNDS = (119.503, 32.009)  # inside the city


class Clock:
    """The moment everybody believes in."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self, _: datetime | None = None) -> datetime:
        return self.now


@pytest.fixture(scope="module")
def opened(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    home = unworked(sample_home, tmp_path_factory.mktemp("live") / "home")
    door = Door(load_config(home))
    yield door
    door.operations.engine.dispose()


@pytest.fixture
def clock(opened: Door, monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock(MORNING)
    monkeypatch.setattr(opened.present, "moment", made)
    forget(opened)
    return made


def forget(door: Door) -> None:
    with door.operations.write() as connection:
        connection.execute(delete(position))
        door.operations.tick(connection, "position")


def seen(door: Door, worker: str, at: datetime, lon: float = BOUNDS[0], lat: float = BOUNDS[1]) -> None:
    row = {"worker_id": worker, "name": "made up", "role": None, "area_id": HOME.get(worker, "QH0202001")}
    row |= {"fixed_at": at, "lon": lon, "lat": lat, "accuracy_m": 5.0, "speed_mps": 0.0, "battery": 0.6}
    door.operations.record_positions([row])


def scoped(area_id: str = "QH", *roles: str) -> Scope:
    return Scope("tester", frozenset(roles or ("operator",)), area_id)


def everything(door: Door, scope: Scope | None = None, **asked: Any) -> Answer:
    return Live(door).answer(scope or scoped(), Known(), Asked(**asked))


def shown(door: Door, scope: Scope | None = None) -> dict[str, Any]:
    return {row["worker_id"]: row for row in everything(door, scope).rows if row["fixed_at"]}


# Who is shown


def test_everybody_on_duty_is_listed_and_whoever_is_on_leave_is_a_number(opened: Door, clock: Clock) -> None:
    seen(opened, "w01", MORNING)
    seen(opened, "w06", MORNING)
    answer = everything(opened)
    assert [row["worker_id"] for row in answer.rows] == ["w01", "w02", "w03", "w04", "w05"]
    assert [row["worker_id"] for row in answer.rows if row["fixed_at"]] == ["w01"]
    assert (answer.n, answer.off_duty) == (5, 1)


@pytest.mark.parametrize(
    ("moment", "there"), [(NOON - timedelta(seconds=1), 1), (NOON, 0), (AFTERNOON, 1), (EVENING, 0)]
)
def test_a_position_is_hidden_the_second_duty_ends(opened: Door, clock: Clock, moment: datetime, there: int) -> None:
    seen(opened, "w01", NOON - timedelta(minutes=1))
    clock.now = moment
    assert opened.query("positions", scoped()).num_rows == there
    assert len(shown(opened)) == there


def test_a_position_of_yesterday_is_no_position_of_today(opened: Door, clock: Clock) -> None:
    seen(opened, "w01", MORNING - timedelta(hours=20))
    assert shown(opened) == {} and opened.query("positions", scoped()).num_rows == 0


def test_other_streets_stay_out_and_may_not_be_asked_for(opened: Door, clock: Clock) -> None:
    seen(opened, "w01", MORNING)
    seen(opened, "w05", MORNING)
    assert list(shown(opened, scoped("QH02"))) == ["w05"]
    with pytest.raises(NotAllowed):
        everything(opened, scoped("QH02"), area="QH01")


def test_a_wall_gets_the_middle_of_a_grid_and_no_word_on_being_in_it(opened: Door, clock: Clock) -> None:
    seen(opened, "w01", MORNING)
    exact, blurred = shown(opened)["w01"], shown(opened, scoped("QH", "kiosk"))["w01"]
    assert (exact["lon"], exact["lat"]) == BOUNDS and exact["own"] in (0, 1)
    assert (blurred["lon"], blurred["lat"]) != BOUNDS and blurred["own"] == 2


def test_in_or_out_of_the_own_grid_is_told_by_the_borders(opened: Door, clock: Clock) -> None:
    grid = opened.places.at(*BOUNDS)
    for worker in HOME:
        seen(opened, worker, MORNING)
    assert {w: row["own"] for w, row in shown(opened).items()} == {w: int(HOME[w] == grid) for w in HOME}


def test_the_load_is_what_is_in_hand(opened: Door, clock: Clock) -> None:
    for number, state in (("L1", "S40"), ("L2", "S50"), ("L3", "S90")):
        row = {"incident_id": number, "source": "worker", "owner": "own", "kind": "ENV", "severity": 3, "state": state}
        row |= {"area_id": "QH0101001", "located": "area", "reported_at": MORNING, "worker_id": "w01"}
        row |= {"supervised": False, "unlisted": False, "cycle": 1, "version": 1, "seq": 1}
        with opened.desk.operations.write() as connection:
            connection.execute(insert(incident).values(**row))
    live = Live(opened)
    assert live.answer(scoped(), Known(), Asked()).loads == {live.token("w01"): 2}


# Staying and moving


def still_since(door: Door, worker: str) -> datetime | None:
    moment: datetime | None = shown(door)[worker]["still_at"]
    return moment


def test_who_wanders_within_25_metres_stays_since_the_first_fix_there(opened: Door, clock: Clock) -> None:
    # 0.0001 degree of latitude is 11.1 m
    for minute, lat in ((0, 32.0090), (2, 32.0091), (4, 32.0089), (6, 32.0090)):
        seen(opened, "w01", MORNING + timedelta(minutes=minute), lat=lat)
    assert still_since(opened, "w01") == MORNING


def test_who_walks_on_is_nowhere_for_long(opened: Door, clock: Clock) -> None:
    for minute in range(6):
        seen(opened, "w01", MORNING + timedelta(minutes=minute), lat=32.009 + 0.0005 * minute)
    assert still_since(opened, "w01") == MORNING + timedelta(minutes=5)


def test_a_late_fix_moves_nobody(opened: Door, clock: Clock) -> None:
    seen(opened, "w01", MORNING)
    seen(opened, "w01", MORNING - timedelta(minutes=5), lat=32.02)
    assert still_since(opened, "w01") == MORNING and shown(opened)["w01"]["lat"] == BOUNDS[1]


# Changes alone


def held(picture: dict[str, Any], answer: Answer) -> dict[str, Any]:
    """What a screen does with an answer."""
    picture = {} if answer.whole else {t: row for t, row in picture.items() if t not in answer.gone}
    return picture | {row["token"]: row for row in answer.rows}


moves = st.tuples(st.sampled_from(sorted(HOME) + ["w06"]), st.integers(0, 40), st.integers(0, 20))
steps = st.lists(st.tuples(st.integers(0, 90), st.lists(moves, max_size=3)), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None)
@given(steps=steps, area=st.sampled_from(["QH", "QH01"]))
def test_changes_add_up_to_everything_after_any_sequence(opened: Door, steps: list[Any], area: str) -> None:
    before, clock = opened.present.moment, Clock(datetime(2026, 1, 5, 1, 30))
    opened.present.moment = clock  # type: ignore[method-assign]
    try:
        live, picture, known = Live(opened), {}, Known()
        for minutes, moved in steps:
            clock.now += timedelta(minutes=minutes)
            for worker, east, ago in moved:
                seen(opened, worker, clock.now - timedelta(minutes=ago), lon=BOUNDS[0] + east / 1e4)
            answer = live.answer(scoped(area), known, Asked(loads=False))
            picture, known = held(picture, answer), answer.known if answer.is_news else known
            whole = held({}, live.answer(scoped(area), Known(), Asked()))
            assert picture == whole and answer.n == len(whole)
    finally:
        opened.present.moment = before  # type: ignore[method-assign]
        forget(opened)


def test_only_who_moved_is_sent_and_a_quiet_moment_is_no_news(opened: Door, clock: Clock) -> None:
    live = Live(opened)
    for worker in HOME:
        seen(opened, worker, MORNING)
    first = live.answer(scoped(), Known(), Asked())
    assert not live.answer(scoped(), first.known, Asked()).is_news
    seen(opened, "w03", MORNING + timedelta(seconds=10))
    second = live.answer(scoped(), first.known, Asked())
    assert not second.whole and [row["worker_id"] for row in second.rows] == ["w03"]


def test_who_goes_off_duty_is_taken_away_without_any_fix(opened: Door, clock: Clock) -> None:
    live = Live(opened)
    seen(opened, "w01", MORNING)
    first = live.answer(scoped(), Known(), Asked())
    clock.now = NOON
    last = live.answer(scoped(), first.known, Asked())
    assert not last.whole and not last.rows and last.n == 0
    assert live.token("w01") in last.gone and len(last.gone) == 5


# Over the wire


@pytest.fixture
def app(opened: Door, clock: Clock) -> App:
    made = open_site(opened.config.home)
    house = made.server.extensions["gridlink"]
    house.door.present.moment = clock
    return made


def unpacked(body: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    size = int.from_bytes(body[:4], "little")
    header = json.loads(body[4 : 4 + size])
    columns = {
        c["name"]: np.frombuffer(body, c["dtype"], c["count"], 4 + size + c["offset"]) for c in header["columns"]
    }
    return header, columns


def test_the_wire_names_nobody_and_says_where_to_the_tenth_of_a_metre(app: App, opened: Door) -> None:
    seen(opened, "w01", MORNING)
    body = sign_in(app).get("/api/positions").get_data()
    header, columns = unpacked(body)
    at = columns["key"].tolist().index(int(Live(opened).token("w01"), 16))
    assert columns["place"][2 * at : 2 * at + 2].tolist() == [119503000, 32009000]
    assert columns["battery"][at] == 60 and header["whole"] and header["n"] == 5
    assert b"w01" not in body and b"made up" not in body


def test_a_tick_without_news_is_empty(app: App, opened: Door) -> None:
    client = sign_in(app)
    header, _ = unpacked(client.get("/api/positions").get_data())
    held_ = {key: header[key] for key in ("since", "at", "version", "cases")}
    assert client.get("/api/positions", query_string=held_).status_code == 204
    seen(opened, "w02", MORNING)
    later, columns = unpacked(client.get("/api/positions", query_string=held_).get_data())
    assert not later["whole"] and len(columns["key"]) == 1


def said(client: FlaskClient) -> list[str]:
    return sorted(called for called, _, _ in client.get("/api/live/people").get_json(force=True).values())


def test_without_a_reason_a_worker_is_a_role_and_a_number(app: App) -> None:
    client = sign_in(app)
    nameless = said(client)
    assert len(nameless) == 5 and all(words.startswith(("网格员", "网格长")) for words in nameless)
    with client.session_transaction() as kept:
        kept["reason"] = "case E026"
    before = len(audited(app))
    named = said(client)
    assert len(named) == 5 and all(words.endswith("*") for words in named)
    line = audited(app)[before]
    assert (line["action"], line["reason"]) == ("live_people", "case E026")


def test_a_wall_is_told_what_nobody_is_called(app: App) -> None:
    wall = sign_in(app, "wall")
    with wall.session_transaction() as kept:
        kept["reason"] = "curious"
    assert said(wall) == []


def audited(app: App) -> list[dict[str, Any]]:
    path = app.server.extensions["gridlink"].door.audit.path
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
