"""A home being filled: every file it gets, and the answer key of the faults planted in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa

from etl.synthetic.files import write_csv, write_features, write_parquet

FATES = {"duplicate": "duplicate", "rejected": "rejected", "counted": "off_duty"}


class Folder:
    """Writes files and remembers their columns (by input), their rows, and what was planted and forged."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.columns: dict[str, list[str]] = {}
        self.planted: list[dict[str, object]] = []
        self.forged: list[dict[str, object]] = []
        self._written: dict[str, int] = {}

    def table(self, one: str, table: pa.Table, name: str, encoding: str = "utf-8") -> None:
        """Write a table of an input as CSV or Parquet, by the name's suffix."""
        self.columns[one] = table.column_names
        self._written[name] = table.num_rows
        if name.endswith(".csv"):
            write_csv(table, self.out / name, encoding)
        else:
            write_parquet(table, self.out / name)

    def features(self, one: str, rows: list[dict[str, Any]], name: str) -> None:
        """Write GeoJSON features of an input."""
        self.columns[one] = [*rows[0]["properties"], "geometry"]
        self._written[name] = len(rows)
        write_features(rows, self.out / name)

    def totals(self) -> dict[str, dict[str, int]]:
        """Return per file: rows written, and how many become duplicates, rejects, counts, and rows that load."""
        out = {name: {"written": rows} | dict.fromkeys(FATES.values(), 0) for name, rows in self._written.items()}
        for planted in self.planted:
            fate = FATES.get(str(planted["expected"]).split(":")[0])
            if fate:
                out[str(planted["file"])][fate] += 1
        for total in out.values():
            total["loaded"] = total["written"] - sum(total[fate] for fate in FATES.values())
        return out
