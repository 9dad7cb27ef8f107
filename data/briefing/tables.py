"""The tables of a briefing; their rows add up to what they say is the whole, and where they should, this is checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from data.briefing import found_hot, found_tasks
from data.briefing.change import STOCKS
from data.briefing.found_cases import causes_of, kinds_of, moved_kinds
from data.briefing.found_places import holes_of, homes, leaves_below
from data.briefing.model import Table
from data.briefing.numbers import UNLOCATED, Numbers
from data.briefing.spelling import DASH
from data.errors import Problem
from data.metrics import METRICS

FRONT, REPORTED = "in_grid_on_time", "reported"
BESIDE = ("on_time_handling", "overdue_open")
MOST_HOLES = 12

Row = dict[str, Any]
Cells = tuple[str, ...]


def metrics(numbers: Numbers, names: tuple[str, ...]) -> Table | None:
    """Return one row for each metric: value, n, and how it moved since both earlier periods."""
    words = numbers.words
    head = tuple(words.t(f"table.{key}") for key in ("metric", "value", "interval", "n", "before", "year"))
    rows = tuple(_metric(numbers, name) for name in names)
    return Table("metrics", words.t("table.metrics"), head, rows, note=words.t("table.metrics_note"))


def _metric(numbers: Numbers, name: str) -> Cells:
    words, metric, row = numbers.words, METRICS[name], numbers.one(name)
    unit = words.t(f"unit.{metric.unit}") if metric.unit in ("hours", "km") else ""
    moved = [_moved(numbers, name, period) for period in (numbers.before, numbers.year_before)]
    known = row["value"] is not None
    return (
        words.name(metric),
        f"{words.value(metric, row['value'])}{unit if known else ''}",
        _interval(numbers, row),
        words.number(row["n"]) if known else DASH,
        *moved,
    )


def _moved(numbers: Numbers, name: str, period: Any) -> str:
    words, metric, one = numbers.words, METRICS[name], numbers.change(name, period)
    if one.difference is None:
        return DASH
    if metric.kind == "count" and metric.name not in STOCKS:
        size = DASH if one.relative is None else f"{words.points(one.relative)}%"
    elif metric.unit == "percent":
        size = words.points(one.difference)
    else:
        size = words.signed(one.difference, 0 if metric.unit == "count" else 1)
    return (words.t("table.beyond_mark") if one.beyond else "") + size


def _interval(numbers: Numbers, row: Row) -> str:
    words = numbers.words
    if row["low"] is None or row["whole"] < numbers.least:
        return DASH
    return f"{words.percent(row['low'])}–{words.percent(row['high'])}"


def areas(numbers: Numbers) -> Table | None:
    """Return one row for each area right below, what has no place among them, and the whole."""
    if numbers.is_leaf:
        return None
    words = numbers.words
    reported = numbers.parts(REPORTED)
    total = numbers.one(REPORTED)
    _reconcile(numbers, reported, total)
    columns = {name: {row["area_id"]: row for row in numbers.parts(name)} for name in (FRONT, *BESIDE)}
    columns["before"] = {row["area_id"]: row for row in numbers.parts(FRONT, numbers.before)}
    rows = [_area(numbers, row, columns) for row in reported if row["level"] != UNLOCATED or row["part"]]
    whole = {name: {total.get("area_id"): numbers.one(name)} for name in (FRONT, *BESIDE)}
    whole["before"] = {total.get("area_id"): numbers.one(FRONT, numbers.before)}
    summed = (words.t("table.total"), *_area(numbers, total, whole)[1:])
    head = tuple(words.t(f"table.{key}") for key in ("area", "reported", "judged", "front", "interval", "front_before"))
    head += tuple(words.name(METRICS[name]) for name in BESIDE)
    level = numbers.level_name(numbers.below)
    return Table("areas", words.t("table.areas", level=level), head, tuple(rows), summed, words.t("table.areas_note"))


def _area(numbers: Numbers, row: Row, columns: dict[str, dict[Any, Row]]) -> Cells:
    words, key = numbers.words, row.get("area_id")
    front = columns[FRONT].get(key)
    enough = front is not None and (front["whole"] or 0) >= numbers.least
    name = words.t("table.unlocated") if row.get("level") == UNLOCATED else words.named(row)
    handled, overdue = (columns[name].get(key) for name in BESIDE)
    return (
        name,
        words.number(row["part"]),
        words.number(front["whole"] if front else 0),
        words.percent(front["value"]) if front and enough else words.t("table.few"),
        _interval(numbers, front) if front else DASH,
        _front_moved(numbers, front, columns["before"].get(key)),
        words.percent(handled["value"]) if handled else DASH,
        words.number(overdue["part"] if overdue else 0),
    )


def _front_moved(numbers: Numbers, now: Row | None, before: Row | None) -> str:
    if not now or not before or min(now["whole"], before["whole"]) < numbers.least:
        return DASH
    return numbers.words.points(now["value"] - before["value"])


def _reconcile(numbers: Numbers, rows: list[Row], total: Row) -> None:
    """Hold the parts against the whole: a report whose rows do not add up is not written."""
    summed = sum(row["part"] for row in rows)
    if summed != total["part"]:
        raise Problem("not_adding_up", detail=numbers.place, known=f"{summed:g} / {total['part']:g}")


def kinds(numbers: Numbers) -> Table | None:
    """Return one row for each kind of incident: how many, which share, how many a day, and how that moved."""
    words, rows = numbers.words, kinds_of(numbers, numbers.period)
    total = sum(row["n"] for row in rows)
    if not total:
        return None
    reported = numbers.one(REPORTED)
    _reconcile(numbers, [{"part": total}], reported)
    days = numbers.days(numbers.period)
    told = tuple(
        (
            words.named(row, "kind"),
            words.number(row["n"]),
            words.percent(row["n"] / total),
            words.number(row["n"] / days, 1),
            DASH if one.relative is None else f"{words.points(one.relative)}%",
        )
        for row, one in moved_kinds(numbers, rows)
    )
    head = tuple(words.t(f"table.{key}") for key in ("kind", "shown", "share", "daily", "before"))
    whole = (words.t("table.total"), words.number(total), words.percent(1.0), words.number(total / days, 1), DASH)
    return Table("kinds", words.t("table.kinds"), head, told, whole, words.t("table.kinds_note"))


def misses(numbers: Numbers) -> Table | None:
    """Return why cases count against the front rate."""
    words, causes = numbers.words, causes_of(numbers)
    if not causes:
        return None
    total = causes.total()
    rows = [(words.t(f"cause.{key}"), words.number(n), words.percent(n / total)) for key, n in causes.most_common()]
    head = tuple(words.t(f"table.{key}") for key in ("cause", "shown", "share"))
    whole = (words.t("table.total"), words.number(total), words.percent(1.0))
    return Table("misses", words.t("table.misses"), head, tuple(rows), whole)


def holes(numbers: Numbers) -> Table | None:
    """Return the grids whose patrol cells were visited least."""
    words, known = numbers.words, {row["area_id"]: row for row in numbers.places}
    rows = [row for row in holes_of(numbers)[:MOST_HOLES] if row["area_id"] in known]
    if numbers.one("coverage")["value"] is None or not rows:
        return None
    head = tuple(words.t(f"table.{key}") for key in ("grid", "within", "cells", "visited", "share"))
    told = tuple(_hole(numbers, row, known) for row in rows)
    return Table("holes", words.t("table.holes"), head, told, words=2)


def _hole(numbers: Numbers, row: Row, known: dict[str, Row]) -> Cells:
    words, place = numbers.words, known[row["area_id"]]
    within = known.get(place["parent_id"])
    share = words.percent(row["visited"] / row["cells"])
    above = words.named(within) if within else DASH
    return words.named(place), above, words.number(row["cells"]), words.number(row["visited"]), share


def feeds(numbers: Numbers) -> Table | None:
    """Return what became of the rows loaded in the period: feeds with refused or double rows, and all the others."""
    words, cut = numbers.words, numbers.cut(numbers.period)
    rows = numbers.rows("quality_feeds", start=cut["start"], end=cut["end"]).to_pylist()
    keys = ("rows_in", "loaded", "rejected", "duplicate")
    read = [row for row in rows if row["rows_in"]]
    odd = [row for row in read if row["rejected"] or row["duplicate"]]
    rest = [row for row in read if row not in odd]
    if not read:
        return None
    told = [(words.feed(row["feed"]), *(words.number(row[key]) for key in keys)) for row in odd]
    if rest:
        name = words.t("table.rest_feeds", n=len(rest))
        told.append((name, *(words.number(sum(row[key] for row in rest)) for key in keys)))
    head = (words.t("table.feed"), *(words.t(f"table.{key}") for key in keys))
    total = (words.t("table.total"), *(words.number(sum(row[key] for row in read)) for key in keys))
    return Table("feeds", words.t("table.feeds"), head, tuple(told), total)


def basics(numbers: Numbers) -> Table | None:
    """Return how many areas of each level there are, and their households, area by area right below."""
    if numbers.is_leaf:
        return None
    words = numbers.words
    rows = [row for row in numbers.places if row["level"] == numbers.below]

    def counted(name: str, area_id: str) -> Cells:
        return name, words.number(leaves_below(numbers, area_id)), words.number(homes(numbers, area_id))

    told = tuple(counted(words.named(row), row["area_id"]) for row in rows)
    total = counted(words.t("table.total"), numbers.question.area)
    head = (words.t("table.area"), numbers.level_name(numbers.door.config.leaf), words.t("table.households"))
    return Table("basics", words.t("table.basics"), head, told, total)


TABLES: dict[str, Callable[[Numbers], Table | None]] = {
    "basics": basics,
    "areas": areas,
    "kinds": kinds,
    "misses": misses,
    "holes": holes,
    "feeds": feeds,
    "hot": found_hot.table,
    "tasks_done": found_tasks.tasks_done,
    "tasks_late": found_tasks.tasks_late,
    "tasks_running": found_tasks.tasks_running,
}
