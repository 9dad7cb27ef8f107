"""The pictures of a briefing: which numbers each chart and map shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from data.analysis.periods import Period, previous
from data.briefing import chart_map, charts, found_hot, svg
from data.briefing.chart_map import Plate
from data.briefing.charts import Bar, Step
from data.briefing.found_cases import kinds_of
from data.briefing.model import Picture
from data.briefing.numbers import UNLOCATED, Numbers
from data.briefing.projection import HIGH
from data.metrics import METRICS

FRONT, REPORTED = "in_grid_on_time", "reported"
BREAKS = (0.01, 0.02, 0.05, 0.10)  # of the share not solved in the grid in time: fixed, so that months compare
MOST_BARS = 16
GROUND = ("water", *chart_map.ROADS)

Row = dict[str, Any]


def front_trend(numbers: Numbers) -> Picture | None:
    """Return the front rate of the last periods of this length, with intervals."""
    steps = []
    for period in _back(numbers):
        row = numbers.one(FRONT, period)
        known = row["value"] is not None and row["whole"] >= numbers.least and _told(numbers, FRONT, period)
        facts = (row["value"], row["low"], row["high"]) if known else (None, None, None)
        steps.append(Step(_label(numbers, period), *facts))
    if not any(step.value is not None for step in steps):
        return None
    return _picture(numbers, "front_trend", charts.course(steps, _mark(numbers)), 210)


def reported_trend(numbers: Numbers) -> Picture | None:
    """Return the incidents a day of the last periods of this length."""
    steps = []
    for period in _back(numbers):
        days, n = numbers.days(period), numbers.one(REPORTED, period)["part"]
        steps.append(Step(_label(numbers, period), n / days if days and _told(numbers, REPORTED, period) else None))
    if not any(step.value for step in steps):
        return None
    return _picture(numbers, "reported_trend", charts.columns(steps), 190)


def kinds_bars(numbers: Numbers) -> Picture | None:
    """Return how many of each kind were reported."""
    rows = kinds_of(numbers, numbers.period)[:MOST_BARS]
    if not rows:
        return None
    told = [Bar(numbers.words.named(row, "kind"), row["n"], None, numbers.words.number(row["n"])) for row in rows]
    return _picture(numbers, "kinds_bars", charts.bars(told), round(charts.ROW * len(told) + 6))


def front_pairs(numbers: Numbers) -> Picture | None:
    """Return the front rate of every area below, before and now."""
    before = {row["area_id"]: row for row in numbers.parts(FRONT, numbers.before)}
    rows = [row for row in numbers.parts(FRONT) if row["level"] != UNLOCATED and row["whole"] >= numbers.least]
    if numbers.is_leaf or len(rows) < 2:
        return None
    told = [_pair(numbers, row, before.get(row["area_id"])) for row in sorted(rows, key=lambda row: -row["value"])]
    told = told[: 2 * MOST_BARS]
    return _picture(numbers, "front_pairs", charts.pairs(told, _mark(numbers)), round(charts.ROW * len(told) + 34))


def front_map(numbers: Numbers) -> Picture | None:
    """Return the share of cases not solved in the grid in time by area below: the exception, not the success."""
    rows = [row for row in numbers.parts(FRONT) if row["level"] != UNLOCATED and row["whole"] >= numbers.least]
    if numbers.is_leaf or not rows:
        return None
    classes = {row["area_id"]: int(np.searchsorted(BREAKS, 1 - row["value"], side="right")) for row in rows}
    starts = [f"{at * 100:g}" for at in (0.0, *BREAKS)]
    legend = [f"{low}–{high}%" for low, high in zip(starts, starts[1:], strict=False)] + [f"≥ {starts[-1]}%"]
    few = numbers.words.t("picture.few", least=numbers.least)
    return _map(numbers, "front_map", Plate(_areas(numbers, numbers.below), classes, legend, _ground(numbers), few=few))


def place_map(numbers: Numbers) -> Picture | None:
    """Return where the incidents of an area were reported: by grid, or in a grid as points."""
    if numbers.is_leaf:
        cut = numbers.cut(numbers.period)
        rows = numbers.rows("incident_points", area=numbers.question.area, **cut).to_pylist()
        points = [((row["lon"], row["lat"]), "") for row in rows if row["reported_at"] >= cut["start"]]
        plate = Plate(_areas(numbers, numbers.level), {}, (), _ground(numbers), marks=points)
        return _map(numbers, "place_map", plate)
    leaf = numbers.door.config.leaf
    cut = numbers.cut(numbers.period)
    facts = {"area": numbers.question.area, "start": cut["start"], "end": cut["end"], "level": leaf}
    counts = {row["area_id"]: row["n"] for row in numbers.rows("incident_counts", **facts).to_pylist()}
    areas = _areas(numbers, leaf)
    breaks = chart_map.quantiles([counts.get(row["area_id"], 0) for row in areas])
    classes = {r["area_id"]: int(np.searchsorted(breaks, counts.get(r["area_id"], 0), side="right")) for r in areas}
    edges = _areas(numbers, numbers.below) if numbers.below != leaf else []
    return _map(numbers, "place_map", Plate(areas, classes, _counted(numbers, breaks), _ground(numbers), edges))


def hot_map(numbers: Numbers) -> Picture | None:
    """Return where the first kind that has hot spots has them, with the numbers of the table."""
    leaf = numbers.door.config.leaf
    edges = _areas(numbers, numbers.below) if numbers.below != leaf else []
    plate = found_hot.picture(numbers, _areas(numbers, leaf), _ground(numbers))
    if plate is None:
        return None
    return _map(numbers, "hot_map", replace(plate, edges=edges), kind=found_hot.title(numbers))


def _counted(numbers: Numbers, breaks: tuple[float, ...]) -> list[str]:
    """Return the words of classes of whole numbers."""
    starts = [0, *(int(x) for x in breaks)]
    t = numbers.words.t
    told = [t("picture.cases", low=low, high=after - 1) for low, after in zip(starts, starts[1:], strict=False)]
    return [*told, t("picture.cases_top", low=starts[-1])]


def _pair(numbers: Numbers, row: Row, before: Row | None) -> Bar:
    old = before["value"] if before and before["whole"] >= numbers.least else None
    told = numbers.words.percent(row["value"])
    return Bar(numbers.words.named(row), row["value"], old, told, row["low"], row["high"])


def _back(numbers: Numbers) -> list[Period]:
    """Return the last periods of this length, oldest first, this one last."""
    found = [numbers.period]
    while len(found) < numbers.door.config.briefing.steps_back:
        found.append(previous(found[-1]))
    return found[::-1]


def _told(numbers: Numbers, name: str, period: Period) -> bool:
    """Say whether a period of a course is covered by data; the one asked for is shown as it is."""
    return period == numbers.period or numbers.covers(METRICS[name], period)


def _label(numbers: Numbers, period: Period) -> str:
    if period.key[:2] in ("m:", "q:", "y:"):
        return period.key[2:]
    return f"{period.last:%m-%d}"


def _mark(numbers: Numbers) -> tuple[float, str] | None:
    rules = numbers.door.config.incidents
    label = rules.reference_label if numbers.words.chinese else rules.reference_label_en
    return (rules.reference_rate, label) if rules.reference_rate else None


def _areas(numbers: Numbers, level: str) -> list[Row]:
    """Return the areas of a level with a boundary, named in the language of the briefing."""
    rows = [row for row in numbers.places if row["level"] == level and row["geometry"] is not None]
    return [{**row, "name": numbers.words.named(row)} for row in rows]


def _ground(numbers: Numbers) -> list[Row]:
    rows = numbers.rows("basemap")
    rows = rows.select(["kind", "geometry"]).filter(pc.is_in(rows["kind"].cast("string"), pa.array(GROUND)))
    found: list[Row] = rows.to_pylist()
    return found


def _map(numbers: Numbers, key: str, plate: Plate, **told: str) -> Picture | None:
    if not plate.areas:
        return None
    words = {name: numbers.words.t(f"picture.{name}", n="{n}") for name in ("km", "m", "areas", "north")}
    return _picture(numbers, key, chart_map.draw(plate, words), HIGH, **told)


def _picture(numbers: Numbers, key: str, body: list[str], high: int, **more: str) -> Picture:
    words = numbers.words
    facts = {"level": numbers.level_name(numbers.below), "least": numbers.least, **more}
    title, told = words.t(f"picture.{key}", **facts), f"picture.{key}_note"
    note = words.t(told, **facts) if words.has(told) else ""
    drawn = svg.whole(charts.WIDE, high, body, words.t("label.fonts"), f"{title} · {numbers.place}")
    return Picture(key, title, drawn, charts.WIDE, high, note)


PICTURES: dict[str, Callable[[Numbers], Picture | None]] = {
    "front_trend": front_trend,
    "reported_trend": reported_trend,
    "kinds_bars": kinds_bars,
    "front_pairs": front_pairs,
    "front_map": front_map,
    "place_map": place_map,
    "hot_map": hot_map,
}
