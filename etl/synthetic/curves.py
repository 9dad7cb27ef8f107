"""Smooth random fields, lumpy rounds and curves: the handwriting of the made-up map."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import shapely
from numpy.typing import NDArray

Points = NDArray[np.float64]
Field = Callable[[Points], NDArray[np.float64]]


def field(rng: np.random.Generator, *waves: tuple[float, float]) -> Field:
    """Return a smooth field over the plane: for each (amplitude, wavelength in km) three sines in random directions."""
    amplitude, length = np.repeat(np.array(waves), 3, axis=0).T
    angle, phase = rng.uniform(0, 2 * np.pi, (2, len(length)))
    k = 2 * np.pi / length * np.array([np.cos(angle), np.sin(angle)])

    def value(xy: Points) -> NDArray[np.float64]:
        out: NDArray[np.float64] = np.sin(np.asarray(xy) @ k + phase) @ (amplitude / np.sqrt(3))
        return out

    return value


def drift(rng: np.random.Generator, *waves: tuple[float, float]) -> Callable[[Points], Points]:
    """Return a map that moves points smoothly by a field in each direction."""
    along, across = field(rng, *waves), field(rng, *waves)

    def moved(xy: Points) -> Points:
        return np.asarray(xy) + np.column_stack([along(xy), across(xy)])

    return moved


def blob(middle: tuple[float, float], radius: float, rng: np.random.Generator, lumps: float = 0.2) -> shapely.Polygon:
    """Return a lumpy round: harmonics 2 to 5 of the angle, falling off."""
    angle = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    order = np.arange(2, 6)
    size = lumps / order * 2 * rng.uniform(0.5, 1.0, 4)
    r = radius * (1 + np.cos(np.outer(angle, order) + rng.uniform(0, 2 * np.pi, 4)) @ size)
    return shapely.Polygon(np.column_stack([np.cos(angle), np.sin(angle)]) * r[:, None] + middle)


def spline(points: Points, step: float = 0.12) -> Points:
    """Return a Catmull-Rom curve through the points, about `step` km between vertices."""
    p = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    parts = []
    for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False):
        count = max(2, int(np.hypot(*(c - b)) / step))
        t = np.linspace(0, 1, count, endpoint=False)[:, None]
        parts.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3))
    return np.vstack([*parts, points[-1:]])
