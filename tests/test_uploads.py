"""Files brought in the browser: kept under a safe name, proposed, corrected, loaded; refused rows loaded again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from dashboard import uploads
from dashboard.app import App
from dashboard.panels import proposal, proposal_map
from data.jobs import DONE, Jobs
from etl.jobs import JOBS
from tests.copies import unworked
from tests.test_quality import call, incidents, listing
from tests.web import csrf, open_site, sign_in, words

TABLE = (
    "工单编号,上报时间,描述,经度,纬度\n"
    "R1,2026-01-05 09:15:00,路灯不亮,119.501,32.001\n"
    "R2,2026-01-05 09:20:00,井盖,119.502,32.002\n"
)
BYTES = "application/octet-stream"


@pytest.fixture(scope="module")
def home(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample city that may change."""
    return unworked(sample_home, tmp_path_factory.mktemp("bring") / "home")


@pytest.fixture(scope="module")
def app(home: Path, sample_home: Path) -> Iterator[App]:
    yield open_site(home)
    open_site(sample_home)


@pytest.fixture(scope="module")
def steward(app: App) -> FlaskClient:
    client = sign_in(app, "steward")
    with client.session_transaction() as kept:
        kept["reason"] = "ticket 7"
    return client


def send(client: FlaskClient, name: str, body: bytes) -> Any:
    return client.post("/api/uploads", query_string={"name": name}, data=body, headers=csrf(client), content_type=BYTES)


def work(app: App) -> None:
    """Do every waiting job, as `gridlink work` does."""
    door = app.server.extensions["gridlink"].door
    jobs = Jobs(door.operations)
    while job := jobs.take():
        jobs.finish(job.id, JOBS[job.kind](door.config, job.arguments, lambda _: None))


def told(client: FlaskClient, name: str, number: int) -> dict[str, Any]:
    """Ask once how a job stands."""
    outputs = [f"{name}-told.data", f"{name}-poll.disabled"]
    inputs = {f"{name}-job.data": number, f"{name}-poll.n_intervals": 1}
    answer = call(client, outputs, inputs, {f"{name}-told.data": None})
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return dict(answer.get_json()["response"])


def log_of(app: App) -> list[dict[str, Any]]:
    path = app.server.extensions["gridlink"].door.audit.path
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


# Keeping files


def test_a_file_is_kept_byte_for_byte_and_never_replaced(app: App, steward: FlaskClient, home: Path) -> None:
    first, second = (send(steward, "热线 工单.CSV", body) for body in (b"a,b\n1,2\n", b"other"))
    assert [answer.get_json()["file"] for answer in (first, second)] == ["热线_工单.csv", "热线_工单-2.csv"]
    assert (home / "uploads" / "热线_工单.csv").read_bytes() == b"a,b\n1,2\n"
    assert not [path for path in (home / "uploads").iterdir() if path.name.startswith(".")]
    assert (log_of(app)[-1]["action"], log_of(app)[-1]["account"]) == ("upload", "steward")


@pytest.mark.parametrize("account", ["operator", "leader", "analyst", "auditor"])
def test_only_a_steward_brings_files(app: App, home: Path, account: str) -> None:
    before = sorted(path.name for path in (home / "uploads").glob("*"))
    assert send(sign_in(app, account), "x.csv", b"x").status_code == 403
    assert sorted(path.name for path in (home / "uploads").glob("*")) == before


def test_a_file_without_the_forms_token_or_without_a_byte_is_refused(steward: FlaskClient) -> None:
    assert steward.post("/api/uploads?name=x.csv", data=b"x").status_code == 400
    assert send(steward, "x.csv", b"").status_code == 400


def test_a_file_larger_than_a_page_is_taken_and_one_beyond_the_limit_is_not(
    steward: FlaskClient, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert send(steward, "large.csv", b"x" * 3_000_000).status_code == 200
    assert (home / "uploads" / "large.csv").stat().st_size == 3_000_000
    monkeypatch.setattr(uploads, "LARGEST", 1000)
    assert send(steward, "larger.csv", b"x" * 1001).status_code == 413
    assert not (home / "uploads" / "larger.csv").exists()


@given(st.text(max_size=200))
def test_a_name_of_ours_never_leaves_the_folder(name: str) -> None:
    made = uploads.safe(name)
    assert made and len(made) <= uploads.LONGEST and not made.startswith(".")
    assert not set(made) & set('/\\\0:*?"<>| \n\t')


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\data\\a b.XLSX", "a_b.xlsx"),
        ("网格.geojson", "网格.geojson"),
        ("", "file"),
    ],
)
def test_names_keep_what_is_safe_of_them(theirs: str, ours: str) -> None:
    assert uploads.safe(theirs) == ours


def test_only_names_of_the_folder_have_a_path(app: App) -> None:
    with app.server.test_request_context():
        assert uploads.path_of("../gridlink.toml") is None and uploads.path_of(None) is None


# Proposals


def test_a_choice_is_told_once_and_what_was_decided_before_stays() -> None:
    shown = {"feed": "incident", "crs": "EPSG:4326", "columns": [{"ours": "kind", "theirs": None}], "questions": []}
    assert proposal.decided({}, shown, {"feed": "incident", "crs": "EPSG:4326"}, {"kind": None}) == {}
    once = proposal.decided({}, shown, {"feed": "incident", "crs": "GCJ-02"}, {"kind": "类别"})
    assert once == {"crs": "GCJ-02", "columns": {"kind": "类别"}}
    later = {**shown, "crs": "GCJ-02", "columns": [{"ours": "kind", "theirs": "类别"}]}
    assert proposal.decided(once, later, {"feed": "incident", "crs": "GCJ-02"}, {"kind": "类别"}) == once
    assert proposal.decided(once, later, {"crs": "GCJ-02"}, {"kind": None})["columns"] == {"kind": None}


