"""What a client asks of the desk, and what it says of a new incident."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from data.scope import Scope


@dataclass(frozen=True)
class Command:
    """One act on one incident.

    `command_id` is the client's own: the same id again gets the same answer and does nothing. `version` is that of the
    row the client saw; another one means somebody was faster. Times are naive UTC.
    """

    command_id: str
    scope: Scope
    incident_id: str
    act: str
    version: int | None = None
    unit_id: str | None = None
    worker_id: str | None = None
    reason: str | None = None
    deadline_at: datetime | None = None
    review_at: datetime | None = None
    into: str | None = None  # the case a duplicate is merged into


@dataclass(frozen=True)
class Report:
    """A new incident as somebody describes it; texts are masked before they are stored.

    lon, lat: EPSG:4326, or None where only the area is known. `incident_id` None: the desk numbers it.
    """

    kind: str
    severity: int
    area_id: str
    located: str = "area"
    lon: float | None = None
    lat: float | None = None
    subkind: str | None = None
    title: str | None = None
    detail: str | None = None
    source: str = "worker"
    discovered_level: str | None = None
    reporter_id: str | None = None
    reported_at: datetime | None = None
    incident_id: str | None = None
