"""One job: the fixes of a local day, or of a block of its workers, merged, judged, derived and written.

The same function in this process, in threads or on a cluster. It writes new files and publishes nothing; only the
worker-days that new fixes touch are judged again, the others are carried over as they stand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.config import Config
from data.errors import Problem
from data.lake import Part
from data.release import release
from data.schema import arrow_schema
from etl.chunks import Tracks, packed
from etl.crew import Crew, assigned_on
from etl.derive import derive_day
from etl.intake import Taken
from etl.merge_fixes import merge_fixes, numbered
from etl.newest import newest_positions
from etl.parts import read_parts, write_part

PER_WORKER = ("fix", "track", "stay", "gap", "worker_day", "cell_day", "suspicion")
OF_DAY = (*PER_WORKER, "chunk")


@dataclass(frozen=True)
class Slot:
    """What a job is about: a local day, or one block of its workers."""

    day: date
    block: int = 0
    blocks: int = 1

    @property
    def name(self) -> str:
        """Return the block as the manifest has it: its number and how many the day has."""
        return f"{self.block}/{self.blocks}"


@dataclass(frozen=True)
class Task:
    """What a job needs besides new rows: what is known of the slot, where it may write, who is assigned where.

    root: the warehouse, absolute. paths: the file reserved for each table, relative to it.
    """

    config: Config
    root: str
    slot: Slot
    known: tuple[Part, ...]
    paths: dict[str, str]
    crew: Crew
    release: str
    instead: bool = False  # new rows stand in place of all that is known of their workers


@dataclass(frozen=True)
class Done:
    """What a job did: the parts it wrote in place of the known ones, rows by file number, newest good positions."""

    slot: Slot
    parts: tuple[Part, ...]
    loaded: dict[int, int]
    duplicate: dict[int, int]
    newest: pa.Table


def job(task: Task, *news: pa.Table) -> Done:
    """Merge `news` (table fix with a column `_file`) into the day and write its parts anew.

    Raises Problem `other_release` where this process runs another release than the one that made the task.
    """
    if task.release != release():
        raise Problem("other_release", detail=release(), known=task.release)
    new = pa.concat_tables(news)
    fixes = known_rows(task.root, task.known, "fix")
    touched = pc.unique(_plain(new["worker_id"]))
    again = pc.is_in(fixes["worker_id"], value_set=touched)
    merged = merge_fixes(fixes.filter(again) if fixes.num_rows and not task.instead else None, new)
    crew = assigned_on(task.crew, known_rows(task.root, task.known, "worker_day"))
    tables = derive_day(task.slot.day, merged.rows, crew, task.config)
    newest = newest_positions(tables["fix"])
    if task.known:
        tables = _with_others(task, tables, touched, crew)
    written = tuple(_written(task, name, rows) for name, rows in tables.items() if rows.num_rows)
    return Done(task.slot, written, merged.loaded, merged.duplicate, newest)


def select(taken: Taken, number: int, crew: Crew, slot: Slot) -> pa.Table:
    """Return the rows of a slot's day and block, as those of file `number`."""
    rows = taken.rows
    mine = pc.equal(rows["day"], pa.scalar(slot.day, pa.date32()))
    if slot.blocks > 1:
        mine = pc.and_(mine, pa.array(in_block(rows["worker_id"], crew, slot.block, slot.blocks)))
    rows = rows if pc.all(mine).as_py() else rows.filter(mine)
    return rows.append_column("_file", pa.array(np.full(rows.num_rows, number, np.int32)))


def in_block(worker_ids: pa.ChunkedArray, crew: Crew, block: int, blocks: int) -> NDArray[np.bool_]:
    """Say of each row whether its worker belongs to a block of a day's workers."""
    names, worker = numbered(worker_ids)
    mine = np.array([crew.block(name, blocks) == block for name in names], bool)
    return np.asarray(mine[worker], np.bool_)


def _with_others(task: Task, tables: dict[str, pa.Table], touched: pa.Array, crew: Crew) -> dict[str, pa.Table]:
    """Join what was judged again with the worker-days nothing new was said of, and pack the areas it touches."""
    whole = {name: _joined(task, name, tables[name], touched) for name in PER_WORKER}
    areas = sorted({crew.packed_in(worker) for worker in touched.to_pylist()})
    chunks = known_rows(task.root, task.known, "chunk")
    kept = chunks.filter(pc.invert(pc.is_in(chunks["area_id"], value_set=pa.array(areas, pa.string()))))
    part = Tracks(*(_packed_in(areas, whole[name], crew) for name in ("track", "fix")))
    new = packed(task.slot.day, part, crew.packed_in, task.config)
    whole["chunk"] = pa.concat_tables([kept, new]).sort_by([("area_id", "ascending"), ("slot", "ascending")])
    return whole


def _packed_in(areas: list[str], rows: pa.Table, crew: Crew) -> pa.Table:
    names, worker = numbered(rows["worker_id"])
    mine = np.array([crew.packed_in(name) in areas for name in names], bool)
    return rows.filter(pa.array(mine[worker]))


def known_rows(root: str, known: tuple[Part, ...], table: str) -> pa.Table:
    """Return the rows of a table among the parts of a slot."""
    rows = read_parts(Path(root), [part for part in known if part.table == table])
    return arrow_schema(table).empty_table() if rows is None else rows


def _written(task: Task, table: str, rows: pa.Table) -> Part:
    part = write_part(Path(task.root), task.paths[table], table, rows, task.slot.day.isoformat())
    return replace(part, block=task.slot.name)


def _joined(task: Task, table: str, new: pa.Table, touched: pa.Array) -> pa.Table:
    known = known_rows(task.root, task.known, table)
    rest = known.filter(pc.invert(pc.is_in(known["worker_id"], value_set=touched)))
    whole = pa.concat_tables([rest, new.cast(rest.schema)])
    return whole.take(pa.array(np.argsort(numbered(whole["worker_id"])[1], kind="stable")))


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.cast(column, pa.string()) if pa.types.is_dictionary(column.type) else column
