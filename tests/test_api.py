"""The data of the map over the wire: packed columns, kept or never kept, and persons only for a reason."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from flask.testing import FlaskClient

from dashboard.app import App
from dashboard.wire import pack, paths, polygons
from data import playback
from tests.web import csrf, open_site, sign_in

DAY = "2026-01-05"
MAP = "/api/map/any"
PAGE = "w=1200&h=700&em=13"


@pytest.fixture(scope="module")
def app(sample_home: Path) -> App:
    return open_site(sample_home)


@pytest.fixture
def client(app: App) -> FlaskClient:
    return sign_in(app)


def unpack(body: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read header and columns as the browser does."""
    size = int.from_bytes(body[:4], "little")
    assert (4 + size) % 8 == 0
    header = json.loads(body[4 : 4 + size])
    columns = {
        c["name"]: np.frombuffer(body, "<" + c["dtype"], c["count"], 4 + size + c["offset"]) for c in header["columns"]
    }
    return header, columns


def give_reason(client: FlaskClient, words: str = "case E025", subject: dict[str, Any] | None = None) -> None:
    """Give a reason the way the form of the page does, on a replay of this subject."""
    body = {
        "output": '..{"view":"reason"}.value...people-reason.value..',
        "outputs": [{"id": {"view": "reason"}, "property": "value"}, {"id": "people-reason", "property": "value"}],
        "inputs": [
            {"id": "people-look", "property": "n_clicks", "value": 1},
            {"id": "people-reason", "property": "n_submit", "value": None},
        ],
        "state": [
            {"id": "people-reason", "property": "value", "value": words},
            {"id": "tracks-subject", "property": "data", "value": subject},
        ],
        "changedPropIds": ["people-look.n_clicks"],
    }
    answer = client.post("/_dash-update-component", json=body, headers=csrf(client))
    assert answer.status_code == 200, answer.get_data(as_text=True)


def audited(app: App) -> list[dict[str, Any]]:
    path = app.server.extensions["gridlink"].door.audit.path
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def story(client: FlaskClient, workers: str) -> dict[str, Any]:
    answer = client.get(f"/api/story/{DAY}?{PAGE}&workers={workers}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return unpack(answer.get_data())[0]


def at(hour: int, minute: int = 0) -> float:
    return hour * 3600.0 + minute * 60


def test_columns_arrive_as_they_were_sent_and_aligned() -> None:
    sent = {"a": (np.array([1, 2, 3], np.uint8), 1), "b": (np.array([0.5, -1.5]), 2)}
    header, columns = unpack(pack(1, sent, more="名"))
    assert header["length"] == 1 and header["more"] == "名"
    assert columns["a"].tolist() == [1, 2, 3] and columns["b"].tolist() == [0.5, -1.5]
    assert all(column["offset"] % 8 == 0 for column in header["columns"])


def test_lines_are_packed_by_first_vertex() -> None:
    shapes = np.array([shapely.LineString([(0, 0), (1, 1)]), shapely.LineString([(2, 2), (3, 3), (4, 4)])], object)
    _, columns = unpack(paths(shapes))
    assert columns["startIndices"].tolist() == [0, 2]
    assert columns["getPath"].tolist() == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]


def test_a_hole_stays_a_hole_and_islands_keep_their_owner() -> None:
    ring = shapely.Polygon([(0, 0), (4, 0), (4, 4), (0, 4)], [[(1, 1), (2, 1), (2, 2)]])
    islands = shapely.MultiPolygon([shapely.box(5, 5, 6, 6), shapely.box(7, 7, 8, 8)])
    header, columns = unpack(polygons(["a", "b"], np.array([ring, islands], object)))
    assert header["ids"] == ["a", "b"] and header["length"] == 3
    assert columns["owner"].tolist() == [0, 1, 1]
    assert columns["part"].tolist() == [0, 2, 3]  # the first polygon has two rings
    assert columns["ring"].tolist() == [0, 5, 9, 14]


def test_every_grid_of_the_city_is_on_the_map(client: FlaskClient) -> None:
    header, columns = unpack(client.get(f"{MAP}/areas/grid?day={DAY}").get_data())
    assert len(header["ids"]) == 12
    assert header["ids"][0].split("\t")[0] == "QH0101001"
    assert len(columns["owner"]) == 12


@pytest.mark.parametrize(("kind", "column"), [("land", "ring"), ("trunk", "getPath")])
def test_the_ground_is_polygons_and_lines(client: FlaskClient, kind: str, column: str) -> None:
    header, columns = unpack(client.get(f"{MAP}/ground/{kind}?day={DAY}").get_data())
    assert column in columns and header["length"] >= 1


