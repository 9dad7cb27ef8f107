from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.compiled import compiled
from etl.simplify import simplify
from etl.stays import find_stays
from etl.tracks import distances, online, split, trace
from tests.walks import LIMITS, points


def looked_at(day, limits=LIMITS):
    """Segments, stays, track and distance of one worker's day."""
    segment = split(day, limits.gap_s)
    stays = find_stays(day, segment, limits)
    track = trace(day, segment, stays, limits.simplify_m)
    return segment, stays, track, float(distances(day, track, limits, 1).sum())


def drift(seed, n, step, spread, memory_s=120.0):
    """Where an indoor phone believes to be: noise of `spread` metres that forgets itself slowly."""
    rng, keep = np.random.default_rng(seed), np.exp(-step / memory_s)
    place = np.zeros((n, 2))
    for i in range(1, n):
        place[i] = keep * place[i - 1] + rng.normal(0, spread * np.sqrt(1 - keep**2), 2)
    return place.T


def even_motion(seconds, x, y, keep):
    """Where a worker would be at every moment on straight ways between the vertices kept."""
    return np.interp(seconds, seconds[keep], x[keep]), np.interp(seconds, seconds[keep], y[keep])


def test_a_silence_longer_than_the_threshold_starts_a_new_segment():
    assert list(split(points([0, 600, 1_201, 1_261], 0), 600.0)) == [0, 0, 1, 1]


def test_another_worker_is_another_segment():
    day = points([0, 60, 120, 180], 0)._replace(worker=np.array([0, 0, 1, 1], np.int32))
    assert list(split(day, 600.0)) == [0, 0, 1, 1]


def test_standing_for_five_minutes_is_a_stay_and_shorter_is_not():
    walk_there, there = np.arange(5) * 80.0, 400.0
    five = points(np.arange(16) * 60, [*walk_there, *[there] * 6, *(there + 80 * np.arange(1, 6))])
    _, stays, _, _ = looked_at(five)
    assert (list(stays.first), list(stays.last)) == ([5], [10])
    four = points(np.arange(15) * 60, [*walk_there, *[there] * 5, *(there + 80 * np.arange(1, 6))])
    assert len(looked_at(four)[1].first) == 0


def test_a_walk_of_five_minutes_around_a_small_square_is_no_stay():
    east, north = [0, 80, 80, 0, 0, 80, 80, 0], [0, 0, 80, 80, 0, 0, 80, 80]
    assert len(looked_at(points(np.arange(8) * 60, east, north))[1].first) == 0


def test_one_stray_fix_does_not_end_a_stay():
    east = np.zeros(30)
    east[12] = 90.0
    _, stays, track, distance = looked_at(points(np.arange(30) * 60, east))
    assert (list(stays.first), list(stays.last), distance) == ([0], [29], 0.0)
    assert list(track.x) == [0.0, 0.0]


def test_a_stay_ends_where_a_gap_begins():
    seconds = [*np.arange(10) * 60, *(5_000 + np.arange(10) * 60)]
    segment, stays, _, _ = looked_at(points(seconds, 0))
    assert (list(stays.first), list(stays.last)) == ([0, 10], [9, 19])
    assert list(segment[stays.first]) == [0, 1]


@pytest.mark.parametrize("step", [1, 10, 60])
def test_a_phone_that_drifts_indoors_stands_still(step):
    n = 4 * 3_600 // step
    east, north = drift(1, n, step, spread=10)
    day = points(np.arange(n) * step, east, north, accuracy=15)
    _, stays, track, distance = looked_at(day)
    assert np.hypot(np.diff(east), np.diff(north)).sum() > 1_500  # what adding up the fixes would claim
    assert (len(stays.first), len(track.fix), distance) == (1, 2, 0.0)


@pytest.mark.parametrize("step", [10, 60])
def test_a_phone_that_says_it_is_inaccurate_may_drift_further(step):
    n = 4 * 3_600 // step
    east, north = drift(2, n, step, spread=16)
    _, stays, _, distance = looked_at(points(np.arange(n) * step, east, north, accuracy=25))
    assert np.hypot(np.diff(east), np.diff(north)).sum() > 3_000
    assert (stays.last - stays.first + 1).sum() > 0.97 * n
    assert distance < 100


def test_a_stay_keeps_two_vertices_at_its_centre_so_that_a_dot_stands_still():
    rng = np.random.default_rng(3)
    east = np.concatenate([np.arange(10) * 72.0, 720 + rng.normal(0, 3, 60), 720 + np.arange(1, 11) * 72.0])
    day = points(np.arange(80) * 60, east)
    _, stays, track, _ = looked_at(day)
    at = np.flatnonzero(np.isin(track.fix, [stays.first[0], stays.last[0]]))
    assert list(np.diff(at)) == [1]
    assert track.x[at[0]] == track.x[at[1]] == pytest.approx(720, abs=2)
    assert track.lon[at[0]] == track.lon[at[1]] == pytest.approx(track.x[at[0]] / 1000)


def test_a_straight_walk_is_as_long_as_it_is():
    seconds = np.arange(61) * 30.0
    assert looked_at(points(seconds, 1.2 * seconds))[3] == pytest.approx(1.2 * 1_800)


