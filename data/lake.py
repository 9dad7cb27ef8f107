"""Where the warehouse keeps its files, and what a manifest says: the one description publisher and readers share."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from data.errors import WarehouseError

SCHEMA_VERSION = 1

DIMENSIONS = (
    "area_input",
    "area",
    "area_link",
    "area_attribute",
    "unit",
    "worker",
    "roster",
    "basemap",
    "key_area",
    "camera",
    "place",
)
FACTS = (
    "fix",
    "track",
    "stay",
    "gap",
    "worker_day",
    "cell_day",
    "chunk",
    "incident_report",
    "incident_step",
    "reject",
    "load_file",
)


@dataclass(frozen=True)
class Part:
    """One immutable Parquet file of the lake: its table, local day (empty for dimensions), rows and SHA-256."""

    table: str
    path: str  # relative to warehouse/
    rows: int
    sha256: str
    day: str = ""
    schema_version: int = SCHEMA_VERSION


@dataclass(frozen=True)
class Manifest:
    """Everything reachable from one version: its parts, its serve file, and the version it was built on."""

    run_id: str
    base: str | None
    created_at: str
    serve: str
    serve_sha256: str
    schema_version: int = SCHEMA_VERSION
    parts: tuple[Part, ...] = ()
    added: tuple[str, ...] = ()
    superseded: tuple[str, ...] = ()
    files: tuple[dict[str, Any], ...] = field(default=())

    def of(self, table: str) -> list[Part]:
        """Return the parts of one table."""
        return [part for part in self.parts if part.table == table]


@dataclass(frozen=True)
class Folders:
    """The paths of one warehouse."""

    root: Path

    @property
    def current(self) -> Path:
        """The pointer file: the run id of the version served."""
        return self.root / "CURRENT"

    @property
    def lock(self) -> Path:
        """Held by the one publisher."""
        return self.root / "LOCK"

    @property
    def lake(self) -> Path:
        """The folder of all Parquet parts."""
        return self.root / "lake"

    @property
    def runs(self) -> Path:
        """The folder of manifests."""
        return self.root / "runs"

    def manifest(self, run_id: str) -> Path:
        """Return the path of a run's manifest."""
        return self.runs / f"{run_id}.json"


def read_current(folders: Folders) -> str | None:
    """Return the run id of the version served, or None before the first publish."""
    try:
        return folders.current.read_text(encoding="ascii").strip() or None
    except FileNotFoundError:
        return None


def read_manifest(folders: Folders, run_id: str) -> Manifest:
    """Read one manifest; raises WarehouseError `newer_schema` or `corrupt`."""
    path = folders.manifest(run_id)
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise WarehouseError("corrupt", path=path, detail=fault) from fault
    if raw["schema_version"] > SCHEMA_VERSION:
        raise WarehouseError("newer_schema", path=path, detail=raw["schema_version"], known=SCHEMA_VERSION)
    lists = {key: tuple(raw[key]) for key in ("added", "superseded", "files")}
    return Manifest(**{**raw, **lists, "parts": tuple(Part(**part) for part in raw["parts"])})


def manifest_text(manifest: Manifest) -> str:
    """Return the JSON of a manifest, one stable spelling."""
    return json.dumps(asdict(manifest), ensure_ascii=False, indent=1, sort_keys=True)
