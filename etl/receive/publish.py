"""Carries closed segments of the spool through the usual load, and deletes them only once they are published.

Killed between the two, the same rows are loaded again and counted as duplicates.
"""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.json as pa_json
import pyarrow.parquet as pq

from data.config import Config
from data.errors import Problem
from etl.export import waits
from etl.load import LoadResult, load
from etl.mapping import Mapping, load_mapping
from etl.receive.segments import closed_segments, read_lines, recover
from etl.run import silent

AT_ONCE = 400_000_000  # bytes of spool in one version: some two million fixes
TEXT, NUMBER, TIME = pa.string(), pa.float64(), pa.timestamp("us")
COLUMNS: dict[str, pa.Schema] = {
    "fix": pa.schema(
        [("worker_id", TEXT), ("fixed_at", TIME), ("lon", NUMBER), ("lat", NUMBER), ("accuracy_m", NUMBER)]
        + [("speed_mps", NUMBER), ("battery", NUMBER), ("mock", pa.int64()), ("received_at", TIME), ("source", TEXT)]
    ),
    "incident": pa.schema(
        [("incident_id", TEXT), ("source", TEXT), ("kind", TEXT), ("subkind", TEXT), ("title", TEXT)]
        + [("reported_at", TIME), ("lon", NUMBER), ("lat", NUMBER)]
    ),
}


def publish_spool(config: Config, report: Callable[[str], None] = silent) -> dict[str, Any]:
    """Publish what is closed and what people decided since.

    Returns the result of the load, with the bytes cut from torn ends and damaged lines.

    A segment with a damaged line in its middle is kept under another name for somebody to look at. Raises Problem
    `publish_refused`, with everything left in the spool, where the load could not take the rows.
    """
    spool = config.home / "spool"
    torn = sum(recover(spool).values()) if spool.is_dir() else 0
    segments = _first(closed_segments(spool))
    told: dict[str, Any] = {"segments": len(segments), "torn_bytes": torn, "damaged_lines": 0}
    if not segments and not waits(config):
        return told
    result, damaged = _load(segments, config, report)
    _put_away(segments, damaged)
    told["damaged_lines"] = sum(damaged.values())
    return told | (result.as_json() if result else {})


def _put_away(segments: list[Path], damaged: dict[Path, int]) -> None:
    for path in segments:
        if path in damaged:
            path.rename(path.with_suffix(".damaged"))
        else:
            path.unlink()


def _first(segments: list[Path]) -> list[Path]:
    """Return the oldest segments that fit into one version, at least one."""
    sizes, chosen = 0, list[Path]()
    for path in segments:
        sizes += path.stat().st_size
        if chosen and sizes > AT_ONCE:
            break
        chosen.append(path)
    return chosen


def _load(
    segments: list[Path], config: Config, report: Callable[[str], None]
) -> tuple[LoadResult | None, dict[Path, int]]:
    folder = config.home / "spool" / "publishing"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    try:
        paths, damaged = _write(segments, folder)
        result = load(paths, config, mappings=mappings(), progress=report) if paths or waits(config) else None
    finally:
        shutil.rmtree(folder)
    for entry in result.entries if result else []:
        if entry.problem:
            raise Problem("publish_refused", detail=len(segments), known=entry.problem.sentence("en"))
    return result, damaged


def _write(segments: list[Path], folder: Path) -> tuple[list[Path], dict[Path, int]]:
    """Write the rows of each feed as one file named after its last segment; returns damaged lines per segment."""
    texts: dict[str, list[bytes]] = {feed: [] for feed in COLUMNS}
    damaged: dict[Path, int] = {}
    for path in segments:
        for line in read_lines(path):
            if line.feed in texts:
                texts[line.feed].append(line.text)
            else:
                damaged[path] = damaged.get(path, 0) + 1
    paths = []
    for feed, rows in texts.items():
        if rows:
            paths.append(folder / f"{feed}-{segments[-1].stem}.parquet")
            pq.write_table(_table(rows, COLUMNS[feed]), paths[-1])
    return paths, damaged


def _table(rows: list[bytes], schema: pa.Schema) -> pa.Table:
    """Return the JSON rows as a table; a line longer than a block could not be read, so blocks hold the longest."""
    options = pa_json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="error")
    block = max(1 << 22, 2 * max(map(len, rows)))
    read = pa_json.ReadOptions(block_size=block)
    return pa_json.read_json(io.BytesIO(b"\n".join(rows)), read_options=read, parse_options=options)


def mappings() -> list[Mapping]:
    """Return how the load reads what the receiver wrote."""
    folder = files("etl.receive").joinpath("mappings")
    with as_file(folder) as path:
        return [load_mapping(file) for file in sorted(path.glob("*.toml"))]
