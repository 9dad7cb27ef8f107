"""Loads fixes: every file taken in, then one job for each local day they touch, whatever engine does the work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from data.errors import Problem
from data.lake import Part
from data.release import release
from data.schema import arrow_schema
from etl.datum import check_datum, datum_warning
from etl.inbox import Incoming
from etl.intake import Told, take_in, told_of
from etl.job import OF_DAY, Done, Slot, Task, in_block, job, select
from etl.parts import write_part
from etl.run import Run
from etl.sources import source_for
from etl.sources.base import Piece
from etl.suspicion import compared

WHOLE = "0/1"


class Intake(NamedTuple):
    """One file, or piece of a file, taken in: the number of its file, the handle of its rows, and what is told."""

    number: int
    handle: Any
    told: Told


def load_fixes(run: Run, feed: str, files: list[Incoming]) -> None:
    """Take in the files of fixes, then merge, judge and derive every local day they touch."""
    first = len(run.entries)
    for file in files:
        run.open(file, feed)
    if files:
        try:
            run.reference_files()
        except Problem as fault:  # nothing to judge against
            for entry in run.entries[first:]:
                entry.refuse(fault)
            return
        intakes = _taken_in(run, list(enumerate(files, first)))
        for number, file in enumerate(files, first):
            _check_datum(run, file, [intake.told for intake in intakes if intake.number == number])
        finish_days(run, intakes)
        _list_unregistered(run, intakes)


def finish_days(run: Run, intakes: list[Intake]) -> None:
    """Run the jobs of all days the intakes touch, and adopt the parts they wrote in place of the known ones."""
    begun = [_begun(run, slot, intakes) for slot in _slots(run, intakes)]
    for known, handle in begun:
        adopt(run, known, handle)
    compare(run, sorted({day for intake in intakes for day in intake.told.days}))


def adopt(run: Run, known: tuple[Part, ...], handle: Any) -> None:
    """Wait for a job and take over the parts it wrote in place of the known ones."""
    done: Done = run.engine.result(handle)
    run.progress(done.slot.day.isoformat())
    for part in known:
        run.draft.discard(part)
    for part in done.parts:
        run.draft.adopt(part)
    run.tally(done.loaded, done.duplicate)
    run.newest.append(done.newest)


def compare(run: Run, days: list[date]) -> None:
    """Compare the tracks of each day anew: what one worker sent late may tell something of another."""
    tracks = [(day, run.draft.read("track", day.isoformat())) for day in days]
    begun = [(day, run.engine.submit(compared, day, table, run.config)) for day, table in tracks if table is not None]
    for day, handle in begun:
        run.draft.replace("likeness", run.engine.result(handle), day.isoformat())


def slot_parts(run: Run, slot: Slot) -> tuple[Part, ...]:
    """Return the parts that hold a block of a day's workers; a month's part first gives up what it has of the day."""
    day = slot.day.isoformat()
    for table in OF_DAY:
        if run.draft.in_month(table, day):
            _unfold(run, table, slot)
    parts = (part for table in OF_DAY for part in run.draft.of(table, day))
    return tuple(part for part in parts if (part.block or WHOLE) == slot.name)


def _unfold(run: Run, table: str, slot: Slot) -> None:
    """Take the rows of a day out of a month's part, one part for each block of its workers."""
    day, rows = slot.day.isoformat(), run.draft.read(table, slot.day.isoformat())
    run.draft.drop(table, day)
    if rows is None:
        return
    for block in range(slot.blocks):
        name = replace(slot, block=block).name
        mine = rows.filter(pa.array(in_block(rows["worker_id"], run.crew(), block, slot.blocks)))
        if mine.num_rows:
            root, path = run.draft.folders.root, run.draft.reserve(table, day)
            run.draft.adopt(replace(write_part(root, path, table, mine, day), block=name))


