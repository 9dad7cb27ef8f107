"""The host's clock an hour off, ahead and behind: positions still move, nothing of the future is fresh, no fix is lost.

The clock is shifted for all three services by a small library that is preloaded (tests/shifted_clock.c); the phones'
clocks are right, for they take theirs from the satellites.
"""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

from data.config import load_config
from data.operations import Operations
from data.warehouse import Warehouse
from etl.replay import Chosen, replay
from tests import outage_home
from tests.outage_town import Account, Town, account, town

HOUR = 3600
NEWEST = "SELECT max(fixed_at) AS fixed_at FROM position"
HELD = "SELECT count(*) AS n FROM reject WHERE feed = 'fix' AND reason = 'future'"
OPEN = "SELECT rule, count(*) AS n FROM alarm WHERE ended_at IS NULL AND raised_at IS NOT NULL GROUP BY rule"


@dataclass(frozen=True)
class Off:
    """What a clock an hour off did."""

    shift_s: int
    moved: bool  # latest positions went on moving while it was off
    ahead_s: float  # of the newest position to the true time: above two minutes it would pass for fresh for ever
    good: int  # panels of the wall answered well while it was off
    after: bool  # latest positions go on once it is right again
    alarms: dict[str, int]  # raised and open while it was off, by rule
    held: int  # fixes kept aside whole as of the future, until it was said by how much the clock had been behind
    account: Account

    @property
    def is_borne(self) -> bool:
        """Say whether nobody saw a blank wall or a false freshness, and every fix is there or kept aside."""
        whole = not self.account.fixes_lost + self.account.fixes_twice + self.account.findings
        return self.after and self.ahead_s <= 120 and self.good > 0 and whole


def off(folder: Path, shift_s: int) -> Off:
    """Run a home for a while with a shifted clock, then with the right one; raises FileNotFoundError without gcc."""
    folder.mkdir()
    library = _library(folder)
    home = outage_home.copy(folder)
    before = _held(home)
    shifted = {"LD_PRELOAD": str(library), "SHIFT_S": str(shift_s)}
    with town(home, serve=shifted, work=shifted, ingest=shifted) as here:
        moved = _moves(here, 8)
        newest = _newest(here)
        ahead = (newest - datetime.now(UTC).replace(tzinfo=None)).total_seconds()
        good = sum(here.viewer.ask(panel).good for panel in range(len(here.viewer.screen.bodies)))
        alarms = {row["rule"]: row["n"] for row in _operations(here).fetch(OPEN, {}).to_pylist()}
        for service in (here.serve, here.work, here.ingest):
            service.variables.clear()
            service.kill()
        for service in (here.serve, here.ingest):
            service.wait()
        after = _moves(here, 60)
        here.still_users()
    account(here)  # publishes what waits
    if held := _held(home) - before:
        replay(load_config(home), Chosen(reason="future", behind=timedelta(seconds=-shift_s)))
    return Off(shift_s, moved, ahead, good, after, alarms, held, account(here))


def _held(home: Path) -> int:
    """Return how many fixes stand aside as of the future."""
    return int(Warehouse(load_config(home)).fetch(HELD, {})["n"][0].as_py())


def _moves(here: Town, seconds: float) -> bool:
    """Say whether the newest position gets newer within some seconds, after five in which what was on its way came."""
    here.rest(5)
    before, end = _newest(here), monotonic() + seconds
    while not (moved := _newest(here) > before) and monotonic() < end:
        here.rest(1)
    return moved


def _newest(here: Town) -> datetime:
    found: datetime = _operations(here).fetch(NEWEST, {})["fixed_at"][0].as_py()
    return found


def _operations(here: Town) -> Operations:
    return Operations.of(load_config(here.home))


def _library(folder: Path) -> Path:
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise FileNotFoundError("no C compiler")
    library, source = folder / "shifted_clock.so", Path(__file__).with_suffix("").parent / "shifted_clock.c"
    call: list[Any] = [compiler, "-shared", "-fPIC", "-O1", "-o", library, source]
    subprocess.run(call, check=True)
    return library
