"""Sentences about places: which areas stand apart from the whole, and where nobody has been."""

from __future__ import annotations

from typing import Any

from data.briefing.model import Finding
from data.briefing.numbers import UNLOCATED, Numbers
from data.metrics import METRICS

FRONT = "in_grid_on_time"
HALF, MOST_HOLES, MOST_NAMES = 0.5, 5, 5
FEW_CELLS = 10  # of fewer patrol cells, one visit moves the share by more than a tenth

Row = dict[str, Any]


def basics(numbers: Numbers) -> list[Finding]:
    """Return how many areas of each level there are, and how many households live there."""
    words, root = numbers.words, numbers.question.area
    levels = [level.id for level in numbers.door.config.levels]
    counts = {level: sum(row["level"] == level for row in numbers.places) for level in levels}
    below = [level for level in levels[levels.index(numbers.level) + 1 :] if counts[level]]
    told = [words.t("basics.one", level=numbers.level_name(level), n=words.number(counts[level])) for level in below]
    households = homes(numbers, root)
    key = "basics.leaf" if not told else "basics.told" if households else "basics.told_short"
    text = words.t(key, counts=words.listed(told), households=words.number(households))
    return [Finding("basics", text, {**counts, "households": households}, "areas")]


def leaves_below(numbers: Numbers, area_id: str) -> int:
    """Return how many leaves lie in an area, itself where it is one."""
    return len(_leaves(numbers, area_id))


def homes(numbers: Numbers, area_id: str) -> int | None:
    """Return the households of an area's grids, None where no grid says how many."""
    known = [row["households"] for row in _leaves(numbers, area_id) if row["households"] is not None]
    return sum(known) if known else None


def _leaves(numbers: Numbers, area_id: str) -> list[Row]:
    above = {row["area_id"]: row["parent_id"] for row in numbers.places}

    def inside(at: str | None) -> bool:
        return at == area_id or (at in above and inside(above[at]))

    return [row for row in numbers.places if row["level"] == numbers.door.config.leaf and inside(row["area_id"])]


def areas(numbers: Numbers) -> list[Finding]:
    """Return which areas lie apart from the whole by their entire interval; no order is made of the others."""
    whole = numbers.one(FRONT)
    rows = [row for row in numbers.parts(FRONT) if row["level"] != UNLOCATED]
    if numbers.is_leaf or whole["value"] is None or not rows:
        return []
    judged = [row for row in rows if (row["whole"] or 0) >= numbers.least]
    low = [row for row in judged if row["high"] < whole["value"]]
    high = [row for row in judged if row["low"] > whole["value"]]
    facts = {"low": [r["area_id"] for r in low], "high": [r["area_id"] for r in high], "judged": len(judged)}
    return [Finding("areas", _apart(numbers, rows, (low, high, judged)), {**facts, "n": len(rows)}, f"metric:{FRONT}")]


def _apart(numbers: Numbers, rows: list[Row], found: tuple[list[Row], list[Row], list[Row]]) -> str:
    low, high, judged = found
    words, name = numbers.words, METRICS[FRONT]
    told = [
        words.t(f"areas.{key}", names=_with_values(numbers, some))
        for key, some in (("low", low), ("high", high))
        if some
    ]
    rest, few = len(judged) - len(low) - len(high), len(rows) - len(judged)
    told += [words.t("areas.rest" if told else "areas.alike", n=rest)] if rest else []
    told += [words.t("areas.few", n=few, least=numbers.least)] if few else []
    head = words.t("areas.head", n=len(rows), level=numbers.level_name(numbers.below), name=words.name(name))
    return head + words.t("format.semicolon").join(told) + words.t("format.stop")


def _with_values(numbers: Numbers, rows: list[Row]) -> str:
    words = numbers.words
    shown = sorted(rows, key=lambda row: row["value"])[:MOST_NAMES]
    told = [words.t("areas.one", name=words.named(row), value=words.percent(row["value"])) for row in shown]
    more = words.t("areas.more", n=len(rows)) if len(rows) > len(shown) else ""
    return words.listed(told) + more


def holes(numbers: Numbers) -> list[Finding]:
    """Return in how many grids less than half of the patrol cells saw anybody, and the emptiest of them."""
    words, rows = numbers.words, holes_of(numbers)
    tracked = _tracked_days(numbers)
    if not tracked or not rows:
        return [Finding("holes", words.t("holes.nothing"), {"days": tracked}, "coverage", small=True)]
    bare = [row for row in rows if row["visited"] < HALF * row["cells"]]
    facts = {"days": tracked, "n": len(rows), "bare": len(bare)}
    spelled = {"days": tracked, "n": words.number(len(rows)), "bare": words.number(len(bare))}
    told = words.t("holes.some" if bare else "holes.none", names=_emptiest(numbers, bare), **spelled)
    return [Finding("holes", told, facts, "coverage")]


def holes_of(numbers: Numbers) -> list[Row]:
    """Return grids with enough patrol cells, the emptiest first: area_id, visited, cells."""
    first, last = numbers.period.first, numbers.period.last
    rows = numbers.rows("coverage", area=numbers.question.area, first_day=first, last_day=last).to_pylist()
    enough = [row for row in rows if row["cells"] >= FEW_CELLS]
    return sorted(enough, key=lambda row: (row["visited"] / row["cells"], -row["cells"], row["area_id"]))


def _emptiest(numbers: Numbers, rows: list[Row]) -> str:
    words = numbers.words
    known = {row["area_id"]: row for row in numbers.places}
    told = [
        words.t("holes.one", name=words.named(known[row["area_id"]]), visited=row["visited"], cells=row["cells"])
        for row in rows[:MOST_HOLES]
        if row["area_id"] in known
    ]
    return words.listed(told)


def _tracked_days(numbers: Numbers) -> int:
    days = numbers.rows("days_tracked")["day"].to_pylist()
    return sum(numbers.period.first <= day <= numbers.period.last for day in days)