def _taken_in(run: Run, files: list[tuple[int, Incoming]]) -> list[Intake]:
    begun, reference = [], run.reference_files()
    for number, file in files:
        for piece in _pieces(file):
            handle = run.engine.submit(take_in, file, piece, reference)
            begun.append((number, handle, run.engine.submit(told_of, handle)))
    intakes = [Intake(number, handle, run.engine.result(told)) for number, handle, told in begun]
    for number, _ in files:
        _account(run, number, [intake.told for intake in intakes if intake.number == number])
    return [intake for intake in intakes if run.entries[intake.number].problem is None]


def _check_datum(run: Run, file: Incoming, pieces: list[Told]) -> None:
    """Warn where another coordinate system would put far more of a file's fixes into their workers' own areas."""
    samples = [told.sample for told in pieces if told.sample is not None]
    if not samples or file.mapping.crs is None:
        return
    sample = pa.concat_tables(samples)
    columns = (sample["lon"].to_numpy(), sample["lat"].to_numpy(), sample["worker_id"].combine_chunks())
    warning = datum_warning(file.path.name, check_datum(*columns, run.reference(), file.mapping.crs))
    run.warnings += [warning] if warning else []


def _pieces(file: Incoming) -> list[Piece] | list[None]:
    try:
        return source_for(file.path, file.mapping).pieces(file.path) or [None]
    except Problem:
        return [None]  # taking it in says why it cannot be read


def _account(run: Run, number: int, pieces: list[Told]) -> None:
    """Credit a file with what its pieces tell; where one cannot be read, the file is refused."""
    entry = run.entries[number]
    refusal = next((told.refusal for told in pieces if told.refusal), None)
    if refusal:
        entry.refuse(refusal)
        return
    for told in pieces:
        entry.rows_in += told.rows_in
        entry.reject(told.rejects)
        entry.count(told.counted)
        entry.notes.update(told.notes)
        if told.span:
            entry.widen(*told.span)
    entry.delay(np.concatenate([told.lag for told in pieces]))


def _slots(run: Run, intakes: list[Intake]) -> Iterator[Slot]:
    """Divide each touched day into blocks: by its rows at its first load, and ever after as then."""
    per_block = run.config.warehouse.block_rows
    for day in sorted({day for intake in intakes for day in intake.told.days}):
        known = run.draft.of("fix", day.isoformat())
        rows = sum(intake.told.days.get(day, 0) for intake in intakes)
        blocks = int((known[0].block or WHOLE).split("/")[1]) if known else -(-rows // per_block)
        for block in range(blocks):
            yield Slot(day, block, blocks)


def _begun(run: Run, slot: Slot, intakes: list[Intake]) -> tuple[tuple[Part, ...], Any]:
    """Begin the job of a slot; returns the parts it will replace, and its handle."""
    known = slot_parts(run, slot)
    mine = [intake for intake in intakes if slot.day in intake.told.days]
    news = [run.engine.submit(select, intake.handle, intake.number, run.crew(), slot) for intake in mine]
    return known, run.engine.submit(job, task_of(run, slot, known), *news)


def task_of(run: Run, slot: Slot, known: tuple[Part, ...], instead: bool = False) -> Task:
    """Return what a job of this run needs besides its rows."""
    paths = {table: run.draft.reserve(table, slot.day.isoformat()) for table in OF_DAY}
    root = str(run.draft.folders.root.absolute())
    return Task(run.config, root, slot, known, paths, run.crew(), release(), instead)


def _list_unregistered(run: Run, intakes: list[Intake]) -> None:
    """List workers seen only in fixes as unregistered, where the home keeps them."""
    worker = run.draft.read("worker")
    known = frozenset() if worker is None else frozenset(worker["worker_id"].to_pylist())
    new = sorted(frozenset().union(*(intake.told.workers for intake in intakes)) - known)
    if not new:
        return
    rows = pa.Table.from_pylist([{"worker_id": name, "registered": False} for name in new], arrow_schema("worker"))
    run.draft.replace("worker", rows if worker is None else pa.concat_tables([worker, rows]))
