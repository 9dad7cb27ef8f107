"""GeoLife through the whole way, counted again from the raw lines: silences, impossible speeds, repeats, midnights.

The home is that of Beijing with a silence of 300 s and without a border of the city, so that no fix is refused.
"""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from data.config import load_config
from data.days import midnight
from data.playback import merge, read
from data.rules import flag_bits
from data.seam import Seam, seam
from data.warehouse import Warehouse
from etl.load import LoadResult, load
from tests.conftest import copy_home
from tests.realdata.conftest import HERE, REALDATA
from tests.test_api import unpack
from tests.web import open_site, sign_in

pytestmark = pytest.mark.realdata

Place = tuple[float, float]
People = dict[str, dict[datetime, list[Place]]]
OPEN = "\n[fixes]\ngap_s = 300.0\nmargin_m = 3000000.0\n"
DAY_S, GAP_S = 86_400, 600.0  # GAP_S as in the defaults


@pytest.fixture(scope="session")
def geolife(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, LoadResult]:
    paths = [REALDATA / "china_admin" / "geocity_110000.json", REALDATA / "beijing" / "geolife_plt"]
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        pytest.skip(f"needs {', '.join(missing)}; set GRIDLINK_REALDATA")
    home = copy_home(HERE / "homes" / "beijing", tmp_path_factory.mktemp("geolife") / "home")
    with open(home / "gridlink.toml", "a", encoding="utf-8") as file:
        file.write(OPEN)
    return home, load(paths, load_config(home))


@pytest.fixture(scope="session")
def warehouse(geolife: tuple[Path, LoadResult]) -> Warehouse:
    return Warehouse(load_config(geolife[0]))


@pytest.fixture(scope="session")
def trips() -> dict[tuple[str, str], list[tuple[datetime, Place]]]:
    """Every line of every file in its order: person and file -> GMT, (lon, lat)."""
    out = {}
    for path in sorted((REALDATA / "beijing" / "geolife_plt").rglob("*.plt")):
        fields = [line.split(",") for line in path.read_text().splitlines()[6:]]
        moments = [(datetime.fromisoformat(f"{f[5]} {f[6]}"), (float(f[1]), float(f[0]))) for f in fields]
        out[path.parts[-3], path.stem] = moments
    return out


@pytest.fixture(scope="session")
def people(trips: dict[tuple[str, str], list[tuple[datetime, Place]]]) -> People:
    """Person -> second -> every place the files give for it."""
    out: People = defaultdict(lambda: defaultdict(list))
    for (person, _), lines in trips.items():
        for moment, place in lines:
            out[person][moment].append(place)
    return out


@pytest.fixture(scope="session")
def kept(warehouse: Warehouse) -> dict[tuple[str, datetime], dict[str, object]]:
    rows = warehouse.fetch("SELECT worker_id, fixed_at, lon, lat, flags FROM fix", {}).to_pylist()
    return {(row["worker_id"], row["fixed_at"]): row for row in rows}


def metres(a: Place, b: Place) -> float:
    """Great-circle distance by the haversine formula."""
    lon, lat, to_lon, to_lat = (math.radians(v) for v in (*a, *b))
    half = math.sin((to_lat - lat) / 2) ** 2 + math.cos(lat) * math.cos(to_lat) * math.sin((to_lon - lon) / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(half))


def steps(people: People) -> list[tuple[str, datetime, datetime, float]]:
    """Person, one second with a fix and the next, and the metres between; of a repeated second the smallest place."""
    out = []
    for person, places in people.items():
        seconds = sorted(places)
        for a, b in zip(seconds, seconds[1:], strict=False):
            out.append((person, a, b, metres(min(places[a]), min(places[b]))))
    return out


def local_day(moment: datetime) -> date:
    return (moment + timedelta(hours=8)).date()


def test_213_repeats_of_a_second_are_duplicates_and_the_smallest_place_stays(
    geolife: tuple[Path, LoadResult], people: People, kept: dict[tuple[str, datetime], dict[str, object]]
) -> None:
    repeats = sum(len(places) - 1 for seconds in people.values() for places in seconds.values())
    entries = [entry for entry in geolife[1].entries if entry.feed == "fix"]
    assert repeats == sum(entry.rows_duplicate for entry in entries) == 213
    assert sum(entry.rows_loaded for entry in entries) == len(kept) == 164_531 - 213
    for person, seconds in people.items():
        for moment, places in seconds.items():
            row = kept[person, moment]
            assert (row["lon"], row["lat"]) == min(places)


def test_470_silences_over_300_seconds_are_found(warehouse: Warehouse, people: People) -> None:
    """400 of them as they are, 69 between two local days, and one around a fix that is a jump."""
    gaps = defaultdict(list)
    for row in warehouse.fetch("SELECT worker_id, starts_at, ends_at FROM gap", {}).to_pylist():
        gaps[row["worker_id"]].append((row["starts_at"], row["ends_at"]))
    days = {
        (row["worker_id"], row["day"]): (row["first_at"], row["last_at"])
        for row in warehouse.fetch("SELECT worker_id, day, first_at, last_at FROM worker_day", {}).to_pylist()
    }
    silent = [(who, a, b) for who, a, b, _ in steps(people) if (b - a).total_seconds() > 300]
    found = {"exact": 0, "overnight": 0, "wider": 0}
    for who, a, b in silent:
        if local_day(a) != local_day(b):
            found["overnight"] += (days[who, local_day(a)][1], days[who, local_day(b)][0]) == (a, b)
        elif (a, b) in gaps[who]:
            found["exact"] += 1
        else:
            found["wider"] += any(start <= a and b <= end for start, end in gaps[who])
    assert len(silent) == 470
    assert found == {"exact": 400, "overnight": 69, "wider": 1}


