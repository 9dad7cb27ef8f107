"""Names of areas on the map: as many as fit without touching, the higher level first."""

from __future__ import annotations

import math
from typing import Any

from dashboard.extent import Bounds
from dashboard.session import door, scope
from dashboard.text import named

WIDE_EM, NARROW_EM, LINE_EM = 1.05, 0.6, 1.5


def names(day: Any, bounds: Bounds, size: tuple[float, float], em: float, deepest: int) -> list[dict[str, Any]]:
    """Return `p` and `name` of the labels that fit a view of `size` pixels showing `bounds`, at `em` pixels a letter.

    Levels below the city, `deepest` of them; a label that would touch one placed before is left out.
    """
    config = door().config
    ranked = {level.id: number for number, level in enumerate(config.levels)}
    rows = [r for r in door().query("areas", scope(), day=day).to_pylist() if r["lon"] is not None]
    rows = [r for r in rows if 0 < ranked[r["level"]] <= deepest]
    taller = 1 / math.cos(math.radians(bounds[1]))
    across = min(size[0] / (bounds[2] - bounds[0]), size[1] / taller / (bounds[3] - bounds[1]))
    taken: list[tuple[float, float, float, float]] = []
    out = []
    for row in sorted(rows, key=lambda r: (ranked[r["level"]], -(r["area_m2"] or 0))):
        if not (bounds[0] < row["lon"] < bounds[2] and bounds[1] < row["lat"] < bounds[3]):
            continue
        box = _box(named(row), (row["lon"] * across, row["lat"] * across * taller), em)
        if not any(_touch(box, other) for other in taken):
            taken.append(box)
            out.append(
                {"p": [round(row["lon"], 6), round(row["lat"], 6)], "name": named(row), "rank": ranked[row["level"]]}
            )
    return out


def _box(name: str, at: tuple[float, float], em: float) -> tuple[float, float, float, float]:
    width = sum(WIDE_EM if ord(letter) > 0x2E80 else NARROW_EM for letter in name) * em
    x, y = at
    return x - width / 2, y - LINE_EM * em / 2, x + width / 2, y + LINE_EM * em / 2


def _touch(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
