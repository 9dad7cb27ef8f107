"""Stays beside the stay points trackintel found in the same GeoLife tracks: what differs, why, and how often."""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from pyproj import Transformer

from data.config import load_config
from etl.points import Points
from etl.stays import Stays, find_stays
from etl.tracks import split
from tests.realdata.conftest import HERE, REALDATA

pytestmark = pytest.mark.realdata

LIMITS = load_config(HERE / "homes" / "beijing").fixes
FOREVER_S = 1e9


class Stay(NamedTuple):
    start: datetime
    end: datetime
    lon: float
    lat: float


@pytest.fixture(scope="session")
def theirs() -> dict[str, list[Stay]]:
    """The stay points of trackintel, which ends one at its last fix and lets a silence count as staying."""
    path = REALDATA / "peer_refs" / "trackintel" / "geolife_staypoints.csv"
    if not path.exists():
        pytest.skip(f"needs {path}; set GRIDLINK_REALDATA")
    out = defaultdict(list)
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            ends = (datetime.fromisoformat(row[name]) for name in ("started_at", "finished_at"))
            lon, lat = row["geom"].removeprefix("POINT (").removesuffix(")").split()
            out[f"{int(float(row['user_id'])):03d}"].append(Stay(*ends, float(lon), float(lat)))
    return out


@pytest.fixture(scope="session")
def fixes(theirs: dict[str, list[Stay]]) -> dict[str, list[tuple[datetime, float, float]]]:
    """The raw fixes of the same people, one for each second."""
    out = {}
    for person in theirs:
        rows = {}
        for path in sorted(Path(REALDATA / "beijing" / "geolife_plt" / person).rglob("*.plt")):
            for line in path.read_text().splitlines()[6:]:
                field = line.split(",")
                rows.setdefault(datetime.fromisoformat(f"{field[5]} {field[6]}"), (float(field[1]), float(field[0])))
        out[person] = [(moment, *place) for moment, place in sorted(rows.items())]
    return out


def ours(rows: list[tuple[datetime, float, float]], radius_m: float, gap_s: float) -> tuple[list[Stay], Stays]:
    limits = replace(LIMITS, stay_radius_m=radius_m, gap_s=gap_s)
    start, n = rows[0][0], len(rows)
    seconds = np.array([(row[0] - start).total_seconds() for row in rows])
    lon, lat = (np.array([row[axis] for row in rows]) for axis in (1, 2))
    x, y = Transformer.from_crs("EPSG:4326", "EPSG:4548", always_xy=True).transform(lon, lat)
    points = Points(np.zeros(n, np.int32), seconds, lon, lat, x, y, np.full(n, np.nan))
    stays = find_stays(points, split(points, gap_s), limits)
    ends = (seconds[stays.first], seconds[stays.last], stays.mean(lon), stays.mean(lat))
    found = [
        Stay(start + timedelta(seconds=a), start + timedelta(seconds=b), x, y) for a, b, x, y in zip(*ends, strict=True)
    ]
    return found, stays


def metres(a: Stay, b: Stay) -> float:
    return math.hypot((a.lon - b.lon) * 85_300, (a.lat - b.lat) * 111_000)


def overlapping(one: Stay, others: list[Stay]) -> list[Stay]:
    return [other for other in others if other.start <= one.end and other.end >= one.start]


def seen(stay: Stay) -> bool:
    return (stay.end - stay.start).total_seconds() >= LIMITS.stay_s


def test_of_58_stay_points_20_were_seen_and_we_find_all_of_them_as_wide_and_as_patient(
    theirs: dict[str, list[Stay]], fixes: dict[str, list[tuple[datetime, float, float]]]
) -> None:
    found = {person: ours(rows, 50.0, FOREVER_S)[0] for person, rows in fixes.items()}
    matched = [
        min(metres(stay, other) for other in overlapping(stay, found[person]))
        for person, stays in theirs.items()
        for stay in stays
        if seen(stay)
    ]
    assert len(matched) == 20
    assert sum(distance <= 25 for distance in matched) >= 15 and max(matched) <= 65


def test_the_other_38_are_silences_which_we_call_gaps(
    theirs: dict[str, list[Stay]], fixes: dict[str, list[tuple[datetime, float, float]]]
) -> None:
    silent = 0
    for person, stays in theirs.items():
        for stay in (stay for stay in stays if not seen(stay)):
            later = next(moment for moment, _, _ in fixes[person] if moment > stay.end)
            assert (later - stay.start).total_seconds() >= LIMITS.stay_s
            silent += 1
    assert silent == 38


def test_with_our_own_radius_and_gaps_twelve_remain_within_fifteen_metres(
    theirs: dict[str, list[Stay]], fixes: dict[str, list[tuple[datetime, float, float]]]
) -> None:
    """25 m instead of a hundred: whoever wanders about a yard moves, and a silence ends what was seen before it."""
    found = {person: ours(rows, LIMITS.stay_radius_m, 300.0)[0] for person, rows in fixes.items()}
    pairs = [(s, overlapping(s, found[person])) for person, stays in theirs.items() for s in stays if seen(s)]
    kept = [min(metres(stay, other) for other in others) for stay, others in pairs if others]
    assert (len(kept), len(pairs) - len(kept)) == (12, 8)
    assert max(kept) <= 15


def test_every_stay_of_ours_lasts_five_minutes_and_holds_three_fixes_of_four_within_two_radii(
    fixes: dict[str, list[tuple[datetime, float, float]]],
) -> None:
    for rows in fixes.values():
        found, stays = ours(rows, LIMITS.stay_radius_m, 300.0)
        for stay, first, last in zip(found, stays.first, stays.last, strict=True):
            places = [Stay(moment, moment, lon, lat) for moment, lon, lat in rows[first : last + 1]]
            near = [metres(stay, place) <= 2 * LIMITS.stay_radius_m for place in places]
            assert seen(stay) and sum(near) >= 0.75 * len(near)
