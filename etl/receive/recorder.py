"""Moves what the receiver knows into operations a few times a second: positions, new cases, counts, who was heard."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from time import monotonic
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from data.devices import Devices
from data.receipts import Receipts
from etl.receive.cases import Cases
from etl.receive.gate import Gate
from etl.receive.guard import Guard
from etl.receive.message import Refused
from etl.receive.spool import Spool
from etl.receive.tally import Tally

POSITIONS_S = 0.25
ACCOUNTS_S = 1.0
SENT = ("worker_id", "fixed_at", "lon", "lat", "accuracy_m", "speed_mps", "battery")


class Recorder:
    """Keeps the newest accepted fix of each worker until the next batch is written."""

    def __init__(self, name: str, devices: Devices, gate: Gate, guard: Guard, spool: Spool, tally: Tally) -> None:
        self.name, self.gate, self.guard, self.spool, self.tally = name, gate, guard, spool, tally
        self.devices, self.receipts = devices, Receipts(devices.operations)
        self.cases = Cases(devices.operations, gate.config)
        self._newest: dict[str, dict[str, Any]] = {}
        self._reported: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._record_forever, name="recorder", daemon=True)
        self._thread.start()

    def note(self, fixes: list[dict[str, Any]]) -> None:
        """Take accepted fixes as positions to be."""
        with self._lock:
            for fix in fixes:
                self._keep(fix)

    def report(self, incidents: list[dict[str, Any]]) -> None:
        """Take incidents that are on the disk as cases to be opened."""
        with self._lock:
            self._reported += incidents

    def close(self) -> None:
        """Write what is left and stop."""
        self._stop.set()
        self._thread.join()

    def _keep(self, fix: dict[str, Any]) -> None:
        held = self._newest.get(fix["worker_id"])
        if held is None or fix["fixed_at"] > held["fixed_at"]:
            self._newest[fix["worker_id"]] = fix

    def _record_forever(self) -> None:
        written = monotonic()
        while not self._stop.wait(POSITIONS_S):
            self._write_positions()
            self._open_cases()
            if monotonic() - written >= ACCOUNTS_S:
                written = monotonic()
                self.gate.refresh()
                self._write_accounts()
        self._write_positions()
        self._open_cases()
        self._write_accounts()

    def _write_positions(self) -> None:
        with self._lock:
            newest, self._newest = self._newest, {}
        rows = [{key: fix.get(key) for key in SENT} | self.gate.person(fix["worker_id"]) for fix in newest.values()]
        try:
            if rows:
                self.devices.operations.record_positions(rows)
        except SQLAlchemyError:  # another process holds the store: next time
            self.note(list(newest.values()))

    def _open_cases(self) -> None:
        with self._lock:
            reported, self._reported = self._reported, []
        if not reported:
            return
        try:
            self.cases.open(reported, self.gate.tables.reference, datetime.now(UTC).replace(tzinfo=None))
        except Refused:  # no areas yet: the load that brings them delivers the cases too
            return
        except SQLAlchemyError:  # another process holds the store: next time
            self.report(reported)

    def _write_accounts(self) -> None:
        counts, seen = self.tally.take_new(), self.guard.take_seen()
        try:
            if counts:
                self.receipts.add(counts)
                counts = {}
            self.devices.seen(seen)
            now = datetime.now(UTC).replace(tzinfo=None)
            self.receipts.beat(self.name, now, self.spool.synced_at, self.spool.backlog_bytes)
        except SQLAlchemyError:
            self.tally.put_back(counts)
