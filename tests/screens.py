"""Wall screens without a browser: each asks for every panel of the wall over HTTP, as the page's own script does."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from dashboard.commands.serve import open_app
from data.config import load_config

PANELS = (
    "map-spec.data", "front-body.children", "kpi-information-body.children", "kpi-service-body.children",
    "kpi-governance-body.children", "loop-ring.figure", "ranking-chart.figure", "trend-chart.figure",
)  # fmt: skip


@dataclass(frozen=True)
class Wall:
    """A signed-in wall: its cookies, and the requests of its panels, ready to be sent."""

    headers: dict[str, str]
    bodies: tuple[str, ...]


def wall(home: Path, account: str = "wall") -> Wall:
    """Sign the wall's account of a home in and return what its screens send; every screen shares the session."""
    app = open_app(load_config(home))
    house = app.server.extensions["gridlink"]
    token = house.sessions.begin(house.accounts.get(account), "127.0.0.1", datetime.now(UTC).replace(tzinfo=None))
    client = app.server.test_client()
    with client.session_transaction() as kept:
        kept["_user_id"] = token
    client.get("/")
    kept_cookies = {name: client.get_cookie(name) for name in ("gridlink", "_csrf_token")}
    cookies = "; ".join(f"{name}={cookie.value}" for name, cookie in kept_cookies.items() if cookie)
    csrf = kept_cookies["_csrf_token"]
    headers = {"Cookie": cookies, "Content-Type": "application/json", "X-CSRFToken": csrf.value if csrf else ""}
    listed = client.get("/_dash-dependencies").get_json()
    view = {"theme": "dark", "u": 1, "version": house.door.version(), "retry": 0}
    return Wall(headers, tuple(body(found, view) for found in map(lambda name: find(listed, name), PANELS)))


def find(listed: list[dict[str, Any]], name: str) -> dict[str, Any]:
    """Return the callback that writes an output, from what the page is told of its callbacks."""
    return next(one for one in listed if name in one["output"].strip(".").split("..."))


def body(found: dict[str, Any], view: dict[str, Any]) -> str:
    """Return the request that runs a callback with a view."""
    named = found["output"].strip(".").split("...")
    outputs = [dict(zip(("id", "property"), one.rsplit(".", 1), strict=True)) for one in named]
    inputs = [{**one, "value": view} for one in found["inputs"]]
    changed = [f"{one['id']}.{one['property']}" for one in found["inputs"]]
    many = found["output"].startswith("..")
    told = {"output": found["output"], "outputs": outputs if many else outputs[0], "inputs": inputs}
    return json.dumps({**told, "changedPropIds": changed})


def watch(port: int, screen: Wall, seconds: float, every_s: float, first_s: float) -> tuple[list[float], int]:
    """Ask for all panels every `every_s` from `first_s` on, for `seconds`; returns seconds per answer and failures."""
    took, failed = [], 0
    link = HTTPConnection("127.0.0.1", port, timeout=30)
    begin = time.monotonic() + first_s
    for at in range(round(seconds / every_s)):
        time.sleep(max(0.0, begin + at * every_s - time.monotonic()))
        for body in screen.bodies:
            start = time.perf_counter()
            link.request("POST", "/_dash-update-component", body, screen.headers)
            answer = link.getresponse()
            answer.read()
            took.append(time.perf_counter() - start)
            failed += answer.status != 200
    return took, failed


def crowd(port: int, screen: Wall, screens: int, seconds: float, every_s: float = 5.0) -> tuple[list[float], int]:
    """Let many screens watch side by side, spread over the interval; returns seconds of all answers, and failures."""
    with ThreadPoolExecutor(screens) as pool:
        starts = [every_s * number / screens for number in range(screens)]
        told = list(pool.map(lambda first: watch(port, screen, seconds, every_s, first), starts))
    return [one for took, _ in told for one in took], sum(failed for _, failed in told)
