"""Behind every button is one way out: the screen's own rows, the account's own scope, and a line in the log first."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest
from flask.testing import FlaskClient

from dashboard.app import App
from dashboard.cases import cases
from dashboard.takeaway import TAKEAWAYS
from data.accounts import Accounts
from data.config import load_config
from data.errors import Problem
from data.exports.asked import Asked, count, opened, parse, spelled
from data.jobs import Jobs
from data.query import Door
from data.scope import Scope
from etl.jobs.export import run
from tests.web import PASSWORD, open_site, sign_in

STREET = "QH01"


@pytest.fixture(scope="module")
def app(sample_home: Path) -> App:
    return open_site(sample_home)


@pytest.fixture(scope="module")
def leader(app: App) -> FlaskClient:
    return sign_in(app, "leader")


@pytest.fixture(scope="module")
def street(app: App) -> FlaskClient:
    """A leader of one street."""
    accounts = app.server.extensions["gridlink"].accounts
    accounts.add("street", PASSWORD, {"leader"}, STREET)
    return sign_in(app, "street")


def log(app: App) -> list[dict[str, Any]]:
    path = app.server.extensions["gridlink"].door.audit.path
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def table(client: FlaskClient, name: str, query: str = "", key: str = "parquet") -> list[dict[str, Any]]:
    answer = client.get(f"/export/{name}.{key}?{query}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return pq.read_table(io.BytesIO(answer.get_data())).to_pylist()


def inside(app: App, client: FlaskClient, query: str) -> Any:
    with client.session_transaction() as kept:
        token = kept["_user_id"]
    context = app.server.test_request_context(f"/?{query}")
    context.push()
    from flask import session

    session["_user_id"] = token
    app.server.preprocess_request()
    return context


@pytest.mark.parametrize(
    "view",
    [
        {},
        {"state": "closed", "period": "90d"},
        {"state": "all", "period": "7d", "severity": "4"},
        {"state": "all", "located": "no", "area": "QH02"},
        {"day": "2026-01-05", "state": "open", "kind": "ENV"},
    ],
)
def test_the_incidents_taken_are_those_of_the_screen_in_its_order(
    app: App, leader: FlaskClient, view: dict[str, str]
) -> None:
    query = "&".join(f"{name}={value}" for name, value in view.items())
    taken = table(leader, "incidents", query)
    context = inside(app, leader, query)
    try:
        shown = cases(dict(view)).first(10**6)
    finally:
        context.pop()
    assert [row["incident_id"] for row in taken] == [row["incident_id"] for row in shown]
    points = {row["incident_id"]: (row["lon"], row["lat"]) for row in shown}
    assert {row["incident_id"]: (row["lon"], row["lat"]) for row in taken} == points


@pytest.mark.parametrize("name", sorted(TAKEAWAYS))
def test_everything_registered_can_be_taken_or_says_what_it_needs(leader: FlaskClient, name: str) -> None:
    answer = leader.get(f"/export/{name}.xlsx")
    assert answer.status_code in (200, 400, 403), answer.get_data(as_text=True)
    if answer.status_code == 200:
        head = next(openpyxl.load_workbook(io.BytesIO(answer.get_data())).worksheets[0].values)
        assert all(head) and len(set(head)) == len(head), head


@pytest.mark.parametrize("name", sorted(TAKEAWAYS))
def test_a_wall_takes_nothing(app: App, name: str) -> None:
    answer = sign_in(app, "wall").get(f"/export/{name}.csv")
    assert answer.status_code == 403 and "大屏账号" in answer.get_data(as_text=True)


def test_nobody_signed_in_takes_nothing(app: App) -> None:
    assert app.server.test_client().get("/export/incidents.csv").status_code == 302


def test_two_accounts_take_what_each_may_see(leader: FlaskClient, street: FlaskClient) -> None:
    whole, part = (table(client, "incidents", "state=all&period=90d") for client in (leader, street))
    assert {row["incident_id"] for row in part} < {row["incident_id"] for row in whole}
    assert part and all(row["area_id"].startswith(STREET) for row in part)


def test_a_link_of_another_street_obeys_its_opener(leader: FlaskClient, street: FlaskClient) -> None:
    assert table(leader, "incidents", "area=QH02&state=all&period=90d")
    refused = street.get("/export/incidents.csv?area=QH02&state=all&period=90d")
    assert refused.status_code == 403


def test_the_line_stands_in_the_log_before_the_file_leaves(app: App, leader: FlaskClient) -> None:
    answer = leader.get("/export/incidents.csv?state=all&period=90d&lang=en")
    line = log(app)[-1]
    told = json.loads(zipped(answer.get_data())["metadata.json"])["gridlink:provenance"]
    assert (line["action"], line["subjects"], line["account"]) == ("export", "incidents", "leader")
    assert line["export"] == told["id"] and line["version"] == told["version"] and line["format"] == "csv"
    assert told["account"] == "leader" and told["filters"]["state"] == "All" and told["query"] == "incidents_taken"
    assert line["rows"] == zipped(answer.get_data())["csv"].count("\r\n") - 1


def zipped(body: bytes) -> dict[str, str]:
    """Return the two files of a download by how their names end."""
    with zipfile.ZipFile(io.BytesIO(body)) as file:
        texts = {name: file.read(name).decode("utf-8-sig") for name in file.namelist()}
    return {name.rsplit("-", 1)[-1] if name.endswith("metadata.json") else "csv": text for name, text in texts.items()}


def test_without_a_log_nothing_leaves(app: App, leader: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    audit = app.server.extensions["gridlink"].door.audit
    monkeypatch.setattr(audit, "path", audit.path.parent / "no such folder" / "audit.jsonl")
    for address in ("/export/incidents.xlsx", "/export/picture?title=x&format=png"):
        answer = leader.get(address)
        assert answer.status_code == 400 and "attachment" not in answer.headers.get("Content-Disposition", "")


def test_heads_are_in_the_readers_language_or_stable(leader: FlaskClient) -> None:
    def head(query: str) -> list[Any]:
        body = leader.get(f"/export/incidents.xlsx?state=all&period=90d&{query}").get_data()
        return [list(row) for row in openpyxl.load_workbook(io.BytesIO(body)).worksheets[0].values][:2]

    chinese, english, machine = head("lang=zh-CN"), head("lang=en"), head("lang=en&heads=machine")
    assert chinese[0][:3] == ["事件编号", "类别", "小类"] and english[0][:2] == ["Incident", "Kind"]
    assert machine[0][:3] == ["incident_id", "kind_en", "subkind"]
    state = machine[0].index("state")
    assert machine[1][state].startswith(("S", "X")) and not english[1][state].startswith("S")


def test_the_copy_on_the_screen_and_the_file_are_named_alike(leader: FlaskClient) -> None:
    told = leader.get("/export/key_areas.geojson?lang=zh-CN").headers["Content-Disposition"]
    assert "filename*=UTF-8''%E9%87%8D%E7%82%B9%E5%8C%BA%E5%9F%9F_" in told and ".geojson" in told


def test_rows_without_a_place_are_no_map_file(leader: FlaskClient) -> None:
    answer = leader.get("/export/feeds.geojson")
    assert answer.status_code == 400 and "geojson" in answer.get_data(as_text=True)


def test_tracks_need_the_right_the_reason_and_a_worker(app: App, leader: FlaskClient) -> None:
    address = "/export/tracks.mf-json?day=2026-01-05&workers=w01"
    assert sign_in(app, "analyst").get(address).status_code == 403
    client = sign_in(app, "leader")
    assert client.get(address).status_code == 400, "no reason was given"
    with client.session_transaction() as kept:
        kept["reason"] = "事件 E001"
    assert client.get("/export/tracks.mf-json?day=2026-01-05").status_code == 400, "no worker was chosen"
    told = json.loads(client.get(address).get_data())
    assert {one["properties"]["worker_id"] for one in told["features"]} == {"w01"}
    assert [line["action"] for line in log(app)[-2:]] == ["tracks", "export"] and log(app)[-1]["reason"] == "事件 E001"


def test_a_picture_is_recorded_and_says_where_it_is_from(app: App, leader: FlaskClient) -> None:
    told = leader.get("/export/picture?title=每日上报&format=svg&lang=zh-CN&area=QH01").get_json(force=True)
    line = log(app)[-1]
    assert line["export"] == told["id"] and line["subjects"] == "每日上报" and line["format"] == "svg"
    assert told["file"].startswith("每日上报_") and "leader" in told["line"] and told["id"] in told["line"]
    assert leader.get("/export/picture?title=x&format=exe").status_code == 400


@pytest.fixture
def long(app: App, monkeypatch: pytest.MonkeyPatch) -> Door:
    """The site as it is where every export is long."""
    here: Door = app.server.extensions["gridlink"].door
    monkeypatch.setitem(here.config.exports.__dict__, "at_once", 0)
    return here


def test_a_long_export_is_a_job_with_the_same_rows(app: App, long: Door) -> None:
    client = sign_in(app, "leader")
    answer = client.get("/export/incidents.parquet?state=all&period=90d&lang=en")
    assert answer.status_code == 202
    number = answer.get_json(force=True)["job"]
    assert client.get(f"/export/jobs/{number}").get_json(force=True)["state"] == "waiting"
    assert client.get(f"/export/jobs/{number}/file").status_code == 400
    assert sign_in(app, "analyst").get(f"/export/jobs/{number}").status_code == 404, "another's job"
    jobs, said = Jobs(long.operations), list[str]()
    job = jobs.get(number)
    jobs.finish(number, run(long.config, job.arguments, said.append))
    body = client.get(f"/export/jobs/{number}/file").get_data()
    told = json.loads(pq.read_metadata(io.BytesIO(body)).metadata[b"gridlink"])
    taken = pq.read_table(io.BytesIO(body)).to_pylist()
    assert told["account"] == "leader" and log(app)[-1]["action"] == "export fetched"
    context = inside(app, client, "state=all&period=90d&lang=en")
    try:
        shown = cases({"state": "all", "period": "90d"}).first(10**6)
    finally:
        context.pop()
    assert [row["incident_id"] for row in taken] == [row["incident_id"] for row in shown]
    assert {row["severity"] for row in taken} <= {"urgent", "critical", "normal", "minor", "routine"} or taken


def test_an_account_may_have_two_long_exports_waiting(app: App, long: Door) -> None:
    Accounts(long.operations).add("busy", PASSWORD, {"leader"}, "QH")
    client = sign_in(app, "busy")
    answers = [client.get("/export/incidents.csv?state=all&period=90d").status_code for _ in range(3)]
    assert answers == [202, 202, 400]


def test_a_job_sees_what_the_account_may_see_when_it_is_done(app: App, long: Door) -> None:
    accounts = Accounts(long.operations)
    accounts.add("leaving", PASSWORD, {"leader"}, "QH")
    number = sign_in(app, "leaving").get("/export/incidents.csv?state=all&period=90d").get_json(force=True)["job"]
    accounts.disable("leaving")
    with pytest.raises(Problem) as refused:
        run(long.config, Jobs(long.operations).get(number).arguments, lambda _: None)
    assert refused.value.reason == "not_allowed"


def test_more_rows_than_a_site_allows_are_refused_with_what_to_do(
    app: App, long: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(long.config.exports.__dict__, "most", 3)
    told = sign_in(app, "leader").get("/export/incidents.csv?state=all&period=90d&lang=en").get_data(as_text=True)
    assert "choose a shorter period" in told and "3" in told


def test_streamed_rows_are_those_of_the_door(door: Door, whole_city: Scope) -> None:
    facts: dict[str, Any] = {"area": "QH", "start": datetime(2026, 1, 1), "end": datetime(2026, 1, 6)}
    asked = Asked("incidents_between", facts, ("incident_id", "state"), {"state": {"S90": "closed"}})
    with opened(door, whole_city, asked) as (reader, total):
        rows = reader.read_all().to_pylist()
    expected = door.query("incidents_between", whole_city, **facts).to_pylist()
    assert [row["incident_id"] for row in rows] == [row["incident_id"] for row in expected]
    assert [row["state"] for row in rows] == ["closed" if r["state"] == "S90" else r["state"] for r in expected]
    assert total == count(door, whole_city, asked) == len(expected)


def test_parameters_are_read_as_they_were_written() -> None:
    facts = {"start": datetime(2026, 1, 1, 8), "day": None, "severity": 2, "area": "3211", "workers": ["a", "b"]}
    assert parse(spelled(facts)) == facts
    with pytest.raises(Problem, match="start=yesterday"):
        parse({"start": "yesterday"})


def test_a_query_that_lacks_a_parameter_names_it(door: Door, whole_city: Scope) -> None:
    with pytest.raises(Problem, match="end, start"):
        count(door, whole_city, Asked("incidents_between", {"area": "QH"}))


def test_the_command_writes_what_an_account_may_see(
    sample_load: tuple[Path, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from etl.commands.export import export

    home, _ = sample_load
    Accounts(Door(load_config(home)).operations).add("clerk", PASSWORD, {"analyst"}, STREET)
    given = ["start=2026-01-01", "end=2026-01-06"]
    export("incidents_between", tmp_path / "a.parquet", "parquet", given, home=home, as_json=True)
    told = json.loads(capsys.readouterr().out)
    export("incidents_between", tmp_path / "b.parquet", "parquet", given, account="clerk", home=home)
    whole, part = (pq.read_table(tmp_path / name).to_pylist() for name in ("a.parquet", "b.parquet"))
    assert told["rows"] == len(whole) > len(part) > 0 and told["filters"]["start"] == "2026-01-01T00:00:00"
    assert all(row["area_id"].startswith(STREET) for row in part)
    lines = [json.loads(line) for line in (home / "audit.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["account"] for line in lines if line["action"] == "export"][-2:] == ["command", "clerk"]


def test_the_command_puts_what_a_csv_is_beside_it(sample_home: Path, tmp_path: Path) -> None:
    from etl.commands.export import export

    export("units", tmp_path / "units.csv", "csv", home=sample_home)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["units.csv", "units.csv-metadata.json"]


def test_the_command_refuses_a_walls_account(sample_home: Path, app: App, tmp_path: Path) -> None:
    from etl.commands.export import export

    with pytest.raises(Problem) as refused:
        export("units", tmp_path / "units.csv", "csv", account="wall", home=sample_home)
    assert refused.value.reason == "no_kiosk_export" and not list(tmp_path.iterdir())
