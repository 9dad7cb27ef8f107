"""Sentences about cases: of which kinds they were, why some count against the front rate, what changed at all."""

from __future__ import annotations

from collections import Counter
from typing import Any

from data.analysis.periods import Period
from data.briefing.change import Change, change
from data.briefing.findings import moved
from data.briefing.model import Finding
from data.briefing.numbers import Numbers
from data.metrics import METRICS

MOST_KINDS = 3
FRONT = "in_grid_on_time"

Row = dict[str, Any]


def kinds(numbers: Numbers) -> list[Finding]:
    """Return which kinds were reported most, and which moved by more than chance since the period before."""
    rows = kinds_of(numbers, numbers.period)
    total = sum(row["n"] for row in rows)
    if total < numbers.least:
        return []
    words, first = numbers.words, rows[:MOST_KINDS]
    named = [_share(numbers, row, total) for row in first]
    facts = {"whole": total, **{row["kind"]: row["n"] for row in first}}
    told = words.t("kinds.most", names=words.listed(named), n=words.number(len(rows)))
    return [Finding("kinds", told, facts, "briefing_kinds"), *_moved_kinds(numbers, rows)]


def _share(numbers: Numbers, row: Row, total: int) -> str:
    words = numbers.words
    return words.t(
        "kinds.one", name=words.named(row, "kind"), n=words.number(row["n"]), share=words.percent(row["n"] / total)
    )


def _moved_kinds(numbers: Numbers, rows: list[Row]) -> list[Finding]:
    words, found, facts = numbers.words, [], {}
    for row, one in moved_kinds(numbers, rows):
        if one.beyond and one.relative is not None:
            found.append(words.t("kinds.moved", name=words.named(row, "kind"), share=f"{words.points(one.relative)}%"))
            facts[row["kind"]] = one.difference
    if not found:
        return []
    return [Finding("kinds_moved", words.t("kinds.changed", names=words.listed(found)), facts, "briefing_kinds")]


def moved_kinds(numbers: Numbers, rows: list[Row]) -> list[tuple[Row, Change]]:
    """Return each kind with how its daily number moved since the period before."""
    before = {row["kind"]: row["n"] for row in kinds_of(numbers, numbers.before)}
    days = numbers.days(numbers.period), numbers.days(numbers.before)

    def since(row: Row) -> Change:
        old = _count(before.get(row["kind"], 0))
        return change(METRICS["reported"], _count(row["n"]), old, days, numbers.least)

    return [(row, since(row)) for row in rows]


def kinds_of(numbers: Numbers, period: Period) -> list[Row]:
    """Return kinds with how many were reported in a period, most first: kind, kind_zh, kind_en, n."""
    start, end = numbers.cut(period)["start"], numbers.cut(period)["end"]
    rows: list[Row] = numbers.rows("briefing_kinds", area=numbers.question.area, start=start, end=end).to_pylist()
    return rows


def _count(n: int) -> Row:
    return {"part": n, "whole": None, "value": n}


def misses(numbers: Numbers) -> list[Finding]:
    """Return why cases count against the front rate; their number is its whole less its part."""
    causes = causes_of(numbers)
    if not causes:
        return []
    words = numbers.words
    named = [words.t("misses.one", cause=words.t(f"cause.{key}"), n=words.number(n)) for key, n in causes.most_common()]
    told = words.t("misses.told", n=words.number(causes.total()), names=words.listed(named))
    return [Finding("misses", told, {"n": causes.total(), **causes}, "exceptions")]


def causes_of(numbers: Numbers) -> Counter[str]:
    """Return how many cases count against the front rate, by cause."""
    rows = numbers.rows("exceptions", area=numbers.question.area, **numbers.cut(numbers.period))
    return Counter(rows["cause"].to_pylist())


def changes(numbers: Numbers, names: tuple[str, ...]) -> list[Finding]:
    """Return in one sentence which metrics moved by more than chance since the period before, and how many did not."""
    words, told, still, facts = numbers.words, [], 0, {}
    for name in names:
        one = numbers.change(name, numbers.before)
        if one.beyond:
            metric = METRICS[name]
            told.append(f"{words.name(metric)}{words.t('format.gap')}{moved(numbers, metric, one)}")
            facts[name] = one.difference
        still += one.beyond is False
    if not told and not still:
        return [Finding("changes", words.t("changes.none"), {}, "metrics", small=True)]
    key = "changes.told" if told else "changes.still"
    text = words.t(key, n=len(told), names=words.t("format.semicolon").join(told), still=still)
    return [Finding("changes", text, facts, "metrics")]
