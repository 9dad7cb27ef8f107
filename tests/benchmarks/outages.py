"""Everything a home stands on taken away in turn: kills, a full disk, damage, stores, receiver, clock and time zones.

`GRIDLINK_KILLS` kills of each of the three processes (20), every one under load. The claim is the bar of ten seconds
against the slowest return to work; a lost or doubled row, a blank wall or a silent fault ends the run. Seconds depend
on the machine and on what else it does: those of processor time, beside them, do not.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from tests import outage_clock, outage_damage, outage_disk, outage_kills, outage_store, outage_zones
from tests.benchmarks import Bench

BAR_S = 10.0
KILLS = int(os.environ.get("GRIDLINK_KILLS", "20"))


@cache
def slowest() -> float:
    """Run every outage, say what came of it, and return the slowest return to work; raises where one was not borne."""
    with tempfile.TemporaryDirectory(prefix="gridlink-outages-") as folder:
        return max(_run(name, part, Path(folder) / name) for name, part in PARTS.items())


def _run(name: str, part: Callable[[Path], tuple[float, Any]], folder: Path) -> float:
    folder.mkdir()
    seconds, told = part(folder)
    print(name, f"{seconds:.1f} s", json.dumps(told, ensure_ascii=False, default=str), file=sys.stderr, flush=True)
    return seconds


def _kills(folder: Path) -> tuple[float, Any]:
    told = outage_kills.kill_all(folder, KILLS, Random(20))
    _must(told.account is not None and told.account.is_whole and not told.blank, told)
    return max(max(each) for each in told.back.values()), asdict(told)


def _disk(folder: Path) -> tuple[float, Any]:
    told = outage_disk.measured()
    if "skipped" in told:
        return 0.0, told
    lost = told["account"]["fixes_lost"] + told["account"]["cases_lost"]
    _must(not told["blank"] and not told["taken"] and told["refused"] and not lost, told)
    return max(told["receiver_s"], told["desk_s"]), told


def _damage(folder: Path) -> tuple[float, Any]:
    told = outage_damage.damaged(folder, Random(3))
    _must(all(one.said and not one.blank for one in told), told)
    return max(one.seconds for one in told), [asdict(one) for one in told]


def _store(folder: Path) -> tuple[float, Any]:
    told = outage_store.away(folder)
    _must(all(one.account.is_whole and not one.blank and one.starts == 3 for one in told), told)
    return max(one.back_s for one in told), [asdict(one) for one in told]


def _clock(folder: Path) -> tuple[float, Any]:
    told = [outage_clock.off(folder / name, s) for name, s in (("ahead", 3600), ("behind", -3600))]
    _must(all(one.is_borne for one in told), told)
    return 0.0, [asdict(one) for one in told]


def _zones(folder: Path) -> tuple[float, Any]:
    told = {zone: outage_zones.in_zone(zone) for zone in outage_zones.ZONES}
    _must(len({json.dumps(one, sort_keys=True) for one in told.values()}) == 1, told)
    return 0.0, f"{len(told)} zones, {len(told[outage_zones.ZONES[0]])} digests each, all the same"


def _must(borne: bool, told: Any) -> None:
    if not borne:
        raise RuntimeError(f"not borne: {told}")


PARTS = {"zones": _zones, "kills": _kills, "damage": _damage, "store": _store, "disk": _disk, "clock": _clock}
NOTE = f"{KILLS} kills of each process, full disk, damage, stores away, clock off, three zones: slowest back at work"
BENCH = Bench("outages", slowest, lambda: BAR_S, 1.0, NOTE)
