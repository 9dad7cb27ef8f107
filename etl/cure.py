"""Cures what earlier loads could not place or admit, as soon as the areas, workers, duty or incidents they lacked come.

Runs at the end of every load: rejects whose reason a changed table may have removed are taken in again, and facts of
days whose boundaries changed are placed again. So the order in which files arrive never matters.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from data.lake import Part
from etl.again import take_again
from etl.job import Slot, job
from etl.load_fixes import WHOLE, adopt, compare, slot_parts, task_of
from etl.mapping import Mapping
from etl.parts import read_parts
from etl.place_again import PLACES, days_of_new, days_with_other_leaves, moved_fixes, moved_places, moved_reports
from etl.run import Run

# What a refused row lacked -> the table that may bring it.
LACKED = {
    "area": ("outside_city", "unknown_area", "ambiguous_area", "no_parent"),
    "worker": ("unknown_worker",),
    "roster": ("no_roster",),
    "incident_report": ("unknown_incident",),
    "key_area": ("unknown_key_area",),
    "service_item": ("unknown_item",),
}
WATCHED = (*LACKED, "area_version")


def cure(run: Run, mappings: list[Mapping]) -> None:
    """Place again and take in again what the tables changed by this run allow; what is cured may cure more."""
    if run.draft.base is None:
        return
    seen = {table: _said(run.draft.base.of(table)) for table in WATCHED}
    while changed := {table for table in WATCHED if _said(run.draft.of(table)) != seen[table]}:
        seen = {table: _said(run.draft.of(table)) for table in WATCHED}
        if changed & {"area_version", "worker"}:
            _derive_again(run, _days_with_others(run, "area_version" in changed))
        reasons = [reason for table in changed & LACKED.keys() for reason in LACKED[table]]
        rejects = run.draft.read("reject")
        if reasons and rejects is not None:
            take_again(run, rejects.filter(pc.is_in(rejects["reason"], value_set=pa.array(reasons))), mappings)


def _said(parts: list[Part]) -> set[str]:
    """Return what distinguishes the contents of a table."""
    return {part.sha256 for part in parts}


def _days_with_others(run: Run, areas: bool) -> list[date]:
    """Return the days with other boundaries, and those on which workers were nowhere who are assigned only now.

    Where boundaries changed, what stands in files of its own is placed again at once.
    """
    days = set(days_of_new(run.draft, run.crew()))
    after = run.draft.read("area_version")
    if areas and after is not None:
        base = run.draft.base.of("area_version") if run.draft.base else []
        tracked = [date.fromisoformat(part.day) for part in run.draft.of("fix")]
        days |= set(days_with_other_leaves(read_parts(run.draft.folders.root, base), after, sorted(set(tracked))))
        _reports_again(run)
        _places_again(run)
    return sorted(days)


def _derive_again(run: Run, days: list[date]) -> None:
    """Place again the fixes of whole days, and derive again the workers whose fixes moved or who are assigned now."""
    begun = [(slot, known, _moved(run, slot, known)) for slot in _slots(run, days) for known in [slot_parts(run, slot)]]
    touched = set()
    for slot, known, handle in begun:
        if run.engine.result(run.engine.submit(len, handle)):
            touched.add(slot.day)
            adopt(run, known, run.engine.submit(job, task_of(run, slot, known, instead=True), handle))
    compare(run, sorted(touched))


def _moved(run: Run, slot: Slot, known: tuple[Part, ...]) -> Any:
    root = str(run.draft.folders.root.absolute())
    return run.engine.submit(moved_fixes, root, known, slot, run.crew(), run.reference_files())


def _slots(run: Run, days: list[date]) -> list[Slot]:
    blocks = {(day, part.block or WHOLE) for day in days for part in run.draft.of("fix", day.isoformat())}
    return [Slot(day, *(int(number) for number in name.split("/"))) for day, name in sorted(blocks)]


def _reports_again(run: Run) -> None:
    reference = run.reference()
    for month in sorted({part.day for part in run.draft.of("incident_report")}):
        rows = run.draft.read("incident_report", month)
        moved = moved_reports(rows, reference) if rows is not None else None
        if moved is not None:
            run.draft.replace("incident_report", moved, month)


def _places_again(run: Run) -> None:
    for table in PLACES:
        rows = run.draft.read(table)
        moved = moved_places(rows, run.reference()) if rows is not None else None
        if moved is not None:
            run.draft.replace(table, moved)
