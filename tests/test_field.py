"""The page of workers and departments: their own cases, their own day, and nothing else."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image

from dashboard.app import App
from data.loop.command import Command, Report
from data.loop.desk import Desk
from data.loop.photos import Photos
from data.loop.whistle import Call
from data.scope import Scope
from tests.copies import unworked
from tests.web import PASSWORD, open_site, sign_in

OPERATOR = Scope("operator", frozenset({"operator"}), "QH")


@pytest.fixture
def site(sample_home: Path, tmp_path: Path) -> App:
    """The sample city with two workers and a department of their own, and one case given to the first worker."""
    home = tmp_path / "home"
    unworked(sample_home, home)
    app = open_site(home)
    accounts = app.server.extensions["gridlink"].accounts
    accounts.add("w1", PASSWORD, {"worker"}, "QH0101001", worker_id="w01")
    accounts.add("w2", PASSWORD, {"worker"}, "QH0101002", worker_id="w02")
    accounts.add("street", PASSWORD, {"department"}, "QH", unit_id="B1")
    return app


def desk(app: App) -> Desk:
    found: Desk = app.server.extensions["gridlink"].door.desk
    return found


def given(app: App, title: str = "井盖破损", unit: str = "Z1", worker: str | None = "w01") -> str:
    """Open a case and dispatch it."""
    row = desk(app).report(f"r-{title}", OPERATOR, Report("FAC", 3, "QH0101001", title=title))
    for act, told in (("file", {}), ("dispatch", {"unit_id": unit, "worker_id": worker})):
        row = desk(app).act(Command(f"{act}-{title}", OPERATOR, row["incident_id"], act, row["version"], **told))
    return str(row["incident_id"])


def page(client: FlaskClient) -> str:
    answer = client.get("/field")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def send(client: FlaskClient, act: str, text: str, **more: object) -> str:
    """Press a button of the page as it was shown; returns the page that follows."""
    hidden = '<input type="hidden" name="{}" value="{}">'
    wanted = hidden.format("command", f"([0-9a-f]+-{act})") + r"\s*"
    wanted += hidden.format("incident", '([^"]+)') + hidden.format("version", r"(\d+)")
    found = re.search(wanted, text)
    assert found, f"no button {act}"
    form = {"command": found[1], "incident": found[2], "version": found[3], "act": act, "csrf_token": _token(text)}
    answer = client.post("/field/act", data={**form, **more}, follow_redirects=True)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def _token(text: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', text)
    assert found
    return found[1]


def photo() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "secret maker"
    out = io.BytesIO()
    Image.new("RGB", (30, 30), "blue").save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_a_worker_sees_own_cases_and_nobody_elses(site: App) -> None:
    given(site, "井盖破损")
    given(site, "路灯不亮", worker="w02")
    mine, others = page(sign_in(site, "w1")), page(sign_in(site, "w2"))
    assert "井盖破损" in mine and "路灯不亮" not in mine
    assert "路灯不亮" in others and "井盖破损" not in others


def test_a_department_sees_the_cases_of_its_unit_and_who_reported_them_stays_away(site: App) -> None:
    given(site, "井盖破损")
    row = desk(site).report("r", OPERATOR, Report("FAC", 3, "QH0101001", title="树倒了", reporter_id="w02"))
    row = desk(site).act(Command("f", OPERATOR, row["incident_id"], "file", row["version"]))
    desk(site).act(Command("d", OPERATOR, row["incident_id"], "dispatch", row["version"], unit_id="B1"))
    text = page(sign_in(site, "street"))
    assert "树倒了" in text and "井盖破损" not in text
    assert "w02" not in re.sub(r'value="[^"]*"', "", text)  # the tokens of the forms may hold anything


def test_a_case_goes_from_accepting_to_handing_in_with_a_photo(site: App) -> None:
    incident, client = given(site), sign_in(site, "w1")
    text = send(client, "accept_order", page(client))
    text = send(client, "arrive", text)
    text = send(client, "handle", text, reason="已换井盖", photo=(io.BytesIO(photo()), "a.jpg"))
    assert desk(site).get(incident)["state"] == "S60"
    assert desk(site).steps(incident)[-1]["reason"] == "已换井盖"
    house = site.server.extensions["gridlink"]
    kept = Photos(house.door.operations, house.door.config.home).of(incident)
    assert [(row["state"], row["account"]) for row in kept] == [("S60", "w1")]
    assert "没有交给您的事件" in text


def test_a_second_tap_does_nothing_twice(site: App) -> None:
    incident, client = given(site), sign_in(site, "w1")
    shown = page(client)
    send(client, "accept_order", shown)
    send(client, "accept_order", shown)
    assert [step["to_state"] for step in desk(site).steps(incident)] == ["S10", "S30", "S40", "S50"]


def test_who_was_faster_is_told_in_words(site: App) -> None:
    incident, client = given(site), sign_in(site, "w1")
    shown = page(client)
    row = desk(site).get(incident)
    desk(site).act(Command("away", OPERATOR, incident, "return", row["version"], reason="派错了"))
    text = send(client, "accept_order", shown)
    assert "operator" in text and "退回" in text


def test_returning_needs_a_reason(site: App) -> None:
    incident, client = given(site), sign_in(site, "w1")
    text = send(client, "return", page(client), reason="  ")
    assert desk(site).get(incident)["state"] == "S40" and "还缺" in text


def test_a_worker_reports_in_the_own_grid_or_at_the_last_position(site: App) -> None:
    client = sign_in(site, "w1")
    form = {"csrf_token": _token(page(client)), "command": "one", "kind": "FAC", "title": "电话 13812345678"}
    client.post("/field/report", data=form)
    door = site.server.extensions["gridlink"].door
    now = datetime.now(UTC).replace(tzinfo=None)
    rows = door.warehouse.fetch("SELECT lon, lat FROM area WHERE area_id = 'QH0101001'", {}).to_pylist()[0]
    here = {"worker_id": "w01", "name": None, "role": None, "area_id": "QH0101001", "fixed_at": now, **rows}
    door.operations.record_positions([{**here, "accuracy_m": 5.0, "speed_mps": None, "battery": None}])
    client.post("/field/report", data={**form, "command": "two"})
    board = door.query("board", Scope("a", frozenset({"operator"}), "QH"), since=now).to_pylist()
    assert sorted((row["located"], row["lon"]) for row in board) == [("area", None), ("point", rows["lon"])]
    assert {row["title"] for row in board} == {"电话 138****5678"}
    assert {row["source"] for row in board} == {"worker"}


def test_a_worker_sees_the_own_track_without_a_reason_and_it_is_written_down(site: App) -> None:
    client = sign_in(site, "w1")
    text = client.get("/field?day=2026-01-05").get_data(as_text=True)
    assert re.search(r'<path d="M\d', text)
    log = site.server.extensions["gridlink"].door.config.home / "audit.jsonl"
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert {(line["account"], line["action"], str(line["subjects"])) for line in lines} == {
        ("w1", "tracks", "['w01']"),
        ("w1", "stays", "['w01']"),
    }


@pytest.mark.parametrize("path", ["/incidents", "/_dash-layout", "/api/positions", "/board", "/assets/20-frame.css"])
def test_no_other_door_opens_to_them(site: App, path: str) -> None:
    assert sign_in(site, "w1").get(path).status_code == 403
    assert sign_in(site, "w1").post("/_dash-update-component", json={}).status_code in (400, 403)


def test_they_land_on_their_page_and_others_do_not_get_lost_there(site: App) -> None:
    assert sign_in(site, "w1").get("/").headers["Location"].endswith("/field")
    assert sign_in(site, "operator").get("/").status_code == 200


def test_a_called_department_confirms_arrives_and_reports(site: App) -> None:
    door = site.server.extensions["gridlink"].door
    whistle = door.whistles.blow("blow", OPERATOR, Call("燃气泄漏", "QH01", ("B1",), urgent=True))
    client = sign_in(site, "street")
    for step in ("confirm", "arrive", "report"):
        text = page(client)
        found = re.search(r'name="command" value="([0-9a-f]+)">\s*<input type="hidden" name="whistle"', text)
        assert found and "燃气泄漏" in text
        form = {"csrf_token": _token(text), "command": found[1], "whistle": whistle, "step": step, "reason": "已关阀"}
        client.post("/field/call", data=form)
    call = door.whistles.get(whistle)["calls"][0]
    assert call["confirmed_at"] <= call["arrived_at"] <= call["reported_at"] and call["report"] == "已关阀"
    assert "燃气泄漏" not in page(sign_in(site, "w1"))


def test_a_photo_is_opened_from_the_case_by_whoever_sees_it_and_written_down(site: App) -> None:
    incident, client = given(site), sign_in(site, "w1")
    text = send(client, "arrive", page(client))
    send(client, "handle", text, photo=(io.BytesIO(photo()), "a.jpg"))
    house = site.server.extensions["gridlink"]
    kept = Photos(house.door.operations, house.door.config.home).of(incident)[0]["photo_id"]
    answer = sign_in(site, "operator").get(f"/api/photo/{kept}")
    assert answer.status_code == 200 and answer.mimetype == "image/jpeg"
    assert "no-store" in answer.headers["Cache-Control"] and b"secret maker" not in answer.get_data()
    lines = (house.door.config.home / "audit.jsonl").read_text(encoding="utf-8").splitlines()
    seen = [json.loads(line) for line in lines if json.loads(line)["action"] == "photo"]
    assert [(line["account"], line["subjects"], line["incident"]) for line in seen] == [("operator", kept, incident)]
    assert sign_in(site, "wall").get(f"/api/photo/{kept}").status_code == 403
    assert sign_in(site, "operator").get("/api/photo/unknown").status_code == 400


def called(app: App) -> list[dict[str, object]]:
    """The calls for help an operator sees."""
    door = app.server.extensions["gridlink"].door
    rows = door.query("alarms", OPERATOR, since=datetime.now(UTC).replace(tzinfo=None)).to_pylist()
    return [row for row in rows if row["rule"] == "sos"]


def call_for_help(client: FlaskClient) -> str:
    answer = client.post("/field/sos", data={"csrf_token": _token(page(client))}, follow_redirects=True)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_a_worker_calls_for_help_where_last_seen_and_twice_is_once(site: App) -> None:
    client, door = sign_in(site, "w1"), site.server.extensions["gridlink"].door
    text = page(client)
    assert "求助 SOS" in text and text.index("求助 SOS") < text.index("确认求助")
    here = {"worker_id": "w01", "name": None, "role": None, "area_id": "QH0101001", "lon": 119.5008, "lat": 32.0088}
    here |= {"fixed_at": datetime.now(UTC).replace(tzinfo=None), "accuracy_m": 5.0, "speed_mps": None, "battery": None}
    door.operations.record_positions([here])
    seen = [row for row in door.query("positions", OPERATOR).to_pylist() if row["worker_id"] == "w01"]
    assert "已发出求助" in call_for_help(client) and "已发出求助" in call_for_help(client)
    (row,) = called(site)
    assert (row["severity"], row["worker_id"], row["area_id"]) == (1, "w01", "QH0101001")
    assert (row["lon"], row["lat"]) == ((119.5008, 32.0088) if seen else (None, None))  # nobody is placed off duty


def test_help_is_called_for_without_any_position_from_the_own_grid(site: App) -> None:
    assert "只报了所属网格" in call_for_help(sign_in(site, "w2"))
    (row,) = called(site)
    assert (row["worker_id"], row["area_id"], row["lon"]) == ("w02", "QH0101002", None)


def test_only_a_worker_has_the_button_for_help(site: App) -> None:
    street = sign_in(site, "street")
    assert "求助 SOS" not in page(street)
    assert street.post("/field/sos", data={"csrf_token": _token(page(street))}).status_code == 404
    assert called(site) == []
