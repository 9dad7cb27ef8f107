"""Words on the map: as many as fit without touching, what matters more first."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from dashboard.extent import Bounds
from dashboard.session import door, scope
from dashboard.text import named

WIDE_EM, NARROW_EM, LINE_EM = 1.05, 0.6, 1.5

Row = dict[str, Any]


def names(day: Any, bounds: Bounds, size: tuple[float, float], em: float, deepest: int) -> list[Row]:
    """Return `p`, `name` and `rank` of the areas whose names fit a view of `size` pixels showing `bounds`.

    Levels below the city, `deepest` of them, the higher level and then the larger area first; `em` is the size of a
    letter in pixels.
    """
    ranked = {level.id: number for number, level in enumerate(door().config.levels)}
    rows = [r for r in door().query("areas", scope(), day=day).to_pylist() if r["lon"] is not None]
    rows = [{**r, "rank": ranked[r["level"]]} for r in rows if 0 < ranked[r["level"]] <= deepest]
    rows.sort(key=lambda r: (r["rank"], -(r["area_m2"] or 0)))
    placed = ({"p": [round(r["lon"], 6), round(r["lat"], 6)], "name": named(r), "rank": r["rank"]} for r in rows)
    return fit(placed, bounds, size, em)


def fit(rows: Iterable[Row], bounds: Bounds, size: tuple[float, float], em: float) -> list[Row]:
    """Return the rows whose words touch none placed before them, in the order given.

    Rows: `p` [lon, lat], `name`, and `away` [x, y] pixels from p where the words do not stand on it.
    """
    west, south, east, north = bounds
    taller = 1 / math.cos(math.radians((south + north) / 2))
    across = min(size[0] / (east - west), size[1] / taller / (north - south))
    taken: list[tuple[float, ...]] = []
    out = []
    for row in rows:
        lon, lat = row["p"]
        if not (west < lon < east and south < lat < north):
            continue
        x, y = row.get("away", (0, 0))
        box = _box(row["name"], (lon * across + x, -lat * across * taller + y), em)
        if not any(_touch(box, other) for other in taken):
            taken.append(box)
            out.append(row)
    return out


def _box(name: str, at: tuple[float, float], em: float) -> tuple[float, float, float, float]:
    width = sum(WIDE_EM if ord(letter) > 0x2E80 else NARROW_EM for letter in name) * em
    x, y = at
    return x - width / 2, y - LINE_EM * em / 2, x + width / 2, y + LINE_EM * em / 2


def _touch(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
