"""Counts what arrives, for whoever asks the receiver and for the accounts kept in operations."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import date, datetime
from typing import Any

from data.config import Config
from data.days import local_day
from data.receipts import RECEIVED, SPOOLED
from etl.receive.message import Outcome


class Tally:
    """Counts since the start, and those not yet written to operations; every method may be called from any thread."""

    def __init__(self, config: Config) -> None:
        self.zone = config.zone
        self.total: Counter[str] = Counter()
        self._new: Counter[tuple[date, str]] = Counter()
        self._lock = threading.Lock()

    def took(self, outcome: Outcome, now: datetime) -> None:
        """Count the rows of one request: received = spooled + off duty; those set aside are among the spooled."""
        spooled = len(outcome.spooled)
        counts = {RECEIVED: spooled + outcome.off_duty, SPOOLED: spooled, "off_duty": outcome.off_duty}
        self._add(counts | outcome.aside, now)

    def refused(self, reason: str, now: datetime) -> None:
        """Count one request that was not taken."""
        self._add({reason: 1}, now)

    def take_new(self) -> dict[tuple[date, str], int]:
        """Return the counts per local day since the last call."""
        with self._lock:
            new, self._new = dict(self._new), Counter()
        return new

    def put_back(self, counts: dict[tuple[date, str], int]) -> None:
        """Keep counts that could not be written for the next time."""
        with self._lock:
            self._new.update(counts)

    def as_json(self) -> dict[str, Any]:
        """Return the counts since the start: received, spooled, off_duty, and refused by reason."""
        with self._lock:
            total = dict(self.total)
        named = {key: total.pop(key, 0) for key in (RECEIVED, SPOOLED, "off_duty")}
        return named | {"refused": total}

    def _add(self, counts: dict[str, int], now: datetime) -> None:
        day = local_day(now, self.zone)
        with self._lock:
            for key, n in counts.items():
                if n:
                    self.total[key] += n
                    self._new[day, key] += n
