"""Phones and systems send in their own way; what is on duty and believable arrives, in our units, and moves the dot."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.config import load_config, make_config
from data.feeds import feeds
from data.receipts import Receipts
from etl.admit_fixes import admit_fixes
from etl.load import load
from etl.receive.gate import Gate, _rows
from etl.receive.protocols import PROTOCOLS
from etl.reference import Reference
from tests.conftest import SAMPLE_NOW, SAMPLES, copy_home
from tests.sending import add_device, get, operations, post, receiving, send
from tests.test_spool import spooled

PLACE = {"lon": 119.5008, "lat": 32.0088}
ON_DUTY, OFF_DUTY = "2026-01-05T00:30:00Z", "2026-01-05T14:30:00Z"  # 08:30 and 22:30 in the sample city


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = copy_home(SAMPLES, tmp_path_factory.mktemp("city") / "home")
    load([SAMPLES / name for name in ("areas.geojson", "workers.csv", "roster.csv")], load_config(home), now=SAMPLE_NOW)
    return home


@pytest.fixture
def home(city: Path, tmp_path: Path) -> Path:
    """The city's warehouse with operations and a spool of its own."""
    home = copy_home(city, tmp_path / "home")
    (home / "warehouse").symlink_to(city / "warehouse")
    return home


def position(home: Path, worker: str = "w01") -> dict[str, Any] | None:
    table = operations(home).fetch("SELECT * FROM position WHERE worker_id = $worker", {"worker": worker})
    return next(iter(table.to_pylist()), None)


def wait_for_position(home: Path, moment: datetime) -> dict[str, Any]:
    end = monotonic() + 20
    while monotonic() < end:
        found = position(home)
        if found and found["fixed_at"] == moment:
            return found
        sleep(0.05)
    raise AssertionError(f"no position of {moment}")


def test_knots_percent_and_milliseconds_become_ours(home: Path) -> None:
    token = add_device(home, "w01")
    at = int(datetime(2026, 1, 5, 0, 30, tzinfo=UTC).timestamp() * 1000)
    with receiving(home) as receiver:
        assert get(receiver, token, id="w01", timestamp=at, speed=10, batt=87, accuracy=6.5, **PLACE)[0] == 200
    (row,) = spooled(home)
    assert row["speed_mps"] == pytest.approx(18520 / 3600)
    assert (row["battery"], row["accuracy_m"], row["fixed_at"]) == (0.87, 6.5, "2026-01-05T00:30:00.000000")
    assert (row["worker_id"], row["lon"], row["lat"]) == ("w01", 119.5008, 32.0088)


def test_the_json_form_is_in_metres_a_second_and_may_bring_what_a_dead_spot_held_back(home: Path) -> None:
    token = add_device(home, "w01")
    coords = {"longitude": 119.5008, "latitude": 32.0088, "speed": 1.5, "accuracy": 4, "heading": -1}
    points = [
        {"timestamp": f"2026-01-05T00:30:0{k}.250Z", "coords": coords, "battery": {"level": 0.5}} for k in range(3)
    ]
    with receiving(home) as receiver:
        assert post(receiver, token, {"device_id": "w01", "location": points}) == (200, {})
    assert [(row["speed_mps"], row["battery"], row["fixed_at"]) for row in spooled(home)] == [
        (1.5, 0.5, f"2026-01-05T00:30:0{k}.250000") for k in range(3)
    ]


def test_owntracks_sends_kilometres_an_hour_and_expects_a_list(home: Path) -> None:
    token = add_device(home, "w01")
    at = int(datetime(2026, 1, 5, 0, 30, tzinfo=UTC).timestamp())
    fix = {"_type": "location", "tst": at, **PLACE, "vel": 18, "acc": 7, "batt": 40, "tid": "ab"}
    with receiving(home) as receiver:
        for path in ("/", "/pub", "/owntracks"):
            assert post(receiver, token, fix, path) == (200, [])
        for kind in ("waypoint", "transition", "status", "encrypted"):
            assert post(receiver, token, {"_type": kind}) == (200, [])
    assert [row["speed_mps"] for row in spooled(home)] == pytest.approx([5.0] * 3)
    assert {(row["accuracy_m"], row["battery"]) for row in spooled(home)} == {(7.0, 0.4)}


