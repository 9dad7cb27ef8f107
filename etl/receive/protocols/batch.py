"""A batch of fixes in our own columns: POST /fixes {"fixes": [{"worker_id", "fixed_at", "lon", "lat", ...}, ...]}.

Units are ours: lon, lat EPSG:4326, metres, metres a second, battery 0-1, mock true or 1; fixed_at is ISO with an
offset, or seconds or milliseconds since 1970. One row that cannot be read refuses the whole batch and is named, so that
nothing is half done. A worker id may be left out where the token's device has a worker.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from etl.receive.message import Outcome, Protocol, Received, Refused, Request
from etl.receive.values import accuracy, degrees, is_sos, known, moment, share

COLUMNS = ("worker_id", "fixed_at", "lon", "lat", "accuracy_m", "speed_mps", "battery", "mock", "source", "alarm")
PATH = "/fixes"


def matches(request: Request) -> bool:
    """Say whether a request goes to /fixes."""
    return request.path == PATH and request.method == "POST"


def parse(request: Request) -> list[Received]:
    """Return the fixes of a batch; raises Refused naming the row."""
    rows = request.json.get("fixes") if isinstance(request.json, dict) else request.json
    if not isinstance(rows, list):
        raise Refused(400, "missing", detail="fixes")
    return [_received(row, number) for number, row in enumerate(rows, 1)]


def answer(outcome: Outcome) -> Any:
    """Say how many fixes were made durable, how many were off duty, and how many will be refused, by reason."""
    spooled = len(outcome.spooled) - sum(outcome.aside.values())
    return {"accepted": spooled, "off_duty": outcome.off_duty, "refused": outcome.aside}


def _received(row: Any, number: int) -> Received:
    try:
        sos = is_sos(row.get("alarm")) if isinstance(row, dict) else False
        return Received("fix", _fix(row), sos=sos)
    except Refused as fault:
        place = {"detail": f"{number}: {fault.facts['detail']}"}
        raise Refused(fault.http, fault.reason, **fault.facts | place) from None


def _fix(row: Any) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise Refused(400, "not_json", detail="{}")
    for name in row:
        if name not in COLUMNS:
            near = get_close_matches(name, COLUMNS, n=1, cutoff=0.0)[0]
            raise Refused(400, "unknown_column", detail=name[:40], known=near)
    fixed_at = moment(row.get("fixed_at"), "fixed_at")
    if fixed_at is None:
        raise Refused(400, "missing", detail="fixed_at")
    x, y = degrees(row.get("lon"), row.get("lat"))
    values = {
        "fixed_at": fixed_at,
        "lon": x,
        "lat": y,
        "accuracy_m": accuracy(row.get("accuracy_m"), "accuracy_m"),
        "speed_mps": known(row.get("speed_mps"), "speed_mps"),
        "battery": share(row.get("battery"), "battery"),
        "mock": 1 if row.get("mock") in (True, 1) else None,
        "source": str(row.get("source") or "batch")[:40],
    }
    return values | ({"worker_id": str(row["worker_id"])[:80]} if row.get("worker_id") else {})


PROTOCOL = Protocol(matches, parse, answer)
