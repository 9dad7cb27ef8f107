import numpy as np
import pytest
import shapely

from etl import index_cache, place
from etl.index_cache import cache_key
from etl.place import Index


def parcels(seed: int, n: int = 40) -> list[shapely.Geometry]:
    """Polygons of all shapes that fill a box of 4 km without gaps or overlaps."""
    box = shapely.box(119.10, 31.90, 119.14, 31.94)
    sites = np.random.default_rng(seed).uniform([119.10, 31.90], [119.14, 31.94], (n, 2))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(sites), extend_to=box))
    return list(shapely.intersection(cells, box))


def expected(ids: list[str], shapes: list[shapely.Geometry], points: np.ndarray) -> list[str | None]:
    """The smallest id of all polygons that hold or touch each point, by testing every candidate."""
    point, shape = shapely.STRtree(shapes).query(shapely.points(points), predicate="intersects")
    found: list[str | None] = [None] * len(points)
    for p, s in zip(point, shape, strict=True):
        known = found[p]
        found[p] = ids[s] if known is None else min(known, ids[s])
    return found


def placed(index: Index, points: np.ndarray) -> list[str | None]:
    return [None if i < 0 else index.area_ids[i] for i in index.place(points[:, 0], points[:, 1])]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_point_is_placed_where_testing_all_polygons_would_place_it(seed):
    shapes = parcels(seed)
    rng = np.random.default_rng(seed + 100)
    ids = [f"g{i:03d}" for i in rng.permutation(len(shapes))]
    corners = shapely.get_coordinates(shapes)
    along = (corners[1:] + corners[:-1]) / 2
    anywhere = rng.uniform([119.09, 31.89], [119.15, 31.95], (20_000, 2))
    near = corners + rng.normal(0, 1e-7, corners.shape)
    points = np.concatenate([corners, along, anywhere, near])
    assert placed(Index(ids, shapes), points) == expected(ids, shapes, points)


def test_a_point_on_a_shared_border_belongs_to_the_smallest_id():
    west, east = shapely.box(119.0, 31.0, 119.1, 31.1), shapely.box(119.1, 31.0, 119.2, 31.1)
    border = np.array([[119.1, 31.05], [119.1, 31.0]])
    assert placed(Index(["b", "a"], [west, east]), border) == ["a", "a"]
    assert placed(Index(["a", "b"], [west, east]), border) == ["a", "a"]


def test_where_areas_overlap_the_smallest_id_wins_inside_too():
    big, small = shapely.box(119.0, 31.0, 119.2, 31.2), shapely.box(119.05, 31.05, 119.1, 31.1)
    inside = np.array([[119.07, 31.07], [119.15, 31.15]])
    assert placed(Index(["big", "small"], [big, small]), inside) == ["big", "big"]
    assert placed(Index(["z_big", "small"], [big, small]), inside) == ["small", "z_big"]


def test_a_hole_is_outside_and_every_part_of_an_area_is_inside():
    ring = shapely.box(119.0, 31.0, 119.1, 31.1).difference(shapely.box(119.04, 31.04, 119.06, 31.06))
    area = shapely.union(ring, shapely.box(119.2, 31.0, 119.3, 31.1))
    points = np.array([[119.05, 31.05], [119.01, 31.01], [119.25, 31.05], [119.15, 31.05]])
    assert placed(Index(["g"], [area]), points) == [None, "g", "g", None]


def test_a_point_nowhere_near_or_without_coordinates_is_outside():
    index = Index(["g"], [shapely.box(119.0, 31.0, 119.1, 31.1)])
    points = np.array([[0.0, 0.0], [-71.06, 42.36], [np.nan, 31.05], [119.05, np.inf]])
    assert placed(index, points) == [None] * 4


def test_without_areas_every_point_is_outside():
    assert list(Index([], []).place([119.0, 119.1], [31.0, 31.1])) == [-1, -1]


def test_a_region_of_any_size_stays_within_memory_and_exact(monkeypatch):
    monkeypatch.setattr(place, "MOST_CELLS", 10_000)
    halves = [shapely.box(110.0, 30.0, 114.0, 36.0), shapely.box(114.0, 30.0, 118.0, 36.0)]
    index = Index(["west", "east"], halves)
    points = np.random.default_rng(0).uniform([109.5, 29.5], [118.5, 36.5], (5_000, 2))
    assert index._raster.size < 1.1 * 10_000
    assert placed(index, points) == expected(["west", "east"], halves, points)


# --- the index kept on disk ----------------------------------------------------------------------------------


def test_an_index_read_from_its_cache_places_as_the_one_that_was_drawn(tmp_path):
    shapes = parcels(4)
    ids = [f"g{i:03d}" for i in range(len(shapes))]
    points = np.random.default_rng(0).uniform([119.09, 31.89], [119.15, 31.95], (5_000, 2))
    drawn = placed(Index(ids, shapes), points)
    assert placed(Index(ids, shapes, tmp_path), points) == drawn
    (kept,) = tmp_path.iterdir()
    before = kept.read_bytes()
    assert placed(Index(ids, shapes, tmp_path), points) == drawn == expected(ids, shapes, points)
    assert kept.read_bytes() == before and list(tmp_path.iterdir()) == [kept]


def test_other_areas_and_other_ids_have_a_cache_of_their_own(tmp_path):
    west, east = shapely.box(119.0, 31.0, 119.1, 31.1), shapely.box(119.1, 31.0, 119.2, 31.1)
    for ids, shapes in ((["a", "b"], [west, east]), (["a", "b"], [east, west]), (["a", "c"], [west, east])):
        assert placed(Index(ids, shapes, tmp_path), np.array([[119.05, 31.05]])) == [ids[shapes.index(west)]]
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize("part", [0.0, 0.001, 0.5, 0.999])
def test_a_spoilt_cache_is_made_anew(tmp_path, part):
    shapes, points = parcels(5), np.random.default_rng(0).uniform([119.1, 31.9], [119.14, 31.94], (2_000, 2))
    ids = [f"g{i:03d}" for i in range(len(shapes))]
    right = placed(Index(ids, shapes, tmp_path), points)
    (kept,) = tmp_path.iterdir()
    whole = kept.read_bytes()
    at = int(part * len(whole))
    for spoilt in (whole[:at], whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]):
        kept.write_bytes(spoilt)
        assert placed(Index(ids, shapes, tmp_path), points) == right
    kept.unlink()
    Index(ids, shapes, tmp_path)
    assert np.array_equal(np.load(kept)["raster"], Index(ids, shapes)._raster)


def test_where_nothing_can_be_kept_the_index_is_drawn_each_time(tmp_path):
    blocked = tmp_path / "cache"
    blocked.write_text("a file where the folder should be")
    assert placed(Index(["g"], [shapely.box(119.0, 31.0, 119.1, 31.1)], blocked), np.array([[119.05, 31.05]])) == ["g"]


def test_only_the_newest_caches_stay(tmp_path):
    for i in range(index_cache.KEPT + 3):
        Index([f"g{i}"], [shapely.box(119.0, 31.0, 119.1, 31.1)], tmp_path)
    assert len(list(tmp_path.iterdir())) == index_cache.KEPT
    last = Index(["last"], [shapely.box(119.0, 31.0, 119.1, 31.1)], tmp_path)
    key = cache_key(["last"], shapely.to_wkb(last._shapes), last._frame)
    assert (tmp_path / f"{key}.npz").is_file() and len(list(tmp_path.iterdir())) == index_cache.KEPT
