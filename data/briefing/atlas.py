"""The atlas: one sheet for every area of a level, in one file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from data.briefing.model import Briefing
from data.briefing.numbers import Question
from data.briefing.write import SHEET, numbers_of, write
from data.errors import Problem
from data.query import Door
from data.scope import Scope

Report = Callable[[int, int, str], None]


def atlas(door: Door, scope: Scope, question: Question, level: str, report: Report) -> Briefing:
    """Return one sheet for every area of `level` inside the question's area; `report` is told (done, all, name).

    Raises Problem `no_sheets` where there is no such area.
    """
    about = replace(question, kind=SHEET)
    numbers = numbers_of(door, scope, about)
    found = [row for row in numbers.places if row["level"] == level]
    if not found:
        raise Problem("no_sheets", detail=numbers.place, known=level)
    sheets = []
    for done, row in enumerate(found):
        report(done, len(found), numbers.words.named(row))
        sheets.append(write(door, scope, replace(about, area=row["area_id"])))
    return replace(
        write(door, scope, about),
        title=numbers.words.t("title.atlas", level=numbers.level_name(level)),
        chapters=(),
        pages=tuple(sheets),
    )
