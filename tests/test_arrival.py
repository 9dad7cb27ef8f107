"""Somebody was there, says the track: what proves an arrival and what does not, by fixes made by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update

from data.config import make_config
from data.days import local_day
from data.loop.arrival import Fix, arrived
from data.loop.arrivals import Arrivals
from data.loop.distance import RADIUS_M, metres
from data.loop.store import incident, metadata, step
from data.operations import Operations
from data.schema import conform
from data.warehouse import Warehouse
from etl.publish import publishing
from tests.databases import DATABASES, database

CONFIG = make_config(Path("home"), {})  # 50 m, 60 s, silence of 600 s
SENT = datetime(2026, 1, 5, 2)
HERE = (119.5, 32.0)


def fix(seconds: float, north_m: float, accuracy_m: float | None = 5.0) -> Fix:
    """A fix so many seconds after the order, so many metres north of the place."""
    return Fix(SENT + timedelta(seconds=seconds), HERE[0], HERE[1] + float(np.degrees(north_m / RADIUS_M)), accuracy_m)


def seconds(*fixes: Fix) -> float | None:
    at = arrived(fixes, HERE, SENT, CONFIG)
    return None if at is None else (at - SENT).total_seconds()


def test_who_comes_and_stays_has_arrived_with_the_first_fix_inside() -> None:
    assert seconds(fix(0, 300), fix(60, 120), fix(120, 40), fix(150, 20), fix(180, 10)) == 120


def test_who_was_there_already_has_arrived_with_the_first_fix_after_the_order() -> None:
    assert seconds(fix(-60, 5), fix(10, 5), fix(70, 5)) == 10
    assert seconds(fix(-60, 5), fix(-10, 5)) is None


def test_driving_past_is_no_arrival() -> None:
    # 8 m/s, a fix every five seconds: three fixes inside within ten seconds.
    past = [fix(s, 200 - 8 * s) for s in range(0, 60, 5)]
    assert sum(abs(200 - 8 * s) <= 50 for s in range(0, 60, 5)) == 3
    assert seconds(*past) is None
    assert seconds(*past, fix(300, 30), fix(360, 30)) == 300


def test_one_fix_proves_nothing_and_a_second_one_a_minute_later_does() -> None:
    assert seconds(fix(100, 10)) is None
    assert seconds(fix(100, 10), fix(159, 10)) is None
    assert seconds(fix(100, 10), fix(160, 10)) == 100


def test_an_inaccurate_fix_neither_proves_nor_disproves() -> None:
    assert seconds(fix(0, 10, 51.0), fix(100, 10, 80.0)) is None
    assert seconds(fix(0, 10, 50.0), fix(30, 400, 90.0), fix(60, 10)) == 0
    assert seconds(fix(0, 10, None), fix(60, 10, None)) == 0


def test_leaving_or_a_long_silence_begins_anew() -> None:
    assert seconds(fix(0, 10), fix(30, 60), fix(60, 10), fix(90, 10)) is None
    assert seconds(fix(0, 10), fix(601, 10)) is None
    assert seconds(fix(0, 10), fix(600, 10)) == 0
    assert seconds(fix(0, 10), fix(700, 10), fix(760, 10)) == 700


def slow(fixes: list[Fix]) -> datetime | None:
    """The rule word for word: try every fix as the arrival."""
    good = sorted(one for one in fixes if one.at >= SENT and (one.accuracy_m or 0) <= 50)
    near = [float(metres(np.array([one.lon]), np.array([one.lat]), HERE)[0]) <= 50 for one in good]
    for first in range(len(good)):
        for last in range(first, len(good)):
            part = good[first : last + 1]
            whole = all(near[first : last + 1]) and all((b.at - a.at).total_seconds() <= 600 for a, b in pairwise(part))
            if whole and (part[-1].at - part[0].at).total_seconds() >= 60:
                return good[first].at
    return None


STEPS = st.tuples(
    st.sampled_from([5, 20, 30, 60, 601]), st.sampled_from([0, 30, 49, 51, 300]), st.sampled_from([5.0, 5.0, 60.0])
)


@settings(max_examples=200, deadline=None)
@given(steps=st.lists(STEPS, max_size=12), data=st.data())
def test_the_arrival_is_that_of_the_rule_word_for_word_in_any_order(
    steps: list[tuple[int, int, float]], data: st.DataObject
) -> None:
    at = np.cumsum([step[0] for step in steps]) - 40
    fixes = [fix(float(when), north, accuracy) for when, (_, north, accuracy) in zip(at, steps, strict=True)]
    assert arrived(data.draw(st.permutations(fixes)), HERE, SENT, CONFIG) == slow(fixes)


NOW = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
ORDERED = NOW - timedelta(minutes=20)


@pytest.fixture(params=DATABASES)
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Operations, Warehouse]]:
    """A city with one grid, and w01 sent to E1 twenty minutes ago."""
    config = make_config(tmp_path, {})
    with publishing(config) as draft:
        draft.append("area", conform("area", pa.table({"area_id": ["city"], "level": ["city"], "name": ["city"]})))
    with database(request.param) as url:
        operations = Operations(url or f"sqlite:///{tmp_path / 'operations.db'}")
        give(operations)
        yield operations, Warehouse(config)
        operations.engine.dispose()


def give(operations: Operations) -> None:
    """Send w01 to E1 twenty minutes ago."""
    operations.make(metadata)
    row = {"incident_id": "E1", "source": "worker", "owner": "own", "kind": "ENV", "severity": 3, "area_id": "g1"}
    row |= {"located": "point", "lon": HERE[0], "lat": HERE[1], "reported_at": ORDERED, "state": "S40", "cycle": 1}
    row |= {
        "dispatched_at": ORDERED,
        "worker_id": "w01",
        "supervised": False,
        "unlisted": False,
        "version": 3,
        "seq": 1,
    }
    with operations.write() as connection:
        connection.execute(insert(incident).values(**row))
    order(operations, "w01", ORDERED)


def order(operations: Operations, worker: str, at: datetime) -> None:
    with operations.write() as connection:
        seq = operations.tick(connection, "incident")
        said = {"step_id": f"s{seq}", "incident_id": "E1", "source": "gridlink", "decided": True, "to_state": "S40"}
        connection.execute(insert(step).values(seq=seq, act="assign", stepped_at=at, worker_id=worker, **said))
        connection.execute(update(incident).values(worker_id=worker, arrived_track_at=None))


def stands(operations: Operations, worker: str, at: datetime, north_m: float = 10.0) -> None:
    """The phone of a worker says where it is now."""
    _, lon, lat, accuracy = fix(0, north_m)
    row = {"worker_id": worker, "name": None, "role": None, "area_id": "g1", "fixed_at": at, "lon": lon, "lat": lat}
    operations.record_positions([row | {"accuracy_m": accuracy, "speed_mps": None, "battery": None}])


def held(operations: Operations) -> dict[str, Any]:
    with operations.engine.connect() as connection:
        return dict(connection.execute(select(incident)).mappings().one())


def test_live_positions_prove_an_arrival_and_the_operators_lock_is_left_alone(
    home: tuple[Operations, Warehouse],
) -> None:
    operations, warehouse = home
    arrivals, clock = Arrivals(operations, warehouse), operations.clock("incident")
    stands(operations, "w01", NOW - timedelta(seconds=90))
    assert arrivals.prove() == {}
    stands(operations, "w01", NOW - timedelta(seconds=30))
    assert arrivals.prove() == {"E1": NOW - timedelta(seconds=90)}
    row = held(operations)
    assert (row["arrived_track_at"], row["arrived_at"], row["version"]) == (NOW - timedelta(seconds=90), None, 3)
    assert operations.clock("incident") == row["seq"] > clock
    assert arrivals.prove() == {}


def test_published_fixes_prove_what_nobody_watched(home: tuple[Operations, Warehouse]) -> None:
    operations, warehouse = home
    arrivals = Arrivals(operations, warehouse)
    assert arrivals.prove() == {}
    came = [ORDERED + timedelta(seconds=s) for s in (300, 330, 360)]
    publish(warehouse, came)
    assert arrivals.prove() == {"E1": came[0]}


def test_a_new_order_waits_for_the_new_worker(home: tuple[Operations, Warehouse]) -> None:
    operations, warehouse = home
    publish(warehouse, [ORDERED + timedelta(seconds=s) for s in (300, 360)])
    order(operations, "w02", NOW - timedelta(minutes=5))
    assert Arrivals(operations, warehouse).prove() == {}
    order(operations, "w01", NOW - timedelta(minutes=1))
    assert Arrivals(operations, warehouse).prove() == {}, "what w01 did before this order does not count for it"


def test_who_comes_after_the_handling_was_reported_has_not_arrived(home: tuple[Operations, Warehouse]) -> None:
    operations, warehouse = home
    with operations.write() as connection:
        connection.execute(update(incident).values(state="S60", handled_at=ORDERED + timedelta(seconds=200)))
    publish(warehouse, [ORDERED + timedelta(seconds=s) for s in (300, 360)])
    assert Arrivals(operations, warehouse).prove() == {}


def publish(warehouse: Warehouse, moments: list[datetime]) -> None:
    """Publish fixes of w01 beside the place."""
    config = warehouse.config
    for day in {local_day(moment, config.zone) for moment in moments}:
        mine = [moment for moment in moments if local_day(moment, config.zone) == day]
        columns = {"day": [day], "worker_id": ["w01"], "lon": [HERE[0]], "lat": [HERE[1]], "accuracy_m": [5.0]}
        columns |= {"area_id": ["g1"], "source": ["phone"], "flags": [0]}
        rows = pa.table({name: value * len(mine) for name, value in columns.items()} | {"fixed_at": mine})
        with publishing(config) as draft:
            draft.replace("fix", conform("fix", rows), day.isoformat())
