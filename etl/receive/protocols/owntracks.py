"""OwnTracks over HTTP: POST {"_type": "location", "lat", "lon", "tst", ...} to any of /, /pub and /owntracks.

Units of the message: tst in seconds since 1970, vel in kilometres an hour, acc in metres, batt in percent. The token
says which device it is. Every other type of message (waypoints, cards, status, encrypted) is answered as the
application expects, and holds no fix.
"""

from __future__ import annotations

from typing import Any

from etl.receive.message import Outcome, Protocol, Received, Refused, Request
from etl.receive.values import KMH_MPS, accuracy, degrees, epoch, known, share

PATHS = ("/", "/pub", "/owntracks")


def matches(request: Request) -> bool:
    """Say whether a request is an OwnTracks message."""
    own = request.path in PATHS and request.is_json
    return own and (request.path != "/" or (isinstance(request.json, dict) and "_type" in request.json))


def parse(request: Request) -> list[Received]:
    """Return the fix of a location message, nothing of any other; raises Refused `missing` without a time."""
    body = request.json
    if not isinstance(body, dict) or "_type" not in body:
        raise Refused(400, "missing", detail="_type")
    if body["_type"] != "location":
        return []
    if body.get("tst") is None:
        raise Refused(400, "missing", detail="tst")
    x, y = degrees(body.get("lon"), body.get("lat"))
    values = {
        "fixed_at": epoch(body["tst"], "tst"),
        "lon": x,
        "lat": y,
        "accuracy_m": accuracy(body.get("acc"), "acc"),
        "speed_mps": known(body.get("vel"), "vel", KMH_MPS),
        "battery": share(body.get("batt"), "batt", 0.01),
        "source": "owntracks",
    }
    return [Received("fix", values)]


def answer(outcome: Outcome) -> Any:
    """Return the list of friends' cards and commands the application expects: none."""
    del outcome
    return []


PROTOCOL = Protocol(matches, parse, answer)
