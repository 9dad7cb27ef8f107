"""Sentences about the data itself: what was refused, what has no place, and since when there is any."""

from __future__ import annotations

from data.briefing.model import Finding
from data.briefing.numbers import UNLOCATED, Numbers
from data.intervals import wilson

REPORTED = "reported"


def quality(numbers: Numbers) -> list[Finding]:
    """Return what became of the rows loaded in the period, and how many incidents have no known grid."""
    return [*_loaded(numbers), *_unlocated(numbers)]


def _loaded(numbers: Numbers) -> list[Finding]:
    words, cut = numbers.words, numbers.cut(numbers.period)
    rows = numbers.rows("quality_feeds", start=cut["start"], end=cut["end"]).to_pylist()
    facts = {key: sum(row[key] for row in rows) for key in ("rows_in", "loaded", "rejected", "duplicate")}
    if not facts["rows_in"]:
        return [Finding("loaded", words.t("quality.nothing"), facts, "quality_feeds", small=True)]
    spelled = {key: words.number(value) for key, value in facts.items()}
    told = words.t("quality.loaded", **spelled, share=f"{facts['rejected'] / facts['rows_in'] * 100:.3f}%")
    return [Finding("loaded", told, facts, "quality_feeds")]


def _unlocated(numbers: Numbers) -> list[Finding]:
    """Return how many incidents are known to lie in the area, but in nothing below it."""
    if numbers.is_leaf:
        return []
    rows = numbers.parts(REPORTED)
    whole = sum(row["part"] for row in rows)
    part = sum(row["part"] for row in rows if row["level"] == UNLOCATED)
    interval = wilson(part, whole)
    if interval is None:
        return []
    words = numbers.words
    spelled = {"part": words.number(part), "whole": words.number(whole), "share": words.percent(part / whole)}
    told = words.t("quality.unlocated", level=numbers.level_name(numbers.below), **spelled)
    return [Finding("unlocated", told, {"part": part, "whole": whole}, f"metric:{REPORTED}")]