def test_only_leaves_above_the_lowest_class_are_coloured(client: FlaskClient) -> None:
    filled = client.get(f"{MAP}/fill?day={DAY}").get_json(force=True)
    colours = filled["colours"]
    assert colours and all(colour[3] > 0 for colour in colours.values())
    # w05 sent no fix and w06 was on leave: nobody was in either grid, and both are wholly unpatrolled
    assert colours["QH0202001"] == colours["QH0201002"]
    assert filled["words"]["QH0202001"].endswith("100.0%")


def test_incidents_without_a_place_of_their_own_are_no_points(client: FlaskClient) -> None:
    now = f"{DAY}T10:00:00"
    query = f"day={DAY}&start={now}&end={now}&now={now}&open=1&view=town&bounds=119.4,31.9,119.6,32.1"
    marks = client.get(f"{MAP}/incidents?{query}").get_json(force=True)
    ids = {mark["id"] for mark in marks}
    assert {"E025", "E026", "E027", "E028"} <= ids
    assert not ids & {"E038", "E040"}


def test_names_on_the_map_do_not_touch(client: FlaskClient) -> None:
    query = f"day={DAY}&bounds=119.498,31.998,119.518,32.014&w=300&h=200&em=13&deepest=2"
    names = client.get(f"{MAP}/labels?{query}").get_json(force=True)
    across = min(300 / 0.02, 200 / 0.016 * np.cos(np.radians(32)))
    boxes = [(n["p"][0] * across, n["p"][1] * across / np.cos(np.radians(32)), len(n["name"]) * 13) for n in names]
    assert len(names) >= 2
    for i, (x, y, wide) in enumerate(boxes):
        for other_x, other_y, other_wide in boxes[i + 1 :]:
            assert abs(x - other_x) * 2 >= (wide + other_wide) * 0.9 or abs(y - other_y) >= 13


def test_what_the_address_says_all_about_may_be_kept_and_persons_never(client: FlaskClient) -> None:
    give_reason(client)
    ground = client.get(f"{MAP}/areas/grid?day={DAY}")
    persons = [f"/api/story/{DAY}?{PAGE}", f"/api/chunks/{DAY}/32", f"/api/positions?now={DAY}T10:00:00"]
    assert "max-age=86400" in ground.headers["Cache-Control"]
    assert {client.get(address).headers["Cache-Control"] for address in persons} == {"private, no-store"}


def test_answers_worth_it_are_compressed(client: FlaskClient) -> None:
    address = f"{MAP}/areas/grid?day={DAY}"
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.get_data()) == client.get(address).get_data()


def test_positions_are_sent_again_only_when_one_moved(client: FlaskClient, app: App) -> None:
    first = client.get("/api/positions")
    size = int.from_bytes(first.get_data()[:4], "little")
    header = json.loads(first.get_data()[4 : 4 + size])
    held = {key: header[key] for key in ("since", "at", "version", "cases")}
    assert first.status_code == 200
    assert client.get("/api/positions", query_string=held).status_code == 204


def test_a_stranger_gets_nothing(app: App) -> None:
    stranger = app.server.test_client()
    persons = (f"/api/chunks/{DAY}/32", f"/api/story/{DAY}?{PAGE}", "/api/positions")
    for address in (f"{MAP}/areas/grid?day={DAY}", *persons):
        assert stranger.get(address).status_code == 401


