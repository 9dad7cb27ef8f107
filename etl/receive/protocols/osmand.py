"""OsmAnd query form, as sent by OsmAnd and by Traccar clients before 9.0: GET or POST /?id=...&lat=...&lon=...

Units of the form: speed in knots, altitude and accuracy in metres, batt in percent; timestamp in seconds or
milliseconds since 1970, or ISO, UTC where it states no offset, absent: the moment of receipt. Bearing, altitude and
hdop have no column and are read over. `alarm=sos` calls for help.
`valid=false` and requests without a place (cells and networks only) hold no fix.
"""

from __future__ import annotations

from typing import Any

from etl.receive.message import Outcome, Protocol, Received, Refused, Request
from etl.receive.values import KNOT_MPS, accuracy, degrees, is_sos, known, moment, share

DEVICE = ("id", "deviceid", "device_id")
UNPOSITIONED = ("false", "0")


def matches(request: Request) -> bool:
    """Say whether a request has the query form: the root path, and no JSON in its body."""
    return request.path == "/" and not request.is_json


def parse(request: Request) -> list[Received]:
    """Return the one fix of a request; raises Refused `missing` without a device id."""
    fields = request.fields
    device = next((fields[name] for name in DEVICE if fields.get(name)), None)
    if device is None:
        raise Refused(400, "missing", detail="id")
    lon, lat = _place(fields)
    fixed_at = moment(fields.get("timestamp"), "timestamp", naive_is_utc=True)
    calls = is_sos(fields.get("alarm"))
    if (lon is None and lat is None) or fields.get("valid", "true").lower() in UNPOSITIONED:
        placeless = {"fixed_at": fixed_at or request.received_at}
        return [Received("sos", placeless, device, sos=True)] if calls else []
    x, y = degrees(lon, lat)
    values = {
        "fixed_at": fixed_at or request.received_at,
        "lon": x,
        "lat": y,
        "accuracy_m": accuracy(fields.get("accuracy", fields.get("hacc")), "accuracy"),
        "speed_mps": known(fields.get("speed"), "speed", KNOT_MPS),
        "battery": share(fields.get("batt"), "batt", 0.01),
        "source": "osmand",
    }
    return [Received("fix", values, device, calls)]


def answer(outcome: Outcome) -> Any:
    """Say nothing more than 200: the senders read the status only."""
    del outcome
    return {}


def _place(fields: dict[str, str]) -> tuple[str | None, str | None]:
    """Return the texts of longitude and latitude, from `lon`, `lat` or from `location=lat,lon`."""
    lat, _, lon = fields.get("location", "").partition(",")
    return fields.get("lon", lon or None), fields.get("lat", lat or None)


PROTOCOL = Protocol(matches, parse, answer)
