"""Upload strings of phones in the wild, each with what Traccar's own tests expect of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote_plus

import pytest

from data.config import load_config
from etl.load import load
from tests.conftest import SAMPLE_NOW, SAMPLES, copy_home
from tests.realdata.conftest import REALDATA
from tests.sending import add_device, receiving, send
from tests.test_spool import spooled

STRINGS = REALDATA / "peer_refs" / "protocol" / "traccar_osmand.txt"
KNOT_MPS = 1852 / 3600


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = copy_home(SAMPLES, tmp_path_factory.mktemp("traccar") / "home")
    load([SAMPLES / name for name in ("areas.geojson", "workers.csv")], load_config(home), now=SAMPLE_NOW)
    return home


def cases() -> list[tuple[str, str]]:
    if not STRINGS.exists():
        return []
    lines = STRINGS.read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("\t", 1)) for line in lines if "\t" in line and not line.startswith("#")]


def sent_fields(text: str) -> dict[str, Any]:
    """Read a string by other means than the receiver's: what the phone says of id, place, speed and battery."""
    if text.startswith("{"):
        body = json.loads(text)
        coords, battery = body["location"]["coords"], body["location"]["battery"]["level"]
        told = {"id": body["device_id"], "lat": coords["latitude"], "lon": coords["longitude"]}
        return told | {"mps": coords["speed"], "battery": battery, "at": body["location"]["timestamp"]}
    fields = {name: values[0] for name, values in parse_qs(text.partition("?")[2]).items()}
    lat, lon = fields["location"].split(",") if "location" in fields else (fields.get("lat"), fields.get("lon"))
    told = {"id": fields.get("id", fields.get("deviceid", "")), "at": fields.get("timestamp", "")}
    told |= {"lat": lat and float(lat), "lon": lon and float(lon)}
    mps = float(fields["speed"]) * KNOT_MPS if "speed" in fields else -1.0
    return told | {"mps": mps, "battery": float(fields["batt"]) / 100 if "batt" in fields else -1.0}


def sent_at(text: str) -> datetime | None:
    """Return the moment a phone states: epoch of 10 or 13 digits, or text."""
    if text.isdigit():
        return datetime.fromtimestamp(int(text[:10]), UTC).replace(tzinfo=None)
    return datetime.fromisoformat(unquote_plus(text).rstrip("Z").split(".")[0]) if text else None


@pytest.mark.realdata
def test_every_request_string_is_answered_as_its_note_expects(
    city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not STRINGS.exists():
        pytest.skip(f"needs {STRINGS}; set GRIDLINK_REALDATA")
    assert len(cases()) == 13
    for number, (note, text) in enumerate(cases()):
        home = copy_home(city, tmp_path / str(number))
        (home / "warehouse").symlink_to(city / "warehouse")
        told = sent_fields(text)
        token = add_device(home, told["id"] or "123456")
        with receiving(home) as receiver:
            monkeypatch.setattr(receiver.gate, "judge", lambda *_: "")  # these phones are all over the world
            if text.startswith("{"):
                status, _ = send(receiver, token, "POST", "/", text.encode(), "application/json")
            else:
                status, _ = send(receiver, token, "GET", text)
        assert status == (400 if note.startswith("REJECT") else 200), text
        assert len(spooled(home)) == note.startswith("POSITION"), text
        for row in spooled(home):
            _check(row, told, note)


def _check(row: dict[str, Any], told: dict[str, Any], note: str) -> None:
    assert (row["worker_id"], row["lat"], row["lon"]) == (told["id"], told["lat"], told["lon"])
    assert row["speed_mps"] == (pytest.approx(told["mps"]) if told["mps"] >= 0 else None)
    assert row["battery"] == (pytest.approx(told["battery"]) if told["battery"] >= 0 else None)
    assert row.get("mock") == (1 if "mock:true" in note else None)
    moment = datetime.fromisoformat(row["fixed_at"]).replace(microsecond=0)
    expected = sent_at(told["at"])
    if expected is None:
        assert row["fixed_at"] == row["received_at"]
    else:
        assert moment == expected
