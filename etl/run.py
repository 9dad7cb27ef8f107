"""One load in progress: the draft being made, the moment of receipt, and the fate of every file so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa

from data.config import Config
from etl.crew import Crew
from etl.engine import Engine
from etl.inbox import Incoming
from etl.ledger import FileEntry
from etl.publish import Draft
from etl.reference import Reference
from etl.reference_files import TABLES, ReferenceFiles, crew_of, opened, reference_files


def silent(_: str) -> None:
    """Say nothing: progress when nobody watches."""


@dataclass
class Run:
    """The state the stages of one load share; `now` is the time of receipt in naive UTC."""

    config: Config
    draft: Draft
    now: datetime
    engine: Engine
    progress: Callable[[str], None] = silent
    entries: list[FileEntry] = field(default_factory=list)
    warnings: list[dict[str, str]] = field(default_factory=list)
    newest: list[pa.Table] = field(default_factory=list)  # last good fixes per worker, for operations

    def open(self, file: Incoming, feed: str) -> FileEntry:
        """Begin the account of a file."""
        self.progress(file.path.name)
        entry = FileEntry(file.path.as_posix(), file.sha256, feed, file.mapping.path.stem)
        self.entries.append(entry)
        return entry

    def reference_files(self) -> ReferenceFiles:
        """Name the files of the reference tables as the draft holds them now; raises `no_areas`."""
        return reference_files(self.config, [part for table in TABLES for part in self.draft.of(table)], self.now)

    def reference(self) -> Reference:
        """Return the reference tables as the draft holds them now; raises `no_areas`."""
        return opened(self.reference_files())

    def crew(self) -> Crew:
        """Return who is assigned where, as the draft holds it now."""
        return crew_of(self.reference_files())

    def tally(self, loaded: dict[int, int], duplicate: dict[int, int]) -> None:
        """Credit loaded and duplicate rows to the files they came from."""
        for number, count in loaded.items():
            self.entries[number].rows_loaded += count
        for number, count in duplicate.items():
            self.entries[number].rows_duplicate += count
