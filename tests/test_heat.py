"""Density as a picture: nothing is lost, nothing is moved, nothing is drawn where nothing happened."""

from __future__ import annotations

import math
import struct
import zlib

import numpy as np
import pytest
from numpy.typing import NDArray

from dashboard.heat import BANDWIDTH_M, Field, estimate, picture

# About 20 km x 20 km around 32 degrees north.
BOUNDS = (119.0, 31.91, 119.212, 32.09)
MIDDLE = (119.106, 32.0)
H = BANDWIDTH_M["city"]


def field(*points: tuple[float, float, float], bounds: tuple[float, ...] = BOUNDS) -> Field:
    lon, lat, weight = np.array(points, float).reshape(-1, 3).T
    return estimate(lon, lat, weight, bounds, H)


def cell_km2(made: Field) -> float:
    """Return the area of a cell from bounds and shape alone."""
    west, south, east, north = made.bounds
    rows, columns = made.density.shape
    wide = (east - west) * 111.32 * math.cos(math.radians((south + north) / 2))
    return wide * (north - south) * 110.9 / (rows * columns)


def place(made: Field, row: int, column: int) -> tuple[float, float]:
    """Return lon, lat of the middle of a cell."""
    west, south, east, north = made.bounds
    rows, columns = made.density.shape
    return west + (column + 0.5) / columns * (east - west), north - (row + 0.5) / rows * (north - south)


def peak(made: Field) -> tuple[float, float]:
    row, column = np.unravel_index(np.argmax(made.density), made.density.shape)
    return place(made, int(row), int(column))


def unpacked(png: bytes) -> NDArray[np.uint8]:
    """Decode an RGBA picture whose rows use no filter."""
    width, height = struct.unpack(">II", png[16:24])
    data, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        name, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0] == zlib.crc32(name + body)
        data += body if name == b"IDAT" else b""
        at += 12 + length
    rows = np.frombuffer(zlib.decompress(data), np.uint8).reshape(height, width * 4 + 1)
    assert not rows[:, 0].any()
    return rows[:, 1:].reshape(height, width, 4)


def test_the_density_of_three_incidents_sums_to_three() -> None:
    made = field((*MIDDLE, 3.0))
    assert made.density.sum() * cell_km2(made) == pytest.approx(3, rel=0.01)


def test_the_peak_of_one_point_stands_on_it_and_is_as_high_as_the_formula_says() -> None:
    made = field((*MIDDLE, 3.0))
    # weight / (2 pi h^2) of a Gaussian, h in km; the kernel is cut at 3 h
    assert made.density.max() == pytest.approx(3 / (2 * math.pi * (H / 1000) ** 2), rel=0.03)
    assert peak(made) == pytest.approx(MIDDLE, abs=0.0006)


def test_density_falls_to_sixty_percent_at_one_bandwidth() -> None:
    made = field((*MIDDLE, 1.0))
    rows, columns = made.density.shape
    _, south, _, north = made.bounds
    down = round(H / 1000 / 110.9 / (north - south) * rows)
    row, column = np.unravel_index(np.argmax(made.density), (rows, columns))
    assert made.density[row + down, column] / made.density.max() == pytest.approx(math.exp(-0.5), abs=0.03)


def test_two_equal_points_make_two_equal_peaks() -> None:
    left, right = field((119.05, 32.0, 1.0)), field((119.15, 32.0, 1.0))
    both = field((119.05, 32.0, 1.0), (119.15, 32.0, 1.0))
    assert np.allclose(both.density, left.density + right.density)
    assert left.density.max() == pytest.approx(right.density.max(), rel=0.01)


def test_a_point_just_outside_the_view_still_warms_its_edge() -> None:
    made = field((BOUNDS[0] - 0.002, 32.0, 1.0))
    assert made.density[:, 0].max() > 0
    assert made.density[:, -1].max() == 0


def test_a_quiet_city_is_transparent() -> None:
    assert not unpacked(picture(field(), "dark", "city"))[..., 3].any()


def test_the_hottest_spot_is_the_most_opaque_and_never_hides_the_map() -> None:
    made = field((*MIDDLE, 5.0), (119.05, 31.95, 2.0))
    pixels = unpacked(picture(made, "dark", "city"))
    row, column = np.unravel_index(np.argmax(made.density), made.density.shape)
    assert pixels[..., 3].max() == pixels[row, column, 3]
    assert pixels[..., 3].max() <= 0.56 * 255


def test_what_is_thinly_spread_is_not_drawn() -> None:
    # 16 % of the highest density is the floor in a city: a tenth of the weight alone stays below it
    pixels = unpacked(picture(field((*MIDDLE, 10.0), (119.05, 31.95, 1.0)), "dark", "city"))
    row = round((BOUNDS[3] - 31.95) / (BOUNDS[3] - BOUNDS[1]) * pixels.shape[0])
    column = round((119.05 - BOUNDS[0]) / (BOUNDS[2] - BOUNDS[0]) * pixels.shape[1])
    assert pixels[row, column, 3] == 0


def test_a_town_is_drawn_finer_than_a_city() -> None:
    assert BANDWIDTH_M == {"city": 620.0, "town": 240.0}
