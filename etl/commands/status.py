"""`gridlink status`: what is loaded, how fresh it is, how much room it takes."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from data.config import load_config
from data.feeds import feeds
from data.lake import read_manifest
from data.warehouse import Warehouse
from etl.commands import Home, Json, say, show_json, spoken_language

FEEDS = """
    SELECT feed, sum(rows_loaded)::BIGINT AS rows, sum(rows_rejected)::BIGINT AS rejected,
           max(last_at) AS last_at, max(loaded_at) AS loaded_at
    FROM load_file WHERE feed <> '' GROUP BY feed
"""


def status(home: Home = Path("home"), as_json: Json = False) -> None:
    """Show the version served, and per feed its rows, last event and lag."""
    warehouse = Warehouse(load_config(home))
    version = warehouse.version()
    manifest = read_manifest(warehouse.folders, version)
    rows = [_with_lag(row) for row in warehouse.fetch(FEEDS, {}).to_pylist()]
    order = list(feeds())
    rows.sort(key=lambda row: order.index(row["feed"]))
    disk = sum(path.stat().st_size for path in warehouse.folders.root.rglob("*") if path.is_file())
    about = {"version": version, "created_at": manifest.created_at, "disk_bytes": disk, "fault": warehouse.fault}
    if as_json:
        show_json(about | {"feeds": rows})
        return
    Console().print(_table(rows), f"{version}  {disk / 1e6:,.0f} MB")
    say("next_serve", home=home)


def _with_lag(row: dict[str, Any]) -> dict[str, Any]:
    """Add the seconds since the last event of the feed; None for feeds without events."""
    now = datetime.now(UTC).replace(tzinfo=None)
    return row | {"lag_s": (now - row["last_at"]).total_seconds() if row["last_at"] else None}


def _table(rows: list[dict[str, Any]]) -> Table:
    table = Table("feed", "", "rows", "rejected", "last_at (UTC)", "loaded_at (UTC)")
    for row in rows:
        feed = feeds()[row["feed"]]
        name = feed.en if spoken_language() == "en" else feed.zh
        last = row["last_at"].isoformat(" ", "seconds") if row["last_at"] else "—"
        loaded = row["loaded_at"].isoformat(" ", "seconds")
        table.add_row(row["feed"], name, f"{row['rows']:,}", f"{row['rejected']:,}", last, loaded)
    return table
