"""Kill -9 of the three services at random moments under load, again and again, and how soon each is back at work."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from data.config import load_config
from data.leases import Leases
from data.operations import Operations
from etl.work import LEASE
from tests import outage_home
from tests.outage_load import asked
from tests.outage_service import Service
from tests.outage_town import Account, Town, account, town

FIRST_PANEL = 1


@dataclass
class Kills:
    """Seconds from each kill -9 until the service was back at work, by verb, and the account at the end."""

    back: dict[str, list[float]] = field(default_factory=dict)
    cpu: dict[str, list[float]] = field(default_factory=dict)  # seconds of processor until then: no load of others
    blank: int = 0
    looks: int = 0
    account: Account | None = None


def kill_all(folder: Path, times: int, chance: Random) -> Kills:
    """Kill every service so often; every second time its child process, where it has one that serves."""
    home, told = outage_home.copy(folder), Kills()
    with town(home) as here:
        works = _at_work(here)
        for verb, service in (("serve", here.serve), ("work", here.work), ("ingest", here.ingest)):
            told.back[verb], told.cpu[verb] = [], []
            for n in range(times):
                told.back[verb].append(_kill(here, service, works[verb], chance, odd=n % 2 == 1))
                told.cpu[verb].append(service.cpu_s())
                print(verb, n + 1, f"{told.back[verb][-1]:.1f} s, cpu {told.cpu[verb][-1]:.1f} s", file=sys.stderr)
        here.rest(2)
        here.still_users()
    told.blank = sum(look.blank for look in here.viewer.looks)
    told.looks = len(here.viewer.looks)
    told.account = account(here)
    return told


def _kill(here: Town, service: Service, works: Callable[[], Callable[[], bool]], chance: Random, odd: bool) -> float:
    here.rest(chance.uniform(0.2, 4.0))
    back = works()
    return here.since(service.kill(child=odd and service.verb != "work"), back)


def _at_work(here: Town) -> dict[str, Callable[[], Callable[[], bool]]]:
    """Return, by verb, what makes a question whether the service is back: it is asked anew for every kill."""
    leases = Leases(Operations.of(load_config(here.home)), 0.0)

    def serve() -> Callable[[], bool]:
        starts = here.serve.starts
        return lambda: here.serve.starts > starts and here.viewer.ask(FIRST_PANEL).good

    def work() -> Callable[[], bool]:
        holder = leases.holder(LEASE)
        return lambda: leases.holder(LEASE) not in (None, holder)

    def ingest() -> Callable[[], bool]:
        starts, phone = here.ingest.starts, here.senders[0].phone
        return lambda: here.ingest.starts > starts and asked(here.ingest.port, "GET", f"/t/{phone.token}/")[0] == 400

    return {"serve": serve, "work": work, "ingest": ingest}
