"""What the map of hot spots is filled with: classes with their colour, words and number of units, by a method told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dashboard import hot_words
from dashboard.text import DASH, MINUS, number, t

if TYPE_CHECKING:
    from data.analysis.hot_spots import HotSpots, Unit

CONFIDENCE = {1: 90, 2: 95, 3: 99}
EMERGING = (
    "new",
    "consecutive",
    "intensifying",
    "persistent",
    "sporadic",
    "oscillating",
    "diminishing",
    "historical",
)
COLD_TOKEN = "cold-1"
QUINTILES = (0.2, 0.4, 0.6, 0.8)
RARE = 0.95  # changes beyond this quantile share the last class


@dataclass(frozen=True)
class Class:
    """One class of a legend: the token of its colour (empty: the ground), its words, and how many units it holds."""

    token: str
    words: str
    n: int


@dataclass(frozen=True)
class Shown:
    """A filled map: its classes from the most to the least, the token of every unit's colour, and how it was made."""

    classes: list[Class]
    tokens: dict[str, str]
    method: str


def shown(of: str, spots: HotSpots) -> Shown:
    """Return the classes of significance, rate, emerging or difference."""
    return MADE[of](spots)


def told(unit: Unit, spots: HotSpots) -> tuple[str, str]:
    """Return what the card of a unit says: its number with its rate, and what that means."""
    counted = t("hotspots.unit_said", n=number(unit.n))
    if not unit.rated:
        return counted, t("hotspots.unit_unrated")
    rates = {"rate": hot_words.rate(unit.rate, spots), "smoothed": number(unit.smoothed, 1)}
    z = DASH if unit.z is None else number(unit.z, 1)
    notes = [t("hotspots.unit_z", z=z, before=number(unit.before))]
    if unit.emerging:
        notes.insert(0, hot_words.class_name(unit.emerging))
    return f"{counted} · {t('hotspots.unit_rate', **rates)}", " · ".join(notes)


def _significance(spots: HotSpots) -> Shown:
    tokens = {u.area_id: _sided(u.significance) for u in spots.units if u.significance}
    counted = Counter(u.significance for u in spots.units if u.rated)
    hot = [Class(f"hot-{at}", t("hotspots.hot", level=CONFIDENCE[at]), counted[at]) for at in (3, 2, 1)]
    cold = [Class(f"cold-{at}", t("hotspots.cold", level=CONFIDENCE[at]), counted[-at]) for at in (1, 2, 3)]
    return Shown([*hot, Class("", t("hotspots.neither"), counted[0]), *cold], tokens, t("hotspots.method_gi"))


def _rate(spots: HotSpots) -> Shown:
    values = {u.area_id: u.smoothed for u in spots.units if u.rated and u.smoothed is not None}
    some = [value for value in values.values() if value > 0]
    breaks = np.unique(np.quantile(some, QUINTILES).round(1)) if some else np.array([])
    at = {area: int(np.searchsorted(breaks, value, side="right")) for area, value in values.items()}
    counted = Counter(at.values())
    classes = [Class(f"seq-{i + 1}", _range(breaks, i), counted[i]) for i in range(len(breaks), -1, -1)]
    return Shown(classes, {area: f"seq-{i + 1}" for area, i in at.items() if i}, t("hotspots.method_rate"))


def _emerging(spots: HotSpots) -> Shown:
    """Every class of hot spots has its colour; cold ones share one, their cards name them."""
    tokens = {u.area_id: _course(u.emerging) for u in spots.units if u.emerging}
    counted = Counter(tokens.values())
    named = {f"em-{name}": hot_words.class_name(name) for name in EMERGING}
    named[COLD_TOKEN] = t("hotspots.emerging_cold")
    classes = [Class(token, words, counted[token]) for token, words in named.items() if counted[token]]
    return Shown(classes, tokens, t("hotspots.method_emerging"))


def _course(emerging: str) -> str:
    return COLD_TOKEN if emerging.startswith(hot_words.COLD) else f"em-{emerging}"


def _difference(spots: HotSpots) -> Shown:
    """Three classes on either side, equally wide, so that growth and decline read alike."""
    holding = {u.area_id: u.difference for u in spots.units if u.difference_holds and u.difference}
    far = float(np.quantile(np.abs(list(holding.values())), RARE)) if holding else 0.0
    breaks = [_round(far * part) for part in (1 / 3, 2 / 3)]
    at = {area: int(np.sign(v)) * (1 + int(np.searchsorted(breaks, abs(v)))) for area, v in holding.items()}
    counted = Counter(at.values())
    classes = [Class(_sided(side), _change(side, breaks), counted[side]) for side in (3, 2, 1, -1, -2, -3)]
    return Shown(
        [one for one in classes if one.n], {area: _sided(i) for area, i in at.items()}, t("hotspots.method_difference")
    )


def _sided(step: int) -> str:
    return f"{'hot' if step > 0 else 'cold'}-{abs(step)}"


def _range(breaks: np.ndarray, at: int) -> str:
    low = number(float(breaks[at - 1]), 1) if at else ""
    high = number(float(breaks[at]), 1) if at < len(breaks) else ""
    return f"{low}–{high}" if low and high else f"≥ {low}" if low else f"< {high}" if high else DASH


def _change(side: int, breaks: list[float]) -> str:
    sign, at = "+" if side > 0 else MINUS, abs(side)
    low, high = (number(breaks[i], 1) if 0 <= i < len(breaks) else "" for i in (at - 2, at - 1))
    if not low:
        return f"< {sign}{high}" if side > 0 else f"> {sign}{high}"
    return f"{sign}{low}–{high}" if high else f"{'>' if side > 0 else '<'} {sign}{low}"


def _round(value: float) -> float:
    """Return two significant digits."""
    return float(f"{value:.2g}")


MADE: dict[str, Callable[[HotSpots], Shown]] = {
    "significance": _significance,
    "rate": _rate,
    "emerging": _emerging,
    "difference": _difference,
}
