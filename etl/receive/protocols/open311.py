"""Incidents in the shape of Open311 GeoReport v2: POST .../requests.json, form-encoded or JSON.

Read are service_code, lat, long, description and address_string; a code that is one of our kinds is the kind, another
stays as the source's own kind. Whoever reports is nobody's business here: names, mail, telephone and media are read
over and reach no file. The answer's service_request_id is the day and a keyed hash of the whole request: the same one
sent again after a lost answer is the same incident, and two people's equal complaints are two.
"""

from __future__ import annotations

import csv
import hmac
from functools import cache
from importlib.resources import files
from typing import Any

from etl.receive.message import Outcome, Protocol, Received, Refused, Request
from etl.receive.values import degrees

READ = ("service_code", "lat", "long", "description", "address_string")
TITLE = 200  # characters kept of a description


def matches(request: Request) -> bool:
    """Say whether a request posts a service request."""
    return request.method == "POST" and request.path.rsplit("/", 1)[-1] == "requests.json"


def parse(request: Request) -> list[Received]:
    """Return the one incident of a request; raises Refused `missing` without a code or any place."""
    body = request.json if request.is_json else request.fields
    if not isinstance(body, dict):
        raise Refused(400, "missing", detail="service_code")
    said = {name: str(body[name]).strip() for name in READ if body.get(name) not in (None, "")}
    if "service_code" not in said:
        raise Refused(400, "missing", detail="service_code")
    if not {"lat", "long", "address_string"} & set(said):
        raise Refused(400, "missing", detail="lat, long")
    point = {}
    if "lat" in said or "long" in said:
        point["lon"], point["lat"] = degrees(said.get("long"), said.get("lat"))
    code = said["service_code"]
    title = ", ".join(said[name] for name in ("description", "address_string") if name in said)
    values = {
        "incident_id": _id(request),
        "source": "open311",
        "kind": code if code in kinds() else "OTH",
        "subkind": code[:80],
        "title": title[:TITLE] or None,
        "reported_at": request.received_at,
        **point,
    }
    return [Received("incident", values)]


def answer(outcome: Outcome) -> Any:
    """Return the ids GeoReport promises, one for each request."""
    return [{"service_request_id": row["incident_id"], "service_notice": ""} for row in outcome.spooled]


@cache
def kinds() -> frozenset[str]:
    """Return our level-1 kind codes."""
    text = files("data").joinpath("kinds.csv").read_text(encoding="utf-8")
    return frozenset(row["kind"] for row in csv.DictReader(text.splitlines()))


def _id(request: Request) -> str:
    digest = hmac.new(request.key.encode(), request.query.encode() + b"?" + request.body, "sha256").hexdigest()
    return f"R{request.received_at:%Y%m%d}-{digest[:16]}"


PROTOCOL = Protocol(matches, parse, answer)
