"""告知: what is collected of whom, why, how long, on what basis, who sees it, and whom to ask.

How long stands in the configuration the retention obeys, so that the words cannot say anything else.
"""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.session import door
from dashboard.text import is_chinese, number, t


@dataclass(frozen=True)
class Kept:
    """One kind of data: what it is, why it is collected, and how long it is kept."""

    what: str
    why: str
    how_long: str


def kept() -> list[Kept]:
    """Return every kind of data about persons with its time, as configured."""
    config = door().config
    privacy = config.privacy
    terms = {
        "fixes": _days(privacy.fix_days),
        "sums": _days(privacy.aggregate_days),
        "events": _days(privacy.event_days),
        "alarms": _days(privacy.alarm_days),
        "groups": _days(privacy.aggregate_days),
        "video": t("notice.never"),
        "files": t("notice.files", hours=number(config.exports.keep_hours), days=_days(privacy.job_days)),
        "accounts": t("notice.session", hours=number(config.server.session_hours)),
        "audit": _days(privacy.audit_days),
    }
    facts = {"small": privacy.small_count}
    return [Kept(t(f"notice.what_{key}", **facts), t(f"notice.why_{key}"), term) for key, term in terms.items()]


def sections() -> list[tuple[str, list[str]]]:
    """Return the sentences of the notice under their headings: when, who sees, basis, rights, whom to ask."""
    config = door().config
    told, chinese = config.notice, is_chinese()
    purpose, basis = (told.purpose, told.basis) if chinese else (told.purpose_en, told.basis_en)
    office = told.office if chinese else told.office_en or told.office
    days, legal = number(config.live.operator_days), config.privacy.legal_basis
    asked = [t("notice.ask", office=office, contact=told.contact)] if told.contact else [t("notice.nobody")]
    longer = [t("notice.longer", basis=legal)] if legal.strip() else []
    return [
        (t("notice.purpose"), [purpose or t("notice.purpose_said")]),
        (t("notice.when"), [t(f"notice.when_{config.duty.roster}"), t("notice.home")]),
        (t("notice.seen"), [t("notice.seen_track"), t("notice.seen_recent", days=days), t("notice.seen_log")]),
        (t("notice.basis"), [basis or t("notice.basis_said"), *longer]),
        (t("notice.rights"), [t("notice.rights_own"), t("notice.rights_score"), t("notice.rights_correct")]),
        (t("notice.whom"), asked),
    ]


def _days(days: int) -> str:
    return t("notice.days", n=number(days)) if days else t("notice.for_good")
