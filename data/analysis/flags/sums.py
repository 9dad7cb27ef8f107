"""The sums a check compares: part and whole of every subject of a level."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from data.analysis.figures import Ask
from data.analysis.peer_rates import Groups
from data.analysis.periods import previous
from data.analysis.weights import UNIT, WORKER
from data.metrics import roll_up
from data.sqlfile import SqlFile

PEERS = 5  # fewer others in the group: the whole city's others
Row = dict[str, Any]


@dataclass(frozen=True)
class Sums:
    """Name, part and whole by subject; `table` holds the file's own rows at the level's grain, further columns too."""

    rows: Mapping[str, tuple[str, float, float]]
    table: list[Row] = field(default_factory=list)

    def others(self, subject: str, group_of: Groups) -> float | None:
        """Return the rate of the other subjects of the group, or of the city where these are too few."""
        others = [name for name in self.rows if name != subject]
        mine = [name for name in others if group_of.get(name) == group_of.get(subject)]
        chosen = mine if len(mine) >= PEERS - 1 else others
        whole = sum(self.rows[name][2] for name in chosen)
        return sum(self.rows[name][1] for name in chosen) / whole if whole else None


def of_check(ask: Ask, file: SqlFile) -> Sums:
    """Run a check's file and add up its rows by the subjects of the level."""
    raw = _rows(ask, file)
    if ask.level in (UNIT, WORKER):
        return _by_key(ask, raw)
    table = [row for row in _by_area(ask, raw) if row["level"] != "unlocated"]
    sums: dict[str, tuple[str, float, float]] = {}
    for row in table:
        _, part, whole = sums.get(row["subject_id"], ("", 0.0, 0.0))
        sums[row["subject_id"]] = (row["name"], part + row["part"], whole + row["whole"])
    return Sums(sums, table)


def _rows(ask: Ask, file: SqlFile) -> pa.Table:
    zone = ask.door.config.zone
    start, end = ask.period.bounds(zone)
    values = {"start": start, "end": end, "now": min(ask.now, end), "before": previous(ask.period).bounds(zone)[0]}
    return ask.door.warehouse.fetch(file.sql, file.bind(ask.door.automatic(ask.scope) | values))


def _by_key(ask: Ask, raw: pa.Table) -> Sums:
    """Add up by the units or workers asked about."""
    key = "unit_id" if ask.level == UNIT else "worker_id"
    table, sums = [], dict[str, tuple[str, float, float]]()
    for row in raw.to_pylist():
        if row[key] in ask.subjects:
            name = ask.subjects[row[key]].name
            _, part, whole = sums.get(row[key], ("", 0.0, 0.0))
            sums[row[key]] = (name, part + row["part"], whole + row["whole"])
            table.append(row | {"subject_id": row[key], "name": name})
    return Sums(sums, table)


def _by_area(ask: Ask, raw: pa.Table) -> list[Row]:
    """Roll up to the areas of the level; each further column (a kind, a count) keeps its rows apart or its own sum."""
    values = {"scope": ask.scope.area_id, "area_id": ask.scope.area_id, "level": ask.level}
    counts = [name for name in ("answered", "satisfied") if name in raw.column_names]
    parts: dict[str | None, pa.Table] = {None: raw}
    if "kind" in raw.column_names:
        kinds = raw["kind"].to_pylist()
        parts = {kind: raw.filter(pa.array([one == kind for one in kinds])) for kind in sorted(set(kinds))}
    out: list[Row] = []
    with ask.door.warehouse.cursor() as cursor:
        for kind, rows in parts.items():
            found = _rolled(roll_up(cursor, rows.select(["area_id", "part", "whole"]), values))
            more = _rolled(roll_up(cursor, _as_sums(rows, counts), values)) if counts else {}
            for subject, row in found.items():
                extra = {"answered": more[subject]["part"], "satisfied": more[subject]["whole"]} if more else {}
                out.append(row | {"kind": kind} | extra)
    return out


def _as_sums(rows: pa.Table, counts: list[str]) -> pa.Table:
    return pa.table({"area_id": rows["area_id"], "part": rows[counts[0]], "whole": rows[counts[1]]})


def _rolled(rows: pa.Table) -> dict[str, Row]:
    """Return areas by id with part and whole; 0 where nothing was counted."""
    none: defaultdict[str, float] = defaultdict(float)
    return {
        row["area_id"]: {
            **row,
            "subject_id": row["area_id"],
            "part": row["part"] or none["part"],
            "whole": row["whole"] or none["whole"],
        }
        for row in rows.to_pylist()
    }
