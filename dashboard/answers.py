"""What all answers of the map's data share: how the question is read, how rows are sent, how long they are kept."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Response, request

from dashboard.session import door, scope
from data.cache import SingleFlight

KEEP = "private, max-age=86400"  # the address carries everything the answer depends on
NEVER = "private, no-store"  # persons
SCALES = ("city", "town")
_made = SingleFlight(64)


def area() -> str:
    """Return the area asked for, or the top of the account's scope."""
    return request.args.get("area") or scope().area_id


def day() -> date:
    """Return the local day asked for; raises ValueError on anything else."""
    return date.fromisoformat(request.args["day"])


def theme() -> str:
    """Return the theme asked for: dark unless it is light."""
    return "light" if request.args.get("theme") == "light" else "dark"


def scale() -> str:
    """Return the scale of the view that asks, `city` or `town`; raises ValueError on anything else."""
    asked = request.args["view"]
    if asked not in SCALES:
        raise ValueError(asked)
    return asked


def octets(body: bytes, keep: str = KEEP) -> Response:
    """Send packed columns."""
    answer = Response(body, mimetype="application/octet-stream")
    answer.headers["Cache-Control"] = keep
    return answer


def shared(make: Callable[[], bytes], *tables: str) -> Response:
    """Send packed columns that many screens ask for alike: made and compressed once until one of the tables changes."""
    here = door()
    key = (here.config.home, here.state(*tables), scope().area_id, request.path, request.query_string)
    body: bytes = _made.get(key, lambda: gzip.compress(make(), 5))
    return zipped(body)


def zipped(body: bytes, keep: str = KEEP) -> Response:
    """Send what is gzip already, unpacked for whoever does not read that."""
    reads = "gzip" in request.headers.get("Accept-Encoding", "")
    answer = octets(body if reads else gzip.decompress(body), keep)
    answer.headers["Vary"] = "Accept-Encoding"
    if reads:
        answer.headers["Content-Encoding"] = "gzip"
    return answer


def listed(value: Any, keep: str = KEEP) -> Response:
    """Send rows as JSON; not as application/json, which the guard never lets a browser keep."""
    answer = Response(json.dumps(value, ensure_ascii=False, separators=(",", ":")), mimetype="text/json")
    answer.headers["Cache-Control"] = keep
    return answer
