"""Targets that named persons set: what a mark ▲ is measured against, who set it and since when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dashboard import moment
from dashboard.session import door
from dashboard.standing import level
from data.analysis.periods import Period


@dataclass(frozen=True)
class Aim:
    """A target: its value in the metric's unit (shares 0-1), the person who set it, the first day it holds, its id."""

    value: float
    set_by: str
    from_day: date
    target_id: str = ""


@dataclass(frozen=True)
class Aims:
    """The targets of a level by (metric, subject); subject None: of everybody who has none of their own."""

    known: dict[tuple[str, str | None], Aim] = field(default_factory=dict)

    def of(self, metric: str, subject_id: str) -> Aim | None:
        """Return the target of one subject in one metric, or None where nobody set any."""
        return self.known.get((metric, subject_id)) or self.known.get((metric, None))


def aims(view: dict[str, Any] | None) -> Aims:
    """Return the targets in force during the whole of the view's period."""
    return of_level(level(view), moment.span(view or {}))


def of_level(asked: str, span: Period) -> Aims:
    """Return the targets of a level in force during the whole of a period."""
    known: dict[tuple[str, str | None], Aim] = {}
    for row in door().weighing.targets(asked, span.first, span.last):
        aim = Aim(row["value"], row["set_by"], row["from_day"], row["target_id"])
        known.setdefault((row["metric"], row["subject_id"]), aim)  # the newest comes first
    return Aims(known)
