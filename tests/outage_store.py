"""The operations store away from a working home, locked (SQLite) or stopped (PostgreSQL), and back: no restart."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from data.accounts import Accounts
from data.config import load_config
from data.operations import Operations
from tests import databases, outage_home
from tests.databases import database
from tests.outage_town import Account, Town, account, town
from tests.web import PASSWORD

AWAY_S = 15.0


@dataclass(frozen=True)
class Away:
    """What the wall's panels were answered while a store was away, and how soon all was well after it."""

    what: str
    went_on: int  # panels answered well throughout
    said: tuple[str, ...]  # what the others said
    blank: int
    fixes_taken: int  # fixes acknowledged meanwhile
    back_s: float
    starts: int  # of all services together: three is none restarted
    account: Account


def away(folder: Path) -> list[Away]:
    """Take the store away for a while, each way there is."""
    told = [_locked(folder / "locked")]
    try:
        told.append(_stopped(folder / "stopped"))
    except (FileNotFoundError, subprocess.CalledProcessError) as fault:
        print("no PostgreSQL server here:", fault, file=sys.stderr)
    return told


def _locked(folder: Path) -> Away:
    folder.mkdir()
    home = outage_home.copy(folder)

    @contextmanager
    def locked() -> Iterator[None]:
        other = sqlite3.connect(home / "operations.db", isolation_level=None)
        other.execute("PRAGMA busy_timeout=20000")
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")
        other.close()

    with town(home) as here:
        return _without(here, "SQLite locked", locked)


def _stopped(folder: Path) -> Away:
    folder.mkdir()
    with database("postgresql") as url:
        home = outage_home.copy(folder, url=url)
        _settle(home)

        @contextmanager
        def stopped() -> Iterator[None]:
            server = Path(databases._server())
            _control(server, "stop", "-m", "immediate")
            yield
            _control(server, "start", "-o", f"-k {server} -c listen_addresses=''", "-l", str(server / "log"), "-w")

        with town(home) as here:
            return _without(here, "PostgreSQL stopped", stopped)


def _settle(home: Path) -> None:
    """Give an empty store what the one of the first home holds of people."""
    config = load_config(home)
    operations = Operations.of(config)
    for name, role in (("wall", "kiosk"), ("operator", "operator")):
        Accounts(operations).add(name, PASSWORD, {role}, config.city.area_id)
    sql = "SELECT worker_id, name, role, area_id, fixed_at, lon, lat FROM position ORDER BY worker_id"
    operations.record_positions(Operations(f"sqlite:///{home / 'operations.db'}").fetch(sql, {}).to_pylist())


def _control(server: Path, *what: str) -> None:
    databases._run("pg_ctl", "-D", str(server / "data"), *what)


def _without(here: Town, what: str, away: object) -> Away:
    here.rest(6)
    starts, before = _starts(here), here.taken()
    with away():  # type: ignore[operator]
        began = monotonic()
        here.rest(AWAY_S)
        looks = [look for look in here.viewer.looks if look.at > began]
        taken = here.taken() - before
    over = monotonic()
    reported = len(here.operator.acknowledged)
    good = lambda: all(here.viewer.ask(panel).good for panel in range(len(here.viewer.screen.bodies)))  # noqa: E731
    here.since(over, good)
    here.since(over, lambda: len(here.operator.acknowledged) > reported)
    back = monotonic() - over
    here.rest(6)
    here.still_users()
    for service in (here.serve, here.work, here.ingest):
        service.stop()
    bad = {look.panel for look in looks if not look.good}
    went_on = len({look.panel for look in looks} - bad)
    said = tuple(sorted({look.said for look in looks if look.said}))
    blank = sum(look.blank for look in looks)
    return Away(what, went_on, said, blank, taken, back, 3 + _starts(here) - starts, account(here))


def _starts(here: Town) -> int:
    return sum(service.starts for service in (here.serve, here.work, here.ingest))
