"""Goes on feeding the demo city, so that its wall, clocks and alarms live."""

from __future__ import annotations

import shutil
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from data.config import Config, load_config
from data.lake import Folders, read_current, read_manifest
from data.loop.alarm_round import AlarmRound
from data.loop.sos import Call, Sos
from data.operations import Operations
from data.places import Places
from data.warehouse import Warehouse
from etl.feed_demo import live_fixes, live_incidents
from etl.load import load
from etl.newest import newest_positions

POSITIONS_S = 10.0
PUBLISH_S = 120.0
HELP_S = 1500.0  # between two calls for help


def feed_forever(home: Path) -> None:
    """Move positions every ten seconds, and publish a micro-batch of fixes and incidents every two minutes."""
    config = load_config(home)
    published = moved = last_moment(config)
    alarms = AlarmRound(Operations.of(config), Warehouse(config))
    while True:
        now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
        if now - published >= timedelta(seconds=PUBLISH_S):
            feed_once(config, published, now)
            published = now
        move_positions(config, moved, now)
        call_for_help(config, moved, now)
        alarms.run(now)
        moved = now
        time.sleep(POSITIONS_S)


def last_moment(config: Config) -> datetime:
    """Return the moment of receipt of the version served: everything before it is loaded."""
    folders = Folders(config.home / "warehouse")
    manifest = read_manifest(folders, read_current(folders) or "")
    return datetime.fromisoformat(manifest.created_at).astimezone(UTC).replace(tzinfo=None)


def feed_once(config: Config, since: datetime, until: datetime) -> None:
    """Load what happened in the city after `since` up to `until` (naive UTC), as files of its usual feeds."""
    folder = Path(tempfile.mkdtemp(prefix="gridlink-"))
    try:
        fixes, cases = live_fixes(config.home, since, until), live_incidents(config.home, since, until)
        paths = [
            _write(fixes, folder / "fixes" / f"fixes_{until:%Y-%m-%dT%H%M%S}.parquet"),
            _write(cases.incident, folder / "incidents.csv"),
            _write(cases.incident_step, folder / "incident_steps.parquet"),
        ]
        load([path for path in paths if path], config, now=until)
    finally:
        shutil.rmtree(folder)


def move_positions(config: Config, since: datetime, until: datetime) -> None:
    """Record the newest fix of everybody who sent one after `since`."""
    fixes = live_fixes(config.home, since, until)
    newest = newest_positions(fixes.append_column("flags", pa.array([0] * fixes.num_rows, pa.int32())))
    operations = Operations.of(config)
    known = operations.fetch("SELECT worker_id, name, role, area_id FROM position", {}).to_pylist()
    people = {row["worker_id"]: row for row in known}
    rows = [row for row in newest.to_pylist() if row["worker_id"] in people]
    operations.record_positions([{**row, **people[row["worker_id"]]} for row in rows])


def call_for_help(config: Config, since: datetime, until: datetime) -> None:
    """Let somebody on duty press the button once in HELP_S; who it is changes from time to time."""
    turn = int(until.timestamp() // HELP_S)
    if turn == int(since.timestamp() // HELP_S):
        return
    operations, places = Operations.of(config), Places(Warehouse(config), config)
    recent = {"since": until - timedelta(seconds=PUBLISH_S)}
    sql = "SELECT worker_id, lon, lat, area_id FROM position WHERE fixed_at > $since ORDER BY worker_id"
    people = operations.fetch(sql, recent).to_pylist()
    waiting = operations.fetch("SELECT alarm_id FROM alarm WHERE rule = 'sos' AND ended_at IS NULL", {})
    if people and not waiting.num_rows:  # one at a time: on a wall nobody answers them
        who = people[turn % len(people)]
        Sos(operations, places).call(Call(who["worker_id"], until, who["lon"], who["lat"], who["area_id"]))


def _write(rows: pa.Table, path: Path) -> Path | None:
    if rows.num_rows == 0:
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".csv":
        pa_csv.write_csv(rows, path)
    else:
        pq.write_table(rows, path)
    return path
