"""Hot spots of the kinds reported most: a sentence each, a table, and a map of the first kind that has any."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import shapely

from data.analysis.hot_spots import HotSpots, Question, Spot, hot_spots
from data.briefing.chart_map import Bounds, Plate, bounds_of
from data.briefing.found_cases import kinds_of
from data.briefing.model import Finding, Table
from data.briefing.numbers import Numbers
from data.briefing.svg import BLUE, WARM

MOST_KINDS, MOST_SPOTS = 3, 3
WEEK, LONGEST_WEEKS = 7, 13
WIDER, LEAST_SHARE = 2.0, 0.45  # the map shows so many times the hot areas, and so much of the whole
COLD = 0  # the class of cold units; hot ones are 1-3, the surest last

Found = list[tuple[dict[str, Any], HotSpots]]


def found(numbers: Numbers) -> Found:
    """Return the hot spots of the kinds reported most, each kind with enough cases to look at."""
    return _found(numbers, numbers.door.version())


@lru_cache(maxsize=8)
def _found(numbers: Numbers, _: str) -> Found:
    kinds = [row for row in kinds_of(numbers, numbers.period) if row["n"] >= numbers.least][:MOST_KINDS]
    weeks = min(max(round(numbers.period.days / WEEK), 1), LONGEST_WEEKS)
    end = numbers.cut(numbers.period)["now"]
    return [(row, hot_spots(numbers.door, numbers.scope, _question(numbers, row, end, weeks))) for row in kinds]


def _question(numbers: Numbers, row: dict[str, Any], end: datetime, weeks: int) -> Question:
    return Question(row["kind"], numbers.question.area, end, weeks=weeks)


def hot(numbers: Numbers) -> list[Finding]:
    """Return a sentence for each of the surest hot spots, and one for each kind that has none."""
    words, told = numbers.words, []
    for row, spots in found(numbers):
        kind = words.named(row, "kind")
        if not spots.spots:
            told.append(Finding("hot", words.t("hot.none", kind=kind), {"n": spots.n}, "hot_spots"))
        told += [_finding(numbers, kind, spot, spots) for spot in spots.spots[:MOST_SPOTS]]
    return told or [Finding("hot", words.t("hot.small"), {}, "hot_spots", small=True)]


def _finding(numbers: Numbers, kind: str, spot: Spot, spots: HotSpots) -> Finding:
    sentence = numbers.tell(spot, spots) if numbers.tell else _plain(numbers, spot)
    facts = {"n": spot.n, "before": spot.before, "rate": spot.rate, "ratio": spot.ratio, "public": spot.public_n}
    text = numbers.words.t("hot.told", kind=kind, number=spot.number, name=spot.name, sentence=sentence)
    return Finding("hot", text, facts, "hot_spots", spot.small)


def _plain(numbers: Numbers, spot: Spot) -> str:
    words = numbers.words
    spelled = {"n": words.number(spot.n), "before": words.number(spot.before), "ratio": words.number(spot.ratio, 1)}
    return words.t("hot.plain", units=len(spot.area_ids), **spelled)


def table(numbers: Numbers) -> Table | None:
    """Return one row for each hot spot told of."""
    words = numbers.words
    rows = [
        (
            words.named(row, "kind"),
            words.t("hot.place", number=spot.number, name=spot.name),
            words.number(len(spot.area_ids)),
            words.number(spot.n),
            words.number(spot.before),
            words.number(spot.ratio, 1),
            words.number(spot.public_n),
        )
        for row, spots in found(numbers)
        for spot in spots.spots[:MOST_SPOTS]
    ]
    head = tuple(words.t(f"table.{key}") for key in ("kind", "place", "units", "shown", "was_n", "ratio", "public"))
    made = Table("hot", words.t("table.hot"), head, tuple(rows), note=words.t("table.hot_note"), words=2)
    return made if rows else None


def picture(numbers: Numbers, areas: Sequence[dict[str, Any]], ground: Sequence[dict[str, Any]]) -> Plate | None:
    """Return the map of the first kind that has hot spots: hot and cold units, and the numbers of the table."""
    spots = next((spots for _, spots in found(numbers) if spots.spots), None)
    if spots is None or numbers.is_leaf:
        return None
    classes = {unit.area_id: max(unit.significance, COLD) for unit in spots.units if unit.significance}
    legend = [numbers.words.t(f"picture.{key}") for key in ("cold", "hot_90", "hot_95", "hot_99")]
    marks = [((spot.lon, spot.lat), str(spot.number)) for spot in spots.spots[:MOST_SPOTS]]
    seen = _around(areas, {area for spot in spots.spots[:MOST_SPOTS] for area in spot.area_ids})
    return Plate(areas, classes, legend, ground, marks=marks, ramp=(BLUE, *WARM), bounds=seen)


def _around(areas: Sequence[dict[str, Any]], hot_ids: set[str]) -> Bounds:
    """Return what to show: the hot areas with as much around them as to see where in the whole they lie."""
    whole = bounds_of(shapely.from_wkb([row["geometry"] for row in areas]))
    near = bounds_of(shapely.from_wkb([row["geometry"] for row in areas if row["area_id"] in hot_ids]))
    half = [max((near[at + 2] - near[at]) * WIDER, (whole[at + 2] - whole[at]) * LEAST_SHARE) / 2 for at in (0, 1)]
    middle = [(near[at] + near[at + 2]) / 2 for at in (0, 1)]
    low = [max(middle[at] - half[at], whole[at]) for at in (0, 1)]
    high = [min(middle[at] + half[at], whole[at + 2]) for at in (0, 1)]
    return low[0], low[1], high[0], high[1]


def title(numbers: Numbers) -> str:
    """Return the name of the kind the map shows."""
    return next((numbers.words.named(row, "kind") for row, spots in found(numbers) if spots.spots), "")
