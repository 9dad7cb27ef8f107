"""The one background process: it holds the lease, submits what the clock asks for, and does jobs one after another.

Each job runs in a process of its own, so that what kills a job leaves the worker alive and the lease held, and what a
job took of memory is given back. Whoever holds the lease is the only one to take jobs; another waits, and takes over
when the holder is silent for `lease_s`. What has to happen within seconds runs beside the jobs, in threads of this
process (etl/timers.py).
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import secrets
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.process import BaseProcess
from time import monotonic

from sqlalchemy.exc import SQLAlchemyError

from data import measures
from data.config import Config
from data.jobs import RUNNING, Job, Jobs
from data.leases import Leases
from data.operations import Operations
from etl.alone import Alone
from etl.do_job import do_job
from etl.schedule import Schedule
from etl.timers import PASSING, Timers, timers_of

log = logging.getLogger("gridlink.work")
LEASE = "work"
IDLE_S = 0.5
AWAY_S = 2.0
BEATS = 5  # signs of life within the life of a lease

Say = Callable[..., None]


class Worker:
    """Does the jobs of one home until `stop` is set; `say(key, **facts)` speaks sentences of words.toml."""

    def __init__(self, config: Config, kinds: set[str], say: Say) -> None:
        self.config, self.say = config, say
        operations = Operations.of(config)
        self.jobs, self.leases = Jobs(operations), Leases(operations, config.work.lease_s)
        self.schedule = Schedule(config, self.jobs, kinds)
        self.kinds = kinds
        self.alone = Alone(config.home / "work.lock")
        self.name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"
        self.stop = threading.Event()
        self._pause = min(IDLE_S, config.work.lease_s / BEATS)
        self._beaten = 0.0

    def run(self) -> None:
        """Wait for the lease, then work until stopped or until somebody else has taken over."""
        if not self._wait_for_lease():
            return
        self.say("work_ready")
        timers = timers_of(self.config)
        timers.start()
        try:
            self._work(timers)
        finally:
            timers.stop()
            self.alone.give_back()

    def _work(self, timers: Timers) -> None:
        found = False
        while not self.stop.is_set():
            timers.check()
            try:
                if not self._beat():
                    self.say("work_lost")
                    return
                found = found or self.jobs.recover() is not None
                self._turn()
            except PASSING as fault:  # a store is away; what was begun is looked for when it is back
                found = self._rest(fault)
        self.leases.give_back(LEASE, self.name)

    def _turn(self) -> None:
        """Submit what is due and do one job, or rest."""
        self.schedule.submit_due(_now())
        job = self.jobs.take()
        if job is None:
            self.stop.wait(self._pause)
        else:
            self._do(job)

    def _rest(self, fault: Exception) -> bool:
        log.warning("%s", fault)
        self.stop.wait(AWAY_S)
        return False

    def _take_lease(self, instead_of: str) -> bool:
        try:
            return self.leases.take(LEASE, self.name, instead_of)
        except SQLAlchemyError as fault:
            return self._rest(fault)

    def _wait_for_lease(self) -> bool:
        """Wait until no other worker lives: none on this host, by its lock; none elsewhere, by the lease."""
        told, host = False, socket.gethostname()
        while not (self.alone.take() and self._take_lease(f"{host}:")):
            if not told:
                self.say("work_waits", holder=self.leases.holder(LEASE))
                told = True
            if self.stop.wait(self._pause):
                return False
        return not self.stop.is_set()

    def _beat(self) -> bool:
        """Give a sign of life when one is due; False where somebody else has taken over."""
        if monotonic() - self._beaten < self.config.work.lease_s / BEATS:
            return True
        self._beaten = monotonic()
        try:
            return self.leases.beat(LEASE, self.name)
        except SQLAlchemyError as fault:  # away: it gives the lease to nobody else either
            log.warning("operations: %s", fault)
            return True

    def _do(self, job: Job) -> None:
        """Do one job in a process of its own; stopped before it ends, it goes back to those waiting."""
        if job.kind not in self.kinds:
            self.jobs.fail(job.id, "unknown_kind", {"detail": job.kind, "known": ", ".join(sorted(self.kinds))})
            return
        process = multiprocessing.get_context("spawn").Process(target=do_job, args=(self.config.home, job.id))
        process.start()
        self._attend(process)
        if process.is_alive():
            self._end(process, job)
            return
        process.join()
        ended = self.jobs.get(job.id)
        if ended.state == RUNNING:
            self.jobs.fail(job.id, "job_broken", {"detail": f"exit {process.exitcode}"})
            ended = self.jobs.get(job.id)
        measures.jobs_done.labels(job.kind, ended.state).inc()
        self.say("work_job", id=job.id, kind=job.kind, state=ended.state)

    def _attend(self, process: BaseProcess) -> None:
        """Give signs of life while a job is done; told to stop, for no longer than `finish_s`."""
        until = 0.0
        while process.is_alive() and self._beat():
            if self.stop.is_set():
                until = until or monotonic() + self.config.work.finish_s
                if monotonic() >= until:
                    return
            process.join(self._pause)

    def _end(self, process: BaseProcess, job: Job) -> None:
        """Kill what is being done: every store survives that, and the job is done again."""
        process.kill()
        process.join()
        if self.leases.holder(LEASE) == self.name:
            self.jobs.put_back(job.id)


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
