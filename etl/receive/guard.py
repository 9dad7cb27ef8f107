"""Lets known devices in: tokens, and how often one may come."""

from __future__ import annotations

import hmac
import threading
from datetime import datetime
from time import monotonic

from sqlalchemy.exc import SQLAlchemyError

from data.devices import Device, Devices, token_sha256
from data.settings import Ingest
from etl.receive.message import Refused

FRESH_S = 2.0  # a disabled device is shut out after at most this


class Guard:
    """The devices of a home, read again every two seconds."""

    def __init__(self, devices: Devices, limits: Ingest) -> None:
        self.devices, self.limits = devices, limits
        self._known: dict[str, Device] = {}
        self._read_at = -FRESH_S
        self._lock = threading.Lock()
        self._buckets: dict[str, tuple[float, float]] = {}  # device -> requests left, as of when
        self._seen: dict[str, datetime] = {}

    def admit(self, token: str) -> Device:
        """Return whose token it is.

        Raises Refused 401 `bad_token`, 403 `device_disabled` or 429 `too_often`.
        """
        digest = token_sha256(token)
        with self._lock:
            self._refresh()
            device = self._known.get(digest)
        if not token or device is None or not hmac.compare_digest(device.token_sha256, digest):
            raise Refused(401, "bad_token")
        if device.disabled:
            raise Refused(403, "device_disabled", detail=device.device_id)
        self._spend(device.device_id)
        return device

    def heard(self, device: Device, now: datetime) -> None:
        """Note when a device sent something that was kept; of what it sends off duty nothing is."""
        with self._lock:
            self._seen[device.device_id] = now

    def take_seen(self) -> dict[str, datetime]:
        """Return when each device was heard since the last call."""
        with self._lock:
            seen, self._seen = self._seen, {}
        return seen

    def _refresh(self) -> None:
        if monotonic() - self._read_at < FRESH_S:
            return
        self._read_at = monotonic()
        try:
            self._known = {device.token_sha256: device for device in self.devices.list()}
        except SQLAlchemyError:  # the store is busy: next time
            return

    def _spend(self, name: str) -> None:
        """Take one request from the device's bucket, which fills at rate_per_s up to burst."""
        with self._lock:
            tick = monotonic()
            left, then = self._buckets.get(name, (float(self.limits.burst), tick))
            left = min(left + (tick - then) * self.limits.rate_per_s, self.limits.burst)
            self._buckets[name] = (max(left - 1, 0.0), tick)
            if left < 1:
                raise Refused(429, "too_often", known=self.limits.rate_per_s)
