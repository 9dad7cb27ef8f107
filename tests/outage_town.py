"""A town in an outage: three services on one home, phones, a wall and an operator, and the account at the end."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import select

from data.config import load_config
from data.loop.store import incident
from data.operations import Operations
from data.warehouse import Warehouse
from etl.receive.publish import publish_spool
from etl.receive.segments import recover
from etl.verify import verify
from tests import outage_home
from tests.outage_load import Operator, Sender, Viewer, name_of
from tests.outage_service import Service, running
from tests.screens import wall

FIXES = "SELECT worker_id, fixed_at, count(*) AS n FROM fix WHERE worker_id IN (SELECT unnest($who)) GROUP BY ALL"
CASES = "SELECT title, count(*) AS n FROM incident WHERE title LIKE 'case %' GROUP BY ALL"


@dataclass
class Town:
    """Three services and their users; all of it runs."""

    home: Path
    serve: Service
    work: Service
    ingest: Service
    viewer: Viewer
    operator: Operator
    senders: list[Sender] = field(default_factory=list)

    def rest(self, seconds: float) -> None:
        """Let time pass for the users."""
        sleep(seconds)

    def since(self, moment: float, good: Callable[[], bool], patience_s: float = 300.0) -> float:
        """Return the seconds from a moment until something is so; raises TimeoutError."""
        while not good():
            if monotonic() - moment > patience_s:
                raise TimeoutError(f"not within {patience_s} s")
            sleep(0.05)
        return monotonic() - moment

    def taken(self) -> int:
        """Return how many fixes were acknowledged."""
        return sum(len(sender.acknowledged) for sender in self.senders)

    def still_users(self) -> None:
        """Let every user finish what is in hand; raises what ended one of them."""
        for one in (self.viewer, self.operator, *self.senders):
            one.stop()


@contextmanager
def town(home: Path, senders: int = outage_home.PHONES, **variables: dict[str, str]) -> Iterator[Town]:
    """Start services and users on a home, and end them; variables: of the environment, by service."""
    people = outage_home.phones(home, senders)
    services = {verb: Service(verb, home, *more, **variables.get(verb, {})) for verb, more in VERBS.items()}
    with running(*services.values()):
        screen, desk = wall(home), wall(home, "operator")
        serve = services["serve"].port
        lon, lat = people[0].lon, people[0].lat
        made = Town(
            home, services["serve"], services["work"], services["ingest"],
            Viewer(serve, screen), Operator(serve, desk.headers, lambda id, title: form(id, title, (lon, lat))),
            [Sender(services["ingest"].port, phone) for phone in people],
        )  # fmt: skip
        for one in (made.viewer, made.operator, *made.senders):
            one.start()
        try:
            yield made
        finally:
            for one in (made.viewer, made.operator, *made.senders):
                one.ending.set()


VERBS: dict[str, tuple[str, ...]] = {"serve": ("--no-work",), "work": (), "ingest": ()}


def form(command_id: str, title: str, spot: tuple[float, float]) -> str:
    """Return the request of the form of a new case (panels/board_new.py), as the browser sends it."""
    outputs = [{"id": "new-said", "property": "children"}, {"id": "new-there", "property": "href"}]
    view = {"spot": f"{spot[0]},{spot[1]}", "grade": "3"}
    fields = [("new-kind", "FAC"), ("new-title", title), ("new-detail", "")]
    state = [("view", "data", view), *((name, "value", value) for name, value in fields)]
    told: dict[str, Any] = {
        "output": "..new-said.children...new-there.href..",
        "outputs": outputs,
        "inputs": [{"id": "new-asked", "property": "data", "value": {"command_id": command_id}}],
        "state": [dict(zip(("id", "property", "value"), one, strict=True)) for one in state],
        "changedPropIds": ["new-asked.data"],
    }
    return json.dumps(told)


@dataclass(frozen=True)
class Account:
    """What was acknowledged against what is there once everything is published."""

    fixes: int
    fixes_lost: int
    fixes_twice: int
    cases: int
    cases_lost: int
    cases_twice: int
    findings: int

    @property
    def is_whole(self) -> bool:
        """Say whether nothing is lost, nothing is there twice, and every file is sound."""
        return not any((self.fixes_lost, self.fixes_twice, self.cases_lost, self.cases_twice, self.findings))


def account(town: Town) -> Account:
    """Publish what waits, with every service stopped, and hold what is there against what was acknowledged."""
    config = load_config(town.home)
    recover(town.home / "spool")
    publish_spool(config)
    warehouse = Warehouse(config)
    who = [sender.phone.worker for sender in town.senders]
    there = {(r["worker_id"], r["fixed_at"]): r["n"] for r in warehouse.fetch(FIXES, {"who": who}).to_pylist()}
    told = [(sender.phone.worker, at) for sender in town.senders for at in sender.acknowledged]
    lake = {row["title"]: row["n"] for row in warehouse.fetch(CASES, {}).to_pylist()}
    with Operations.of(config).engine.connect() as connection:
        rows = connection.execute(select(incident.c.title).where(incident.c.title.like("case %"))).scalars()
        here = Counter(rows)
    reported = [name_of(one) for one in town.operator.acknowledged]
    return Account(
        len(told), sum(one not in there for one in told), sum(there.get(one, 0) > 1 for one in told),
        len(reported), sum(one not in here or one not in lake for one in reported),
        sum(here[one] > 1 or lake.get(one, 0) > 1 for one in reported),
        len(verify(config, every=True).findings),
    )  # fmt: skip
