"""The words and numbers of a briefing in one language; numbers follow the design system, section 11.

Words stand in <language>.toml beside this module, so that a job without a screen can write a briefing too.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from data.feeds import feeds
from data.metrics import Metric

DASH, MINUS = "—", "−"
LANGUAGES = ("zh-CN", "en")


@cache
def table(language: str) -> dict[str, Any]:
    """Return the nested words of one language."""
    text = files("data").joinpath("briefing", f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@dataclass(frozen=True)
class Words:
    """One language, and the zone its days and clocks are told in."""

    language: str
    zone: ZoneInfo

    @property
    def chinese(self) -> bool:
        """Say whether these are Chinese words."""
        return self.language.startswith("zh")

    def t(self, key: str, **fields: object) -> str:
        """Return the sentence of a dotted key with its {fields} filled; KeyError names an unknown key."""
        told = self._find(key)
        if told is None:
            raise KeyError(key)
        return told.format(**fields)

    def has(self, key: str) -> bool:
        """Say whether there are words for a dotted key."""
        return self._find(key) is not None

    def _find(self, key: str) -> str | None:
        node: Any = table(self.language)
        for part in key.split("."):
            node = node.get(part) if isinstance(node, dict) else None
        return node if isinstance(node, str) else None

    def named(self, row: dict[str, Any], key: str = "name") -> str:
        """Return a row's name in this language: `<key>_zh`, `<key>_en`, or plain `<key>`."""
        chosen = row.get(f"{key}_zh") if self.chinese else row.get(f"{key}_en")
        return str(chosen or row.get(key) or DASH)

    def listed(self, names: list[str]) -> str:
        """Join names as a list in a sentence."""
        return self.t("format.comma").join(names)

    def number(self, value: float | None, digits: int = 0) -> str:
        """Return 1,238; — for nothing."""
        return DASH if value is None else f"{value:,.{digits}f}".replace("-", MINUS)

    def percent(self, share: float | None) -> str:
        """Return a share 0-1 as 97.3%; — where the denominator was empty."""
        return DASH if share is None else f"{share * 100:.1f}%"

    def value(self, metric: Metric, value: float | None) -> str:
        """Return a metric's value with its unit: 97.3%, 1,238, 4.2."""
        if metric.unit == "percent":
            return self.percent(value)
        return self.number(value, 0 if metric.unit == "count" else 1)

    def points(self, difference: float | None) -> str:
        """Return a difference of two shares with its sign in percentage points, for tables: +0.4, −1.2."""
        if difference is None:
            return DASH
        rounded = round(difference * 100, 1)
        return f"{'+' if rounded > 0 else MINUS if rounded < 0 else '±'}{abs(rounded):.1f}"

    def signed(self, difference: float, digits: int) -> str:
        """Return a difference of two counts or means with its sign: +3.2, −1."""
        told = self.number(difference, digits)
        return f"+{told}" if difference > 0 else told

    def name(self, metric: Metric) -> str:
        """Return a metric's name."""
        return metric.zh if self.chinese else metric.en

    def feed(self, name: str) -> str:
        """Return a feed's name."""
        known = feeds().get(name)
        return name if known is None else known.zh if self.chinese else known.en

    def day(self, day: date) -> str:
        """Return 2026年11月20日 or 20 Nov 2026."""
        month = self.t("format.months").split()[day.month - 1]
        return self.t("format.day", year=day.year, month=month, day=day.day)

    def short_day(self, day: date) -> str:
        """Return 11月20日 or 20 Nov."""
        month = self.t("format.months").split()[day.month - 1]
        return self.t("format.day_short", month=month, day=day.day)

    def days(self, first: date, last: date) -> str:
        """Return 2026年10月24日–11月22日; one day alone; both years where they differ."""
        if first == last:
            return self.day(first)
        if self.chinese:
            return f"{self.day(first)}–{self.short_day(last) if first.year == last.year else self.day(last)}"
        return f"{self.short_day(first) if first.year == last.year else self.day(first)}–{self.day(last)}"

    def stamp(self, moment: datetime) -> str:
        """Return day and clock of a naive UTC moment in the city's zone."""
        local = moment.replace(tzinfo=UTC).astimezone(self.zone)
        return f"{self.day(local.date())} {local:%H:%M}"
