"""Words on the map: as many as fit without touching, what matters more first."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.extent import Bounds
from dashboard.session import door, scope
from dashboard.text import named

WIDE_EM, NARROW_EM, LINE_EM = 1.05, 0.6, 1.5

SCALE_EM = (15.0, 2.4)  # width and height of the longest scale bar with its words
ASIDE_EM = (0.0, -1.2, 1.2)  # where words may stand above or below their place

Row = dict[str, Any]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Frame:
    """A view of `size` pixels showing `bounds`, with letters of `em` pixels; `scaled`: a scale bar in its corner."""

    bounds: Bounds
    size: tuple[float, float]
    em: float
    scaled: bool = False

    def pixel(self, p: Sequence[float]) -> tuple[float, float]:
        """Return x, y of lon, lat from the upper left corner of the bounds."""
        west, _, _, north = self.bounds
        return (p[0] - west) * self._across, (north - p[1]) * self._across * self._taller

    def holds(self, box: Box) -> bool:
        """Say whether a box of pixels lies inside the bounds."""
        right, bottom = self.pixel((self.bounds[2], self.bounds[1]))
        return box[0] >= 0 and box[1] >= 0 and box[2] <= right and box[3] <= bottom

    def furniture(self) -> list[Box]:
        """Return the boxes of pixels that stand over the view, in the lower left corner."""
        wide, high = SCALE_EM
        return [(0.0, self.size[1] - high * self.em, wide * self.em, self.size[1])] if self.scaled else []

    def aside(self) -> list[tuple[float, float]]:
        """Return the shifts words may try, the best first."""
        return [(0.0, em * self.em) for em in ASIDE_EM]

    @property
    def _taller(self) -> float:
        return 1 / math.cos(math.radians((self.bounds[1] + self.bounds[3]) / 2))

    @property
    def _across(self) -> float:
        """Pixels per degree of longitude: the bounds fit whole."""
        west, south, east, north = self.bounds
        return min(self.size[0] / (east - west), self.size[1] / self._taller / (north - south))


def pane(bounds: Bounds, size: tuple[float, float], em: float) -> Frame:
    """Return a view of `size` pixels in whose middle `bounds` fit whole, with what it shows beside them."""
    fitted = Frame(bounds, size, em)
    if min(size) <= 0:
        return fitted  # a pane that is not laid out yet has no room for names
    west, south, east, north = bounds
    right, bottom = fitted.pixel((east, south))
    x, y = (size[0] / right - 1) / 2 * (east - west), (size[1] / bottom - 1) / 2 * (north - south)
    return Frame((west - x, south - y, east + x, north + y), size, em, scaled=True)


def names(day: Any, view: Frame, deepest: int, marks: Sequence[Row] = ()) -> list[Row]:
    """Return `p`, `name`, `rank` and `away` of the areas whose names fit a view.

    Levels below the city, `deepest` of them, the higher level and then the larger area first.
    """
    ranked = {level.id: number for number, level in enumerate(door().config.levels)}
    rows = [r for r in door().query("areas", scope(), day=day).to_pylist() if r["lon"] is not None]
    rows = [{**r, "rank": ranked[r["level"]]} for r in rows if 0 < ranked[r["level"]] <= deepest]
    rows.sort(key=lambda r: (r["rank"], -(r["area_m2"] or 0)))
    placed = ({"p": [round(r["lon"], 6), round(r["lat"], 6)], "name": named(r), "rank": r["rank"]} for r in rows)
    return fit(placed, view, marks)


def fit(rows: Iterable[Row], view: Frame, marks: Sequence[Row] = ()) -> list[Row]:
    """Return the rows whose words lie inside a view and touch none placed before them, in the order given.

    Rows: `p` [lon, lat], `name`, and `away` [x, y] pixels from p where their words have a place of their own. Other
    words give way to `marks` (`p`, and `size` in pixels) by moving up or down, and are left out where nothing is free.
    """
    taken = view.furniture() + [_square(view.pixel(mark["p"]), mark["size"] / 2) for mark in marks]
    out = []
    for row in rows:
        for away in [row["away"]] if "away" in row else view.aside():
            box = _box(row["name"], view.pixel(row["p"]), away, view.em)
            if view.holds(box) and not any(_touch(box, other) for other in taken):
                taken.append(box)
                out.append({**row, "away": list(away)})
                break
    return out


def _square(at: tuple[float, float], half: float) -> Box:
    return at[0] - half, at[1] - half, at[0] + half, at[1] + half


def _box(name: str, at: tuple[float, float], away: Sequence[float], em: float) -> Box:
    width = sum(WIDE_EM if ord(letter) > 0x2E80 else NARROW_EM for letter in name) * em
    x, y = at[0] + away[0], at[1] + away[1]
    return x - width / 2, y - LINE_EM * em / 2, x + width / 2, y + LINE_EM * em / 2


def _touch(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
