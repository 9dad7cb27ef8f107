import json
import struct
import zlib
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.days import bounds
from data.playback import lean, merge, read
from etl.chunks import Lines, pack

DAY, SLOT = date(2026, 1, 5), 900


def lines(*tracks):
    """Tracks as (worker, [(seconds, lon, lat), ...]), one line each, all in one area; a fourth number is accuracy."""
    sizes = [len(vertices) for _, vertices in tracks]
    rows = [(*v, 0)[:4] for _, vertices in tracks for v in vertices]
    seconds, lon, lat, accuracy = np.array(rows, float).reshape(-1, 4).T
    worker = np.repeat([w for w, _ in tracks], sizes).astype(np.int32)
    line, area = np.repeat(np.arange(len(tracks)), sizes), np.zeros(len(lon), np.int64)
    return Lines(line, worker, area, seconds, lon, lat, accuracy.astype(np.int64))


def packed(*tracks, workers=("w1", "w2", "w3")):
    return {slot: payload for _, slot, payload in pack(DAY, lines(*tracks), list(workers), SLOT)}


def paths(payload):
    """The paths of a chunk as (worker id, array of seconds, lon, lat)."""
    chunk = read(payload)
    ends = np.append(chunk.path_start[1:], len(chunk.t))
    for worker, start, end in zip(chunk.path_worker, chunk.path_start, ends, strict=True):
        yield chunk.workers[worker], np.column_stack([chunk.t, chunk.lon, chunk.lat])[start:end]


def where(payloads, worker, second):
    """Where a worker is at a moment by any of the chunks, or None."""
    for payload in payloads:
        for name, way in paths(payload):
            if name == worker and way[0, 0] <= second <= way[-1, 0]:
                return tuple(np.interp(second, way[:, 0], column) for column in (way[:, 1], way[:, 2]))
    return None


def header_of(payload):
    (length,) = struct.unpack_from("<I", payload)
    return length, json.loads(payload[4 : 4 + length])


moves = st.lists(
    st.tuples(st.integers(1, 900), st.floats(-0.002, 0.002), st.floats(-0.002, 0.002)), min_size=2, max_size=60
)


@settings(max_examples=60, deadline=None)
@given(moves)
def test_what_was_packed_is_found_again_to_a_second_and_a_tenth_of_a_metre(steps):
    way = np.cumsum(np.array(steps), axis=0) + (0, 119.2, 31.9)
    payloads = packed((0, way)).values()
    times = np.concatenate([way[:, 0], np.random.default_rng(0).integers(way[0, 0], way[-1, 0] + 1, 20)])
    for second in times:
        found = where(payloads, "w1", second)
        expected = [np.interp(second, way[:, 0], column) for column in (way[:, 1], way[:, 2])]
        # between vertices the even way runs between two rounded ends, hence one step more
        assert found == pytest.approx(expected, abs=1.1e-6)
    for second, lon, lat in way:
        assert where(payloads, "w1", second) == pytest.approx((lon, lat), abs=0.51e-6)


@settings(max_examples=40, deadline=None)
@given(moves)
def test_chunks_join_without_a_hole_at_the_borders_of_slots(steps):
    way = np.cumsum(np.array(steps), axis=0) + (0, 119.2, 31.9)
    payloads = packed((0, way))
    for slot in list(payloads)[:-1]:
        (_, before), (_, after) = *paths(payloads[slot]), *paths(payloads[slot + 1])
        assert before[-1].tolist() == after[0].tolist()
        assert before[-1, 0] == (slot + 1) * SLOT


def test_a_gap_of_23_minutes_is_a_hole():
    before = [(600, 119.2, 31.9), (1_000, 119.201, 31.9)]
    after = [(1_000 + 23 * 60, 119.21, 31.9), (3_000, 119.211, 31.9)]
    payloads = packed((0, before), (0, after)).values()
    seen = [where(payloads, "w1", second) is not None for second in range(600, 3_001)]
    assert seen == [not 400 < i < 400 + 23 * 60 for i in range(2_401)]


