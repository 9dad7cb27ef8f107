"""Events of a video-analytics platform: POST /video/events {"events": [{"event_id", "kind", "occurred_at", ...}]}.

Each becomes an incident of the source `video`. event_id, occurred_at (ISO with an offset, or seconds or milliseconds
since 1970), lon and lat (EPSG:4326, of what was seen or of the camera) are needed; kind is one of our kinds or the
platform's own word, camera_id and title are optional. Pictures, faces and plates have no field here: a row with any
other column is refused. The id is the day and a keyed hash of event_id, so an event sent twice is one incident.
"""

from __future__ import annotations

import hmac
from difflib import get_close_matches
from typing import Any

from etl.receive.message import Outcome, Protocol, Received, Refused, Request
from etl.receive.protocols.open311 import TITLE, kinds
from etl.receive.values import degrees, moment

PATH = "/video/events"
SOURCE = "video"
COLUMNS = ("event_id", "kind", "occurred_at", "lon", "lat", "camera_id", "title")


def matches(request: Request) -> bool:
    """Say whether a request posts events of video analytics."""
    return request.method == "POST" and request.path == PATH


def parse(request: Request) -> list[Received]:
    """Return one incident an event; raises Refused naming the event that cannot be read: then none is taken."""
    rows = request.json.get("events") if isinstance(request.json, dict) else None
    if not isinstance(rows, list):
        raise Refused(400, "missing", detail="events")
    return [_received(row, number, request) for number, row in enumerate(rows, 1)]


def answer(outcome: Outcome) -> Any:
    """Return the incident ids in the order of the events."""
    return {"incidents": [row["incident_id"] for row in outcome.spooled]}


def _received(row: Any, number: int, request: Request) -> Received:
    try:
        return Received("incident", _incident(row, request))
    except Refused as fault:
        place = {"detail": f"{number}: {fault.facts['detail']}"}
        raise Refused(fault.http, fault.reason, **fault.facts | place) from None


def _incident(row: Any, request: Request) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise Refused(400, "not_json", detail="{}")
    for name in row:
        if name not in COLUMNS:
            near = get_close_matches(name, COLUMNS, n=1, cutoff=0.0)[0]
            raise Refused(400, "unknown_column", detail=name[:40], known=near)
    occurred_at = moment(row.get("occurred_at"), "occurred_at")
    if occurred_at is None or row.get("event_id") in (None, ""):
        raise Refused(400, "missing", detail="event_id" if occurred_at else "occurred_at")
    lon, lat = degrees(row.get("lon"), row.get("lat"))
    kind = str(row.get("kind") or "")
    said = [str(row[name]) for name in ("title", "camera_id") if row.get(name)]
    digest = hmac.new(request.key.encode(), str(row["event_id"]).encode(), "sha256").hexdigest()
    return {
        "incident_id": f"V{occurred_at:%Y%m%d}-{digest[:16]}",
        "source": SOURCE,
        "kind": kind if kind in kinds() else "OTH",
        "subkind": kind[:80] or None,
        "title": ", ".join(said)[:TITLE] or None,
        "reported_at": occurred_at,
        "lon": lon,
        "lat": lat,
    }


PROTOCOL = Protocol(matches, parse, answer)
