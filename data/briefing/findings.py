"""Sentences made from metrics: one for each, in words that follow from its kind and from how much was counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from data.briefing.change import STOCKS, Change
from data.briefing.model import Finding
from data.briefing.numbers import Numbers
from data.metrics import METRICS, Metric

Maker = Callable[[Numbers], list[Finding]]
Row = dict[str, Any]


def of_metric(numbers: Numbers, name: str) -> Finding:
    """Return the sentence of one metric: its value with interval and n, and how it moved; or why nothing is said."""
    metric, row = METRICS[name], numbers.one(name)
    facts = {key: row[key] for key in ("part", "whole", "value", "n", "low", "high")}
    lacking = numbers.lacking(metric)
    if lacking or row["value"] is None or (metric.kind == "share" and row["whole"] < numbers.least):
        return _unsaid(numbers, metric, facts, lacking)
    changes = {key: numbers.change(name, period) for key, period in _versus(numbers)}
    told = numbers.words.t(_template(numbers, metric), **_spelled(numbers, metric, facts, changes))
    since = {f"{key}_difference": one.difference for key, one in changes.items()}
    beyond = {f"{key}_beyond": one.beyond for key, one in changes.items()}
    return Finding(name, told, {**facts, **since, **beyond, "days": numbers.days(numbers.period)}, f"metric:{name}")


def moved(numbers: Numbers, metric: Metric, one: Change, doubt: bool = True) -> str:
    """Return how a metric moved in words: 上升 1.2 个百分点（超出偶然波动）; without `doubt` the last is left out."""
    t = numbers.words.t
    if one.difference is None:
        return t("change.none")
    spelled = _size(numbers, metric, one.difference)
    told = [] if one.relative is None else [f"{numbers.words.points(one.relative)}%"]
    if one.beyond is not None and doubt:
        told.append(t("change.beyond" if one.beyond else "change.within"))
    aside = t("change.aside", told=numbers.words.t("format.comma_wide").join(told)) if told else ""
    if float(spelled.replace(",", "")) == 0:
        return t("change.same")
    return t(f"change.{_sort(metric)}_{'up' if one.difference > 0 else 'down'}", size=spelled) + aside


def _size(numbers: Numbers, metric: Metric, difference: float) -> str:
    size = abs(difference)
    if metric.unit == "percent":
        return f"{size * 100:.1f}"
    return numbers.words.number(size, 0 if metric.name in STOCKS else 1)


def _sort(metric: Metric) -> str:
    if metric.name in STOCKS:
        return "stock"
    return "points" if metric.unit == "percent" else "daily" if metric.kind == "count" else "plain"


def _changes(numbers: Numbers, metric: Metric, changes: dict[str, Change]) -> str:
    """Return both changes in one clause; what is true of both is said once."""
    t, comma = numbers.words.t, numbers.words.t("format.comma_wide")
    told = list(changes.values())
    if all(one.difference is None for one in told):
        return t("change.neither")
    alike = len({one.beyond for one in told}) == 1 and told[0].beyond is not None
    parts = [t(f"change.{key}", told=moved(numbers, metric, one, not alike)) for key, one in changes.items()]
    parts += [t("change.both_beyond" if told[0].beyond else "change.both_within")] if alike else []
    return comma.join(parts)


def _versus(numbers: Numbers) -> list[tuple[str, Any]]:
    return [("before", numbers.before), ("year", numbers.year_before)]


def _template(numbers: Numbers, metric: Metric) -> str:
    own = f"metric.{metric.name}"
    if numbers.words.has(own):
        return own
    return "metric.stock" if metric.name in STOCKS else f"metric.{metric.kind}"


def _spelled(numbers: Numbers, metric: Metric, facts: Row, changes: dict[str, Change]) -> dict[str, str]:
    words = numbers.words
    days = numbers.days(numbers.period)
    return {
        "place": numbers.place,
        "name": words.name(metric),
        "value": words.value(metric, facts["value"]) + _unit(numbers, metric),
        "part": words.number(facts["part"]),
        "whole": words.number(facts["whole"]),
        "low": words.percent(facts["low"]),
        "high": words.percent(facts["high"]),
        "daily": words.number(facts["part"] / days if days else None, 1),
        "changes": _changes(numbers, metric, changes),
        "line": _line(numbers, metric, facts),
    }


def _unit(numbers: Numbers, metric: Metric) -> str:
    return numbers.words.t(f"unit.{metric.unit}") if metric.unit in ("hours", "km") else ""


def _line(numbers: Numbers, metric: Metric, facts: Row) -> str:
    """Say on which side of the neutral line a share lies, where it has one: a line is no target."""
    rules = numbers.door.config.incidents
    line = getattr(rules, metric.reference) if metric.reference else 0.0
    if not line:
        return ""
    side = "above" if facts["low"] > line else "below" if facts["high"] < line else "near"
    label = rules.reference_label if numbers.words.chinese else rules.reference_label_en
    return numbers.words.t(f"line.{side}", label=label)


def _unsaid(numbers: Numbers, metric: Metric, facts: Row, lacking: list[str]) -> Finding:
    words = numbers.words
    if lacking:
        feeds = words.listed([words.feed(feed) for feed in lacking])
        text = words.t("metric.lacking", name=words.name(metric), feeds=feeds)
    elif facts["whole"]:
        counted = words.number(facts["whole"])
        text = words.t("metric.few", name=words.name(metric), whole=counted, least=numbers.least)
    else:
        text = words.t("metric.nothing", name=words.name(metric))
    return Finding(metric.name, text, facts, f"metric:{metric.name}", small=True)
