"""The one line of a briefing that may differ between two copies: choices, version, times and who took it."""

from __future__ import annotations

from datetime import datetime

from data.briefing.numbers import Numbers
from data.briefing.write import as_of


def provenance(numbers: Numbers, title: str, at: datetime | None, account: str) -> str:
    """Return where a copy is from; `at` (naive UTC) and the account are left open until it is taken away."""
    words = numbers.words
    span = words.days(numbers.period.first, numbers.period.last)
    later = words.t("provenance.later")
    return words.t(
        "provenance.line",
        filters=words.t("provenance.filters", kind=title, place=numbers.place, span=span),
        version=numbers.door.version(),
        as_of=words.stamp(as_of(numbers)),
        at=words.stamp(at) if at else later,
        account=account if at else later,
    )
