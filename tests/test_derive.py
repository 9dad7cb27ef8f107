from collections import Counter
from datetime import date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from pyproj import Transformer

from data.config import make_config
from data.playback import read
from data.rules import flag_bits, uncounted
from data.schema import arrow_schema
from etl.derive import Crew, derive_day
from tests.walks import CONFIG, CORNER, DAY, at, fix, lonlat, table, walk

CREW = Crew({"w1": "g1", "w2": "g3", "w3": "c2"}, {"g1": "c1", "g2": "c1", "g3": "c2"}, "city")
TABLES = ["fix", "track", "stay", "gap", "worker_day", "cell_day", "suspicion", "chunk"]


def derived(rows, crew=CREW):
    return derive_day(DAY, rows if isinstance(rows, pa.Table) else table(rows), crew, CONFIG)


def sums(rows, worker="w1"):
    return next(r for r in derived(rows)["worker_day"].to_pylist() if r["worker_id"] == worker)


def patrol_with_a_stay_and_a_gap():
    """20 min east at 1 m/s, 30 min standing, 23 min silence, 10 min north at 1 m/s, one fix a minute."""
    out = np.arange(21) * 60
    there = 1_200 + np.arange(1, 31) * 60
    back = 4_380 + np.arange(11) * 60
    rows = [*walk(out, out), *walk(there, 1_200), *walk(back, 1_200, 60.0 * np.arange(11))]
    return [{**row, "area_id": "g1" if i < 15 else "g2"} for i, row in enumerate(rows)]


def shuffled_day():
    rng = np.random.default_rng(1)
    rows = []
    for worker in ("w1", "w2", "w3", "stranger"):
        seconds = np.sort(rng.choice(86_400, 300, replace=False))
        way = np.cumsum(rng.normal(0, 60, (300, 2)), axis=0)
        areas = rng.choice(["g1", "g2", "g3", "city~"], 300)
        accuracy = rng.uniform(5, 120, 300)
        for second, (x, y), area, acc in zip(seconds, way, areas, accuracy, strict=True):
            rows.append(fix(float(second), x, y, worker_id=worker, area_id=str(area), accuracy_m=float(acc)))
    return rows


def test_every_table_has_the_columns_of_its_schema():
    for day in (shuffled_day(), []):
        tables = derived(day)
        assert list(tables) == TABLES
        assert all(rows.schema.names == arrow_schema(name).names for name, rows in tables.items())
        assert all(rows.cast(arrow_schema(name)).num_rows == rows.num_rows for name, rows in tables.items())
    assert all(rows.num_rows == 0 for rows in tables.values())


def test_the_order_of_fixes_changes_nothing():
    rows = table(shuffled_day())
    mixed = rows.take(np.random.default_rng(2).permutation(rows.num_rows))
    one, other = derived(rows), derived(mixed)
    assert all(one[name].equals(other[name]) for name in TABLES)


def test_deriving_again_from_the_stored_fixes_changes_nothing():
    one = derived(shuffled_day())
    again = derived(one["fix"])
    assert all(one[name].equals(again[name]) for name in TABLES)


def test_no_fix_is_ever_lost():
    rows = shuffled_day()
    stored = derived(rows)["fix"]
    assert Counter(stored["fixed_at"].to_pylist()) == Counter(row["fixed_at"] for row in rows)


def test_a_late_fix_stays_late_when_its_day_is_derived_again():
    rows = table([fix(0), fix(60), fix(120)])
    received = pa.array([at(60), at(86_461), None], pa.timestamp("us"))
    once = derived(rows.append_column("received_at", received))
    late = flag_bits()["late"]
    assert once["fix"]["flags"].to_pylist() == [0, late, 0]
    assert derived(once["fix"])["fix"]["flags"].to_pylist() == [0, late, 0]


def test_a_fix_the_phone_calls_made_up_is_kept_and_counts_in_nothing():
    rows = table(walk([0, 60, 120], [0, 70, 140])).append_column("mock", pa.array([0, 1, None]))
    once = derived(rows)
    mock = flag_bits()["mock"]
    assert once["fix"]["flags"].to_pylist() == derived(once["fix"])["fix"]["flags"].to_pylist() == [0, mock, 0]
    assert once["worker_day"]["fixes"].to_pylist() == [3] and pc.sum(once["cell_day"]["n"]).as_py() == 2


def test_other_flags_are_judged_anew_from_what_is_there_now():
    rows = [fix(0, flags=flag_bits()["jump"]), fix(60, flags=flag_bits()["frozen"])]
    assert derived(rows)["fix"]["flags"].to_pylist() == [0, 0]


def test_a_day_adds_up_as_counted_by_hand():
    day = sums(patrol_with_a_stay_and_a_gap())
    assert (day["fixes"], day["valid_fixes"], day["own_fixes"]) == (62, 62, 15)
    assert (day["first_at"], day["last_at"], day["area_id"]) == (at(0), at(4_980), "g1")
    assert (day["stays"], day["gaps"], day["gap_s"]) == (1, 1, 1_380.0)
    assert day["online_s"] == 50 * 60 + 300 + 10 * 60
    assert day["distance_m"] == pytest.approx(1_200 + 600, abs=25)  # a stay begins within its radius


