"""Cases come into operations with a load, stay what people made of them, and leave when they are long over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.lake import Folders, read_current, read_pointer
from data.loop.command import Report
from data.loop.settings import OperationsStore
from data.query import Door
from etl.content import content_hash
from etl.deliver import deliver
from etl.export import waits
from etl.load import load
from etl.receive.publish import publish_spool
from tests.conftest import SAMPLE_NOW
from tests.delivered import CHECKER, OPEN, OPERATOR, City


@pytest.fixture
def city(sample_home: Path, tmp_path: Path) -> City:
    return City(sample_home, tmp_path / "home")


def test_a_load_fills_the_board_with_every_case_that_is_open(city: City) -> None:
    cases = city.cases()
    assert sorted(cases) == OPEN
    assert city.steps("E025") == ["S10", "S20", "S30", "S40", "S50"]
    case = cases["E025"]
    assert (case["owner"], case["state"], case["unit_id"], case["level"]) == ("own", "S50", "Z2", "grid")
    # 10:30 in the sample's zone
    assert case["deadline_at"] == case["due_at"] == datetime(2026, 1, 5, 2, 30)
    assert (case["due_step"], case["dispatched_at"]) == ("handle", datetime(2026, 1, 5, 1, 5))
    assert cases["E040"]["owner"] == "mirror"


def test_a_running_step_gets_the_limit_of_this_home(city: City) -> None:
    """E040 of the hotline, severity 3, came on Monday at 09:40: four work hours end at 15:40, after the noon break."""
    case = city.cases()["E040"]
    assert (case["due_step"], case["due_at"]) == ("accept", datetime(2026, 1, 5, 7, 40))


def test_a_second_delivery_of_the_same_changes_nothing(city: City) -> None:
    before = city.cases()
    city.bring_cases("E025,网格员,安全隐患,消防通道,一般,楼道堆物,2026-01-05 08:50:00,119.5061,32.0045,,网格,w03")
    assert deliver(city.config) == 0
    assert city.cases() == before


def test_a_step_from_outside_moves_the_case_and_its_end_keeps_it_for_a_while(city: City) -> None:
    done, passed = "E025,E025-5,2026-01-05 10:00:00,待核查,Z2,网格,,", "E025,E025-6,2026-01-05 10:20:00,结案,C2,村居,,"
    city.bring_steps(done, passed)
    case = city.cases()["E025"]
    assert (case["state"], case["closed_at"]) == ("S90", datetime(2026, 1, 5, 2, 20))
    assert (case["due_step"], case["due_at"]) == (None, None)


def test_a_case_that_was_over_when_it_came_never_enters_operations(city: City) -> None:
    city.bring_cases("E900,网格员,环境卫生,暴露垃圾,次要,垃圾袋,2026-01-05 08:05:00,119.5005,32.0085,,网格,w01")
    assert "E900" in city.cases()
    city.bring_cases("E901,网格员,环境卫生,暴露垃圾,次要,垃圾袋,2026-01-05 08:05:00,119.5005,32.0085,,网格,w01")
    city.bring_steps("E900,E900-1,2026-01-05 09:05:00,自行处置结案,Z1,网格,,")
    assert city.cases()["E900"]["state"] == "S91"
    assert "E001" not in city.cases()


def test_a_step_from_outside_never_overrides_what_people_decided(city: City) -> None:
    mine = city.act("E025", "handle")
    result = city.bring_steps("E025,E025-9,2026-01-05 11:00:00,退回,Z2,网格,,不属本单位")
    assert result.entries[0].reasons == {"decided_here": 1}
    assert result.entries[0].rows_rejected == 1
    assert city.cases()["E025"] == mine
    assert city.steps("E025")[-1] == "S60"


def test_nor_do_the_times_a_case_states_of_itself(city: City) -> None:
    """The mapping of the sample states none; the receiver's columns do not either, so a file of ours does."""
    city.act("E025", "handle")
    mapping = (city.config.home / "mappings" / "incidents.toml").read_text(encoding="utf-8")
    mapping = mapping.replace('worker_id = "上报人"', 'worker_id = "上报人"\nclosed_at = "关闭"')
    (city.config.home / "mappings" / "incidents.toml").write_text(mapping, encoding="utf-8")
    head = "事件号,来源,类别,小类,紧急程度,标题,上报时间,经度,纬度,网格或村居,发现层级,上报人,关闭"
    same = "E025,网格员,安全隐患,消防通道,一般,楼道堆物,2026-01-05 08:50:00,119.5061,32.0045,,网格,w03,"
    result = city.bring("incidents.csv", head, same + "2026-01-05 12:00:00")
    assert result.entries[0].reasons == {"decided_here": 1}
    assert city.cases()["E025"]["state"] == "S60"
    again = city.bring("incidents.csv", head, same)
    assert (again.entries[0].rows_rejected, again.entries[0].rows_duplicate) == (0, 1)


