"""What goes into a file: rows on their way, what their columns are called, and where they are from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

# Called with the number of rows written so far.
Progress = Callable[[int], None]
BATCH = 8_192


@dataclass(frozen=True)
class Provenance:
    """What a file says of itself: the choices its rows follow, the query they are from, and the version of the data.

    `at` is naive UTC; `id` is the one of the audit line written before the file left; `notes` are sentences a reader
    must not miss (synthetic data, masked names).
    """

    filters: Mapping[str, str]
    query: str
    version: str
    at: datetime
    account: str
    id: str = ""
    notes: tuple[str, ...] = ()

    def lines(self, zone: ZoneInfo, labels: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
        """Return label and value of every fact, its time in the city's zone; `labels` rename the facts."""
        told = labels or {}
        at = self.at.replace(tzinfo=UTC).astimezone(zone).isoformat(timespec="seconds")
        facts = {"query": self.query, "version": self.version, "at": at, "account": self.account, "id": self.id}
        rows = [(told.get(name, name), value) for name, value in facts.items() if value]
        rows += [(told.get(name, name), value) for name, value in self.filters.items()]
        return rows + [(told.get("note", "note"), note) for note in self.notes]

    def as_json(self) -> dict[str, Any]:
        """Return all facts by their stable names; the time as ISO UTC."""
        return {**asdict(self), "filters": dict(self.filters), "at": f"{self.at.isoformat(timespec='seconds')}Z"}

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Provenance:
        """Return the provenance `as_json` told."""
        at = datetime.fromisoformat(facts["at"].removesuffix("Z"))
        return cls(**{**facts, "at": at, "notes": tuple(facts["notes"])})


@dataclass(frozen=True)
class Extract:
    """Rows to be written once: times naive UTC (`timestamp[us]`), places `lon`, `lat` or WKB `geometry` in EPSG:4326.

    `total` is how many rows the reader will give, for whoever shows progress; `heads` name columns in a reader's
    language where a format is read by people, `labels` the facts of the provenance.
    """

    title: str
    reader: pa.RecordBatchReader
    total: int
    zone: ZoneInfo
    provenance: Provenance
    heads: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def schema(self) -> pa.Schema:
        """The columns under their stable names."""
        return self.reader.schema

    def head(self, name: str) -> str:
        """Return what a column is called."""
        return self.heads.get(name, name)

    def batches(self, report: Progress) -> Iterator[pa.RecordBatch]:
        """Yield the rows in batches of at most BATCH, saying after each how many there were so far."""
        done = 0
        for batch in self.reader:
            for first in range(0, batch.num_rows, BATCH):
                yield batch.slice(first, BATCH)
                done += min(BATCH, batch.num_rows - first)
                report(done)


@dataclass(frozen=True)
class Format:
    """One kind of file: its key in addresses, its suffix, and `write(extract, path, report)`.

    needs: "" any rows; "place" rows with lon and lat or a geometry; "track" rows with worker_id, fixed_at, lon, lat.
    beside: suffix of a second file written next to the first, or "".
    """

    key: str
    suffix: str
    mimetype: str
    write: Callable[[Extract, Path, Progress], None]
    needs: str = ""
    beside: str = ""

    def fits(self, schema: pa.Schema) -> bool:
        """Say whether rows of these columns can be written."""
        names = set(schema.names)
        placed = {"lon", "lat"} <= names or "geometry" in names
        tracked = {"worker_id", "fixed_at", "lon", "lat"} <= names
        return {"": True, "place": placed, "track": tracked}[self.needs]