def test_the_stay_says_where_and_how_long():
    (stay,) = derived(patrol_with_a_stay_and_a_gap())["stay"].to_pylist()
    assert (stay["starts_at"], stay["ends_at"], stay["fixes"]) == (at(1_200), at(3_000), 31)
    assert (stay["lon"], stay["lat"]) == pytest.approx(lonlat(1_200, 0), abs=1e-7)
    assert stay["area_id"] == "g2"


def test_the_gap_says_from_where_to_where():
    rows = [*walk([0, 60], [0, 60]), *walk([1_440, 1_500], [360, 420], 400)]
    (gap,) = derived(rows)["gap"].to_pylist()
    assert (gap["starts_at"], gap["ends_at"]) == (at(60), at(1_440))
    assert gap["straight_m"] == pytest.approx(500)  # 300 m east, 400 m north
    assert (gap["to_lon"], gap["to_lat"]) == pytest.approx(lonlat(360, 400), abs=1e-7)


def test_segments_are_numbered_from_0_for_every_worker():
    rows = [fix(s, 100 + i, worker_id=w) for w in ("w1", "w2") for i, s in enumerate((0, 60, 5_000, 5_060))]
    track = derived(rows)["track"]
    assert track["worker_id"].to_pylist() == ["w1"] * 4 + ["w2"] * 4
    assert track["seg"].to_pylist() == [0, 0, 1, 1] * 2


def test_a_jump_counts_as_a_fix_and_in_nothing_else():
    clean = patrol_with_a_stay_and_a_gap()
    north = clean[5]["lat"] + 0.2
    bad = [{**row, "lat": north} if i == 5 else row for i, row in enumerate(clean)]
    day, before = derived(bad), derived(clean)
    assert sums(bad)["fixes"] == 62 and sums(bad)["valid_fixes"] == 61
    assert sums(bad)["distance_m"] == pytest.approx(sums(clean)["distance_m"])
    assert max(day["track"]["lat"].to_pylist()) == pytest.approx(max(before["track"]["lat"].to_pylist()))
    assert pc.sum(day["cell_day"]["n"]).as_py() == 61


def test_a_day_of_nothing_but_bad_fixes_has_sums_and_no_track():
    tables = derived([fix(60 * i, accuracy_m=500.0) for i in range(5)])
    assert [tables[name].num_rows for name in TABLES] == [5, 0, 0, 0, 1, 0, 0, 0]
    assert tables["worker_day"]["valid_fixes"].to_pylist() == [0]