def test_a_batch_in_our_own_columns_is_taken_whole_or_not_at_all(home: Path) -> None:
    token = add_device(home, "w01")
    rows = [{"fixed_at": f"2026-01-05T08:30:0{k}+08:00", **PLACE, "speed_mps": 1.2} for k in range(4)]
    with receiving(home) as receiver:
        told = post(receiver, token, {"fixes": [*rows, {"fixed_at": OFF_DUTY, **PLACE}]}, "/fixes")
        assert told == (200, {"accepted": 4, "off_duty": 1, "refused": {}})
        for wrong, reason, detail in (
            ({**PLACE}, "missing", "2: fixed_at"),
            ({"fixed_at": "2026-01-05T08:30:00", **PLACE}, "no_offset", "2: fixed_at=2026-01-05T08:30:00"),
            ({"fixed_at": ON_DUTY, "lon": 119.5, "lta": 32}, "unknown_column", "lat"),
            ({"fixed_at": ON_DUTY, "lon": "x", "lat": 32}, "bad_number", "2: lon"),
        ):
            status, answer = post(receiver, token, [rows[0], wrong], "/fixes")
            assert (status, answer["reason"]) == (400, reason) and detail in answer["description"]
    assert len(spooled(home)) == 4


def test_an_incident_is_posted_as_open311_says_and_persons_stay_out_of_it(home: Path) -> None:
    token = add_device(home, "hotline")
    said = {"service_code": "ENV", "lat": 32.0088, "long": 119.5008, "description": "路口积水", "phone": "13800000000"}
    form = urlencode(said | {"first_name": "三", "email": "x@example.org"}).encode()
    kind = "application/x-www-form-urlencoded; charset=utf-8"
    with receiving(home) as receiver:
        status, told = send(receiver, token, "POST", "/open311/v2/requests.json?jurisdiction_id=QH", form, kind)
        again = send(receiver, token, "POST", "/open311/v2/requests.json?jurisdiction_id=QH", form, kind)[1]
        other = post(receiver, token, said | {"service_code": "pothole"}, "/requests.json")[1]
        assert post(receiver, token, {"service_code": "ENV"}, "/requests.json")[0] == 400
        assert post(receiver, token, {"lat": 32, "long": 119.5}, "/requests.json")[0] == 400
    assert status == 200 and told == again != other
    rows = spooled(home)
    assert rows[0]["incident_id"] == told[0]["service_request_id"]
    assert [(row["kind"], row["subkind"]) for row in rows] == [("ENV", "ENV"), ("ENV", "ENV"), ("OTH", "pothole")]
    assert not {"13800000000", "三", "x@example.org"} & {str(v) for row in rows for v in row.values()}


def test_events_of_video_analytics_are_incidents_of_the_source_video_and_hold_no_picture(home: Path) -> None:
    token, other = add_device(home, "analytics"), add_device(home, "another")
    seen = {"event_id": "a-1", "kind": "ENV", "occurred_at": ON_DUTY, **PLACE, "camera_id": "S001", "title": "占道"}
    with receiving(home) as receiver:
        both = [seen, seen | {"event_id": "a-2", "kind": "fire"}]
        status, told = post(receiver, token, {"events": both}, "/video/events")
        assert post(receiver, token, {"events": [seen]}, "/video/events")[1]["incidents"] == told["incidents"][:1]
        assert post(receiver, other, {"events": [seen]}, "/video/events")[1]["incidents"] != told["incidents"][:1]
        for bad in ({"image": "data:"}, {"event_id": None}, {"occurred_at": "2026-01-05T08:30:00"}, {"lon": "x"}):
            assert post(receiver, token, {"events": [seen, seen | bad]}, "/video/events")[0] == 400
    assert status == 200 and len(set(told["incidents"])) == 2
    rows = spooled(home)
    assert [(row["source"], row["kind"], row["subkind"]) for row in rows[:2]] == [
        ("video", "ENV", "ENV"), ("video", "OTH", "fire")
    ]  # fmt: skip
    assert len(rows) == 4 and rows[0]["title"] == "占道, S001"


