"""Nothing is kept beyond its time without a named law, wherever it lies; what went is written down."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from data.audit import Audit
from data.config import load_config, make_config
from data.errors import ConfigError
from data.jobs import Jobs, job
from data.loop.photos import Photos, photo
from data.loop.store import command, key_presence, message, metadata, note
from data.operations import Operations
from data.query import Door
from data.scope import Scope
from data.trail.check import check_log
from data.trail.files import every
from etl.load import LoadResult
from etl.retain import retain
from tests.conftest import SAMPLE_NOW
from tests.copies import fresh

WHO = Scope("ann", frozenset({"leader"}), "QH", "case 1")


@pytest.mark.parametrize(
    ("site", "reason"),
    [
        ({"fix_days": 91}, "kept_too_long"),
        ({"fix_days": 0}, "kept_too_long"),
        ({"aggregate_days": 731}, "kept_too_long"),
        ({"event_days": 0}, "kept_too_long"),
        ({"event_days": 1827}, "kept_too_long"),
        ({"audit_days": 179}, "audit_too_short"),
        ({"fix_days": -1}, "negative_days"),
        ({"job_days": -1}, "negative_days"),
        ({"small_count": 9}, "small_count_low"),
        ({"publish_months": 5}, "publish_months"),
    ],
)
def test_a_period_outside_its_bounds_is_refused_with_its_key(site: dict[str, int], reason: str) -> None:
    with pytest.raises(ConfigError) as refused:
        make_config(Path("home"), {"privacy": site})
    assert refused.value.reason == reason
    for language in ("zh-CN", "en"):
        assert f"privacy.{next(iter(site))}" in refused.value.sentence(language)


@pytest.mark.parametrize("site", [{"fix_days": 30}, {"fix_days": 90}, {"audit_days": 180}, {"audit_days": 0}])
def test_a_period_inside_its_bounds_needs_no_reason(site: dict[str, int]) -> None:
    assert make_config(Path("home"), {"privacy": site}).privacy.legal_basis == ""


def test_a_named_law_allows_more_and_never_smaller_counts() -> None:
    law: dict[str, Any] = {"legal_basis": "档案法第十四条"}
    longer = make_config(Path("home"), {"privacy": {"fix_days": 365, "audit_days": 90, **law}})
    assert (longer.privacy.fix_days, longer.privacy.audit_days) == (365, 90)
    with pytest.raises(ConfigError):
        make_config(Path("home"), {"privacy": {"fix_days": 365, "legal_basis": "  "}})
    with pytest.raises(ConfigError):
        make_config(Path("home"), {"privacy": {"small_count": 3, **law}})
    assert make_config(Path("home"), {"city": {"synthetic": True}, "privacy": {"fix_days": 0}}).privacy.fix_days == 0


def test_the_defaults_are_those_of_the_law() -> None:
    kept = make_config(Path("home"), {}).privacy
    assert (kept.fix_days, kept.aggregate_days, kept.event_days, kept.audit_days) == (90, 730, 1826, 365)


@pytest.fixture
def home(sample_load: tuple[Path, LoadResult], tmp_path: Path) -> Path:
    return fresh(sample_load[0], tmp_path / "home")


def days_ago(days: int) -> datetime:
    return SAMPLE_NOW - timedelta(days=days)


def rows(operations: Operations, column: Any) -> list[Any]:
    with operations.engine.connect() as connection:
        return list(connection.execute(select(column).order_by(column)).scalars())


def put(operations: Operations, table: Any, *some: dict[str, Any]) -> None:
    operations.make(table.metadata)
    with operations.write() as connection:
        connection.execute(insert(table), list(some))


def test_jobs_messages_and_answers_go_after_a_month_and_the_last_of_a_kind_stays(home: Path) -> None:
    operations = Operations.of(load_config(home))
    Jobs(operations)
    asked = {"account": "ann", "state": "done", "arguments": '{"q": "EXPIRED"}', "progress": "", "attempts": 1}
    ended = [("export", 40), ("export", 31), ("export", 29), ("retain", 50), ("atlas", 50), ("atlas", 45)]
    put(
        operations,
        job,
        *(asked | {"kind": kind, "submitted_at": days_ago(n), "ended_at": days_ago(n)} for kind, n in ended),
    )
    told = {"order": "x", "to_kind": "unit", "to_id": "U", "body": "{}", "attempts": 1, "next_at": SAMPLE_NOW, "seq": 1}
    put(
        operations,
        message,
        told | {"state": "delivered", "created_at": days_ago(40), "delivered_at": days_ago(31)},
        told | {"state": "delivered", "created_at": days_ago(40), "delivered_at": days_ago(29)},
        told | {"state": "waiting", "created_at": days_ago(40), "delivered_at": None},
    )
    answers = [{"command_id": str(n), "account": "ann", "done_at": days_ago(n), "answer": "{}"} for n in (31, 29)]
    put(operations, command, *answers)
    assert retain(load_config(home), SAMPLE_NOW).jobs == 3 + 1 + 1
    assert rows(operations, job.c.kind) == ["atlas", "export", "retain"]
    assert len(rows(operations, message.c.id)) == 2 and rows(operations, command.c.command_id) == ["29"]


def test_notes_and_photos_go_with_the_cases_and_presence_with_the_fixes(home: Path) -> None:
    operations, years = Operations.of(load_config(home)), (1827, 1825)
    operations.make(metadata)
    photos = Photos(operations, home)
    photos.folder.mkdir()
    about = {"incident_id": "E1", "account": "ann"}
    put(operations, note, *(about | {"noted_at": days_ago(n), "text": str(n), "seq": n} for n in years))
    put(operations, photo, *(about | {"photo_id": str(n), "state": "S10", "added_at": days_ago(n)} for n in years))
    for n in years:
        (photos.folder / f"{n}.jpg").write_bytes(b"picture")
    there = [{"worker_id": str(n), "key_area_id": "P1", "entered_at": days_ago(n), "left_at": None} for n in (91, 89)]
    put(operations, key_presence, *there)
    assert retain(load_config(home), SAMPLE_NOW).notes == 2
    assert rows(operations, note.c.text) == ["1825"] and rows(operations, photo.c.photo_id) == ["1825"]
    assert [path.name for path in photos.folder.iterdir()] == ["1825.jpg"]
    assert rows(operations, key_presence.c.worker_id) == ["89"]


def test_files_the_server_wrote_do_not_stay(home: Path) -> None:
    now = datetime.now(UTC).replace(tzinfo=None)
    for folder, days in (("exports", (30, 0)), ("briefings", (31, 29)), ("uploads", (91, 89))):
        (home / folder).mkdir(exist_ok=True)
        for n in days:
            path = home / folder / f"{n}.csv"
            path.write_text("x", encoding="utf-8")
            at = (now - timedelta(days=n)).replace(tzinfo=UTC).timestamp()
            os.utime(path, (at, at))
    outcome = retain(load_config(home), now)
    assert (outcome.documents, outcome.uploads) == (2, 1)
    left = [path.name for folder in ("exports", "briefings", "uploads") for path in (home / folder).iterdir()]
    assert left == ["0.csv", "29.csv", "89.csv"]


def test_refused_rows_of_cases_go_with_the_cases(home: Path) -> None:
    config = load_config(home)
    kept = "SELECT feed FROM reject"
    before = {row["feed"] for row in Door(config).warehouse.fetch(kept, {}).to_pylist()}
    assert {"fix", "incident"} <= before
    retain(config, SAMPLE_NOW + timedelta(days=93))
    after = {row["feed"] for row in Door(config).warehouse.fetch(kept, {}).to_pylist()}
    assert "fix" not in after and "incident" in after
    retain(config, SAMPLE_NOW + timedelta(days=1830))
    assert Door(config).warehouse.fetch(kept, {}).to_pylist() == []


def test_what_went_is_written_down_once(home: Path) -> None:
    config = load_config(home)
    retain(config, SAMPLE_NOW)
    assert not _told(home)
    outcome = retain(config, SAMPLE_NOW + timedelta(days=93))
    (line,) = _told(home)
    assert line["removed"] == outcome.removed and line["removed"]["rows"] > 0
    assert line["kept_from"]["fix_days"] == "2026-01-08"  # 90 days before 8 April
    retain(config, SAMPLE_NOW + timedelta(days=93))
    assert len(_told(home)) == 1


def _told(home: Path) -> list[dict[str, Any]]:
    log = home / "audit.jsonl"
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    return [line for line in map(json.loads, lines) if line.get("action") == "retain"]


class Clock(datetime):
    """The clock of the audit log, set by hand."""

    at = SAMPLE_NOW

    @classmethod
    def now(cls, tz: Any = None) -> datetime:
        return cls.at.replace(tzinfo=tz)


def test_the_log_of_who_saw_what_goes_month_by_month_after_a_year_and_its_chain_still_holds(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, clock = load_config(home), type("Set", (Clock,), {})
    for path in (*home.glob("audit*.jsonl"), *home.glob("operations.db*")):
        path.unlink()  # what other tests wrote into the home this one is a copy of
    monkeypatch.setattr("data.audit.datetime", clock)
    for month in (1, 2, 3):
        clock.at = datetime(2025, month, 15)
        Audit.of(config).record(WHO, "tracks", subjects="w01")
    clock.at = datetime(2026, 1, 14)
    assert retain(config, clock.at).audit_files == 0  # of its lines none is a year old
    clock.at = datetime(2026, 2, 16)
    assert retain(config, clock.at).audit_files == 2
    left = [json.loads(line) for file in every(home / "audit.jsonl") for line in file.read_text("utf-8").splitlines()]
    assert [line["action"] for line in left] == ["tracks", "audit removed", "retain"]
    told = check_log(config, "audit.jsonl")
    assert (told.faults, told.first) == ([], left[0]["number"])
