"""Where the warehouse keeps its files, and what a manifest says: the one description publisher and readers share."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data.errors import WarehouseError

# What a part may hold: 2 = page checksums, sizes and column fingerprints in the manifest, digests over both. A view
# fills columns that older parts lack (data/parts.py); only a change a reader could not bear needs a new number.
SCHEMA_VERSION = 2

GRID_PLUS = (
    "element_count", "population", "population_shown", "special_shown", "visit", "service_item", "call_back",
    "activity", "party_org", "beat", "grid_beat", "dispute",
)  # fmt: skip
DIMENSIONS = (
    "area_input",
    "area",
    "area_link",
    "area_version",
    "area_finding",
    "area_attribute",
    "unit",
    "worker",
    "roster",
    "basemap",
    "key_area",
    "camera",
    "place",
    "mask_cell",
    *GRID_PLUS,
)
FACTS = (
    "fix",
    "track",
    "stay",
    "gap",
    "worker_day",
    "cell_day",
    "chunk",
    "suspicion",
    "likeness",
    "key_visit",
    "people_count",
    "incident_report",
    "incident_step",
    "reject",
    "load_file",
    "warning",
)


@dataclass(frozen=True)
class Part:
    """One immutable Parquet file of the lake: its table, local day or month (empty for dimensions), rows, SHA-256.

    `bytes` is its size and `columns` a fingerprint of the names and types it holds; 0 and empty in version 1.
    """

    table: str
    path: str  # relative to warehouse/
    rows: int
    sha256: str
    day: str = ""
    schema_version: int = SCHEMA_VERSION
    bytes: int = 0
    columns: str = ""
    block: str = ""  # "3/8": the part of the day's workers it holds; empty: all


@dataclass(frozen=True)
class Manifest:
    """Everything reachable from one version: its parts, its serve file, and the version it was built on.

    `made_by` is a fingerprint of the rules the serve file was derived by: another one derives everything anew.
    """

    run_id: str
    base: str | None
    created_at: str
    serve: str
    serve_sha256: str
    serve_bytes: int = 0
    made_by: str = ""
    exported_seq: int = 0  # clock of the last step of operations it holds
    exported_from: str = ""  # and of which store of operations
    schema_version: int = SCHEMA_VERSION
    parts: tuple[Part, ...] = ()
    added: tuple[str, ...] = ()
    superseded: tuple[str, ...] = ()
    files: tuple[dict[str, Any], ...] = field(default=())

    def of(self, table: str) -> list[Part]:
        """Return the parts of one table."""
        return [part for part in self.parts if part.table == table]

    def reaches(self) -> dict[str, tuple[str, int]]:
        """Return every file of this version by its path: SHA-256 and size in bytes (0: not recorded)."""
        return {part.path: (part.sha256, part.bytes) for part in self.parts} | {
            self.serve: (self.serve_sha256, self.serve_bytes)
        }


@dataclass(frozen=True)
class Folders:
    """The paths of one warehouse."""

    root: Path

    @property
    def current(self) -> Path:
        """The pointer file: the run id of the version served and the digest of its manifest."""
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

    @property
    def pins(self) -> Path:
        """The folder of names of versions that are kept however old."""
        return self.root / "pins"

    def manifest(self, run_id: str) -> Path:
        """Return the path of a run's manifest."""
        return self.runs / f"{run_id}.json"

    def begun(self, run_id: str) -> Path:
        """Return the path of the mark of a run under way: where it stays, the run was killed."""
        return self.runs / f"{run_id}.begun"

    def versions(self) -> list[str]:
        """Return the run ids of all manifests, newest first: run ids sort by time."""
        return sorted((path.stem for path in self.runs.glob("*.json")), reverse=True)


@dataclass(frozen=True)
class Pointer:
    """What CURRENT says: the version served and the digest of its manifest (empty in the form of version 1)."""

    run_id: str
    digest: str = ""


def read_pointer(folders: Folders) -> Pointer | None:
    """Return what CURRENT says, or None before the first publish; what it names need not exist."""
    try:
        words = folders.current.read_text(encoding="ascii", errors="replace").split()
    except FileNotFoundError:
        return None
    return Pointer(words[0], words[1] if len(words) > 1 else "") if words else Pointer("")


def read_current(folders: Folders) -> str | None:
    """Return the run id of the version served, or None before the first publish."""
    pointer = read_pointer(folders)
    return pointer.run_id if pointer else None


def read_manifest(folders: Folders, run_id: str, digest: str = "", *, parts: bool = True) -> Manifest:
    """Read one manifest and hold it against its own digest, and against `digest` where CURRENT states one.

    parts=False leaves the list of parts empty: what sweeping old versions needs costs the same for any history.
    Raises WarehouseError `newer_schema` or `corrupt`.
    """
    path = folders.manifest(run_id)
    try:
        text, found = _checked(path.read_text(encoding="utf-8"))
        raw = json.loads(text if parts else text.split(PARTS)[0] + "}")
    except (OSError, ValueError) as fault:
        raise WarehouseError("corrupt", path=path, detail=fault) from fault
    if raw["schema_version"] > SCHEMA_VERSION:
        raise WarehouseError("newer_schema", path=path, detail=raw["schema_version"], known=SCHEMA_VERSION)
    if digest and digest != found:
        raise WarehouseError("corrupt", path=folders.current, detail=f"{digest} is not the digest of {path.name}")
    lists = {key: tuple(raw[key]) for key in ("added", "superseded", "files")}
    return Manifest(**{**raw, **lists, "parts": tuple(Part(**part) for part in raw.get("parts", ()))})


PARTS, DIGEST = ',\n"parts": [\n', ',\n"digest": "'


def manifest_text(manifest: Manifest) -> str:
    """Return the JSON of a manifest: first what sweeping reads, then one part a line, last the digest of it all."""
    about = {name: value for name, value in vars(manifest).items() if name != "parts"}
    listed = json.dumps([vars(part) for part in manifest.parts], ensure_ascii=False)[1:-1].replace("}, {", "},\n{")
    text = json.dumps(about, ensure_ascii=False, indent=1)[:-2] + f"{PARTS}{listed}\n]"
    return f'{text}{DIGEST}{_digest(text)}"\n}}\n'


def digest_of(text: str) -> str:
    """Return the digest a manifest's text ends with."""
    return _checked(text)[1]


def _checked(text: str) -> tuple[str, str]:
    """Return a manifest's JSON without its digest, and the digest; raises ValueError where they disagree."""
    body, mark, end = text.rpartition(DIGEST)
    if not mark:
        if json.loads(text).get("schema_version") != SCHEMA_VERSION:
            return text, ""  # version 1 stated none; what a newer one does is not known here
        raise ValueError("its digest is missing")
    if end != f'{_digest(body)}"\n}}\n':
        raise ValueError("it is not what its digest says")
    return body + "}", _digest(body)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