def test_off_duty_fixes_are_counted_and_exist_nowhere(home: Path) -> None:
    token = add_device(home, "w01")
    with receiving(home) as receiver:
        assert get(receiver, token, id="w01", timestamp=OFF_DUTY, lon=119.5017, lat=32.0071)[0] == 200
        assert get(receiver, token, id="w01", timestamp="2026-01-05T05:00:00Z", lon=119.5017, lat=32.0071)[0] == 200
        assert receiver.stats()["off_duty"] == 2
    receipts = Receipts(operations(home))
    today = datetime.now(UTC).astimezone(load_config(home).zone).date()
    assert receipts.counts(today) == {"received": 2, "off_duty": 2}
    for path in home.rglob("*"):
        if path.is_file():
            assert b"119.5017" not in path.read_bytes(), path
    assert position(home) is None and list((home / "spool").iterdir()) == []
    assert receipts.receivers()[0]["backlog_bytes"] == 0


def test_an_accepted_fix_moves_the_position_and_one_of_2099_never_freezes_it(home: Path) -> None:
    free = home / "gridlink.toml"
    free.write_text(free.read_text(encoding="utf-8").replace('"required"', '"none"'), encoding="utf-8")
    token = add_device(home, "w01")
    with receiving(home) as receiver:
        assert get(receiver, token, id="w01", timestamp="2099-01-01T00:00:00Z", **PLACE)[0] == 200
        assert get(receiver, token, id="w01", timestamp=ON_DUTY, lon=100, lat=32)[0] == 200
        assert get(receiver, token, id="w01", timestamp=ON_DUTY, speed=2, **PLACE)[0] == 200
        found = wait_for_position(home, datetime(2026, 1, 5, 0, 30))
        assert (found["lon"], found["name"], found["area_id"]) == (119.5008, "陈一", "QH0101001")
        assert get(receiver, token, id="w01", timestamp="2026-01-05T00:29:00Z", lon=119.51, lat=32.0)[0] == 200
        assert get(receiver, token, id="w01", timestamp="2026-01-05T00:31:00Z", lon=119.501, lat=32.0088)[0] == 200
        assert wait_for_position(home, datetime(2026, 1, 5, 0, 31))["lon"] == 119.501
        assert receiver.stats()["refused"] == {"future": 1, "outside_city": 1}
    assert len(spooled(home)) == 5  # the load keeps the two as rejects, with their reasons


def test_new_duty_counts_as_soon_as_it_is_loaded(tmp_path: Path) -> None:
    home = copy_home(SAMPLES, tmp_path / "home")
    config = load_config(home)
    token = add_device(home, "w01")
    with receiving(home) as receiver:
        status, told = get(receiver, token, id="w01", timestamp=ON_DUTY, **PLACE)
        assert (status, told["reason"]) == (503, "not_ready")
        load([SAMPLES / "areas.geojson", SAMPLES / "workers.csv"], config, now=SAMPLE_NOW)
        receiver.gate.refresh()
        get(receiver, token, id="w01", timestamp=ON_DUTY, **PLACE)
        assert receiver.stats()["refused"] == {"not_ready": 1, "no_roster": 1}  # nobody can say: set aside
        assert position(home) is None
        load([SAMPLES / "roster.csv"], config, now=SAMPLE_NOW)
        receiver.gate.refresh()
        get(receiver, token, id="w01", timestamp=ON_DUTY, **PLACE)
        get(receiver, token, id="w01", timestamp=OFF_DUTY, **PLACE)
        assert (receiver.stats()["off_duty"], receiver.stats()["spooled"]) == (1, 2)
        wait_for_position(home, datetime(2026, 1, 5, 0, 30))


