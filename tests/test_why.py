"""A track needs a reason; one of long ago needs a second, from somebody who may look that far back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from data.config import load_config
from data.errors import ConfigError, Problem
from data.query import Door
from data.scope import Scope
from data.why import is_old
from tests.copies import unworked
from tests.test_api import give_reason
from tests.test_quality import call
from tests.web import App, open_site, sign_in

DAY = date(2026, 1, 5)  # of the sample city
LEADER = Scope("li", frozenset({"leader"}), "QH")
VIEW = {"day": str(DAY), "workers": "w01"}


@pytest.fixture(scope="module")
def home(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample city with the rule a real city has."""
    home = unworked(sample_home, tmp_path_factory.mktemp("why") / "home")
    said = (home / "gridlink.toml").read_text(encoding="utf-8")
    (home / "gridlink.toml").write_text(said.replace("old_track_days = 0", "old_track_days = 7"), encoding="utf-8")
    return home


@pytest.fixture
def door(home: Path) -> Door:
    return Door(load_config(home))


def refused(door: Door, who: Scope, query: str = "tracks") -> str:
    with pytest.raises(Problem) as fault:
        door.query(query, who, area="QH", day=DAY, workers=["w01"])
    return fault.value.reason


def test_an_old_track_needs_two_different_reasons_and_the_log_says_both(door: Door) -> None:
    assert refused(door, LEADER) == "needs_reason"
    assert refused(door, LEADER.because("case E025")) == "needs_second_reason"
    assert refused(door, LEADER.because("case E025", " case E025 ")) == "needs_second_reason"
    rows = door.query("tracks", LEADER.because("case E025", "approved by Chen"), area="QH", day=DAY, workers=["w01"])
    assert rows.num_rows > 0
    last = json.loads(door.audit.path.read_text(encoding="utf-8").splitlines()[-1])
    assert (last["action"], last["reason"]) == ("tracks", "case E025 / approved by Chen")


@pytest.mark.parametrize("query", ["stays", "gaps", "flagged_fixes", "suspicions", "workers_day", "chunks"])
def test_nothing_of_an_old_day_goes_round_it(door: Door, query: str) -> None:
    with pytest.raises(Problem, match="second reason"):
        door.query(query, LEADER.because("case E025"), area="QH", day=DAY, workers=["w01"], slot=32)


def test_an_operator_sees_no_old_track_whatever_is_said(door: Door) -> None:
    operator = replace(LEADER, roles=frozenset({"operator"}))
    assert refused(door, operator.because("case E025", "approved by Chen")) == "too_long_ago"


def test_a_number_in_a_reason_is_masked_in_the_log(door: Door) -> None:
    door.query("tracks", LEADER.because("来电13987654321", "批准"), area="QH", day=DAY, workers=["w01"])
    last = json.loads(door.audit.path.read_text(encoding="utf-8").splitlines()[-1])
    assert last["reason"] == "来电139****4321 / 批准"


def test_whose_track_it_is_gives_no_reason(door: Door) -> None:
    own = Scope("w01", frozenset({"worker"}), "QH", worker_id="w01")
    assert door.query("tracks", own, area="QH", day=DAY, workers=["w01"]).num_rows > 0


def test_the_eighth_day_back_is_old_by_the_citys_midnight(door: Door) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    today = datetime.now(zone).date()
    assert not is_old(door.config, today - timedelta(days=7)) and is_old(door.config, today - timedelta(days=8))
    local = datetime.combine(today - timedelta(days=7), datetime.min.time(), zone)
    midnight = local.astimezone(UTC).replace(tzinfo=None)
    assert not is_old(door.config, midnight) and is_old(door.config, midnight - timedelta(seconds=1))


@pytest.mark.parametrize("days", [0, 8])
def test_a_real_city_has_the_rule(home: Path, tmp_path: Path, days: int) -> None:
    said = (home / "gridlink.toml").read_text(encoding="utf-8").replace("synthetic = true", "")
    (tmp_path / "gridlink.toml").write_text(said.replace("days = 7", f"days = {days}"), encoding="utf-8")
    with pytest.raises(ConfigError, match="old_track_days"):
        load_config(tmp_path)


@pytest.fixture
def app(home: Path, sample_home: Path) -> Iterator[App]:
    yield open_site(home)
    open_site(sample_home)


def test_the_replay_asks_for_the_second_after_the_first(app: App) -> None:
    client = sign_in(app, "leader")
    head = ["people-noted.children", "people-form.className", "people-needed.children"]

    def shown() -> tuple[str, str]:
        told = call(client, head, {"tracks-subject.data": VIEW}).get_json()["response"]
        return told["people-form"]["className"], json.dumps(told, ensure_ascii=False)

    assert shown()[0] == "" and "须填写理由" in shown()[1]
    give_reason(client, "事件 E025", VIEW)
    assert shown()[0] == "" and "7 天以前的轨迹须另填一条理由" in shown()[1]
    give_reason(client, "张局批准", VIEW)
    assert shown()[0] == "given" and "事件 E025 / 张局批准" in shown()[1]
    give_reason(client, "事件 E030 13987654321", VIEW)  # another first one takes the second with it
    assert "另填一条" in shown()[1]
    give_reason(client, "张局批准", VIEW)
    assert "事件 E030 139****4321 / 张局批准" in shown()[1]