@pytest.mark.parametrize("address", [f"/api/chunks/{DAY}/32", f"/api/story/{DAY}?{PAGE}"])
def test_tracks_need_a_reason(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 400
    give_reason(client)
    assert client.get(address).status_code == 200


def test_a_reason_of_blanks_is_none(client: FlaskClient) -> None:
    give_reason(client, "   ")
    assert client.get(f"/api/chunks/{DAY}/32").status_code == 400


def test_a_wall_never_sees_tracks(app: App) -> None:
    wall = sign_in(app, "wall")
    with wall.session_transaction() as kept:
        kept["reason"] = "case E025"
    assert wall.get(f"/api/chunks/{DAY}/32").status_code == 403


def test_who_looked_at_whom_and_why_is_on_record_before_rows_leave(app: App, client: FlaskClient) -> None:
    give_reason(client, "case E026")
    before = len(audited(app))
    client.get(f"/api/chunks/{DAY}/32?workers=w01,,w02")
    line = audited(app)[before]
    assert (line["account"], line["action"], line["reason"]) == ("operator", "chunks", "case E026")
    assert line["subjects"] == ["w01", "w02"]
    assert line["period"] == {"day": DAY, "slot": 32}


def test_a_chunk_holds_the_workers_asked_for_and_nobody_else(client: FlaskClient) -> None:
    give_reason(client)
    everybody = playback.read(client.get(f"/api/chunks/{DAY}/32").get_data())
    one = playback.read(client.get(f"/api/chunks/{DAY}/32?workers=w03").get_data())
    assert everybody.workers == ("w01", "w02", "w03", "w04")
    assert one.workers == ("w03",)


@pytest.mark.parametrize(("area", "there"), [("QH0101", ("w01", "w02")), ("QH0102001", ("w03",)), ("QH02", ())])
def test_a_chunk_of_an_area_holds_the_workers_assigned_there(
    client: FlaskClient, area: str, there: tuple[str, ...]
) -> None:
    give_reason(client)
    chunk = playback.read(client.get(f"/api/chunks/{DAY}/32?area={area}").get_data())
    assert chunk.workers == there


def test_nobody_is_anywhere_during_a_silence(client: FlaskClient) -> None:
    give_reason(client)
    # w02 is silent from 08:30 to 09:05: the quarter from 08:45 holds nothing of it
    chunk = playback.read(client.get(f"/api/chunks/{DAY}/35?workers=w02").get_data())
    assert chunk.workers == ()


def test_the_story_of_a_silence_says_when_how_long_and_how_far(client: FlaskClient) -> None:
    give_reason(client)
    told = story(client, "w02")
    (lane,) = told["lanes"]
    assert lane["gaps"] == [[at(8, 30), at(9, 5)]]
    assert {end["at"] for end in told["ends"]} == {at(8, 30)}
    assert any("35 分" in event["words"] and event["words"].startswith("08:30") for event in told["events"])


def test_the_story_of_a_stay_is_a_disc_from_its_beginning(client: FlaskClient) -> None:
    give_reason(client)
    told = story(client, "w01")
    (stay,) = [stay for stay in told["stays"] if stay["at"] >= at(8, 30)]
    assert abs(stay["at"] - at(8, 40)) <= 60
    assert 4 + 1.5 * 14**0.5 <= stay["r"] <= 4 + 1.5 * 16**0.5


def test_doubtful_fixes_are_told_and_tied_to_the_track(client: FlaskClient) -> None:
    give_reason(client)
    told = story(client, "w04")
    assert [row["at"] for row in told["doubtful"]] == [at(8, 30), at(9, 0)]
    jump = told["doubtful"][0]
    # 2.7 km away (samples/README.md), at 32 degrees north
    away = np.hypot((jump["p"][0] - jump["tie"][0]) * np.cos(np.radians(32)), jump["p"][1] - jump["tie"][1]) * 111.2
    assert away == pytest.approx(2.7, abs=0.2)


def test_the_bars_of_a_lane_sum_to_the_way_walked(client: FlaskClient, app: App) -> None:
    give_reason(client)
    (lane,) = story(client, "w03")["lanes"]
    # one fix a minute, straight lines between: an independent sum over the vertices of the chunks
    walked = 0.0
    for slot in range(32, 40):
        chunk = playback.read(client.get(f"/api/chunks/{DAY}/{slot}?workers=w03").get_data())
        for first, last in zip(chunk.path_start, [*chunk.path_start[1:], len(chunk.t)], strict=True):
            lon, lat = chunk.lon[first:last], chunk.lat[first:last]
            walked += float(np.hypot(np.diff(lon) * np.cos(np.radians(32.006)), np.diff(lat)).sum() * 111195)
    assert sum(lane["bars"]) == pytest.approx(walked, rel=0.01)


def test_letters_stay_where_they_are_when_one_leaves(client: FlaskClient) -> None:
    give_reason(client)
    assert [lane["letter"] for lane in story(client, "w01,,w03")["lanes"]] == ["A", "C"]


def test_a_chosen_worker_without_a_fix_has_an_empty_lane(client: FlaskClient) -> None:
    give_reason(client)
    for workers in ("w05", "w01,w05"):
        lane = story(client, workers)["lanes"][-1]
        assert (lane["worker"], sum(lane["bars"]), lane["gaps"]) == ("w05", 0, [])


def test_an_operator_sees_masked_names(client: FlaskClient) -> None:
    give_reason(client)
    (lane,) = story(client, "w01")["lanes"]
    assert lane["name"].endswith("*")


def test_everybody_together_is_one_lane_without_names(client: FlaskClient) -> None:
    give_reason(client)
    header = story(client, "")
    assert len(header["lanes"]) == 1 and header["length"] == 0
    assert "worker" not in header["lanes"][0]
    assert sum(header["lanes"][0]["bars"]) > 0


def test_an_unknown_picture_or_a_malformed_question_is_no_fault_of_ours(client: FlaskClient) -> None:
    assert client.get("/api/icon/dark/nothing-1.svg").status_code in (400, 404)
    assert client.get(f"{MAP}/areas/grid?day=yesterday").status_code == 400
    assert client.get(f"/api/story/{DAY}").status_code == 400
    nowhere = f"{MAP}/labels?day={DAY}&bounds=119,32,119,32&w=0&h=0&em=13&deepest=1"
    assert client.get(nowhere).status_code == 400
    assert client.get(f"{MAP}/heat.png?day={DAY}&view=moon&bounds=119,31,120,32").status_code == 400
