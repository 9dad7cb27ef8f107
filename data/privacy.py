"""How long what is kept (domain table 7.1), when counts of people are published, and the bounds of both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from data.errors import ConfigError

# The longest time of each kind of data in days, and the shortest of the log of who saw what; 0 is for good.
LONGEST = {"fix_days": 90, "aggregate_days": 730, "event_days": 1826, "old_track_days": 7}
SHORTEST_AUDIT = 180
SMALLEST = 10
PERIODS = (1, 2, 3, 4, 6, 12)


@dataclass(frozen=True)
class Privacy:
    """Suppression of small counts, months between published tables, and retention in days (0: kept for good).

    `legal_basis` names the law or decision by which something is kept longer, or the log shorter, than allowed
    otherwise; empty: there is none.
    """

    small_count: int
    publish_months: int
    fix_days: int
    aggregate_days: int
    event_days: int
    alarm_days: int
    job_days: int
    audit_days: int
    old_track_days: int  # an older track is nothing for an operator, and needs a second reason; 0: no track is old
    legal_basis: str


def check_privacy(privacy: Privacy, path: str, synthetic: bool) -> None:
    """Raise ConfigError where a period or threshold lies outside its bounds without a legal basis.

    Thresholds hold whatever the basis; a made-up city holds nobody's data and may keep it.
    """
    if privacy.small_count < SMALLEST:
        raise ConfigError("small_count_low", path=path, detail=privacy.small_count, known=SMALLEST)
    if privacy.publish_months not in PERIODS:
        known = ", ".join(map(str, PERIODS))
        raise ConfigError("publish_months", path=path, detail=privacy.publish_months, known=known)
    for name in (*LONGEST, "alarm_days", "job_days", "audit_days"):
        if getattr(privacy, name) < 0:
            raise ConfigError("negative_days", path=path, detail=f"privacy.{name}")
    if not synthetic and not privacy.legal_basis.strip():
        _check_periods(privacy, path)


def _check_periods(privacy: Privacy, path: str) -> None:
    for name, longest in LONGEST.items():
        days = getattr(privacy, name)
        if not 0 < days <= longest:
            raise ConfigError("kept_too_long", path=path, detail=f"privacy.{name} = {days}", known=longest)
    if 0 < privacy.audit_days < SHORTEST_AUDIT:
        raise ConfigError("audit_too_short", path=path, detail=privacy.audit_days, known=SHORTEST_AUDIT)


def fixed_date(day: date, months: int) -> date:
    """Return the date whose table a count of this day belongs to: the next first of a month that starts a period."""
    month = day.year * 12 + day.month - 1 + (day.day > 1)
    month += -month % months
    return date(month // 12, month % 12 + 1, 1)