def test_standing_still_across_slots_stays_in_place():
    payloads = packed((0, [(100, 119.2, 31.9), (5_000, 119.2, 31.9)]))
    assert list(payloads) == [0, 1, 2, 3, 4, 5]
    assert {(round(x, 6), round(y, 6)) for p in payloads.values() for _, w in paths(p) for _, x, y in w} == {
        (119.2, 31.9)
    }


def test_a_long_day_of_25_hours_has_100_slots():
    start, end = bounds(date(2026, 10, 25), ZoneInfo("Europe/Berlin"))
    length = (end - start).total_seconds()
    payloads = packed((0, [(0, 13.4, 52.5), (length - 1, 13.41, 52.5)]))
    assert list(payloads) == list(range(100))


def test_the_last_second_of_the_day_belongs_to_its_last_slot():
    assert list(packed((0, [(86_000, 119.2, 31.9), (86_399.9, 119.2, 31.9)]))) == [95]


def test_a_leap_too_long_for_two_bytes_gets_vertices_in_between():
    payloads = packed((0, [(0, 119.0, 31.9), (800, 119.5, 31.9)]))
    (_, way), *_ = paths(payloads[0])
    assert len(way) > 10
    assert way[[0, -1], 1] == pytest.approx([119.0, 119.5], abs=1e-6)
    assert np.abs(np.diff(way[:, 1])).max() < 0.032768
    assert way[:, 1] == pytest.approx(119.0 + 0.5 * way[:, 0] / 800, abs=0.5 / 800)


def test_the_header_says_where_everything_is_and_columns_are_aligned():
    payload = packed((0, [(0, 119.2, 31.9), (30, 119.201, 31.9)]), (1, [(5, 119.3, 31.8), (9, 119.3, 31.8)]))[0]
    length, header = header_of(payload)
    assert (4 + length) % 8 == 0 and len(payload) % 8 == 0
    assert {k: header[k] for k in ("day", "slot", "t0", "n")} == {"day": "2026-01-05", "slot": 0, "t0": 0, "n": 4}
    assert (header["workers"], header["paths"]) == (["w1", "w2"], [[0, 0], [1, 2]])
    assert [c["name"] for c in header["columns"]] == ["first_x", "first_y", "dx", "dy", "t"]
    assert all(c["offset"] % 8 == 0 for c in header["columns"])
    assert header["origin"] == pytest.approx([119.25, 31.85])
    dx = header["columns"][2]
    raw = np.frombuffer(payload, "<i2", dx["count"], 4 + length + dx["offset"])
    assert raw.tolist() == [0, 1_000, 0, 0]


def chunks_of_two_areas():
    north = packed((0, [(0, 119.2, 31.9), (30, 119.201, 31.9)]), (1, [(5, 119.3, 32.1), (9, 119.3, 32.1)]))[0]
    south = packed((0, [(0, 119.6, 31.6), (60, 119.6, 31.601)]), workers=["w7"])[0]
    return north, south


def test_merged_chunks_hold_what_their_parts_hold_around_one_origin():
    parts = chunks_of_two_areas()
    merged = merge(parts)
    together = sorted((name, way.tolist()) for part in parts for name, way in paths(part))
    assert sorted((name, way.tolist()) for name, way in paths(merged)) == together
    chunk = read(merged)
    assert np.abs(chunk.lon - chunk.origin[0]).max() < 0.5
    assert np.abs(chunk.lat - chunk.origin[1]).max() < 0.5


def test_nothing_of_a_worker_who_was_not_asked_for_leaves_the_server():
    merged = merge(chunks_of_two_areas(), workers={"w2", "w7", "w9"}, names={"w2": "王**"})
    _, header = header_of(merged)
    assert header["workers"] == ["w2", "w7"]
    assert header["names"] == ["王**", "w7"]
    assert [name for name, _ in paths(merged)] == ["w2", "w7"]
    assert header["n"] == 4
    assert b"w1" not in merged


def test_merging_twice_changes_nothing():
    once = merge(chunks_of_two_areas())
    assert merge([once]) == once
    assert merge([once], workers=["w7"]) == merge(chunks_of_two_areas(), workers=["w7"])


