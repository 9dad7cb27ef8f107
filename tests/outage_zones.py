"""One answer whatever zone the process is in: the content of a load, queries and metrics as one digest each.

Run as a program it prints the digests of a home made of the samples; TZ says the process's zone.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from datetime import date, datetime
from pathlib import Path

from data.config import load_config
from data.query import Door
from data.scope import Scope
from etl.content import content_hash
from etl.load import load
from tests.conftest import ROOT, SAMPLE_NOW, SAMPLES, copy_home

ZONES = ("UTC", "Asia/Shanghai", "America/New_York")
WHOLE = Scope("wang", frozenset({"operator", "leader"}), "QH")
DAY, START = date(2026, 1, 5), datetime(2025, 12, 6, 16)
SPAN = {"start": START, "end": SAMPLE_NOW}
METRICS = ("in_grid_on_time", "on_time_handling", "coverage", "valid_track", "overdue_open")
QUERIES = {
    "incident_hours": {"area": "QH", **SPAN},
    "incident_counts": {"area": "QH", **SPAN, "level": "grid"},
    "coverage": {"area": "QH", "first_day": DAY, "last_day": DAY},
    "feed_status": {},
}


def digests(home: Path) -> dict[str, str]:
    """Load the samples into a home and return a digest of its content and of each answer."""
    load([SAMPLES], load_config(home), now=SAMPLE_NOW)
    config = load_config(home)
    door = Door(config)
    told = {"content": _digest([dict(content_hash(config))])}
    for name, values in QUERIES.items():
        rows = [row | {"loaded_at": None} for row in door.query(name, WHOLE, **values).to_pylist()]
        told[name] = _digest(rows)
    for name in METRICS:
        told[name] = _digest(door.metric(name, WHOLE, **SPAN, now=SAMPLE_NOW, level="grid"))
    return told


def in_zone(zone: str) -> dict[str, str]:
    """Return the digests a process in a zone comes to."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TZ": zone}
    call = [sys.executable, "-m", "tests.outage_zones"]
    done = subprocess.run(call, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    told: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return told


def _digest(rows: list[dict[str, object]]) -> str:
    lines = sorted(json.dumps(row, sort_keys=True, default=str) for row in rows)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="gridlink-") as folder:
        print(json.dumps(digests(copy_home(SAMPLES, Path(folder) / "home"))))
