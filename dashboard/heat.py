"""Density as a picture: a kernel density estimate in metres, coloured, as PNG, one per view."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from dashboard.theme import HEAT, HEAT_MOST, rgba

BANDWIDTH_M = {"city": 620.0, "town": 240.0}
FLOOR = {"city": 0.16, "town": 0.26}  # share of the 99.5 % quantile below which nothing is drawn
PIXELS, MOST_PIXELS = 480, 1200  # of the longer side; more where cells would be larger than a share of the bandwidth
CELL_SHARE = 0.25
METRES_PER_DEGREE = 110_900.0


@dataclass(frozen=True)
class Field:
    """A grid over bounds (west, south, east, north, degrees): `density` per km2, north at the top."""

    bounds: tuple[float, float, float, float]
    density: NDArray[np.float64]


def estimate(
    lon: NDArray[np.float64], lat: NDArray[np.float64], weight: NDArray[np.float64], bounds: tuple[float, ...], h: float
) -> Field:
    """Estimate the density of weighted points with a Gaussian kernel of bandwidth `h` metres.

    The grid reaches three bandwidths beyond the bounds inside the computation, so that no mass is lost at an edge it
    shows; density integrates to the weight inside.
    """
    west, south, east, north = bounds
    wide = METRES_PER_DEGREE * np.cos(np.radians((south + north) / 2))
    longer = max((east - west) * wide, (north - south) * METRES_PER_DEGREE)
    cell = longer / np.clip(longer / (CELL_SHARE * h), PIXELS, MOST_PIXELS)
    pad = int(np.ceil(3 * h / cell))
    shape = (
        int(np.ceil((north - south) * METRES_PER_DEGREE / cell)) + 2 * pad,
        int(np.ceil((east - west) * wide / cell)) + 2 * pad,
    )
    column = np.floor((lon - west) * wide / cell).astype(int) + pad
    row = np.floor((north - lat) * METRES_PER_DEGREE / cell).astype(int) + pad
    inside = (column >= 0) & (column < shape[1]) & (row >= 0) & (row < shape[0])
    grid = np.zeros(shape)
    np.add.at(grid, (row[inside], column[inside]), weight[inside])
    smooth = gaussian_filter(grid, h / cell, mode="constant", truncate=3.0)[pad : shape[0] - pad, pad : shape[1] - pad]
    height, width = smooth.shape
    reach = (west, north - height * cell / METRES_PER_DEGREE, west + width * cell / wide, north)
    return Field(reach, smooth / (cell * cell / 1e6))


def picture(field: Field, theme: str, view: str) -> bytes:
    """Return the density as PNG: alpha follows density, nothing below the floor; an empty field is transparent."""
    density = field.density
    present = density[density > 0]
    top = float(np.quantile(present, 0.995)) if present.size else 1.0
    share = np.clip(density / top, 0, 1)
    floor = FLOOR[view]
    strength = np.where(share < floor, 0.0, (share - floor) / (1 - floor))
    stops = np.array([rgba(code)[:3] for code in HEAT[theme]], float)
    at = strength * (len(stops) - 1)
    low = np.minimum(at.astype(int), len(stops) - 2)
    colour = stops[low] + (stops[low + 1] - stops[low]) * (at - low)[..., None]
    alpha = np.sqrt(strength) * HEAT_MOST[theme] * 255
    return png(np.dstack([colour, alpha]).round().astype(np.uint8))


def png(pixels: NDArray[np.uint8]) -> bytes:
    """Encode rows x columns x RGBA as PNG (RFC 2083, colour type 6, no filter)."""
    height, width, _ = pixels.shape
    rows = np.concatenate([np.zeros((height, 1), np.uint8), pixels.reshape(height, width * 4)], axis=1)
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes(), 6)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in chunks)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
