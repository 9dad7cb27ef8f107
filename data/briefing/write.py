"""Writes a briefing: the chapters of its kind, each with its sentences, pictures and tables."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from data.briefing import found_cases, found_corrections, found_data, found_hot, found_places, found_tasks
from data.briefing.closed import closed, door_of
from data.briefing.findings import of_metric
from data.briefing.model import Briefing, Chapter, Definition, Finding, Picture, Remark, Table
from data.briefing.numbers import Numbers, Question, Tell
from data.briefing.pictures import PICTURES
from data.briefing.spelling import table as words_of
from data.briefing.tables import TABLES
from data.briefing.tables import metrics as metrics_table
from data.errors import Problem
from data.metrics import METRICS
from data.query import Door
from data.scope import Scope

SHEET, MONTHLY = "sheet", "monthly"

Sentences = Callable[[Numbers], list[Finding]]

FOUND: dict[str, Sentences] = {
    "basics": found_places.basics,
    "areas": found_places.areas,
    "holes": found_places.holes,
    "kinds": found_cases.kinds,
    "misses": found_cases.misses,
    "quality": found_data.quality,
    "hot": found_hot.hot,
    "tasks": found_tasks.tasks,
}


@cache
def kinds() -> dict[str, dict[str, Any]]:
    """Return the kinds of briefings and their chapters."""
    return tomllib.loads(files("data").joinpath("briefing", "chapters.toml").read_text(encoding="utf-8"))


def write(
    door: Door, scope: Scope, question: Question, remarks: tuple[Remark, ...] = (), tell: Tell | None = None
) -> Briefing:
    """Return the briefing of a question, with what people wrote about its chapters.

    tell: says a hot spot in one sentence of the question's language; without it, and in a report of
    fixed chapters, which is the same wherever it is written, a hot spot has only its numbers.

    The same question, version of the data and remarks give an equal briefing: no clock but that of the data is in it.
    Raises Problem: unknown_briefing, not_adding_up; NotAllowed.
    """
    if question.kind not in kinds():
        raise Problem("unknown_briefing", detail=question.kind, known=", ".join(kinds()))
    plan = kinds()[question.kind]
    numbers = replace(numbers_of(door, scope, question), tell=None if plan["fixed"] else tell)
    words, sealed = numbers.words, closed(door, numbers.period)
    chapters = [_chapter(numbers, row, remarks) for row in plan["chapters"]]
    corrected = found_corrections.chapter(numbers, numbers.period)
    chapters += [corrected] if corrected else []
    shown = [one for one in chapters if plan["fixed"] or one.findings or one.tables or one.pictures or one.remarks]
    numbered = [_numbered(numbers, at, one) for at, one in enumerate(shown)] if len(shown) > 1 else shown
    return Briefing(
        kind=question.kind,
        title=words.t(f"kind.{question.kind}"),
        place=numbers.place,
        area=question.area,
        span=words.days(numbers.period.first, numbers.period.last),
        stamp=words.t("stamp.closed" if sealed else "stamp.provisional"),
        as_of=as_of(numbers),
        language=question.language,
        chapters=tuple(numbered),
        definitions=_definitions(numbers, plan),
        labels=_labels(numbers) | {"stamp_long": words.t(f"stamp.{'closed' if sealed else 'provisional'}_long")},
        lead=tuple(finding for name in plan["lead"] for finding in _findings(numbers, name, plan)),
    )


def numbers_of(door: Door, scope: Scope, question: Question) -> Numbers:
    """Return the numbers of a question; those of a closed month by a door on the version it was closed on."""
    numbers = Numbers(door, scope, question)
    sealed = closed(door, numbers.period)
    return Numbers(door_of(door, sealed.version), scope, question) if sealed else numbers


def as_of(numbers: Numbers) -> datetime:
    """Return the time of the data version (naive UTC): that of the newest load."""
    rows = numbers.rows("feed_status").to_pylist()
    return max((row["loaded_at"] for row in rows), default=datetime(1970, 1, 1))


def _chapter(numbers: Numbers, row: dict[str, Any], remarks: tuple[Remark, ...]) -> Chapter:
    found = [finding for name in row["findings"] for finding in _findings(numbers, name, row)]
    tables = [TABLES[name](numbers) for name in row.get("tables", ()) if name in TABLES]
    if row.get("metrics"):
        tables.insert(0, metrics_table(numbers, _known(row["metrics"])))
    pictures = [PICTURES[name](numbers) for name in row.get("pictures", ()) if name in PICTURES]
    return Chapter(
        row["id"],
        numbers.words.t(f"chapter.{row['id']}"),
        tuple(found),
        tuple(one for one in pictures if isinstance(one, Picture)),
        tuple(one for one in tables if isinstance(one, Table)),
        tuple(one for one in remarks if one.chapter == row["id"]),
        "" if found else numbers.words.t("label.nothing"),
    )


def _findings(numbers: Numbers, name: str, row: dict[str, Any]) -> list[Finding]:
    if name == "changes":
        return found_cases.changes(numbers, judged())
    if name in FOUND:
        return FOUND[name](numbers)
    return [of_metric(numbers, name)] if name in METRICS else []


def judged() -> tuple[str, ...]:
    """Return the metrics whose changes the briefing watches: all those of the plain kind."""
    chapters = kinds()["brief"]["chapters"]
    return tuple(dict.fromkeys(name for row in chapters for name in _known(row.get("metrics", ()))))


def _known(names: Any) -> tuple[str, ...]:
    return tuple(name for name in names if name in METRICS)


def _numbered(numbers: Numbers, at: int, one: Chapter) -> Chapter:
    words = numbers.words
    number = words.t("format.number").split()[at]
    title = words.t("format.chapter", n=number, title=one.title)
    return Chapter(one.id, title, one.findings, one.pictures, one.tables, one.remarks, one.empty)


def _definitions(numbers: Numbers, plan: dict[str, Any]) -> tuple[Definition, ...]:
    """Return how each metric that occurs is counted."""
    used = [name for row in plan["chapters"] for name in (*row["findings"], *row.get("metrics", ()))]
    metrics = [METRICS[name] for name in dict.fromkeys(used) if name in METRICS]
    chinese = numbers.words.chinese
    return tuple(
        Definition(numbers.words.name(one), one.code, one.definition_zh if chinese else one.definition_en)
        for one in metrics
    )


def _labels(numbers: Numbers) -> dict[str, str]:
    """Return the fixed words of every form."""
    words, city = numbers.words, numbers.door.config.city
    labels = {key: str(told) for key, told in words_of(words.language)["label"].items()}
    labels["as_of"] = words.t("label.as_of", at=words.stamp(as_of(numbers)))
    labels["approval"] = words.t("label.approval", number=city.approval) if city.approval else labels["unpublished"]
    labels["synthetic"] = labels["synthetic"] if city.synthetic else ""
    labels["house"] = f"{city.name}{city.title}" if words.chinese else f"{city.name_en} {city.title_en}"
    labels["metrics_note"] = words.t("table.metrics_note")
    return labels
