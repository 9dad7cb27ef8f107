"""One process of several on one operations store: a dashboard or the receiver.

`python -m tests.desks HOME ROLE TIMES` prints as JSON what it was told: the cases it made, the shared cases and alarms
it was first at, how often it was second.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from time import sleep
from typing import Any

from data.config import load_config
from data.errors import Problem
from data.loop.command import Command, Report
from data.loop.sos import Call
from data.query import Door
from data.scope import Scope

AREA, CALLERS, SHARED = "QH0101001", 6, 8
BEGIN = datetime(2026, 1, 5, 1, 0)
WORKERS = tuple(f"p{number}" for number in range(20))
Told = dict[str, Any]


def shared(number: int) -> str:
    """Return the id of a case both dashboards decide on."""
    return f"shared-{number}"


def receive(door: Door, times: int) -> Told:
    """Take in positions of twenty workers, newer each time, and calls for help, each told twice."""
    for number in range(CALLERS):
        for _ in range(2):
            door.alarms.raise_sos(Call(f"p{number}", BEGIN, 119.502, 32.008, AREA))
    for minute in range(times):
        at = BEGIN + timedelta(minutes=minute)
        row = {"name": None, "role": None, "area_id": AREA, "fixed_at": at, "lon": 119.5, "lat": 32.0}
        row |= {"accuracy_m": 5.0, "speed_mps": 1.0, "battery": 0.9}
        door.operations.record_positions([row | {"worker_id": worker} for worker in WORKERS])
    return {"positions": times * len(WORKERS)}


def decide(door: Door, times: int, name: str) -> Told:
    """Open cases and settle each, settle what the other dashboard settles too, and take every alarm there is."""
    told: Told = {"cases": [], "first": [], "alarms": [], "second": 0}
    scope = Scope(name, frozenset({"operator"}), "QH")
    for number in range(times):
        row = door.desk.report(f"{name}-{number}", scope, Report("FAC", 3, AREA, title="x", discovered_level="grid"))
        settle = (row["incident_id"], "self_resolve", row["version"])
        door.desk.act(Command(f"{name}-a{number}", scope, *settle, reason="x"))
        told["cases"].append(row["incident_id"])
    for number in range(SHARED):
        command = Command(f"{name}-s{number}", scope, shared(number), "self_resolve", 1, reason="x")
        _try(told, "first", shared(number), lambda command=command: door.desk.act(command))
    taken: set[str] = set()
    while len(taken) < CALLERS:
        for key in set(_raised(door)) - taken:
            _try(told, "alarms", key, lambda key=key: door.alarms.acknowledge(f"{name}-{key}", scope, key))
            taken.add(key)
        sleep(0.05)
    return told


def _raised(door: Door) -> list[str]:
    found = door.operations.fetch("SELECT alarm_id FROM alarm WHERE raised_at IS NOT NULL", {})
    return [str(key) for key in found["alarm_id"].to_pylist()]


def _try(told: Told, what: str, key: str, act: Any) -> None:
    """Do it, or be told that somebody was faster; everything else ends the process."""
    try:
        act()
        told[what].append(key)
    except Problem as problem:
        if problem.reason not in ("alarm_taken", "taken"):
            raise
        told["second"] += 1


def main(home: Path, role: str, times: int) -> None:
    """Play one role and print what came of it."""
    door = Door(load_config(home))
    print(json.dumps(receive(door, times) if role == "receiver" else decide(door, times, role)))
    door.operations.engine.dispose()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
