"""Keeps the visits to key areas in step with the fixes and with the key areas themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from data.config import Config
from data.errors import WarehouseError
from data.lake import Part
from data.schema import arrow_schema
from etl.key_visits import sites, visits
from etl.parts import read_parts
from etl.run import Run
from etl.serve_file import fingerprint

NEEDED = ["worker_id", "fixed_at", "lon", "lat", "flags"]
SHAPED = ["key_area_id", "geometry", "valid_from", "valid_to"]  # of a key area: what visits follow from


def build_key_visits(run: Run) -> None:
    """Measure the visits of every day whose fixes are not those of the base version; of all days where key areas
    or the rules changed.
    """
    draft = run.draft
    key_areas = draft.read("key_area")
    if key_areas is None:
        return
    now, before = _by_day(draft.of("fix")), _by_day(draft.base.of("fix") if draft.base else ())
    every = _is_other(run, key_areas)
    days = [day for day in sorted(now) if every or now[day] != before.get(day)]
    root = str(draft.folders.root.absolute())
    begun = [(day, run.engine.submit(visits_of, root, now[day], key_areas, day, run.config)) for day in days]
    for day, handle in begun:
        rows = run.engine.result(handle)
        known = draft.read("key_visit", day)
        if not rows.equals(known if known is not None else rows.slice(0, 0)):
            draft.replace("key_visit", rows, day)
    for day in {part.day for part in draft.of("key_visit") if len(part.day) == len("2026-01-05")} - now.keys():
        draft.drop("key_visit", day)


def visits_of(root: str, parts: tuple[Part, ...], key_areas: pa.Table, day: str, config: Config) -> pa.Table:
    """Return the visits (table key_visit) of a local day from its parts of table fix; raises `damaged`."""
    local = date.fromisoformat(day)
    found = sites(key_areas, local, config)
    tables = [_read(Path(root) / part.path) for part in parts] if found else []
    if not found or not tables:
        return arrow_schema("key_visit").empty_table()
    fixes = pa.concat_tables(tables).unify_dictionaries()
    return visits(fixes, found, local, config).sort_by(
        [(name, "ascending") for name in ("key_area_id", "worker_id", "arrived_at")]
    )


def _read(path: Path) -> pa.Table:
    try:
        return pq.read_table(
            path, columns=NEEDED, partitioning=None, read_dictionary=["worker_id"], page_checksum_verification=True
        )
    except (OSError, pa.ArrowException) as fault:
        raise WarehouseError("damaged", path=path, detail=fault) from fault


def _by_day(parts: Iterable[Part]) -> dict[str, tuple[Part, ...]]:
    days: dict[str, list[Part]] = defaultdict(list)
    for part in parts:
        days[part.day].append(part)
    return {day: tuple(sorted(held, key=lambda part: part.path)) for day, held in days.items()}


def _is_other(run: Run, key_areas: pa.Table) -> bool:
    """Say whether the key areas, or what a visit is, differ from those of the base version."""
    base = run.draft.base
    if base is None or base.made_by != fingerprint(run.config):
        return True
    before = read_parts(run.draft.folders.root, base.of("key_area"))
    return before is None or _shaped(before) != _shaped(key_areas)


def _shaped(rows: pa.Table) -> list[tuple[Any, ...]]:
    listed = (tuple(row.values()) for row in rows.select(SHAPED).to_pylist())
    return sorted(listed, key=lambda row: str(row[0]))
