"""Reads and proposes hostile files in a process of its own, and says what became of each and what memory it took.

`python -m tests.swallow FILE...` prints a line of JSON for each: [name, reason, reason of the proposal, MB at most,
seconds]; a reason is "" for what was read.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import gpxpy
import openpyxl
import pyogrio
import shapely

from data.config import make_config
from data.errors import Problem
from etl.mapping import Mapping
from etl.propose import propose
from etl.sources import source_for

READY = (gpxpy, openpyxl, pyogrio, shapely)  # in memory before anything is measured
MAPPING = Mapping(Path("m.toml"), "*", "area", crs="EPSG:4326", time_zone="UTC")


def peak_mb() -> float:
    """Return the most memory this process has held since the mark was last cleared, in MB."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def reason_of(act: Callable[[], object]) -> str:
    """Return why something was refused; anything but a Problem goes on."""
    try:
        act()
    except Problem as problem:
        return problem.reason
    return ""


def main(paths: list[str]) -> None:
    """Read and propose each file."""
    for path in map(Path, paths):
        Path("/proc/self/clear_refs").write_text("5")
        before, began = peak_mb(), time.perf_counter()
        read = reason_of(lambda path=path: source_for(path, MAPPING).read(path, MAPPING))  # type: ignore[misc]
        proposed = reason_of(lambda path=path: propose(path, make_config(path.parent, {})))  # type: ignore[misc]
        print(json.dumps([path.name, read, proposed, peak_mb() - before, time.perf_counter() - began]))


if __name__ == "__main__":
    main(sys.argv[1:])
