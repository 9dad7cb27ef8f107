"""Turns a home into what release 1 would have left there: fewer columns, no digests, no sizes, one-word CURRENT."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from data.lake import Folders, Manifest, Part, read_current, read_manifest
from data.parts import select_parts

COLUMNS = {
    table: columns.split()
    for table, _, columns in (
        line.strip().partition(": ")
        for line in """
    area: area_id parent_id level name name_en code lon lat area_m2 cells geometry valid_from valid_to
    area_attribute: area_id households residents floating urban_class
    area_link: area_id ancestor_id distance
    basemap: kind name geometry
    camera: camera_id name lon lat state heading_deg view_deg area_id
    cell_day: day worker_id area_id cell_x cell_y n n_walking
    chunk: day area_id slot payload
    fix: day worker_id fixed_at lon lat accuracy_m speed_mps battery area_id source flags
    gap: day worker_id starts_at ends_at from_lon from_lat to_lon to_lat straight_m
    incident_report: day incident_id source kind subkind severity title reported_at area_id located lon lat
      discovered_level worker_id
    incident_step: day incident_id source step_id stepped_at from_state to_state unit_id level actor_role worker_id
      deadline_at reason
    key_area: key_area_id name kind grade people_limit area_id geometry
    load_file: run_id loaded_at path sha256 feed source rows_in rows_loaded rows_rejected rows_duplicate reasons
      first_at last_at
    place: place_id kind name lon lat area_id
    reject: run_id path feed row key reason detail content
    roster: worker_id starts_at ends_at kind
    stay: day worker_id starts_at ends_at lon lat fixes area_id
    track: day worker_id seg fixed_at lon lat
    unit: unit_id name unit_kind level area_id
    worker: worker_id name role unit_id area_id registered
    worker_day: day worker_id area_id first_at last_at fixes valid_fixes own_fixes online_s distance_m stays gaps gap_s
    """.strip()
        .replace("\n      ", " ")
        .splitlines()
    )
}
# Made by configuration and derivation, not by parts.
DERIVED = ("incident", "kind", "level_rank")
OF_PART, OF_MANIFEST = ("bytes", "columns", "block"), ("serve_bytes", "made_by")


def age(home: Path) -> None:
    """Rewrite the served version of a home as release 1 would have written it."""
    folders = Folders(home / "warehouse")
    manifest = read_manifest(folders, read_current(folders) or "")
    parts = [_aged(folders, part) for part in manifest.parts if part.table in (*COLUMNS, "area_input")]
    digest = _serve_file(folders, manifest, [part for part in parts if part.table in COLUMNS])
    about = {key: value for key, value in vars(manifest).items() if key not in OF_MANIFEST}
    listed = [{key: value for key, value in vars(part).items() if key not in OF_PART} for part in parts]
    about |= {"schema_version": 1, "parts": listed, "serve_sha256": digest}
    folders.manifest(manifest.run_id).write_text(json.dumps(about, indent=1, sort_keys=True), encoding="utf-8")
    folders.current.write_text(manifest.run_id + "\n", encoding="ascii")


def _aged(folders: Folders, part: Part) -> Part:
    path = folders.root / part.path
    rows = pq.read_table(path, partitioning=None)
    path.unlink()
    pq.write_table(rows.select(COLUMNS.get(part.table, rows.column_names)), path, compression="zstd")
    return Part(part.table, part.path, part.rows, _sha256(path), part.day, schema_version=1)


def _serve_file(folders: Folders, manifest: Manifest, parts: list[Part]) -> str:
    """Write a serve file of release 1: tables of its columns and nothing else."""
    path = folders.root / manifest.serve
    now = path.with_name("now.duckdb")
    path.rename(now)
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"ATTACH '{now}' AS now (READ_ONLY)")
        for table in DERIVED:
            connection.execute(f"CREATE TABLE {table} AS SELECT * FROM now.{table}")
        for table, columns in COLUMNS.items():
            mine = [part for part in parts if part.table == table]
            source = f"({select_parts(connection, folders.root, table, mine)})" if mine else f"now.{table}"
            connection.execute(f"CREATE TABLE {table} AS SELECT {', '.join(columns)} FROM {source}")
    now.unlink()
    return _sha256(path)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
