"""Puts small parts together: several parts of a day into one, days past into a part a month.

Rows stay what they are, old versions keep their own files, and a day that changes later is taken out of its month
again (Draft.of). Only small tables go by the month: fixes, tracks and playback are large enough by the day, as is a
day of several blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import groupby

import pyarrow as pa

from data.config import Config
from data.lake import Part
from etl.draft import DAY, MONTH, Draft
from etl.parts import read_parts
from etl.publish import locked, publishing
from etl.sweep import sweep_orphans

BY_MONTH = ("worker_day", "cell_day", "stay", "gap", "key_visit", "people_count")
WHOLE = ("", "0/1")
# How the rows of a part are sorted: what queries look for first.
ORDER = ("day", "worker_id", "area_id", "slot", "seg", "fixed_at", "starts_at", "incident_id", "stepped_at")


def compact(config: Config, say: Callable[[str], None]) -> dict[str, int]:
    """Merge small parts, make the serve file anew and remove orphans.

    Returns `parts` before and after, and `orphans`, the number of files removed that no version reached.
    """
    with publishing(config) as draft:
        before = len(draft.parts)
        for group in [*_pieces(draft), *_months(draft)]:
            say(f"{group[0].table} {group[0].day[:MONTH]}")
            _merge(draft, group)
        draft.anew = bool(draft.added)
        after = len(draft.parts)
    with locked(config) as folders:
        return {"before": before, "after": after, "orphans": len(sweep_orphans(folders))}


def _pieces(draft: Draft) -> Iterator[list[Part]]:
    """Yield the parts of the same table, day or month, and block where there are several."""
    for table in sorted(draft.index):
        for _, group in groupby(sorted(draft.of(table), key=_slot), _slot):
            parts = list(group)
            if len(parts) > 1 and parts[0].day:
                yield parts


def _months(draft: Draft) -> Iterator[list[Part]]:
    """Yield the parts of every month whose days are all older than those kept inside the serve file."""
    for table in BY_MONTH:
        days = [part for part in draft.of(table) if len(part.day) == DAY]
        if not days:
            continue
        newest = date.fromisoformat(max(part.day for part in days))
        first = (newest - timedelta(days=draft.config.warehouse.recent_days - 1)).isoformat()[:MONTH]
        old = [part for part in draft.of(table) if part.day[:MONTH] < first and part.block in WHOLE]
        for _, group in groupby(sorted(old, key=lambda part: part.day), lambda part: part.day[:MONTH]):
            parts = list(group)
            if len(parts) > 1:
                yield parts


def _merge(draft: Draft, parts: list[Part]) -> None:
    first, days = parts[0], {part.day for part in parts}
    rows = read_parts(draft.folders.root, parts)
    assert rows is not None
    for part in parts:
        draft.discard(part)
    day = first.day if len(days) == 1 else first.day[:MONTH]
    draft.append(first.table, _sorted(rows), day, first.block if len(days) == 1 else "")


def _sorted(rows: pa.Table) -> pa.Table:
    keys = [(name, "ascending") for name in ORDER if name in rows.column_names]
    return rows.sort_by(keys) if keys else rows


def _slot(part: Part) -> tuple[str, str]:
    return part.day, part.block
