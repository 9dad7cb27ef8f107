"""The demo goes on living: positions move, and what happened since is published."""

from datetime import datetime, timedelta
from pathlib import Path

from data.config import load_config
from data.lake import Folders, read_current, read_manifest
from etl.feed_demo import live_fixes
from etl.feeder import feed_once, move_positions
from gridlink import prepare_demo
from tests.sending import operations


def test_a_demo_city_moves_on_and_is_published(tmp_path: Path) -> None:
    home, end = tmp_path / "home", datetime(2026, 3, 10, 2, 0)  # ten in the morning
    prepare_demo(home, end, {"grids": 12, "days": 1, "names": "fictional"}, "a password of the tests")
    config, later = load_config(home), end + timedelta(minutes=5)
    sent = live_fixes(home, end, later)
    assert sent.num_rows > 0
    move_positions(config, end, later)
    held = operations(home).fetch("SELECT worker_id, fixed_at FROM position", {}).to_pylist()
    newest = {row["worker_id"]: row["fixed_at"] for row in held}
    assert all(newest[row["worker_id"]] >= row["fixed_at"] for row in sent.to_pylist())
    before = rows_of_fixes(home)
    feed_once(config, end, later)
    assert rows_of_fixes(home) > before


def rows_of_fixes(home: Path) -> int:
    """Return the rows of the version served."""
    folders = Folders(home / "warehouse")
    return sum(part.rows for part in read_manifest(folders, read_current(folders) or "").of("fix"))