def test_of_177_speeds_over_200_km_an_hour_119_are_jumps_and_58_are_receivers_that_found_themselves(
    people: People, kept: dict[tuple[str, datetime], dict[str, object]]
) -> None:
    """A leap that is taken back is a jump. Whoever leaps once and goes on from there had been drawn wrongly before."""
    jump, limit = flag_bits()["jump"], 33.333
    fast = [step for step in steps(people) if step[3] / (step[2] - step[1]).total_seconds() > 200 / 3.6]
    flagged = [s for s in fast if any(int(str(kept[s[0], moment]["flags"])) & jump for moment in s[1:3])]
    assert (len(fast), len(flagged), len(fast) - len(flagged)) == (177, 119, 58)
    good = defaultdict(list)
    for (person, moment), row in sorted(kept.items()):
        if not int(str(row["flags"])) & jump:
            good[person].append((moment, (float(str(row["lon"])), float(str(row["lat"])))))
    for person, a, b, _ in (s for s in fast if s not in flagged):
        at = [moment for moment, _ in good[person]].index(b)
        assert good[person][at - 1][0] == a
        (_, here), later = good[person][at], good[person][at + 1 : at + 2]
        for moment, place in later:  # the way goes on from where the leap ended
            assert metres(here, place) <= limit * max((moment - b).total_seconds(), 1.0)


def test_seven_trips_over_midnight_in_beijing_are_played_without_a_seam(
    geolife: tuple[Path, LoadResult],
    warehouse: Warehouse,
    trips: dict[tuple[str, str], list[tuple[datetime, Place]]],
) -> None:
    config = load_config(geolife[0])
    crossing = {name: lines for name, lines in trips.items() if local_day(lines[0][0]) != local_day(lines[-1][0])}
    assert len(crossing) == 7
    silent = []
    for (person, _), lines in crossing.items():
        after = next(i for i, (moment, _) in enumerate(lines) if local_day(moment) != local_day(lines[0][0]))
        (last_at, last), (first_at, first) = lines[after - 1], lines[after]
        eve, morrow = local_day(last_at), local_day(first_at)
        border = midnight(morrow, config.zone)
        parts = [merge(payloads(warehouse, day, slot), [person]) for day, slot in ((eve, 95), (morrow, 0))]
        more = seam(*parts, Seam(DAY_S, GAP_S))
        if (first_at - last_at).total_seconds() > GAP_S:
            assert more == ([], [])
            silent.append((first_at - last_at).total_seconds())
            continue
        old, new = (read(merge([part, *extra])) for part, extra in zip(parts, more, strict=True))
        ends = {(x, y) for x, y, t in zip(old.lon, old.lat, old.t, strict=True) if t == DAY_S}
        starts = {(x, y) for x, y, t in zip(new.lon, new.lat, new.t, strict=True) if t == 0}
        assert ends == starts and len(ends) == 1
        share = (border - last_at) / (first_at - last_at)
        there = tuple(a + (b - a) * share for a, b in zip(last, first, strict=True))
        assert metres(*ends, there) < 60  # a stay is drawn at its centre
    assert sorted(silent) == [9_710, 39_525]  # two were silent for hours: that stays a silence, the other five join


def payloads(warehouse: Warehouse, day: date, slot: int) -> list[bytes]:
    sql = "SELECT payload FROM chunk WHERE day = $day AND slot = $slot"
    return list(warehouse.fetch(sql, {"day": day, "slot": slot})["payload"].to_pylist())


def test_its_fullest_day_is_told_with_silences_in_words_and_a_head_that_moves(
    geolife: tuple[Path, LoadResult], warehouse: Warehouse
) -> None:
    sql = "SELECT worker_id, day, gaps FROM worker_day ORDER BY gaps > 0 DESC, fixes DESC LIMIT 1"
    (fullest,) = warehouse.fetch(sql, {}).to_pylist()
    person, day = fullest["worker_id"], fullest["day"]
    client = sign_in(open_site(geolife[0]))
    with client.session_transaction() as session:
        session["reason"] = "research data"
    answer = client.get(f"/api/story/{day}?w=800&h=600&em=13&workers={person}")
    story = unpack(answer.get_data())[0]
    moments = [event["at"] for event in story["events"]]
    silences = [event for event in story["events"] if event["kind"] == "gap"]
    assert moments == sorted(moments) and len(silences) == fullest["gaps"] == len(story["lanes"][0]["gaps"]) > 0
    assert all("无定位" in event["words"] and "分" in event["words"] for event in silences)
    moved = 0
    for slot in range(DAY_S // 900):
        body = client.get(f"/api/chunks/{day}/{slot}?workers={person}").get_data()
        chunk = read(body)
        assert set(chunk.workers) <= {person} and all(slot * 900 <= t <= (slot + 1) * 900 for t in chunk.t)
        moved += len(chunk.t) > 1 and np.hypot(np.ptp(chunk.lon), np.ptp(chunk.lat)) > 1e-4
    assert moved >= 4  # ten metres and more in at least an hour of it