def test_another_feed_begins_without_decisions_on_columns() -> None:
    shown = {"feed": "incident", "columns": [{"ours": "kind", "theirs": None}], "questions": []}
    before = {"crs": "GCJ-02", "columns": {"kind": "类别"}}
    assert proposal.decided(before, shown, {"feed": "fix"}, {"kind": "类别"}) == {"crs": "GCJ-02", "feed": "fix"}


def test_what_is_asked_is_not_shown_as_decided_so_that_saying_the_same_counts() -> None:
    shown = {"crs": "EPSG:4326", "columns": [], "questions": [{"key": "crs"}]}
    assert proposal.settled(shown, "crs") is None
    assert proposal.decided({}, shown, {"crs": "EPSG:4326"}, {}) == {"crs": "EPSG:4326"}


def test_shapes_of_a_file_are_drawn_as_lines() -> None:
    square = {"type": "Polygon", "coordinates": [[[0, 0], [0, 1], [1, 1], [0, 0]]]}
    many = {"type": "MultiPolygon", "coordinates": [square["coordinates"]]}
    outline = {"type": "GeometryCollection", "geometries": [square, many]}
    marks = proposal_map.places({"feed": "area", "points": [[0.5, 0.5]], "outline": outline})
    assert [bool(mark["path"]) for mark in marks] == [False, True, True]
    assert proposal_map.places({"feed": "fix", "points": [], "outline": square}) == []


def test_a_file_is_proposed_loaded_and_counted(app: App, steward: FlaskClient) -> None:
    name = send(steward, "hotline.csv", TABLE.encode()).get_json()["file"]
    door = app.server.extensions["gridlink"].door
    columns = {"incident_id": "工单编号", "reported_at": "上报时间", "title": "描述"}
    overrides = {"feed": "incident", "crs": "EPSG:4326", "time_zone": "Asia/Shanghai", "columns": columns}
    path = str(door.config.home / "uploads" / name)
    number = Jobs(door.operations).submit("propose", "steward", path=path, overrides=overrides)
    assert told(steward, "proposal", number)["proposal-poll"]["disabled"] is False
    work(app)
    answer = told(steward, "proposal", number)
    found = answer["proposal-told"]["data"]
    assert found["state"] == DONE and answer["proposal-poll"]["disabled"] is True
    assert found["result"]["preview"]["would_load"] == 2 and found["result"]["ready"]
    shown = {"proposal-told.data": found, "bring-file.data": name}
    head = call(steward, ["proposal-head.children", "proposal-state.children"], shown).get_json()["response"]
    assert words(head["proposal-state"]["children"]).strip() == "试读 2 行，可入库 2 行，拒收 0 行"
    clicked = {"bring-load.n_clicks": 1, "bring-save.n_clicks": 0}
    state = {"proposal-told.data": found, "bring-title.value": ""}
    job = call(steward, ["bring-job.data"], clicked, state).get_json()["response"]
    work(app)
    loaded = told(steward, "bring", job["bring-job"]["data"])["bring-told"]["data"]
    outcome = call(steward, ["bring-state.children", "bring-result.children"], {"bring-told.data": loaded}).get_json()
    assert words(outcome["response"]["bring-result"]["children"]).startswith("入库 2 行，拒收 0 行")


def test_nobody_reads_the_result_of_anothers_job(app: App, steward: FlaskClient) -> None:
    jobs = Jobs(app.server.extensions["gridlink"].door.operations)
    number = jobs.submit("propose", "somebody else", path="x")
    assert "proposal-told" not in told(steward, "proposal", number)
    jobs.finish(number, {"secret": 1})


# Loading refused rows again


def test_an_analyst_loads_nothing_again(app: App) -> None:
    asked = {"show": "rejects", "refused": "run~fix~~path"}
    state = {"replay-edits.data": {}, "refused-asked.data": asked}
    answer = call(sign_in(app, "analyst"), ["replay-job.data"], {"replay-again.n_clicks": 1}, state)
    assert answer.status_code == 204


def test_a_repaired_row_is_loaded_again_and_gone_from_the_refused(app: App, steward: FlaskClient) -> None:
    source = incidents(app.server.extensions["gridlink"].door)
    rows = listing(steward, source)["rowData"]
    wrong = next(row for row in rows if "2026-02-30" in row["sentence"])
    column = wrong["bad"].removeprefix("held:")
    edits = {str(wrong["row"]): {column: wrong["was"][wrong["bad"]].replace("2026-02-30", "2026-01-05")}}
    asked = {"show": "rejects", "refused": source.spelled()}
    state = {"replay-edits.data": edits, "refused-asked.data": asked}
    job = call(steward, ["replay-job.data"], {"replay-again.n_clicks": 1}, state).get_json()["response"]
    work(app)
    done = told(steward, "replay", job["replay-job"]["data"])["replay-told"]["data"]
    shown = call(steward, ["replay-result.children"], {"replay-told.data": done}).get_json()["response"]
    assert words(shown["replay-result"]["children"]).startswith("入库 1 行，拒收 0 行")
    left = listing(steward, source)["rowData"]
    assert {row["row"] for row in rows} - {row["row"] for row in left} == {wrong["row"]}
    assert "job replay" in {line["action"] for line in log_of(app)}
