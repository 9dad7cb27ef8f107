"""When a key area needs watching: spans of local clock time on days of the week, written in one line.

`Mon-Fri 07:00-08:30,16:00-17:30; Sat 09:00-12:00`: groups by `;`, in each days, then spans by `,`. Days are
Mon .. Sun or 周一 .. 周日, one, a range or a list (`Mon,Wed`, `Mon-Fri`), or `Daily` 每天. A span ends after it begins,
at 24:00 at the latest; what crosses midnight is written as two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

DAY = 24 * 60
WEEK = 7
NAMES = (
    ("mon", "周一"),
    ("tue", "周二"),
    ("wed", "周三"),
    ("thu", "周四"),
    ("fri", "周五"),
    ("sat", "周六"),
    ("sun", "周日"),
)
EVERY = ("daily", "每天")
WEEKDAY = {name: at for at, names in enumerate(NAMES) for name in names}
SPAN = re.compile(r"(\d\d?):(\d\d)-(\d\d?):(\d\d)")


@dataclass(frozen=True)
class Timetable:
    """Spans (weekday 0 = Monday, first and last minute of the local day), in order."""

    spans: tuple[tuple[int, int, int], ...]

    @property
    def weekdays(self) -> frozenset[int]:
        """The days of the week, 0 = Monday, on which there is any span."""
        return frozenset(weekday for weekday, _, _ in self.spans)

    def on(self, day: date) -> list[tuple[int, int]]:
        """Return the spans of a local day in minutes since its midnight."""
        return [(first, last) for weekday, first, last in self.spans if weekday == day.weekday()]


def parse(text: str) -> Timetable:
    """Read a timetable; raises ValueError with the part that cannot be read."""
    spans: set[tuple[int, int, int]] = set()
    for group in filter(None, (part.strip() for part in re.split("[;；]", text))):
        days, _, hours = group.partition(" ")
        pieces = [piece.strip() for piece in re.split("[,，]", hours)]
        spans |= {(weekday, *_span(piece)) for weekday in _weekdays(days) for piece in pieces}
    if not spans:
        raise ValueError(text)
    return Timetable(tuple(sorted(spans)))


def _weekdays(text: str) -> list[int]:
    if text.lower() in EVERY:
        return list(range(WEEK))
    out: list[int] = []
    for part in re.split("[,，、]", text):
        first, _, last = part.lower().replace("至", "-").partition("-")
        if first not in WEEKDAY or (last or first) not in WEEKDAY:
            raise ValueError(part)
        start, end = WEEKDAY[first], WEEKDAY[last or first]
        out += [at % WEEK for at in range(start, end + 1 + (WEEK if end < start else 0))]
    return out


def _span(text: str) -> tuple[int, int]:
    match = SPAN.fullmatch(text)
    if not match:
        raise ValueError(text)
    hour, minute, until_hour, until_minute = map(int, match.groups())
    first, last = hour * 60 + minute, until_hour * 60 + until_minute
    if minute > 59 or until_minute > 59 or not first < last <= DAY:
        raise ValueError(text)
    return first, last