def test_cells_hold_what_counting_each_fix_would_give():
    rows = derived(shuffled_day())
    forward = Transformer.from_crs("EPSG:4326", CONFIG.city.crs_metric, always_xy=True)
    n, walking, covering, before = Counter(), Counter(), Counter(), {}
    for row in rows["fix"].to_pylist():
        if row["flags"] & uncounted():
            continue
        x, y = forward.transform(row["lon"], row["lat"])
        key = (row["worker_id"], row["area_id"], *(int(v // side) for side in (100, 250) for v in (x, y)))
        last = before.get(row["worker_id"])
        seconds = None if last is None else (row["fixed_at"] - last[2]).total_seconds()
        n[key] += 1
        walking[key] += last is None or np.hypot(x - last[0], y - last[1]) <= 3.0 * seconds
        covering[key] += last is None or np.hypot(x - last[0], y - last[1]) <= 5.0 * seconds
        before[row["worker_id"]] = (x, y, row["fixed_at"])
    cells = rows["cell_day"].to_pylist()
    assert len(cells) == len(n)
    for cell in cells:
        key = tuple(cell[name] for name in ("worker_id", "area_id", "cell_x", "cell_y", "wide_x", "wide_y"))
        counted = (cell["n"], cell["n_walking"], cell["n_covering"])
        assert counted == (n[key], walking[key], covering[key])


def test_riding_through_a_cell_is_not_walking_in_it_and_above_five_metres_a_second_no_visit():
    cells = derived(walk([0, 60, 120, 180], [50, 650, 660, 900], 50))["cell_day"]  # 10, 0.2 and 4 m/s
    east = int(CORNER[0] // 100)
    found = {(r["cell_x"] - east): (r["n"], r["n_walking"], r["n_covering"]) for r in cells.to_pylist()}
    assert found == {0: (1, 1, 1), 6: (2, 1, 1), 9: (1, 0, 1)}


def test_a_cell_on_the_border_of_two_wide_ones_is_two_rows():
    cells = derived(walk([0, 60, 120], [210, 240, 260], 50))["cell_day"].to_pylist()  # 200-300 m, border at 250 m
    east = int(CORNER[0] // 250)
    assert {(r["cell_x"], r["wide_x"] - east): r["n"] for r in cells} == {(7_002, 0): 2, (7_002, 1): 1}


def test_a_day_is_walked_and_ridden_and_patrolled_as_counted_by_hand():
    """10 min on foot in g1, 5 min by e-bike to g2, 26 min standing there, 10 min back in g1 on foot."""
    rows = walk(np.arange(11) * 60, 72 * np.arange(11))
    rows += walk(600 + 60 * np.arange(1, 6), 720 + 300 * np.arange(1, 6), area_id="g2")
    rows += walk(900 + 60 * np.arange(1, 27), 2_220, area_id="g1")
    rows += walk(2_460 + 60 * np.arange(1, 11), 2_220, 72 * np.arange(1, 11))
    day = sums(rows)
    assert day["walk_m"] == pytest.approx(1_440, abs=25)  # a stay begins within its radius
    assert day["ride_m"] == pytest.approx(1_500, abs=25)
    assert day["distance_m"] == day["walk_m"] + day["ride_m"]
    # the first ten minutes and the last ten; not the way through g2, nor a stay of more than 20 min
    assert day["patrol_s"] == 20 * 60
    assert (day["first_own_at"], day["last_own_at"]) == (at(0), at(3_060))


def test_whoever_never_was_in_the_own_grid_has_no_first_fix_there():
    day = sums(walk([0, 60, 120], [0, 70, 140], area_id="g2"))
    assert (day["first_own_at"], day["last_own_at"], day["patrol_s"]) == (None, None, 0.0)


def test_own_fixes_are_those_in_the_assigned_grid_or_anywhere_in_an_assigned_community():
    areas = ["g1", "g2", "g3", "city~"]
    rows = [fix(60 * i, 70 * i, area_id=a, worker_id=w) for w in ("w1", "w3", "w9") for i, a in enumerate(areas)]
    own = {r["worker_id"]: (r["area_id"], r["own_fixes"]) for r in derived(rows)["worker_day"].to_pylist()}
    assert own == {"w1": ("g1", 1), "w3": ("c2", 1), "w9": ("city~", 0)}


def test_playback_is_packed_for_the_area_above_the_assigned_grid():
    rows = [fix(60 * i, 70 * i, worker_id=w, area_id="g3") for w in ("w1", "w2", "w3", "w9") for i in range(3)]
    chunks = derived(rows)["chunk"].to_pylist()
    packed = {row["area_id"]: read(row["payload"]).workers for row in chunks}
    assert packed == {"c1": ("w1",), "c2": ("w2", "w3"), "city~": ("w9",)}
    assert {row["slot"] for row in chunks} == {0}


def test_playback_shows_the_track_and_nothing_in_the_gap():
    tables = derived(patrol_with_a_stay_and_a_gap())
    shown = [read(payload) for payload in tables["chunk"]["payload"].to_pylist()]
    moments = {at(int(t)) for chunk in shown for t in chunk.t}
    assert set(tables["track"]["fixed_at"].to_pylist()) <= moments
    assert not [m for m in moments if at(3_000) < m < at(4_380)]


def test_a_day_of_25_hours_is_played_to_its_end():
    config = make_config(CONFIG.home, {"city": {"zone": "Europe/Berlin", "crs_metric": "EPSG:25833"}})
    start = datetime(2026, 10, 24, 22)
    rows = [
        {**fix(0, area_id="g1"), "fixed_at": start + timedelta(minutes=5 * i), "lon": 13.4 + i * 1e-4, "lat": 52.5}
        for i in range(300)
    ]
    tables = derive_day(date(2026, 10, 25), table(rows), CREW, config)
    assert tables["chunk"]["slot"].to_pylist() == list(range(100))
    assert set(tables["track"]["day"].to_pylist()) == {date(2026, 10, 25)}


def test_a_vertex_is_as_accurate_as_the_fix_it_stands_for():
    """Counted again from the fixes: rounded up to 25, 50, 100 or 250 m, nothing where the phone said nothing."""
    rows = [{**row, "accuracy_m": None} if row["worker_id"] == "w3" else row for row in shuffled_day()]
    said = {(r["worker_id"], r["fixed_at"]): r["accuracy_m"] for r in rows}
    tables = derived(rows)
    seen = {}
    for payload in tables["chunk"]["payload"].to_pylist():
        chunk = read(payload)
        owner = np.repeat(chunk.path_worker, np.diff(np.append(chunk.path_start, len(chunk.t))))
        for worker, second, accuracy in zip(owner, chunk.t.tolist(), chunk.accuracy.tolist(), strict=True):
            seen.setdefault((chunk.workers[worker], second), set()).add(accuracy)
    start = datetime(2026, 1, 4, 16)
    expected = {}
    for row in tables["track"].to_pylist():
        metres = said[row["worker_id"], row["fixed_at"]] or 0
        key = row["worker_id"], int((row["fixed_at"] - start).total_seconds())
        expected[key] = {next(top for top in (0, 25, 50, 100, 250) if metres <= top)}
    drawn = expected.keys() & seen.keys()  # a single fix between two silences has no way
    assert len(drawn) > 0.9 * len(expected) and {worker for worker, _ in drawn} == {"w1", "w2", "w3", "stranger"}
    assert {key: seen[key] for key in drawn} == {key: expected[key] for key in drawn}
