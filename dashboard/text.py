"""The words and numbers of the screen, in the language of the request.

`speak` is called once per request by the guard; every other function answers in that language and zone. Words stand
in locale/<language>.toml, nested by panel; formats follow the design system, section 11.
"""

from __future__ import annotations

import tomllib
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

DASH = "—"
MINUS = "−"
SHORT_FROM = 100_000


@dataclass(frozen=True)
class Voice:
    """The language a request speaks and the zone its clocks show."""

    language: str = "zh-CN"
    zone: ZoneInfo = ZoneInfo("Asia/Shanghai")


FIRST = Voice()
_voice: ContextVar[Voice] = ContextVar("voice", default=FIRST)


def speak(language: str, zone: ZoneInfo) -> None:
    """Set language and zone of this request; an unknown language leaves the one spoken before."""
    _voice.set(Voice(language if language in languages() else _voice.get().language, zone))


def voice() -> Voice:
    """Return the language and zone of this request."""
    return _voice.get()


@cache
def languages() -> tuple[str, ...]:
    """Return the languages there is a locale file for, by file name."""
    names = (f.name for f in files("dashboard").joinpath("locale").iterdir())
    return tuple(sorted((n[:-5] for n in names if n.endswith(".toml")), reverse=True))


@cache
def words(language: str) -> dict[str, Any]:
    """Return the nested table of one language."""
    return tomllib.loads(files("dashboard").joinpath("locale", f"{language}.toml").read_text(encoding="utf-8"))


def t(key: str, **fields: object) -> str:
    """Return the sentence of a dotted key with its {fields} filled; KeyError names an unknown key."""
    node: Any = words(_voice.get().language)
    for part in key.split("."):
        if not isinstance(node, dict) or part not in node:
            raise KeyError(key)
        node = node[part]
    return str(node).format(**fields)


def is_chinese() -> bool:
    """Say whether the request speaks Chinese."""
    return _voice.get().language.startswith("zh")


def named(row: dict[str, Any], key: str = "name") -> str:
    """Return the row's name in the request's language: `<key>_zh`, `<key>_en`, or plain `<key>`."""
    chosen = row.get(f"{key}_zh") if is_chinese() else row.get(f"{key}_en")
    return str(chosen or row.get(key) or DASH)


def number(value: float | None, digits: int = 0, short: bool = False) -> str:
    """Return 1,238; with `short` and from 100,000 on 441万 or 4.41M; — for nothing."""
    if value is None:
        return DASH
    if short and abs(value) >= SHORT_FROM:
        return _short(value)
    return f"{value:,.{digits}f}".replace("-", MINUS)


def _short(value: float) -> str:
    step, next_step = (1e4, 1e8) if is_chinese() else (1e3, 1e6)
    large = abs(value) >= next_step
    scaled = value / (next_step if large else step)
    shown = f"{scaled:,.0f}" if abs(scaled) >= 100 else f"{scaled:.3g}"
    return t("format.short_large" if large else "format.short_small", n=shown)


def percent(share: float | None, unit: bool = True) -> str:
    """Return a share 0-1 as 97.3% (97.3 without unit); — where the denominator was empty."""
    return DASH if share is None else f"{share * 100:.1f}" + ("%" if unit else "")


def points(difference: float | None, long: bool = False, sign: bool = True) -> str:
    """Return a difference of two shares in percentage points: −0.4 点, or 0.7 个百分点 when long."""
    if difference is None:
        return DASH
    value = round(difference * 100, 1)
    mark = ("+" if value > 0 else MINUS if value < 0 else "±") if sign else ""
    return t("format.points_long" if long else "format.points", n=f"{mark}{abs(value):.1f}")


def duration(seconds: float | None) -> str:
    """Return 8 秒, 17 分, 1 时 35 分, 3 天 4 时, always two units at most."""
    if seconds is None:
        return DASH
    whole = int(abs(seconds))
    if whole < 60:
        return t("format.seconds", n=whole)
    if whole < 3600:
        return t("format.minutes", n=whole // 60)
    if whole < 86400:
        return t("format.hours", h=whole // 3600, m=f"{whole % 3600 // 60:02d}")
    return t("format.days", d=number(whole // 86400), h=whole % 86400 // 3600)


def hours(seconds: float | None) -> str:
    """Return a median the way medians are written: 6 分, 3.2 h, 4.1 天."""
    if seconds is None:
        return DASH
    if seconds < 3600:
        return duration(seconds)
    return f"{seconds / 3600:.1f} h" if seconds < 172800 else t("format.days_only", d=f"{seconds / 86400:.1f}")


def deadline(seconds: float | None) -> str:
    """Return 剩 17 分 for a time left, 超 8 分 for a time overdue (negative)."""
    if seconds is None:
        return DASH
    return t("format.left" if seconds >= 0 else "format.over", span=duration(seconds))


def age(seconds: float | None) -> str:
    """Return 8 秒前; — for what never came."""
    return DASH if seconds is None else t("format.ago", span=duration(max(seconds, 0)))


def local(moment: datetime) -> datetime:
    """Return a naive UTC moment as an aware one in the city's zone."""
    return moment.replace(tzinfo=UTC).astimezone(_voice.get().zone)


def clock(moment: datetime | None, seconds: bool = False) -> str:
    """Return 10:42 or 10:42:36 of a naive UTC moment, in the city's zone."""
    return DASH if moment is None else local(moment).strftime("%H:%M:%S" if seconds else "%H:%M")


def day_long(day: date | None) -> str:
    """Return 2026年11月20日 周五 or Fri 20 Nov 2026."""
    return DASH if day is None else t("format.day_long", **_parts(day))


def day_short(day: date | None) -> str:
    """Return 11月20日 or 20 Nov."""
    return DASH if day is None else t("format.day_short", **_parts(day))


def stamp(moment: datetime | None) -> str:
    """Return 11月20日 10:42 of a naive UTC moment, in the city's zone."""
    return DASH if moment is None else f"{day_short(local(moment).date())} {clock(moment)}"


def days(first: date, last: date) -> str:
    """Return 10月24日–11月20日; one day alone."""
    return day_short(first) if first == last else f"{day_short(first)}–{day_short(last)}"


def distance(metres: float | None) -> str:
    """Return 380 m, 1,100 m, 1.6 km."""
    if metres is None:
        return DASH
    return f"{metres:,.0f} m" if metres < 1500 else f"{metres / 1000:.1f} km"


def speed(metres_per_second: float | None) -> str:
    """Return 4.7 km/h."""
    return DASH if metres_per_second is None else f"{metres_per_second * 3.6:.1f} km/h"


def _parts(day: date) -> dict[str, object]:
    weekday, month = t("format.weekdays").split()[day.weekday()], t("format.months").split()[day.month - 1]
    return {"year": day.year, "month": month, "day": day.day, "weekday": weekday}
