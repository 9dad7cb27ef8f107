"""The reference tables of a run as names of immutable files, so that any process can open the same ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

import pyarrow as pa
import pyarrow.parquet as pq

from data.config import Config
from data.errors import FileRefused, WarehouseError
from data.lake import Part
from data.schema import conform
from etl.crew import Crew
from etl.reference import Reference

TABLES = ("area", "area_version", "worker", "roster")


@dataclass(frozen=True)
class ReferenceFiles:
    """Where each reference table stands (absolute paths), the configuration, and the moment of receipt (naive UTC)."""

    config: Config
    paths: tuple[tuple[str, tuple[str, ...]], ...]
    received_at: datetime


def reference_files(config: Config, parts: list[Part], received_at: datetime) -> ReferenceFiles:
    """Name the reference tables among the parts of a version; raises `no_areas`."""
    config = replace(config, home=config.home.absolute())
    root = config.home / "warehouse"
    named = {table: tuple(sorted(str(root / part.path) for part in parts if part.table == table)) for table in TABLES}
    if not named["area"]:
        raise FileRefused("no_areas")
    return ReferenceFiles(config, tuple(named.items()), received_at)


@lru_cache(2)
def opened(files: ReferenceFiles) -> Reference:
    """Read the tables once in each process; what is built from them (the index, duty) lives as long."""
    tables = {name: _read(name, paths) for name, paths in files.paths}
    area, versions = tables["area"], tables["area_version"]
    return Reference(files.config, area, tables["worker"], tables["roster"], files.received_at, versions)


@lru_cache(2)
def crew_of(files: ReferenceFiles) -> Crew:
    """Return who is assigned where."""
    reference = opened(files)
    return Crew(reference.area_of, reference.above, files.config.city.area_id)


def _read(table: str, paths: tuple[str, ...]) -> pa.Table | None:
    """Read parts of any release in the columns of this one, their pages checked; raises `damaged`."""
    tables = [conform(table, _checked(path)) for path in paths]
    return pa.concat_tables(tables) if tables else None


def _checked(path: str) -> pa.Table:
    try:
        return pq.read_table(path, partitioning=None, page_checksum_verification=True)
    except (OSError, pa.ArrowException) as fault:
        raise WarehouseError("damaged", path=path, detail=fault) from fault
