"""What a rule says at one moment: whose condition holds, since when, and what several of them have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any

KINDS = {"worker": "worker_id", "camera": "camera_id", "key_area": "key_area_id", "incident": "incident_id"}


@dataclass(frozen=True)
class Sign:
    """The condition of a rule holds for a subject ('worker' | 'camera' | 'key_area' | 'incident', its id).

    cause: signs of one cause are one alarm. began_at: naive UTC, as far as the data tell. strong: False between the
    limit and its release, where it keeps an alarm that is there and begins none. about: further columns of the alarm
    (subject, lon, lat, value, limit, and ids of what it is about besides the subject).
    """

    cause: str
    kind: str
    subject_id: str
    area_id: str
    began_at: datetime
    strong: bool = True
    about: dict[str, Any] = field(default_factory=dict)

    @property
    def member(self) -> tuple[str, str]:
        """Whom or what the sign is of."""
        return self.kind, self.subject_id


def alarm_id(rule: str, cause: str, began_at: datetime) -> str:
    """Return the id of an alarm: the same for the same rule, cause and beginning; it spells out no person's id."""
    return f"{rule}-{blake2b(f'{cause} {began_at.isoformat()}'.encode(), digest_size=8).hexdigest()}"


Find = Callable[[Any, Any], list[Sign]]  # (World, Setting): a rule
