"""Many alarms at once, and alarms long over: none is lost, a call for help is read first, and persons are forgotten."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from data.config import load_config
from data.loop.sos import Call, Sos
from data.loop.store import alarm, alarm_member
from data.operations import Operations
from data.places import Places
from data.query import Door
from data.scope import Scope
from etl.forget import forget_alarms
from tests.alarm_city import FAR, NOW, City, only
from tests.databases import DATABASES, database

OPERATOR = Scope("wang", frozenset({"operator"}), "QH")


def test_what_a_worker_was_in_is_forgotten_with_the_fixes_and_the_rest_later(sample_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "gridlink.toml").write_text("[privacy]\nfix_days = 30\nalarm_days = 100\n", encoding="utf-8")
    operations = Operations.of(load_config(home))
    city = City(sample_home, f"sqlite:///{home / 'operations.db'}", only("off_grid", "incident_burst", delay_s=0.0))
    city.at("w01", FAR, NOW)
    for number in range(5):
        city.report(number, NOW)
    assert len(city.raised(0)) == 2
    with operations.write() as connection:
        connection.execute(update(alarm).values(ended_at=NOW))
    gone = [forget_alarms(load_config(home), NOW + timedelta(days=days)) for days in (29, 31, 99, 101)]
    assert gone == [0, 1, 0, 1]
    with operations.engine.connect() as connection:
        assert connection.execute(select(alarm_member)).all() == []


@pytest.mark.parametrize("kind", DATABASES)
def test_of_five_hundred_alarms_at_once_none_is_lost_and_a_call_for_help_is_read_first(
    sample_home: Path, tmp_path: Path, kind: str
) -> None:
    with database(kind) as url:
        city = City(
            sample_home, url or f"sqlite:///{tmp_path / 'o.db'}", only("off_grid", group="subject", delay_s=60.0)
        )
        place = {"name": "陈一", "role": "网格员", "area_id": "QH0101001", "lon": FAR[0], "lat": FAR[1], "battery": 0.9}
        rows = [{"worker_id": f"n{number:03d}", "fixed_at": NOW, **place} for number in range(500)]
        city.operations.record_positions([row | {"accuracy_m": 5.0, "speed_mps": 0.0} for row in rows])
        city.rounds.home.present.has_roster = False
        assert city.raised(0) == []
        Sos(city.operations, Places(city.warehouse, city.warehouse.config)).call(Call("n499", NOW, *FAR))
        city.look(1)
        door = Door(load_config(sample_home))
        door.operations = city.operations
        told = door.query("alarms", OPERATOR, since=NOW).to_pylist()
        assert len(told) == 501 and told[0]["rule"] == "sos"
        assert {row["worker_id"] for row in told[1:]} == {f"n{number:03d}" for number in range(500)}
        city.operations.engine.dispose()