def test_no_chunks_or_nobody_asked_for_is_an_empty_chunk():
    assert read(merge([])).workers == ()
    empty = read(merge(chunks_of_two_areas(), workers=set()))
    assert (empty.slot, empty.workers, len(empty.t)) == (0, (), 0)


def test_chunks_of_different_slots_are_refused():
    first, second = packed((0, [(800, 119.2, 31.9), (1_000, 119.2, 31.9)])).values()
    with pytest.raises(ValueError, match="different slots"):
        merge([first, second])


def test_nothing_to_pack_is_no_chunk():
    assert packed() == {}
    assert packed((0, [(5, 119.2, 31.9)])) == {}  # a single fix has no way


def test_what_is_sent_says_the_same_and_compresses_better():
    rng = np.random.default_rng(3)
    tracks = [
        (w, np.column_stack([np.sort(rng.choice(900, 90, replace=False)), *rng.normal((119.2, 31.9), 1e-4, (90, 2)).T]))
        for w in range(3)
    ]
    merged = merge([packed(*[(w, way.tolist()) for w, way in tracks])[0]])
    sent = lean(merged)
    assert [(name, way.tolist()) for name, way in paths(sent)] == [(name, way.tolist()) for name, way in paths(merged)]
    assert len(zlib.compress(sent)) < 0.95 * len(zlib.compress(merged))
    assert merge([sent]) == merged


def test_an_empty_chunk_is_sent_as_one():
    assert (read(lean(merge([]))).workers, len(read(lean(merge([]))).t)) == ((), 0)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_a_day_of_23_or_25_hours_is_sent_whole(day, hours):
    way = [(60.0 * minute, 13.4 + 1e-5 * minute, 52.5) for minute in range(60 * hours)]
    start, end = bounds(day, ZoneInfo("Europe/Berlin"))
    assert (end - start).total_seconds() == 3_600 * hours
    sent = [lean(payload) for payload in packed((0, way)).values()]
    assert len(sent) == 4 * hours
    for minute in (0, 119, 180, 60 * hours - 1):
        assert where(sent, "w1", 60 * minute) == pytest.approx((13.4 + 1e-5 * minute, 52.5), abs=1.1e-6)


def column_names(payload):
    return [column["name"] for column in header_of(payload)[1]["columns"]]


def test_what_lies_between_a_good_and_a_poor_fix_is_as_poor_as_the_worse():
    # a border between slots at 900 s, and from 1,000 s on a leap that gets vertices in between
    way = [(800, 119.0, 31.9, 25), (1_000, 119.001, 31.9, 100), (1_100, 119.1, 31.9, 25)]
    first, second = packed((0, way)).values()
    assert read(first).accuracy.tolist() == [25, 100]
    assert read(second).accuracy.tolist() == [100, 100, *[100] * (len(read(second).t) - 3), 25]
    assert len(read(second).t) > 4


def test_accuracy_is_kept_by_merging_and_sending_and_stays_with_its_worker():
    poor = packed((0, [(0, 119.2, 31.9, 100), (30, 119.201, 31.9, 25)]), (1, [(5, 119.3, 31.8), (9, 119.3, 31.8)]))[0]
    unknown = packed((0, [(0, 119.6, 31.6), (60, 119.6, 31.601)]), workers=["w7"])[0]
    merged = merge([unknown, poor])
    assert read(merged).accuracy.tolist() == read(lean(merged)).accuracy.tolist() == [0, 0, 100, 25, 0, 0]
    assert read(merge([poor], workers=["w2"])).accuracy.tolist() == [0, 0]
    assert merge([lean(merged)]) == merged


def test_where_no_accuracy_is_known_no_column_of_it_is_stored_or_sent():
    """A chunk stored before there was one looks the same."""
    old = packed((0, [(0, 119.2, 31.9), (30, 119.201, 31.9)]))[0]
    assert "accuracy" not in column_names(old) + column_names(lean(old))
    assert read(old).accuracy.tolist() == [0, 0]