@pytest.mark.parametrize(
    ("target", "body", "status", "reason"),
    [
        ("/?id=w01&lat=x&lon=119.5", b"", 400, "bad_number"),
        ("/?id=w01&lat=nan&lon=119.5", b"", 400, "bad_number"),
        ("/?id=w01&lat=91&lon=119.5", b"", 400, "bad_coordinates"),
        ("/?id=w01&lat=32", b"", 400, "missing"),
        ("/?id=w01&lat=32&lon=119.5&timestamp=yesterday", b"", 400, "bad_time"),
        ("/?id=w01&lat=32&lon=119.5&timestamp=99999999999999999999", b"", 400, "bad_time"),
        ("/?id=w01&lat=32&lon=119.5&timestamp=9999-12-31T23:59:59Z", b"", 400, "bad_time"),
        ("/?id=w01&lat=32&lon=119.5&timestamp=0001-01-01+00:00:00", b"", 400, "bad_time"),
        ("/nowhere", b"", 404, "unknown_protocol"),
        ("/fixes", b"{", 400, "not_json"),
        ("/fixes", b"[" * 100_000, 400, "too_deep"),
        ("/fixes", b"[" * 20 + b"]" * 20, 400, "too_deep"),
        ("/fixes", b'[{"lon": NaN}]', 400, "not_json"),
        ("/fixes", b" " * 20_000, 413, "too_large"),
        ("/owntracks", b"[]", 400, "missing"),
        ("/", b'{"location": 7, "device_id": "w01"}', 400, "missing"),
        ("/", b'{"location": {"coords": []}, "device_id": "w01"}', 400, "missing"),
    ],
)
def test_what_cannot_be_understood_is_refused_in_one_sentence(
    home: Path, target: str, body: bytes, status: int, reason: str
) -> None:
    token = add_device(home, "w01")
    body_kb = 10 if reason == "too_large" else 1024
    with receiving(home, body_kb=body_kb) as receiver:
        told = send(receiver, token, "POST" if body else "GET", target, body, "application/json" if body else "")
        assert told[0] == status and told[1]["reason"] == reason
        assert told[1]["description"] and "\n" not in told[1]["description"] and "?" != told[1]["description"][0]
        assert receiver.stats()["refused"] == {reason: 1}
    assert not (home / "spool").exists() or spooled(home) == []


@given(body=st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.integers(), lambda inner: (
    st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["_type", "location", "coords", "fixes", "lat", "lon", "latitude", "longitude",
                                       "timestamp", "device_id", "tst", "battery", "service_code", "long"]), inner)
)), path=st.sampled_from(["/", "/fixes", "/owntracks", "/requests.json"]))  # fmt: skip
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_request_breaks_the_receiver(parsing: Any, body: Any, path: str) -> None:
    receiver, token = parsing
    assert post(receiver, token, body, path)[0] in (200, 400, 403)


@pytest.fixture
def parsing(home: Path) -> Any:
    token = add_device(home, "w01")
    with receiving(home, rate_per_s=1e9, burst=10**9) as receiver:
        yield receiver, token


def test_every_protocol_claims_its_own_requests_only() -> None:
    from etl.receive.message import Request

    def request(path: str, body: bytes = b"", method: str = "POST") -> Request:
        return Request(method, path, "id=1", body, "application/json" if body else "", SAMPLE_NOW)

    own = {
        "osmand": request("/", method="GET"),
        "osmand_json": request("/", b'{"location": {}}'),
        "owntracks": request("/", b'{"_type": "location"}'),
        "batch": request("/fixes", b"[]"),
        "open311": request("/open311/v2/requests.json", b"{}"),
        "video_event": request("/video/events", b"{}"),
    }
    assert {name: [k for k, p in PROTOCOLS.items() if p.matches(own[name])] for name in PROTOCOLS} == {
        name: [name] for name in PROTOCOLS
    }


