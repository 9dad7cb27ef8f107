"""OsmAnd JSON form, as sent by Traccar clients from 9.0: POST / {"device_id", "location": {"timestamp", "coords"}}.

Units of the form: speed in metres a second, accuracy in metres, battery level 0-1; -1 means unknown. `location` may be
a list, as of a phone that comes back from a dead spot. A position the phone itself calls mock is taken and marked, for
the rules that look for forged tracks.
"""

from __future__ import annotations

from typing import Any

from etl.receive.message import Outcome, Protocol, Received, Refused, Request
from etl.receive.values import accuracy, degrees, is_sos, known, moment, share


def matches(request: Request) -> bool:
    """Say whether a request is JSON at the root path and no OwnTracks message."""
    return request.path == "/" and request.is_json and not (isinstance(request.json, dict) and "_type" in request.json)


def parse(request: Request) -> list[Received]:
    """Return the fixes of a request; raises Refused `missing` without a device id or a location."""
    body = request.json
    if not isinstance(body, dict) or not isinstance(body.get("location"), dict | list):
        raise Refused(400, "missing", detail="location")
    device = body.get("device_id") or request.fields.get("id")
    if not device:
        raise Refused(400, "missing", detail="device_id")
    locations = body["location"] if isinstance(body["location"], list) else [body["location"]]
    return [Received("fix", _fix(one, request), str(device), _calls(one) or _calls(body)) for one in locations]


def answer(outcome: Outcome) -> Any:
    """Say nothing more than 200: the senders read the status only."""
    del outcome
    return {}


def _calls(told: Any) -> bool:
    """Say whether a body or a location calls for help: `alarm`, itself or among `extras`."""
    extras = told.get("extras") if isinstance(told, dict) else None
    return isinstance(told, dict) and (
        is_sos(told.get("alarm")) or (isinstance(extras, dict) and is_sos(extras.get("alarm")))
    )


def _fix(location: Any, request: Request) -> dict[str, Any]:
    coords = location.get("coords") if isinstance(location, dict) else None
    if not isinstance(coords, dict):
        raise Refused(400, "missing", detail="coords")
    battery = location.get("battery")
    x, y = degrees(coords.get("longitude"), coords.get("latitude"))
    return {
        "fixed_at": moment(location.get("timestamp"), "timestamp", naive_is_utc=True) or request.received_at,
        "lon": x,
        "lat": y,
        "accuracy_m": accuracy(coords.get("accuracy"), "accuracy"),
        "speed_mps": known(coords.get("speed"), "speed"),
        "battery": share(battery.get("level"), "level") if isinstance(battery, dict) else None,
        "mock": 1 if location.get("mock") is True else None,
        "source": "osmand",
    }


PROTOCOL = Protocol(matches, parse, answer)