def test_steps_known_already_are_duplicates_whoever_decided_since(city: City) -> None:
    city.act("E025", "handle")
    result = city.bring_steps("E025,E025-4,2026-01-05 09:30:00,处置,Z2,网格,,")
    assert (result.entries[0].rows_duplicate, result.entries[0].rows_rejected) == (1, 0)


def test_what_people_decided_stands_even_after_operations_were_lost(city: City) -> None:
    city.act("E025", "handle")
    load([], city.config)
    for name in ("operations.db", "operations.db-wal", "operations.db-shm"):
        (city.config.home / name).unlink(missing_ok=True)
    fresh = City(city.config.home, city.config.home.parent / "again")
    result = fresh.bring_steps("E025,E025-9,2026-01-05 11:00:00,退回,Z2,网格,,不属本单位")
    assert result.entries[0].reasons == {"decided_here": 1}
    deliver(fresh.config)
    assert fresh.steps("E025") == ["S10", "S20", "S30", "S40", "S50", "S60"]
    assert fresh.decided() == 1


def test_a_mirrored_case_follows_its_source_to_the_end(city: City) -> None:
    city.bring_steps("E040,E040-2,2026-01-05 11:00:00,受理,CC,市,,", "E040,E040-3,2026-01-05 12:00:00,结案,CC,市,,")
    case = city.cases()["E040"]
    assert (case["owner"], case["state"], case["accepted_at"]) == ("mirror", "S90", datetime(2026, 1, 5, 3))


def test_a_case_leaves_operations_some_time_after_its_end_was_published(city: City) -> None:
    city.bring_steps("E025,E025-5,2026-01-05 10:20:00,作废,C2,村居,,")
    city.act("E026", "force_close", reason="重复建设")
    now = datetime.now(UTC).replace(tzinfo=None)
    keep = timedelta(days=city.config.loop.keep_days)
    deliver(city.config, now + keep - timedelta(hours=1))
    assert {"E025", "E026"} <= city.cases().keys()
    deliver(city.config, now + keep + timedelta(hours=1))
    # the forced closing of E026 is in no version yet
    assert city.cases().keys() == set(OPEN) - {"E025"}
    assert city.desk.steps("E025") == []


def test_a_source_that_becomes_a_mirror_is_followed_from_the_next_delivery(city: City) -> None:
    loop = replace(city.config.loop, mirror=("hotline", "worker"))
    deliver(replace(city.config, loop=loop))
    assert city.cases()["E025"]["owner"] == "mirror"


# --- what people decide reaches the warehouse -----------------------------------------------------------------

SAME = ("state", "deadline_at", "first_deadline_at", "unit_id", "max_level", "area_id", "kind", "severity")


def lived(city: City) -> str:
    """Take a new case through a life with a return, an extension, a pause, a rework and a re-opening."""
    told = Report("FAC", 3, "QH0101001", "point", 119.5005, 32.0085, "井盖", "井盖松动", discovered_level="grid")
    case = city.desk.report("r1", OPERATOR, replace(told, reporter_id="w01"))["incident_id"]
    late = datetime.now(UTC).replace(tzinfo=None) + timedelta(days=60)
    for act in ("accept", "file"):
        city.act(case, act)
    city.act(case, "dispatch", unit_id="Z1", worker_id="w01")
    city.act(case, "return", reason="不属本网格")
    city.act(case, "dispatch", unit_id="C1")
    city.act(case, "accept_order")
    city.act(case, "extend", reason="缺备件", deadline_at=late)
    city.act(case, "shelve", reason="等材料", review_at=late)
    city.act(case, "resume")
    city.act(case, "handle")
    city.act(case, "check_fail", reason="未修好")
    city.act(case, "handle")
    city.act(case, "check", CHECKER)
    city.act(case, "check_pass", CHECKER)
    city.act(case, "reopen", reason="复发")
    city.act(case, "dispatch", unit_id="C1")
    for act in ("accept_order", "arrive", "handle", "check_pass"):
        city.act(case, act)
    return case


