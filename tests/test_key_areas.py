"""Key areas: what a row must say, when a visit is due, when a limit is exceeded, and who may see who came."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from data.config import load_config
from data.errors import NotAllowed, Problem
from data.key_areas import crossings, due_day, inside, rolling, state_of
from data.query import Door
from data.scope import Scope
from data.timetable import parse
from etl.content import content_hash
from etl.load import LoadResult, load
from etl.retain import retain
from tests.conftest import SAMPLE_NOW, SAMPLES, copy_home

MONDAY = date(2026, 1, 5)
EIGHT = datetime(2026, 1, 5)
REFERENCE = ("areas.geojson", "units.csv", "workers.csv", "roster.csv")


def minutes(*values: int) -> list[datetime]:
    return [EIGHT + timedelta(minutes=value) for value in values]


# --- the timetable ---------------------------------------------------------------------------------------------


def test_a_timetable_says_the_minutes_of_each_day() -> None:
    table = parse("Mon-Fri 07:00-08:30,16:00-17:30; Sat 09:00-24:00")
    assert table.on(MONDAY) == [(420, 510), (960, 1050)]
    assert table.on(MONDAY + timedelta(days=5)) == [(540, 1440)]
    assert table.on(MONDAY + timedelta(days=6)) == []
    assert table.weekdays == frozenset(range(6))


@pytest.mark.parametrize("days", ["Sat,Sun", "周六,周日", "周六至周日", "Sat-Sun"])
def test_days_may_be_listed_in_either_language(days: str) -> None:
    assert parse(f"{days} 8:00-20:00").spans == ((5, 480, 1200), (6, 480, 1200))


def test_a_range_of_days_may_go_round_the_end_of_the_week() -> None:
    assert parse("Sat-Mon 08:00-09:00").weekdays == {5, 6, 0}
    assert parse("Daily 08:00-09:00").weekdays == parse("每天 08:00-09:00").weekdays == set(range(7))


@pytest.mark.parametrize(
    "text", ["", "Mon", "Mon 8-9", "Mon 09:00-08:00", "Mon 08:00-24:30", "Mon 08:60-09:00", "Foo 08:00-09:00"]
)
def test_what_is_no_timetable_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message is the part that cannot be read
        parse(text)


# --- when a visit is due ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("per_week", "days_later"), [(1, 7), (2, 3), (3, 2), (4, 1), (7, 1), (14, 1)]
)  # 7 days shared out, whole days, at least one
def test_visits_are_spread_over_the_week(per_week: int, days_later: int) -> None:
    assert due_day(MONDAY, per_week) == MONDAY + timedelta(days=days_later)


def test_days_on_which_nobody_watches_do_not_count() -> None:
    friday, weekdays = MONDAY + timedelta(days=4), frozenset(range(5))
    assert due_day(friday, 5, weekdays) == MONDAY + timedelta(days=7)
    assert due_day(friday, 2, weekdays) == MONDAY + timedelta(days=8)  # two of them later


def test_a_visit_due_today_is_overdue_tomorrow() -> None:
    assert [state_of(MONDAY, MONDAY + timedelta(days=n)) for n in (-1, 0, 1)] == ["fine", "due", "overdue"]
    assert state_of(None, MONDAY) == "none"


# --- limits ----------------------------------------------------------------------------------------------------


def test_more_people_than_the_limit_count_only_once_they_stay() -> None:
    (one,) = crossings(minutes(0, 5, 8, 20, 25, 40), [90, 110, 90, 120, 130, 80], 100, 90, 300)
    assert (one.began_at, one.raised_at, one.ended_at) == tuple(minutes(20, 25, 40))
    assert one.peak == 130


def test_exactly_the_delay_counts_and_a_second_less_does_not() -> None:
    times = [EIGHT, EIGHT + timedelta(seconds=299), EIGHT + timedelta(seconds=300)]
    assert crossings(times[:2], [101, 0], 100, 90, 300) == []
    assert len(crossings([times[0], times[2]], [101, 0], 100, 90, 300)) == 1


def test_as_many_as_the_limit_are_not_too_many() -> None:
    assert crossings(minutes(0, 10, 20), [100, 100, 100], 100, 90, 0) == []


def test_a_number_trembling_around_the_limit_is_one_exceeding() -> None:
    times = minutes(*range(0, 100, 10))
    values = [110, 95, 110, 95, 110, 95, 110, 95, 110, 90]
    (one,) = crossings(times, values, 100, 90, 300)
    assert (one.began_at, one.ended_at) == (times[0], times[9])
    assert len(crossings(times, values, 100, 100, 300)) == 5  # without hysteresis each is one of its own


def test_what_has_not_ended_has_no_end() -> None:
    (one,) = crossings(minutes(0, 10), [110, 120], 100, 90, 300)
    assert one.ended_at is None


def test_crossings_are_what_a_reading_second_by_second_finds() -> None:
    """Independent: every second looked at, the value standing until the next sample."""
    import numpy as np

    rng = np.random.default_rng(2)
    for _ in range(60):
        at = np.cumsum(rng.integers(1, 40, 25))
        values = rng.integers(80, 121, 25)
        limit, release, delay = 100, int(rng.integers(85, 101)), int(rng.integers(0, 60))
        times = [EIGHT + timedelta(seconds=int(s)) for s in at]
        fast = crossings(times, values.tolist(), limit, release, delay)
        assert [(c.began_at, c.ended_at) for c in fast] == _slow(at, values, limit, release, delay)


def _slow(at: Any, values: Any, limit: int, release: int, delay: int) -> list[tuple[datetime, datetime | None]]:
    samples = dict(zip(at.tolist(), values.tolist(), strict=True))
    out, value, since, is_raised = [], 0, None, False
    for second in range(int(at[0]), int(at[-1]) + 1):
        if since is not None and second - since >= delay:
            is_raised = True
        value = samples.get(second, value)
        if since is None and value > limit:
            since, is_raised = second, delay == 0
        elif since is not None and not is_raised and value <= limit:
            since = None
        elif since is not None and is_raised and value <= release:
            out.append((EIGHT + timedelta(seconds=since), EIGHT + timedelta(seconds=second)))
            since, is_raised = None, False
    return [*out, (EIGHT + timedelta(seconds=since), None)] if since is not None and is_raised else out


def test_incidents_within_days_rise_with_each_and_fall_days_later() -> None:
    at = [EIGHT, EIGHT + timedelta(days=1), EIGHT + timedelta(days=8)]
    times, values = rolling(at, timedelta(days=7), EIGHT + timedelta(days=9))
    assert [(time - EIGHT).days for time in times] == [0, 1, 7, 8]
    assert values == [1, 2, 1, 1]  # on day 8 one falls out as another comes
    assert rolling([], timedelta(days=7), EIGHT) == ([], [])


# --- loading ---------------------------------------------------------------------------------------------------


def brought(home: Path, *paths: Path) -> LoadResult:
    return load([*(SAMPLES / name for name in REFERENCE), *paths], load_config(home), now=SAMPLE_NOW)


def key_areas(path: Path, **said: Any) -> Path:
    point = {"type": "Point", "coordinates": [119.505, 32.005]}
    about = {"id": "P1", "name": "道口", "kind": "crossing", "grade": 1, "people_limit": None}
    about |= {"visits_per_week": 5, "incident_limit": None, "incident_days": None, "timetable": None, **said}
    one = {"type": "Feature", "properties": about, "geometry": point}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [one]}), encoding="utf-8")
    return path


def test_a_key_area_may_be_a_point(tmp_path: Path) -> None:
    home = copy_home(SAMPLES, tmp_path / "home")
    brought(home, key_areas(tmp_path / "key_areas.geojson"))
    rows = Door(load_config(home)).query("key_areas", Scope("t", frozenset(), "QH")).to_pylist()
    assert [(r["key_area_id"], r["area_id"], r["visits_per_week"]) for r in rows] == [("P1", "QH0102002", 5)]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"timetable": "Mon 8 till 9"}, "bad_timetable"),
        ({"visits_per_week": -1}, "negative_count"),
        ({"people_limit": -5}, "negative_count"),
    ],
)
def test_a_key_area_that_makes_no_sense_is_refused_with_the_reason(
    tmp_path: Path, said: dict[str, Any], reason: str
) -> None:
    home = copy_home(SAMPLES, tmp_path / "home")
    result = brought(home, key_areas(tmp_path / "key_areas.geojson", **said))
    assert dict(result.entries[-1].reasons) == {reason: 1}


def counts(path: Path, *lines: str) -> Path:
    path.write_text("area,time,people\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_counts_of_an_unknown_area_wait_until_it_is_known(tmp_path: Path) -> None:
    home = copy_home(SAMPLES, tmp_path / "home")
    file = counts(tmp_path / "people_counts.csv", "P1,2026-01-05 08:00:00,12", "P1,2026-01-05 08:00:00,12")
    (entry,) = [e for e in brought(home, file).entries if e.feed == "people_count"]
    assert (entry.rows_loaded, dict(entry.reasons)) == (0, {"unknown_key_area": 2})
    brought(home, key_areas(tmp_path / "key_areas.geojson"))
    assert len(_counts(home)) == 1
    other = copy_home(SAMPLES, tmp_path / "other")
    brought(other, tmp_path / "key_areas.geojson", file)
    assert content_hash(load_config(home))["people_count"] == content_hash(load_config(other))["people_count"]


def test_counts_in_the_future_or_below_zero_are_refused_and_repeated_ones_counted_once(tmp_path: Path) -> None:
    home = copy_home(SAMPLES, tmp_path / "home")
    said = [("08:00:00", 12), ("18:00:01", 3), ("09:00:00", -1), ("08:10:00", 9)]
    lines = [f"P1,2026-01-05 {time},{people}" for time, people in said]
    brought(home, key_areas(tmp_path / "key_areas.geojson"))
    first = brought(home, counts(tmp_path / "people_counts.csv", *lines))
    (entry,) = [e for e in first.entries if e.feed == "people_count"]
    assert (entry.rows_in, entry.rows_loaded, entry.rows_duplicate) == (4, 2, 0)
    assert dict(entry.reasons) == {"future": 1, "negative_count": 1}
    again = counts(tmp_path / "people_counts.csv", *lines[:1], "P1,2026-01-05 08:20:00,7")
    (entry,) = [e for e in brought(home, again).entries if e.feed == "people_count"]
    assert (entry.rows_loaded, entry.rows_duplicate) == (1, 1)
    assert [row["people"] for row in _counts(home)] == [12, 9, 7]


def _counts(home: Path) -> list[dict[str, Any]]:
    period = {"start": EIGHT - timedelta(days=1), "end": EIGHT + timedelta(days=1)}
    scope = Scope("t", frozenset(), "QH")
    rows: list[dict[str, Any]] = (
        Door(load_config(home)).query("people_counts", scope, area="QH", key_area="", **period).to_pylist()
    )
    return rows


def test_visits_are_kept_as_long_as_fixes_and_counts_of_people_as_long_as_sums(tmp_path: Path) -> None:
    home = copy_home(SAMPLES, tmp_path / "home")
    load([SAMPLES], load_config(home), now=SAMPLE_NOW)
    config = load_config(home)
    retain(config, SAMPLE_NOW + timedelta(days=config.privacy.fix_days + 2))
    left = content_hash(config)
    assert "key_visit" not in left and "fix" not in left and "people_count" in left
    retain(config, SAMPLE_NOW + timedelta(days=config.privacy.aggregate_days + 2))
    assert "people_count" not in content_hash(config)


# --- asking ----------------------------------------------------------------------------------------------------


def states(door: Door, now: datetime, area: str = "QH") -> dict[str, dict[str, Any]]:
    scope = Scope("t", frozenset({"analyst"}), area)
    return {row["key_area_id"]: row for row in door.query("key_area_states", scope, area=area, now=now).to_pylist()}


def test_the_market_was_visited_once_and_the_school_never(door: Door) -> None:
    rows = states(door, SAMPLE_NOW)
    assert (rows["K1"]["visits"], rows["K1"]["last_at"]) == (1, datetime(2026, 1, 5, 1, 7))
    assert (rows["K2"]["visits"], rows["K2"]["last_at"]) == (0, None)
    assert (rows["K1"]["people"], rows["K2"]["people"]) == (300, 640)
    assert {row["tracked_from"] for row in rows.values()} == {MONDAY}


def test_a_past_moment_knows_nothing_of_what_came_after(door: Door) -> None:
    row = states(door, datetime(2026, 1, 5, 0, 25))["K1"]  # 08:25
    assert (row["visits"], row["people"]) == (0, 530)


def test_a_street_sees_its_own_key_areas_only(door: Door) -> None:
    assert set(states(door, SAMPLE_NOW, "QH0201")) == {"K2"}
    assert set(states(door, SAMPLE_NOW, "QH0102")) == {"K1"}


PERIOD = {"start": EIGHT - timedelta(hours=8), "end": EIGHT + timedelta(hours=16)}


def test_who_came_is_told_with_a_reason_only_and_to_nobody_who_may_not_see_tracks(door: Door) -> None:
    with pytest.raises(Problem, match="理由|reason"):
        door.query("key_area_visits", Scope("t", frozenset({"leader"}), "QH"), key_area="K1", **PERIOD)
    with pytest.raises(NotAllowed):
        asking = Scope("t", frozenset({"analyst"}), "QH", "E001")
        door.query("key_area_visits", asking, key_area="K1", **PERIOD)
    rows = door.query("key_area_visits", Scope("t", frozenset({"leader"}), "QH", "E001"), key_area="K1", **PERIOD)
    assert {row["worker_id"] for row in rows.to_pylist()} == {"w03"}
    assert '"K1"' in (door.config.home / "audit.jsonl").read_text(encoding="utf-8").splitlines()[-1]


def test_everybody_else_sees_how_many_came_on_a_day(door: Door) -> None:
    rows = door.query("key_area_days", Scope("t", frozenset({"analyst"}), "QH"), area="QH", **PERIOD).to_pylist()
    assert rows == [{"key_area_id": "K1", "day": MONDAY, "visits": 1, "seconds": 1440.0}]


def test_incidents_lie_within_reach_measured_in_metres(door: Door) -> None:
    """A degree of latitude is 110.9 km here: 0.00045 degrees are 49.9 m, 0.00046 are 51 m."""
    key = next(r for r in states(door, SAMPLE_NOW).values() if r["key_area_id"] == "K1")
    lon, lat = [119.5057] * 4, [32.0062 + north for north in (-0.0001, 0.0, 0.00044, 0.00047)]
    shape, point = inside([key["geometry"]], lon, lat, 50.0, door.config.city.crs_metric)
    assert (shape.tolist(), point.tolist()) == ([0, 0, 0], [0, 1, 2])
