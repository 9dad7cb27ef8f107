"""The one door to the stores: only what the scope allows, persons only with a reason and a line in the log."""

import json
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import NotAllowed, Problem
from data.query import Door
from data.scope import Scope
from data.sqlfile import sql_files
from tests.conftest import SAMPLE_NOW

DAY = date(2026, 1, 5)
PERIOD = {"start": datetime(2026, 1, 4, 16), "end": datetime(2026, 1, 5, 16)}
STREET = "QH01"


def scoped(area_id: str, *roles: str) -> Scope:
    return Scope("tester", frozenset(roles), area_id)


def lines(door: Door) -> list[dict[str, object]]:
    path = door.audit.path
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def test_a_street_sees_its_own_incidents_and_no_other(door: Door) -> None:
    city = door.query("incidents_between", scoped("QH", "leader"), area="QH", **PERIOD)
    street = door.query("incidents_between", scoped(STREET, "leader"), area=STREET, **PERIOD)
    assert 0 < street.num_rows < city.num_rows
    assert all(area.startswith(STREET) for area in street["area_id"].to_pylist())


def test_an_area_outside_the_scope_is_refused(door: Door) -> None:
    with pytest.raises(NotAllowed, match="QH02"):
        door.query("incidents_between", scoped(STREET, "leader"), area="QH02", **PERIOD)
    with pytest.raises(NotAllowed):
        door.metric("reported", scoped(STREET, "leader"), now=SAMPLE_NOW, level="street", area="QH02", **PERIOD)


def test_one_account_never_gets_the_cached_answer_of_another(door: Door) -> None:
    for first, second in ((STREET, "QH02"), ("QH02", STREET)):
        mine = door.query("areas", scoped(first, "leader"), day=DAY)["area_id"].to_pylist()
        theirs = door.query("areas", scoped(second, "leader"), day=DAY)["area_id"].to_pylist()
        assert mine and theirs and not set(mine) & set(theirs)


def test_tracks_need_a_reason_and_the_right_to_see_them(door: Door) -> None:
    asked = {"area": "QH", "day": DAY, "workers": ["w01"]}
    with pytest.raises(Problem) as refused:
        door.query("tracks", scoped("QH", "leader"), **asked)
    assert refused.value.reason == "needs_reason"
    with pytest.raises(NotAllowed):
        door.query("tracks", scoped("QH", "kiosk").because("SJ-1"), **asked)
    assert door.query("tracks", scoped("QH", "leader").because("SJ-1"), **asked).num_rows > 0


def test_every_look_at_a_track_leaves_a_line(door: Door) -> None:
    before = lines(door)
    who = scoped("QH", "operator").because("事件 E001 复盘")
    door.query("stays", who, area="QH", day=DAY, workers=["w01", "w02"])
    door.query("stays", who, area="QH", day=DAY, workers=["w01", "w02"])
    new = lines(door)[len(before) :]
    assert len(new) == 2
    told = new[0]
    assert (told["account"], told["action"], told["reason"]) == ("tester", "stays", "事件 E001 复盘")
    assert told["subjects"] == ["w01", "w02"]
    assert told["period"] == {"day": "2026-01-05"}


def test_a_log_that_cannot_be_written_keeps_tracks_closed(door: Door, tmp_path: Path) -> None:
    kept, door.audit.path = door.audit.path, tmp_path / "nowhere" / "audit.jsonl"
    try:
        with pytest.raises(Problem) as refused:
            door.query("stays", scoped("QH", "leader").because("x"), area="QH", day=DAY, workers=["w01"])
        assert refused.value.reason == "no_audit"
    finally:
        door.audit.path = kept


def test_a_wall_sees_workers_as_dots_of_their_grid(door: Door) -> None:
    exact = door.query("positions", scoped("QH", "operator"), since=0).to_pylist()
    blurred = door.query("positions", scoped("QH", "kiosk"), since=0).to_pylist()
    areas = door.query("areas", scoped("QH", "kiosk"), day=DAY).to_pylist()
    labels = {row["area_id"]: (row["lon"], row["lat"]) for row in areas}
    assert len(exact) == len(blurred) > 0
    assert all((row["lon"], row["lat"]) == labels[row["area_id"]] for row in blurred)
    assert any(a["lon"] != b["lon"] for a, b in zip(exact, blurred, strict=True))


def test_names_of_workers_are_masked_without_a_reason(door: Door) -> None:
    names = {row["name"] for row in door.query("positions", scoped("QH", "operator"), since=0).to_pylist()}
    assert names and all("*" in name for name in names)


def test_positions_of_other_streets_stay_out(door: Door) -> None:
    rows = door.query("positions", scoped(STREET, "operator"), since=0)
    assert rows.num_rows > 0
    assert all(area.startswith(STREET) for area in rows["area_id"].to_pylist())


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(sorted(n for n, f in sql_files("queries").items() if f.header["store"] == "warehouse")),
    root=st.sampled_from(["QH01", "QH02", "QH0101", "QH0202", "QH0101001"]),
    area=st.sampled_from(["QH", "QH01", "QH02", "QH0102", "QH0202003", "x' OR 1=1 --"]),
)
def test_no_query_returns_an_area_outside_the_scope(door: Door, name: str, root: str, area: str) -> None:
    file = sql_files("queries")[name]
    given_values = {
        "area": area, "day": DAY, "now": SAMPLE_NOW, "level": "grid", "seconds": 900, "slot": 34, "since": 0,
        "workers": ["w01", "w02", "w03", "w04"], "first_day": DAY, "last_day": DAY, "incident_id": "E001", **PERIOD,
        "feed": "", "reason": "", "path": "", "run_id": "", "most": 100, "overlay": "party",
        "lon": 119.5, "lat": 32.0, "radius_m": 100.0, "cell_west": 0, "cell_east": 1, "cell_south": 0, "cell_north": 1,
        "uncounted": 43, "silent": 300.0, "key_area": "", "incident": "", "kind": "FAC",
        "alarm": "A", "west": 119.0, "east": 120.0, "south": 31.0, "north": 33.0, "areas": ["3201"],
        "severity": None, "located": None, "state": "all", "metric": "rework", "unit": None, "worker": None,
    }  # fmt: skip
    if {"start", "end"} & file.parameters and "fixes" in name:
        given_values |= {"start": DAY, "end": date(2026, 1, 6)}
    asked = {key: value for key, value in given_values.items() if key in file.parameters}
    try:
        rows = door.query(name, scoped(root, "leader").because("test"), **asked)
    except NotAllowed:
        assert file.header.get("right") or ("area" in asked and not area.startswith(root))
        return
    if "area_id" in rows.column_names and name not in {"area_path", "units"}:
        areas = [x for x in rows["area_id"].to_pylist() if x is not None]
        assert all(x.startswith(root) for x in areas), (name, areas[:5])
    assert isinstance(rows, pa.Table)
