"""A small city that ends now, with phones that may send at any hour, for the benches of outages."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from data.config import load_config
from data.devices import Devices
from data.operations import Operations
from data.query import Door
from etl.load import load
from gridlink import prepare_demo
from tests.web import PASSWORD

SIZE = {"grids": 40, "days": 1, "names": "fictional"}
PHONES = 30
# Everything is published within seconds, so that whoever is killed is killed at work.
SITE = "\n[work]\npublish_s = 4.0\n[ingest]\nsegment_s = 2.0\nrate_per_s = 1e9\nburst = 1000000\nfree_mb = {free_mb}\n"
SITE += "[vitals]\nport = 0\nwork_port = 0\ningest_port = 0\n"


@dataclass(frozen=True)
class Phone:
    """One phone: its worker, its token, and the point it stands at (lon, lat)."""

    worker: str
    token: str
    lon: float
    lat: float


@cache
def first() -> Path:
    """Return a home made once; its workers are on duty from yesterday until tomorrow."""
    home = Path(tempfile.mkdtemp(prefix="gridlink-outage-")) / "home"
    now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    prepare_demo(home, now, SIZE, PASSWORD)
    duty = Path(tempfile.mkdtemp(prefix="gridlink-duty-")) / "roster.parquet"
    span = {"starts_at": now - timedelta(hours=30), "ends_at": now + timedelta(hours=30), "kind": "duty"}
    pq.write_table(pa.Table.from_pylist([{"worker_id": one, **span} for one in workers(home)]), duty)
    load([duty], load_config(home), now=now)
    Door(load_config(home)).desk.places.at(0.0, 0.0)  # makes the tables of operations before three processes do
    return home


def workers(home: Path) -> list[str]:
    """Return the workers of a home that have a position, by id."""
    rows = Operations.of(load_config(home)).fetch("SELECT worker_id FROM position ORDER BY worker_id", {})
    return [str(name) for name in rows["worker_id"].to_pylist()]


def copy(folder: Path, free_mb: float = 1.0, url: str = "") -> Path:
    """Copy the home, with the site's settings; `url`: where operations stand instead of in the home."""
    home = Path(shutil.copytree(first(), folder / "home", ignore=shutil.ignore_patterns("fixes*", "*.csv")))
    with open(home / "gridlink.toml", "a", encoding="utf-8") as site:
        site.write(SITE.format(free_mb=free_mb) + (f"[operations]\nurl = {json.dumps(url)}\n" if url else ""))
    return home


def phones(home: Path, count: int = PHONES) -> list[Phone]:
    """Make phones known and return them, each at its worker's last position."""
    operations = Operations.of(load_config(home))
    sql = "SELECT worker_id, lon, lat FROM position ORDER BY worker_id"
    rows: list[dict[str, Any]] = operations.fetch(sql, {}).to_pylist()[:count]
    devices = Devices(operations)
    return [Phone(r["worker_id"], devices.add(r["worker_id"], r["worker_id"]), r["lon"], r["lat"]) for r in rows]
