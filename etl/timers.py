"""What `gridlink work` does by the second beside its jobs: orders leave, cases go up, alarms are raised.

Jobs run in processes of their own, so these threads of the worker's process are starved by none of them, however long
a load takes. Each has its own pace and its own thread: a gateway that answers slowly holds up no escalation. They
live as long as the lease is held.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
from sqlalchemy.exc import SQLAlchemyError

from data.config import Config
from data.errors import Problem
from data.loop.alarm_round import AlarmRound
from data.loop.arrivals import Arrivals
from data.loop.due import Due
from data.loop.escalation import Escalation
from data.loop.outbox import Outbox
from data.operations import Operations
from data.places import Places
from data.warehouse import Warehouse
from etl.adapters import adapter

log = logging.getLogger("gridlink.work")
OUTBOX_S, ESCALATION_S, ARRIVAL_S, ALARM_S = 1.0, 15.0, 10.0, 5.0
PASSING = (Problem, SQLAlchemyError, duckdb.Error, OSError)  # a store held by others, no version yet, a full disk

Task = Callable[[datetime], object]


@dataclass(frozen=True)
class Timer:
    """A task and how many seconds to wait after it; the task gets the moment, naive UTC."""

    name: str
    every_s: float
    task: Task


class Timers:
    """The timers of one home, each in a thread of its own, from `start` until `stop`."""

    def __init__(self, timers: list[Timer]) -> None:
        self._timers, self._stop = timers, threading.Event()
        self._pool = ThreadPoolExecutor(max(1, len(timers)), "timer")
        self._running: list[Future[None]] = []

    def start(self) -> None:
        """Begin."""
        self._running = [self._pool.submit(self._run, timer) for timer in self._timers]

    def stop(self) -> None:
        """End after what is being done."""
        self._stop.set()
        self._pool.shutdown()

    def check(self) -> None:
        """Raise what ended a timer that should be running: a fault of the program ends the worker, loudly."""
        for future in self._running:
            if future.done():
                future.result()

    def _run(self, timer: Timer) -> None:
        said = ""
        while not self._stop.wait(timer.every_s):
            try:
                timer.task(datetime.now(UTC).replace(tzinfo=None))
                said = ""
            except PASSING as fault:
                if str(fault) != said:
                    log.warning("%s: %s", timer.name, fault)
                said = str(fault)


def timers_of(config: Config) -> Timers:
    """Return the timers of a home; raises ConfigError for an unknown adapter."""
    send, operations = adapter(config), Operations.of(config)
    outbox, warehouse = Outbox(operations, config), Warehouse(config)
    arrivals = Arrivals(operations, warehouse)
    alarms = AlarmRound(operations, warehouse)
    escalation = Escalation(operations, config, Places(warehouse, config), Due(config))
    return Timers(
        [
            Timer("outbox", OUTBOX_S, lambda now: outbox.send_due(send, now)),
            Timer("escalation", ESCALATION_S, escalation.run),
            Timer("arrivals", ARRIVAL_S, lambda now: arrivals.prove()),
            Timer("alarms", ALARM_S, alarms.run),
        ]
    )
