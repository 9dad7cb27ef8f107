"""One load in progress: the draft being made, the moment of receipt, and the fate of every file so far."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from data.config import Config
from data.errors import FileRefused
from etl.ledger import FileEntry
from etl.publish import Draft
from etl.reference import Reference


def silent(_: str) -> None:
    """Say nothing: progress when nobody watches."""


@dataclass
class Run:
    """The state the stages of one load share; `now` is the time of receipt in naive UTC."""

    config: Config
    draft: Draft
    now: datetime
    progress: Callable[[str], None] = silent
    entries: list[FileEntry] = field(default_factory=list)
    warnings: list[dict[str, str]] = field(default_factory=list)

    def reference(self) -> Reference:
        """Return the reference tables as the draft holds them now; raises `no_areas`."""
        area = self.draft.read("area")
        if area is None:
            raise FileRefused("no_areas")
        worker, roster = self.draft.read("worker"), self.draft.read("roster")
        return Reference(self.config, area, worker, roster, self.now)

    def tally(self, loaded: dict[int, int], duplicate: dict[int, int]) -> None:
        """Credit loaded and duplicate rows to the files they came from."""
        for number, count in loaded.items():
            self.entries[number].rows_loaded += count
        for number, count in duplicate.items():
            self.entries[number].rows_duplicate += count
