"""Metrics by unit and by worker: the same files as for areas, added up by whose work it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from data.intervals import wilson
from data.metrics import METRICS, missing_inputs

if TYPE_CHECKING:
    from data.analysis.figures import Ask

Row = dict[str, Any]


@dataclass(frozen=True)
class Subject:
    """A unit or worker: the name as the account may see it, kind of unit or None, and the area assigned."""

    name: str
    kind: str | None
    area_id: str | None


def by_subject(ask: Ask, metric: str, column: str, subjects: Mapping[str, Subject]) -> list[Row]:
    """Return one row per subject with something to count, as Door.metric does for areas; `area_id` is the subject's id.

    column: "unit_id" | "worker_id". What belongs to none of the subjects is one row of level "unlocated": it counts in
    the rate of the whole.
    """
    values = {**ask.door.automatic(ask.scope), **ask.about}
    sums: dict[str | None, list[float]] = defaultdict(lambda: [0.0, 0.0])
    with ask.door.warehouse.cursor() as cursor:
        known = not missing_inputs(cursor, METRICS[metric])
    for row in ask.door.count(METRICS[metric], values).to_pylist():
        subject = row[column] if row[column] in subjects else None
        sums[subject][0] += float(row["part"] or 0)
        sums[subject][1] += float(row["whole"] or 0)
    return [_row(subject, told, subjects, (metric, ask.level, known)) for subject, told in sums.items()]


def _row(subject: str | None, sums: list[float], subjects: Mapping[str, Subject], about: tuple[str, str, bool]) -> Row:
    (part, whole), (metric, level, known) = sums, about
    low, high = (wilson(part, whole) if METRICS[metric].kind == "share" and known else None) or (None, None)
    named = {"area_id": subject or "", "name": subjects[subject].name if subject else "", "name_en": None}
    value = part / whole if whole and known else None
    figures = {"part": part, "whole": whole, "value": value, "n": int(whole), "low": low, "high": high}
    return {**named, "level": level if subject else "unlocated", **figures}