def test_noise_hardly_lengthens_a_walk():
    seconds = np.arange(3_600.0)
    noise_east, noise_north = drift(4, 3_600, 1, spread=5, memory_s=60)
    east, north = 1.2 * seconds + noise_east, noise_north
    assert np.hypot(np.diff(east), np.diff(north)).sum() > 1.25 * 4_320  # what adding up the fixes would claim
    assert looked_at(points(seconds, east, north))[3] == pytest.approx(4_320, rel=0.05)


def test_neither_gaps_nor_driving_nor_standing_count_as_patrol():
    seconds = np.array([0, 60, 120, 180, 240, 300, 1_500, 1_560])
    east = np.array([0, 72, 144, 1_144, 2_144, 2_216, 9_000, 9_072])  # 16.7 m/s from the third to the fifth
    assert looked_at(points(seconds, east))[3] == pytest.approx(4 * 72)
    slow = points(np.arange(8) * 300, np.arange(8) * 60.0)  # 0.2 m/s
    assert looked_at(slow)[3] == 0.0


def test_online_time_counts_each_gap_up_to_its_cap():
    day = points([0, 60, 120, 1_500, 1_560, 1_620], 0)._replace(worker=np.array([0, 0, 0, 0, 1, 1], np.int32))
    assert list(online(day, 300.0, 3)) == [60 + 60 + 300, 60, 0]


ways = st.lists(st.tuples(st.integers(1, 60), st.integers(-100, 100), st.integers(-100, 100)), min_size=2, max_size=80)


@settings(max_examples=60, deadline=None)
@given(ways, st.floats(0.5, 30))
def test_at_every_moment_the_simplified_track_is_within_the_tolerance(steps, tolerance):
    seconds, x, y = np.cumsum(np.array(steps, float), axis=0).T
    fixed = np.zeros(len(seconds), bool)
    fixed[[0, -1]] = True
    keep = simplify(seconds, x, y, fixed, tolerance)
    there_x, there_y = even_motion(seconds, x, y, keep)
    assert np.hypot(there_x - x, there_y - y).max() <= tolerance + 1e-9
    assert keep[0] and keep[-1]


def test_waiting_at_a_corner_is_not_simplified_away():
    seconds = np.array([0.0, 60, 240, 300])
    x = np.array([0.0, 70, 70, 140])  # waits three minutes half way along a straight street
    keep = simplify(seconds, x, np.zeros(4), np.array([True, False, False, True]), 5.0)
    assert keep.all()


def test_loops_are_compiled_also_where_nothing_can_be_written(monkeypatch):
    monkeypatch.setattr("numba.core.config.CACHE_LOCATOR_CLASSES", "UserProvidedCacheLocator")
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)

    def double(x):
        return 2 * x

    assert compiled(double)(21) == 42


def test_simplification_keeps_the_vertices_that_movingpandas_keeps():
    mpd, geopandas, pandas = (pytest.importorskip(n) for n in ("movingpandas", "geopandas", "pandas"))
    rng = np.random.default_rng(5)
    seconds = np.cumsum(rng.integers(5, 30, 200)).astype(float)
    x, y = (700_000 + np.cumsum(rng.normal(8, 12, 200)), 3_536_000 + np.cumsum(rng.normal(0, 12, 200)))
    times = pandas.to_datetime(1_767_542_400 + seconds, unit="s")
    frame = geopandas.GeoDataFrame({"t": times}, geometry=geopandas.points_from_xy(x, y), crs=4549)
    theirs = mpd.TopDownTimeRatioGeneralizer(mpd.Trajectory(frame.set_index("t"), 1)).generalize(tolerance=5)
    fixed = np.zeros(200, bool)
    fixed[[0, -1]] = True
    ours = simplify(seconds, x, y, fixed, 5.0)
    assert 20 < ours.sum() < 200
    assert list(times[ours]) == list(theirs.df.index)


def test_stays_are_where_movingpandas_sees_stops():
    mpd, geopandas, pandas = (pytest.importorskip(n) for n in ("movingpandas", "geopandas", "pandas"))
    rng = np.random.default_rng(6)
    parts = [np.arange(40) * 15.0, np.full(60, 600.0), 600 + np.arange(40) * 15.0, np.full(90, 1_200.0)]
    x = 700_000 + np.concatenate(parts) + rng.normal(0, 2, 230)
    y = 3_536_000 + rng.normal(0, 2, 230)
    seconds = np.arange(230) * 12.0
    times = pandas.to_datetime(1_767_542_400 + seconds, unit="s")
    frame = geopandas.GeoDataFrame({"t": times}, geometry=geopandas.points_from_xy(x, y), crs=4549)
    detector = mpd.TrajectoryStopDetector(mpd.Trajectory(frame.set_index("t"), 1))
    theirs = detector.get_stop_time_ranges(min_duration=pandas.Timedelta("300s"), max_diameter=50)
    stays = looked_at(points(seconds, x, y), replace(LIMITS, stay_radius_m=25.0, stay_s=300.0))[1]
    assert len(theirs) == len(stays.first) == 2
    for stop, first, last in zip(theirs, stays.first, stays.last, strict=True):
        shared = min(stop.t_n, times[last]) - max(stop.t_0, times[first])
        assert shared / max(stop.t_n - stop.t_0, times[last] - times[first]) > 0.9
