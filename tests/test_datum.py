"""A wrong word about a file's coordinate system is found by where its points would lie."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import shapely
from shapely import box

from data.config import load_config
from data.errors import sentence
from data.warehouse import Warehouse
from etl.datum import check_datum, check_stated_areas, datum_warning
from etl.load import load
from etl.projection import to_wgs84, wgs84_to_bd09, wgs84_to_gcj02
from etl.reference import Reference
from tests.conftest import SAMPLE_NOW, SAMPLES, copy_home
from tests.test_areas import CONFIG, build, degrees, row

SIDE = 300.0  # metres of a grid
WORKERS = 36
MAKE = {"EPSG:4326": lambda x, y: (x, y), "GCJ-02": wgs84_to_gcj02, "BD-09": wgs84_to_bd09}


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    """Six by six grids of 300 m in one community, one worker each; w99 is assigned to the city, w98 to nothing."""
    grids = [
        row(f"G{i:02d}", "grid", "K", box(*(v for d in (0, 1) for v in ((i % 6 + d) * SIDE, (i // 6 + d) * SIDE))))
        for i in range(WORKERS)
    ]
    whole = box(0, 0, 6 * SIDE, 6 * SIDE)
    built = build([row("S", "street", "C", whole), row("K", "community", "S", whole), *grids])
    config = replace(CONFIG, home=tmp_path_factory.mktemp("home"))
    own = {f"w{i:02d}": f"G{i:02d}" for i in range(WORKERS)} | {"w99": "C", "w98": None, "w97": "K"}
    worker = pa.table({"worker_id": list(own), "area_id": pa.array(own.values(), pa.string())})
    return Reference(config, built.area, worker, None, datetime(2026, 1, 5))


def fixes(n: int = 3600, seed: int = 0) -> tuple[np.ndarray, np.ndarray, pa.Array, pa.Array]:
    """True WGS-84 places of the 36 workers: nine of ten inside the own grid, the others a grid further east."""
    number = np.arange(n) % WORKERS
    inside = np.random.default_rng(seed).uniform(0, SIDE, (n, 2))
    east = np.where(np.arange(n) // WORKERS % 10 == 0, SIDE, 0.0)
    metres = np.column_stack([inside[:, 0] + number % 6 * SIDE + east, inside[:, 1] + number // 6 * SIDE])
    x, y = shapely.get_coordinates(degrees(shapely.MultiPoint(metres))).T
    ids = (pa.array([f"{kind}{i:02d}" for i in number]) for kind in ("w", "G"))
    return x, y, *ids


@pytest.mark.parametrize("stated", MAKE)
@pytest.mark.parametrize("truth", MAKE)
def test_the_system_the_numbers_were_in_is_the_best_and_a_wrong_word_is_told(
    reference: Reference, stated: str, truth: str
) -> None:
    x, y, workers, areas = fixes()
    theirs = MAKE[truth](x, y)
    loaded = to_wgs84(*theirs, stated)  # as the loader converts what it believes to be `stated`
    found = check_datum(*loaded, workers, reference, stated)
    assert found[0].crs == stated and {h.crs for h in found} == set(MAKE) and found[0].n == 3600
    best = max(found, key=lambda h: h.share)
    assert best.crs == truth and abs(best.share - 0.9) < 0.005
    warning = datum_warning("fixes.csv", found)
    assert check_stated_areas(*loaded, areas, reference, stated) == found
    if stated == truth:
        assert warning is None
        return
    assert warning is not None and warning["key"] == "fixes.csv"
    assert f"{stated} {found[0].share:.0%}" in warning["detail"] and f"{truth} 90%" in warning["detail"]
    for language in ("zh-CN", "en"):
        assert warning["detail"] in sentence(warning["reason"], language, **warning)


def test_workers_without_a_grid_of_their_own_say_nothing(reference: Reference) -> None:
    x, y, workers, _ = fixes()
    gcj = wgs84_to_gcj02(x, y)
    assert check_datum(*gcj, pa.array(["w99"] * len(x)), reference, "EPSG:4326") == []
    assert check_datum(*gcj, pa.array(["w98"] * len(x)), reference, "EPSG:4326") == []
    assert check_datum(*gcj, pa.array(["nobody"] * len(x)), reference, "EPSG:4326") == []
    half = pa.array([w if i % 2 else "w99" for i, w in enumerate(workers.to_pylist())])
    assert check_datum(*gcj, half, reference, "EPSG:4326")[0].n == 1800
    assert datum_warning("f.csv", []) is None


def test_a_worker_of_a_community_is_at_home_in_all_its_grids(reference: Reference) -> None:
    x, y, _, _ = fixes()
    inside = x < degrees(box(0, 0, 6 * SIDE, 6 * SIDE)).bounds[2]
    found = check_datum(x, y, pa.array(["w97"] * len(x)), reference, "EPSG:4326")
    assert abs(found[0].share - inside.mean()) < 0.01


def test_a_sample_of_a_long_file_stands_for_all_of_it(reference: Reference) -> None:
    x, y, workers, _ = fixes(50_000)
    found = check_datum(*wgs84_to_gcj02(x, y), workers, reference, "EPSG:4326")
    assert found[0].n == 20_000 and abs(found[1].share - 0.9) < 0.02


def test_a_few_points_more_are_no_warning(reference: Reference) -> None:
    x, y, workers, _ = fixes()
    gcj = wgs84_to_gcj02(x, y)
    some = np.arange(len(x)) // WORKERS % 10 == 1  # a tenth of the file in another system
    mixed = [np.where(some, theirs, ours) for theirs, ours in zip(gcj, (x, y), strict=True)]
    assert datum_warning("f.csv", check_datum(*mixed, workers, reference, "EPSG:4326")) is None


def test_empty_files_and_projected_systems_are_no_special_case(reference: Reference) -> None:
    none = np.empty(0)
    assert check_datum(none, none, pa.array([], pa.string()), reference, "GCJ-02") == []
    x, y, workers, _ = fixes()
    found = check_datum(x, y, workers, reference, "EPSG:4549")
    assert [h.crs for h in found] == ["EPSG:4549", "GCJ-02", "BD-09"] and datum_warning("f", found) is None


def test_a_load_warns_of_a_file_whose_fixes_lie_in_another_system(tmp_path: Path) -> None:
    home = copy_home(SAMPLES, tmp_path / "home")
    mapping = home / "mappings" / "fixes.toml"
    text = mapping.read_text(encoding="utf-8")
    assert 'crs = "GCJ-02"' in text or 'crs = "EPSG:4326"' in text
    swapped = text.replace('"GCJ-02"', '"@"').replace('"EPSG:4326"', '"GCJ-02"').replace('"@"', '"EPSG:4326"')
    mapping.write_text(swapped, encoding="utf-8")
    result = load([SAMPLES], load_config(home), now=SAMPLE_NOW)
    assert [w["key"] for w in result.warnings if w["reason"] == "datum"] == ["fixes_2026-01-05.csv"]
    stored = Warehouse(load_config(home)).fetch("SELECT reason, key FROM warning WHERE reason = 'datum'", {})
    assert stored.to_pylist() == [{"reason": "datum", "key": "fixes_2026-01-05.csv"}]