@pytest.mark.parametrize("roster", ["required", "none"])
@pytest.mark.parametrize("unknown", ["reject", "keep"])
def test_the_gate_judges_as_the_load_does(city: Path, roster: str, unknown: str) -> None:
    config = make_config(city, {"city": {"area_id": "QH"}, "duty": {"roster": roster, "unknown_workers": unknown}})
    gate = Gate(config)
    received = datetime(2026, 1, 5, 9)
    random = np.random.default_rng(7)
    fixes = [
        {
            "worker_id": str(random.choice(["w01", "w02", "w05", "w99"])),
            "fixed_at": received + timedelta(seconds=int(random.choice([100, 150, -9e8]) - ago)),
            "lon": float(random.choice([119.5, 119.52, 0, 140])),
            "lat": float(random.choice([32.0, 32.01, 0])),
        }
        for ago in random.choice([0, 3_000, 20_000, 33_000], 400).tolist()
    ]
    expected = _load_verdicts(gate, fixes, received)
    assert [gate.judge(fix, received) for fix in fixes] == expected
    assert len(set(expected)) >= 4


def _load_verdicts(gate: Gate, fixes: list[dict[str, Any]], received: datetime) -> list[str]:
    """Return the verdict of the loader on each fix alone."""
    from data.lake import read_manifest

    manifest = read_manifest(gate.folders, gate.tables.version)
    area, worker, duty = (_rows(gate.folders, manifest, name) for name in ("area", "worker", "roster"))
    assert area is not None
    reference = Reference(gate.config, area, worker, duty, received)
    kinds = {"text": pa.string(), "time": pa.timestamp("us"), "integer": pa.int64()}
    columns = {name: kinds.get(column.type, pa.float64()) for name, column in feeds()["fix"].columns.items()}
    columns["_row"] = pa.int64()
    rows = [dict.fromkeys(columns) | fix | {"_row": 1} for fix in fixes]
    verdicts = []
    for row in rows:
        admitted = admit_fixes(pa.Table.from_pylist([row], pa.schema(list(columns.items()))), reference)
        verdicts.append(next(iter([*admitted.counted, *admitted.rejects["reason"].to_pylist()]), ""))
    return verdicts


def test_health_is_told_without_a_token_and_without_a_name(home: Path) -> None:
    token = add_device(home, "w01")
    with receiving(home) as receiver:
        get(receiver, token, id="w01", timestamp=ON_DUTY, **PLACE)
        status, told = send(receiver, "", "GET", "/healthz")
    assert status == 200 and (told["received"], told["spooled"], told["off_duty"]) == (1, 1, 0)
    assert told["fsynced_at"].endswith("Z") and told["backlog_bytes"] > 0
    assert "w01" not in json.dumps(told)


def test_a_batch_of_positions_moves_the_newer_and_leaves_the_older(home: Path) -> None:
    store, first = operations(home), datetime(2026, 1, 5, 1)
    row = dict.fromkeys(("name", "role", "accuracy_m", "speed_mps", "battery")) | {"area_id": "QH~", **PLACE}
    everybody = [row | {"worker_id": f"x{k:04d}", "fixed_at": first} for k in range(1200)]
    assert store.record_positions(everybody) == 1200
    before = store.clock("position")
    later = [person | {"fixed_at": first + timedelta(seconds=k - 600)} for k, person in enumerate(everybody)]
    assert store.record_positions(later) == 599
    assert store.clock("position") == before + 1
    held = store.fetch("SELECT worker_id, fixed_at FROM position ORDER BY worker_id", {}).to_pylist()
    assert [person["fixed_at"] for person in held] == [max(first, person["fixed_at"]) for person in later]
