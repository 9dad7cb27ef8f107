"""What the loader found is what was planted: the synthetic city's own answer key."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from data.config import load_config
from data.warehouse import Warehouse
from etl.load import LoadResult, load
from etl.synthesize import synthesize

END = datetime(2026, 3, 6, 9, 0)


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, LoadResult]:
    home = tmp_path_factory.mktemp("truth") / "home"
    synthesize(home, seed=3, grids=24, days=2, incidents=30, end=END, names="fictional")
    return home, load([home], load_config(home), now=END)


@pytest.fixture(scope="session")
def truth(city: tuple[Path, LoadResult]) -> dict[str, object]:
    return dict(json.loads((city[0] / "truth.json").read_text(encoding="utf-8")))


def ask(home: Path, sql: str, **params: object) -> list[dict[str, object]]:
    return list(Warehouse(load_config(home)).fetch(sql, params).to_pylist())


def test_every_file_ends_as_its_key_says(city: tuple[Path, LoadResult], truth: dict) -> None:
    for entry in city[1].entries:
        key = truth["files"][Path(entry.path).relative_to(city[0]).as_posix()]
        found = {
            "written": entry.rows_in,
            "loaded": entry.rows_loaded,
            "duplicate": entry.rows_duplicate,
            "rejected": entry.rows_rejected - entry.reasons["off_duty"],
            "off_duty": entry.reasons["off_duty"],
        }
        assert found == key, entry.path


def test_every_refused_row_was_planted_and_every_planted_one_refused(
    city: tuple[Path, LoadResult], truth: dict
) -> None:
    refused = {(_file(city[0], row["path"]), row["row"]) for row in ask(city[0], "SELECT path, row FROM reject")}
    planted = {(p["file"], p["row"]) for p in truth["planted"] if p["expected"].startswith("rejected")}
    assert len(refused) > 10
    assert {file for file, _ in refused} == {file for file, _ in planted}
    assert len(refused) == len(planted)


def test_every_planted_jump_is_flagged_and_hardly_anything_else(city: tuple[Path, LoadResult], truth: dict) -> None:
    flagged = ask(city[0], "SELECT worker_id, fixed_at FROM fix WHERE flags & 2 <> 0")
    found = {(row["worker_id"], row["fixed_at"]) for row in flagged}
    planted = {(p["worker_id"], datetime.fromisoformat(p["fixed_at"])) for p in truth["planted"] if p["kind"] == "jump"}
    assert len(planted) > 3
    assert planted <= found
    assert len(found - planted) <= 0.1 * len(planted) + 1


def test_every_forged_track_is_shown_and_next_to_no_honest_worker(city: tuple[Path, LoadResult], truth: dict) -> None:
    sql = """
        SELECT day, worker_id, kind, NULL AS other_id FROM suspicion
        UNION ALL SELECT day, worker_id, kind, other_id FROM likeness
    """
    found = {(str(r["day"]), r["worker_id"], r["kind"], r["other_id"]) for r in ask(city[0], sql)}
    forged = {(f["day"], f["worker_id"], f["kind"], f["other_id"]) for f in truth["forged"]}
    assert {kind for _, _, kind, _ in forged} == {"teleport", "lattice", "left", "together", "replay"}
    assert forged <= found
    liars = {worker for _, worker, _, _ in forged} | {other for *_, other in forged}
    assert len([row for row in found if row[1] not in liars]) <= 1  # of some forty worker-days


def test_the_feed_in_gcj02_lands_on_its_workers_own_grids(city: tuple[Path, LoadResult]) -> None:
    texts = [path.read_text() for path in (city[0] / "fixes_gcj").glob("*.csv")]
    sent = {line.split(",")[0].strip('"') for text in texts for line in text.split()}
    sql = """
        SELECT fix.worker_id, avg((fix.area_id = worker.area_id)::INT) AS own FROM fix JOIN worker USING (worker_id)
        WHERE list_contains($sent, fix.worker_id) GROUP BY ALL
    """
    shares = ask(city[0], sql, sent=sorted(sent))
    assert shares
    assert all(row["own"] > 0.9 for row in shares), shares


def test_walked_metres_are_close_to_what_was_walked(city: tuple[Path, LoadResult], truth: dict) -> None:
    """Indoor drift and jumps must not add kilometres: the sum over all worker-days within 10 % of the truth."""
    found = ask(city[0], "SELECT day, worker_id, distance_m FROM worker_day")
    metres = {(row["day"].isoformat(), row["worker_id"]): row["distance_m"] for row in found}
    true = {(w["day"], w["worker_id"]): w["walked_m"] + w["ridden_m"] for w in truth["walked"]}
    seen = {(w["day"], w["worker_id"]): w["unseen_m"] for w in truth["walked"]}
    both = [key for key in metres if key in true]
    ratio = sum(metres[k] for k in both) / sum(true[k] - seen[k] for k in both)
    assert len(both) > 20
    assert 0.9 < ratio < 1.1


def test_the_default_geocode_never_becomes_a_point(city: tuple[Path, LoadResult], truth: dict) -> None:
    lon, lat = truth["default_point"]
    near = "SELECT count(*) AS n FROM incident WHERE abs(lon - $lon) < 1e-6 AND abs(lat - $lat) < 1e-6"
    assert ask(city[0], near, lon=lon, lat=lat) == [{"n": 0}]
    assert ask(city[0], "SELECT count(*) AS n FROM incident WHERE located = 'default'")[0]["n"] > 0


def _file(home: Path, path: object) -> str:
    return Path(str(path)).relative_to(home).as_posix()
