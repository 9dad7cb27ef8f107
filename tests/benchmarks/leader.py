"""The leaders' desk over a year of half a million incidents: all its panels once warm, and a drill into a street.

`ours` is the slower of both as a share of what is allowed (1.5 s and 0.5 s); the baseline is 1. Panels are asked over
HTTP one after the other, as a browser asks them; warm means that the same screen was shown once before. Before a click
the page is looked at for `LOOKS_S`, in which the server counts what one click may ask.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import datetime
from functools import cache
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

from flask.testing import FlaskClient

from data.config import load_config
from etl.load import load
from etl.synthesize import synthesize
from tests.benchmarks import Bench
from tests.web import ask, open_site, sign_in

END = datetime(2026, 6, 30, 15, 59)
SIZE: dict[str, Any] = {"grids": 2600, "workers": 60, "days": 1, "incidents": 400, "names": "fictional"}
WARM_S, DRILL_S, LOOKS_S = 1.5, 0.5, 3.0
BELOW = "SELECT area_id FROM area WHERE parent_id = $street ORDER BY area_id"
VIEW = {"day": "2026-06-30", "period": "365d", "theme": "light", "u": 1}
PANELS = (
    ["rate-body.children"],
    ["leader-figures-body.children"],
    ["area-map-spec.data", "area-map-legend.children"],
    ["leader-trend-chart.figure", "leader-trend-note.children"],
    ["leader-ranking-body.children", "leader-ranking-note.children"],
    ["leader-changes-body.children", "leader-changes-note.children"],
    ["exceptions-title.children", "exceptions-body.children", "exceptions-note.children"],
)


@cache
def home() -> Path:
    """Return a city of 2,600 grids with about half a million incidents, the last of them on END."""
    folder = Path(tempfile.mkdtemp(prefix="gridlink-leader-")) / "home"
    synthesize(folder, end=END, **SIZE)
    load([folder], load_config(folder), now=END)
    return folder


def shown(client: FlaskClient, view: dict[str, Any]) -> float:
    """Return the seconds all panels take, one after the other."""
    start = perf_counter()
    for outputs in PANELS:
        answer = ask(client, outputs, view)
        if answer.status_code != 200:
            raise RuntimeError(f"{outputs}: {answer.status_code}")
    return perf_counter() - start


def ours() -> float:
    """Return the slowest of the warm page and a drill into a street and a community, as a share of what is allowed."""
    app = open_site(home())
    client, door = sign_in(app, "leader"), app.server.extensions["gridlink"].door
    streets = door.warehouse.fetch("SELECT area_id FROM area WHERE level = 'street' ORDER BY area_id", {})
    client.get("/leader")
    first = shown(client, VIEW)
    warm = shown(client, VIEW)
    sleep(LOOKS_S)
    drill = shown(client, {**VIEW, "area": streets["area_id"].to_pylist()[0]})
    again = shown(client, {**VIEW, "area": streets["area_id"].to_pylist()[1]})
    below = door.warehouse.fetch(BELOW, {"street": streets["area_id"].to_pylist()[1]})["area_id"].to_pylist()[0]
    sleep(LOOKS_S)
    deeper = shown(client, {**VIEW, "area": below})
    print(
        f"cold {first:.2f} s, warm {warm:.2f} s, drill {drill:.2f} s, another {again:.2f} s, deeper {deeper:.2f} s",
        file=sys.stderr,
    )
    return max(warm / WARM_S, drill / DRILL_S, deeper / DRILL_S)


NOTE = "500,000 incidents over a year: all panels warm (1.5 s), first drills (0.5 s each), the slowest as a share"
BENCH = Bench("leader", ours, lambda: 1.0, 1.0, NOTE, unit="share")
