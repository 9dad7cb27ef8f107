"""Judges fixes as they arrive, by the reference tables of the version served: who is on duty, and what is believable.

The rules are those of `etl/admit_fixes.py`, for one fix at a time; a test holds the two together. The load judges what
was spooled again, with the tables as they stand then.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from data.config import Config
from data.days import bounds, local_day, midnight
from data.errors import WarehouseError
from data.lake import Folders, Manifest, read_current, read_manifest
from etl.parts import read_parts
from etl.receive.message import Refused
from etl.reference import Reference

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Tables:
    """The reference tables of one version as the gate asks them."""

    version: str
    reference: Reference
    people: dict[str, dict[str, str | None]]
    days: dict[date, bool] = field(default_factory=dict)  # local days asked for -> the roster reaches them

    def off_duty(self, worker: str, moment: datetime) -> str:
        """Return "" on duty at a moment (naive UTC), `off_duty`, or `no_roster` on a day the roster does not reach."""
        reference = self.reference
        zone = reference.config.zone
        day = local_day(moment, zone)
        if day not in self.days:
            start, end = (np.datetime64(edge, "us") for edge in bounds(day, zone))
            self.days[day] = reference.duty.reaches(start, end)
        if not self.days[day]:
            return "no_roster"
        return "" if reference.duty.covers(worker, np.array([moment], "datetime64[us]"))[0] else "off_duty"


class Gate:
    """The rules of admission over the version that CURRENT names; `refresh` looks whether it moved."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.folders = Folders(config.home / "warehouse")
        self._earliest = midnight(config.earliest, config.zone)
        self._late = timedelta(seconds=config.fixes.future_s)
        self._lock = threading.Lock()
        self._tables: Tables | None = None
        self.refresh()

    @property
    def tables(self) -> Tables:
        """The tables in force; raises Refused 503 before the first version with areas: duty cannot be judged."""
        if self._tables is None:
            raise Refused(503, "not_ready")
        return self._tables

    def refresh(self) -> None:
        """Read the tables of a new version; a version that cannot be read leaves those in force."""
        with self._lock:
            try:
                version = read_current(self.folders)
                if version is None or (self._tables and self._tables.version == version):
                    return
                self._tables = _read(self.config, self.folders, version) or self._tables
            except (WarehouseError, pa.ArrowException, OSError, ValueError, KeyError):
                return

    def judge(self, fix: dict[str, Any], received_at: datetime) -> str:
        """Return the reason of reasons.toml for which a fix will not become a position; '' where there is none."""
        tables, duty = self.tables, self.config.duty
        worker, fixed_at = fix["worker_id"], fix["fixed_at"]
        known = worker in tables.reference.area_of
        if known and duty.roster == "required" and (reason := tables.off_duty(worker, fixed_at)):
            return reason
        if not known and duty.unknown_workers == "reject":
            return "unknown_worker"
        return self._misplaced(fix["lon"], fix["lat"], tables.reference.box) or self._mistimed(fixed_at, received_at)

    def person(self, worker: str) -> dict[str, str | None]:
        """Return name, role and assigned area of a worker; that area is the scope of a position."""
        nobody = {"name": None, "role": None, "area_id": self.config.city.area_id + "~"}
        return nobody | self.tables.people.get(worker, {})

    def _misplaced(self, lon: float, lat: float, box: Box) -> str:
        if abs(lon) > 180 or abs(lat) > 90 or (lon == 0 and lat == 0):
            return "bad_coordinates"
        return "" if box[0] <= lon <= box[2] and box[1] <= lat <= box[3] else "outside_city"

    def _mistimed(self, fixed_at: datetime, received_at: datetime) -> str:
        if fixed_at > received_at + self._late:
            return "future"
        return "too_early" if fixed_at < self._earliest else ""


def _read(config: Config, folders: Folders, version: str) -> Tables | None:
    """Read one version; None where it has no areas yet."""
    manifest = read_manifest(folders, version)
    area, worker, roster = (_rows(folders, manifest, name) for name in ("area", "worker", "roster"))
    if area is None:
        return None
    keys = ("name", "role", "area_id")
    listed = worker.to_pylist() if worker is not None else []
    people = {row["worker_id"]: {key: row[key] for key in keys if row[key]} for row in listed}
    return Tables(version, Reference(config, area, worker, roster, datetime.now(UTC).replace(tzinfo=None)), people)


def _rows(folders: Folders, manifest: Manifest, table: str) -> pa.Table | None:
    return read_parts(folders.root, manifest.of(table))
