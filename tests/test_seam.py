"""Playback across midnight: whoever is seen shortly before and after goes on without a jump, on days of any length."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from data.config import Config, make_config
from data.days import bounds
from data.playback import Chunk, merge, read
from data.seam import Seam, seam
from etl.crew import Crew
from etl.derive import derive_day
from tests.walks import CONFIG, table

CREW = Crew({}, {}, "city")
BERLIN = make_config(CONFIG.home, {"city": {"zone": "Europe/Berlin", "crs_metric": "EPSG:25833"}})
SLOT_S = CONFIG.playback.slot_s


def payloads(config: Config, day: date, fixes: list[tuple[float, float, float]]) -> tuple[dict[int, bytes], int]:
    """Chunks of a local day, from seconds since its midnight, lon and lat; and the length of the day."""
    start, end = bounds(day, config.zone)
    about = {"worker_id": "w1", "area_id": "g1", "source": "app", "flags": 0, "day": day}
    rows = [{**about, "fixed_at": start + timedelta(seconds=s), "lon": x, "lat": y} for s, x, y in fixes]
    chunks = derive_day(day, table(rows), CREW, config)["chunk"].to_pylist()
    return {row["slot"]: row["payload"] for row in chunks}, round((end - start).total_seconds())


def joined(before: bytes, after: bytes, length_s: int) -> tuple[Chunk, Chunk]:
    old, new = seam(before, after, Seam(length_s, CONFIG.fixes.gap_s))
    return read(merge([before, *old])), read(merge([after, *new]))


def last(chunk: Chunk) -> tuple[Any, ...]:
    at = int(np.argmax(chunk.t))
    return chunk.t[at], chunk.lon[at], chunk.lat[at]


def first(chunk: Chunk) -> tuple[Any, ...]:
    at = int(np.argmin(chunk.t))
    return chunk.t[at], chunk.lon[at], chunk.lat[at]


NIGHTS = [
    (CONFIG, date(2026, 1, 5), 24, 119.2),
    (BERLIN, date(2026, 10, 25), 25, 13.4),
    (BERLIN, date(2026, 3, 29), 23, 13.4),
]


@pytest.mark.parametrize(("config", "day", "hours", "lon"), NIGHTS)
def test_both_days_hold_the_same_place_at_midnight(config: Config, day: date, hours: int, lon: float) -> None:
    length = hours * 3_600
    evening = [(length - 600 + 60 * i, lon + 1e-3 * i, 52.0) for i in range(10)]  # the last a minute before midnight
    morning = [(60 + 60 * i, lon + 1.1e-2 + 1e-3 * i, 52.0) for i in range(10)]
    old, measured = payloads(config, day, evening)
    new, _ = payloads(config, day + timedelta(days=1), morning)
    assert measured == length
    before, after = joined(old[length // SLOT_S - 1], new[0], length)
    assert last(before)[0] == length and first(after)[0] == 0
    assert last(before)[1:] == first(after)[1:] == pytest.approx((lon + 1e-2, 52.0), abs=1e-6)


def test_a_silence_over_midnight_longer_than_a_gap_stays_a_silence() -> None:
    old, length = payloads(CONFIG, date(2026, 1, 5), [(86_000.0, 119.2, 32.0), (86_060.0, 119.201, 32.0)])
    new, _ = payloads(CONFIG, date(2026, 1, 6), [(300.0, 119.202, 32.0), (360.0, 119.203, 32.0)])
    assert seam(old[95], new[0], Seam(length, 600.0)) == ([], [])
    assert len(seam(old[95], new[0], Seam(length, 700.0))[0]) == 1


def test_a_fast_ride_over_midnight_gets_vertices_in_between() -> None:
    old, length = payloads(CONFIG, date(2026, 1, 5), [(86_100.0, 119.0, 32.0), (86_160.0, 119.001, 32.0)])
    new, _ = payloads(CONFIG, date(2026, 1, 6), [(240.0, 119.101, 32.0), (300.0, 119.102, 32.0)])
    before, after = joined(old[95], new[0], length)
    assert last(before)[1:] == first(after)[1:] == pytest.approx((119.051, 32.0), abs=1e-6)
    assert np.diff(np.unique(before.t)).max() <= 240 and len(before.t) > 4


def test_nobody_seen_on_the_other_side_adds_nothing() -> None:
    old, length = payloads(CONFIG, date(2026, 1, 5), [(86_340.0, 119.2, 32.0), (86_390.0, 119.201, 32.0)])
    assert seam(old[95], merge([]), Seam(length, 600.0)) == ([], [])


def test_the_day_the_clocks_go_back_has_its_last_quarter_of_an_hour() -> None:
    start, end = bounds(date(2026, 10, 25), BERLIN.zone)
    assert (end - start, end) == (timedelta(hours=25), datetime(2026, 10, 25, 23))
