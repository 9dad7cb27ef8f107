"""The auditor's page tells who looked at whom; the notice tells everybody what is kept; no log, no persons."""

from __future__ import annotations

import io
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from flask.testing import FlaskClient

from dashboard.app import App
from data.audit import NAME, Audit, line
from data.config import Config, load_config, make_config
from data.errors import NotAllowed
from data.scope import Scope
from data.trail.reading import Asked, find
from gridlink import make_app
from tests.copies import unworked
from tests.web import PASSWORD, ask, open_site, sign_in

AUDITOR = Scope("auditor", frozenset({"auditor"}), "QH")
WHO = Scope("wang", frozenset({"operator"}), "QH", "案件 7")


@pytest.fixture(scope="module")
def home(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("audit") / "home"
    unworked(sample_home, home)
    return home


@pytest.fixture(scope="module")
def app(home: Path) -> App:
    return open_site(home)


@pytest.fixture(scope="module")
def auditor(app: App) -> FlaskClient:
    return sign_in(app, "auditor")


def log(app: App) -> list[dict[str, Any]]:
    path = app.server.extensions["gridlink"].door.audit.path
    return [json.loads(one) for one in path.read_text(encoding="utf-8").splitlines()]


def days(back: int = 0) -> dict[str, str]:
    now = datetime.now(UTC)
    return {"from": f"{now - timedelta(days=1 + back):%Y-%m-%d}", "until": f"{now + timedelta(days=1):%Y-%m-%d}"}


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A log of 30 days, a line every hour, in files that turned on the way."""
    config = make_config(tmp_path, {"city": {"area_id": "QH", "zone": "Asia/Shanghai"}})
    first, rows = datetime(2026, 1, 1, tzinfo=UTC), []
    for hour in range(24 * 30):
        at = (first + timedelta(hours=hour)).isoformat(timespec="milliseconds")
        who = Scope(f"op{hour % 3}", frozenset({"operator"}), "QH" if hour % 2 else "QH01", "案件 7")
        rows.append({**line(who, ("tracks", "video")[hour % 5 == 0], {"subjects": [f"w{hour % 7}"]}), "at": at})
    audit = Audit(tmp_path / NAME, file_mb=0.05)
    for begin in range(0, len(rows), 90):
        audit._append(rows[begin : begin + 90])
    assert len(list(tmp_path.glob("audit-*.jsonl"))) > 2
    (tmp_path / "rows.json").write_text(json.dumps(rows))
    return config


@pytest.mark.parametrize(
    "filters",
    [{}, {"account": "op1"}, {"action": "video"}, {"subject": "w3"}, {"subject": "w"}, {"areas": ("QH01",)}],
)
def test_what_is_found_is_what_a_hand_count_finds(config: Config, filters: dict[str, Any]) -> None:
    first, last = datetime(2026, 1, 10).date(), datetime(2026, 1, 20).date()
    found = find(config, AUDITOR, Asked(first, last, **filters), 20)
    # local days of Shanghai: from 16:00 UTC of the day before
    span = ("2026-01-09T16", "2026-01-20T16")
    rows = [row for row in json.loads((config.home / "rows.json").read_text()) if span[0] <= row["at"] < span[1]]
    for name in ("account", "action"):
        rows = [row for row in rows if filters.get(name) in (None, row[name])]
    rows = [row for row in rows if filters.get("subject") in (None, *row["subjects"])]
    rows = [row for row in rows if "areas" not in filters or row["area_id"] in filters["areas"]]
    assert found.total == len(rows)
    assert [row["at"] for row in found.lines.to_pylist()] == [row["at"] for row in reversed(rows)][:20]
    told = {(row["account"], row["action"]): row["n"] for row in found.looks.to_pylist()}
    assert told == Counter((row["account"], row["action"]) for row in rows)
    counted = {row["action"]: (row["n"], row["first_at"], row["last_at"]) for row in found.actions.to_pylist()}
    for action, (n, first_at, last_at) in counted.items():
        mine = [row["at"] for row in rows if row["action"] == action]
        assert (n, first_at, last_at) == (len(mine), min(mine), max(mine))


def test_only_an_auditor_reads_the_log(config: Config) -> None:
    day = datetime(2026, 1, 1).date()
    for role in ("leader", "administrator", "security", "operator", "kiosk"):
        with pytest.raises(NotAllowed):
            find(config, Scope("x", frozenset({role}), "QH"), Asked(day, day), 10)


@pytest.mark.parametrize("name", ["leader", "steward", "wall"])
def test_nobody_else_gets_a_line_by_any_way(app: App, name: str) -> None:
    client = sign_in(app, name)
    answer = ask(client, ["audit-lines-grid.rowData", "audit-lines-note.children"], days())
    assert answer.status_code == 403 or "subjects" not in answer.get_data(as_text=True)
    assert client.get("/export/audit.csv").status_code == 403
    assert log(app)[-1]["action"] == "refused" and log(app)[-1]["account"] == name


def test_the_page_says_who_looked_at_a_subject_and_that_the_chain_is_sound(app: App, auditor: FlaskClient) -> None:
    audit = app.server.extensions["gridlink"].door.audit
    audit.record_all(WHO, [("tracks", {"subjects": ["w77"], "period": {"day": "2026-01-05"}})] * 3)
    view = {**days(), "subject": "w77"}
    outputs = ["audit-looks-body.children", "audit-looks-note.children", "audit-looks-title.children"]
    for _ in range(2):
        answer = ask(auditor, outputs, view)
        assert answer.status_code == 200 and '"wang"' in answer.get_data(as_text=True)
    mine = [row for row in log(app) if row["action"] == "audit read" and row["subjects"] == ["w77"]]
    assert len(mine) == 1 and mine[0]["account"] == "auditor"  # the looking itself, once
    chain = ask(auditor, ["audit-chain-body.children", "audit-chain-note.children"], view)
    assert "status ok" in chain.get_data(as_text=True)


def test_the_log_leaves_by_the_one_door_which_records_itself(app: App, auditor: FlaskClient) -> None:
    query = "&".join(f"{name}={value}" for name, value in days().items())
    answer = auditor.get(f"/export/audit.parquet?{query}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    rows = pq.read_table(io.BytesIO(answer.get_data())).to_pylist()
    told = log(app)
    assert (told[-1]["action"], told[-1]["subjects"], told[-1]["rows"]) == ("export", "audit", len(rows))
    assert [row["number"] for row in rows] == [row["number"] for row in reversed(told[:-1])]


def test_every_export_of_a_share_for_another_department_is_recorded(home: Path, tmp_path: Path) -> None:
    before = len((home / NAME).read_bytes().splitlines()) if (home / NAME).exists() else 0
    out = tmp_path / "share.csv"
    make_app()(
        ["export", "kinds", "--out", str(out), "--format", "csv", "--account", "steward", "--home", str(home)],
        standalone_mode=False,
    )
    row = json.loads((home / NAME).read_bytes().splitlines()[-1])
    assert out.exists() and len((home / NAME).read_bytes().splitlines()) == before + 1
    assert (row["action"], row["account"], row["subjects"]) == ("export", "steward", "kinds")


def test_without_the_log_persons_pictures_and_files_stay_and_ordinary_pages_go_on(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    leader = sign_in(app, "leader")
    audit = app.server.extensions["gridlink"].door.audit
    monkeypatch.setattr(audit, "path", audit.path.parent / "no such folder" / NAME)
    answer = leader.get("/export/incidents.csv")
    assert answer.status_code == 400 and "审计" not in answer.get_data(as_text=True)
    assert "留痕日志" in answer.get_data(as_text=True) or "audit log" in answer.get_data(as_text=True)
    with leader.session_transaction() as kept:
        kept["reason"] = "case 7"
    refused = leader.get("/api/chunks/2026-01-05/36?area=QH")
    assert refused.status_code == 400 and "audit log" in refused.get_data(as_text=True)
    assert leader.get("/incidents").status_code == 200
    ordinary = ask(leader, ["frame-ages.children", "frame-moment.children"], {})
    assert ordinary.status_code == 200 and "status crit" not in ordinary.get_data(as_text=True)


def test_the_notice_says_what_the_configuration_does(app: App, home: Path, auditor: FlaskClient) -> None:
    privacy = load_config(home).privacy
    page = auditor.get("/notice")
    assert page.status_code == 200
    accounts = app.server.extensions["gridlink"].accounts
    accounts.add("worker", PASSWORD, {"worker"}, "QH", worker_id="W1")
    worker = sign_in(app, "worker")
    said = worker.get("/me/notice").get_data(as_text=True)
    for days_kept in (privacy.fix_days, privacy.aggregate_days, privacy.event_days, privacy.audit_days):
        assert f"{days_kept:,}" in said
    assert 'href="/me/notice"' in worker.get("/field").get_data(as_text=True)
