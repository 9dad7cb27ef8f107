"""A closed month keeps its figures: what comes later is a correction with a reason, never another number."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from data.closing import month_of, span
from data.config import load_config
from data.corrections import Corrections
from data.errors import NotAllowed, Problem
from data.metrics import METRICS
from data.query import Door
from data.scope import Scope
from etl.close_month import close_month, correct, differences
from etl.load import load
from tests.conftest import SAMPLE_NOW, SAMPLES
from tests.copies import fresh

MONTH = "2026-01"  # of the sample city
LATE = "late.csv"
STEWARD = Scope("anna", frozenset({"steward"}), "QH")


@pytest.fixture
def home(sample_home: Path, tmp_path: Path) -> Path:
    """The sample city, loaded."""
    return fresh(sample_home, tmp_path / "home")


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Close with three metrics instead of all: what is told of a correction is the same for each."""
    chosen = ("reported", "in_grid", "in_grid_on_time")
    monkeypatch.setattr("data.closing.METRICS", {name: METRICS[name] for name in chosen})


@contextmanager
def refused(reason: str) -> Iterator[None]:
    with pytest.raises(Problem) as fault:
        yield
    assert fault.value.reason == reason


def figures(home: Path, name: str = "reported", level: str = "grid", area: str | None = None) -> list[dict[str, Any]]:
    door = Door(load_config(home))
    start, end = span(MONTH, door.config.zone)
    scope = Scope("leader", frozenset({"leader"}), door.config.city.area_id)
    return door.metric(name, scope, start=start, end=end, now=end, level=level, area=area)


def one_more(home: Path) -> None:
    """Load one report of the month more: the first one of the sample again under another number."""
    text = (SAMPLES / "incidents.csv").read_text("utf-8-sig").splitlines()
    row = text[1].replace(text[1].split(",")[0], "E999")
    (home / "incidents.csv").write_text("\n".join([text[0], row]) + "\n", "utf-8")
    load([home / "incidents.csv"], load_config(home), now=SAMPLE_NOW)


def test_what_arrives_after_the_close_changes_no_figure_and_is_told_apart(home: Path, few: None) -> None:
    before = {level: figures(home, level=level) for level in ("city", "street", "grid")}
    close_month(load_config(home), MONTH, "anna", "first close")
    closed_file = home / "warehouse" / "closed" / f"{MONTH}.parquet"
    body = closed_file.read_bytes()
    assert {level: figures(home, level=level) for level in before} == before
    assert differences(load_config(home), MONTH) == []
    one_more(home)
    assert {level: figures(home, level=level) for level in before} == before
    assert closed_file.read_bytes() == body
    found = {(row["metric"], row["at_level"]): row for row in differences(load_config(home), MONTH)}
    city = found["reported", "city"]
    assert city["part_after"] == city["part_before"] + 1 == before["city"][0]["part"] + 1


def test_a_correction_needs_a_reason_and_a_person_who_may_and_is_listed_once(home: Path, few: None) -> None:
    config = load_config(home)
    close_month(config, MONTH, "anna")
    one_more(home)
    with refused("needs_why"):
        correct(config, MONTH, STEWARD, "  ")
    with pytest.raises(NotAllowed):
        correct(config, MONTH, Scope("bo", frozenset({"analyst"}), "QH"), "a report came late")
    open_before = len(differences(config, MONTH))
    assert correct(config, MONTH, STEWARD, "a report came late") == open_before > 0
    assert correct(config, MONTH, STEWARD, "a report came late") == 0
    assert differences(config, MONTH) == []
    listed = Corrections(Door(config).operations).of(MONTH)
    assert {(row["account"], row["reason"]) for row in listed} == {("anna", "a report came late")}
    city = next(row for row in listed if (row["metric"], row["at_level"]) == ("reported", "city"))
    assert city["part_after"] == city["part_before"] + 1


def test_who_may_see_a_part_of_the_city_gets_that_part_of_the_closed_month(home: Path) -> None:
    door = Door(load_config(home))
    streets = [row["area_id"] for row in figures(home, level="street") if row["level"] == "street"]
    open_month = {street: figures(home, area=street) for street in streets}
    close_month(load_config(home), MONTH, "anna")
    for street, rows in open_month.items():
        assert figures(home, area=street) == rows
        scope = Scope("a street", frozenset({"leader"}), street)
        start, end = span(MONTH, door.config.zone)
        assert Door(load_config(home)).metric("reported", scope, start=start, end=end, now=end, level="grid") == rows


def test_a_month_is_closed_once_and_only_when_it_is_over(home: Path) -> None:
    config = load_config(home)
    close_month(config, MONTH, "anna")
    with refused("already_closed"):
        close_month(config, MONTH, "anna")
    with refused("month_runs"):
        close_month(config, f"{datetime.now(UTC):%Y-%m}", "anna")
    with refused("bad_month"):
        close_month(config, "2026-13", "anna")
    assert json.loads((home / "audit.jsonl").read_text("utf-8").splitlines()[-1])["action"] == "close_month"


def test_the_version_of_a_closed_month_is_pinned_and_a_flipped_byte_is_noticed(home: Path) -> None:
    config = load_config(home)
    closed = close_month(config, MONTH, "anna")
    assert (home / "warehouse" / "pins" / closed.version).exists()
    path = home / "warehouse" / "closed" / f"{MONTH}.parquet"
    body = bytearray(path.read_bytes())
    body[len(body) // 2] ^= 1
    path.chmod(0o644)
    path.write_bytes(body)
    with refused("closed_damaged"):
        figures(home)


def test_only_a_whole_local_month_is_that_month(home: Path) -> None:
    zone = load_config(home).zone
    start, end = span(MONTH, zone)
    assert start == datetime(2025, 12, 31, 16) and end == datetime(2026, 1, 31, 16)
    assert month_of(start, end, zone) == MONTH
    assert month_of(start, datetime(2026, 1, 30, 16), zone) is None