def row_of(city: City, case: str) -> dict[str, Any]:
    rows = Door(city.config).warehouse.fetch("SELECT * FROM incident WHERE incident_id = $id", {"id": case})
    return dict(rows.to_pylist()[0])


def test_a_life_at_the_desk_is_the_same_in_the_warehouse(city: City) -> None:
    case = lived(city)
    assert waits(city.config)
    publish_spool(city.config)
    assert not waits(city.config)
    told, mine = row_of(city, case), city.cases()[case]
    assert {name: told[name] for name in SAME} == {name: mine[name] for name in SAME}
    for name in ("reported_at", "accepted_at", "filed_at", "handled_at", "closed_at"):
        assert told[name] == mine[name], name
    assert (told["source"], told["worker_id"], told["title"]) == ("worker", "w01", "井盖松动")
    assert (told["returns"], told["reworks"], told["extensions"], told["reopens"]) == (1, 1, 1, 1)
    assert told["reopens"] + 1 == mine["cycle"]
    assert (told["solved_level"], told["max_level"]) == ("community", "community")
    assert mine["published_at"] is not None


def test_publishing_in_two_goes_or_in_one_gives_the_same_content(city: City, sample_home: Path, tmp_path: Path) -> None:
    city.act("E025", "handle")
    load([], city.config)
    city.act("E025", "check_pass")
    load([], city.config)
    steps = city.desk.steps("E025")
    other = City(sample_home, tmp_path / "other")
    (other.config.home / "operations.db").write_bytes(b"")
    for name in ("operations.db", "operations.db-wal", "operations.db-shm"):
        source = city.config.home / name
        (other.config.home / name).unlink(missing_ok=True)
        if source.exists():
            (other.config.home / name).write_bytes(source.read_bytes())
    load([], other.config)
    assert content_hash(other.config) == content_hash(city.config)
    assert len(steps) == 7


def test_nothing_new_publishes_nothing(city: City) -> None:
    city.act("E025", "handle")
    load([], city.config)
    folders = Folders(city.config.home / "warehouse")
    version = read_current(folders)
    assert publish_spool(city.config)["segments"] == 0
    assert load([], city.config).version == version
    assert read_current(folders) == version


def test_after_a_step_back_to_an_older_version_the_steps_are_taken_along_again(city: City) -> None:
    folders = Folders(city.config.home / "warehouse")
    before = read_pointer(folders), folders.current.read_bytes()
    city.act("E025", "handle")
    load([], city.config)
    folders.current.write_bytes(before[1])
    assert row_of(city, "E025")["state"] == "S50"
    assert waits(city.config)
    load([], city.config)
    assert row_of(city, "E025")["state"] == "S60"


def test_what_ended_within_two_days_is_there_too_so_that_the_flow_is_whole(city: City, tmp_path: Path) -> None:
    config = replace(city.config, operations=OperationsStore(f"sqlite:///{tmp_path / 'other.db'}"))
    deliver(config, now=SAMPLE_NOW)
    door = Door(config)
    held = set(door.query("board", OPERATOR, since=datetime.min)["incident_id"].to_pylist())
    rows = door.warehouse.fetch("SELECT incident_id, reported_at, handled_at, closed_at FROM incident", {}).to_pylist()
    since = SAMPLE_NOW - timedelta(days=2)
    moments = ("reported_at", "handled_at", "closed_at")
    lately = {row["incident_id"] for row in rows if any(row[name] and row[name] > since for name in moments)}
    assert held == {*OPEN, *lately}
    assert len(lately - set(OPEN)) > 5
