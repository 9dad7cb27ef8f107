"""Hot spots of one kind of problem: where, how surely, since when, against what base, and what public reports say.

Counts are made comparable (Freeman-Tukey against what the kind's base lets expect), held against all of the city by
Gi*, and kept only as far as they survive control of false discoveries: over the map for significance, over map and
steps for the history.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from data.analysis.cube import Cube, begins, cube, degrees
from data.analysis.emerging import final_run
from data.analysis.gi import discoveries, two_sided
from data.analysis.hot_answer import HotSpots, Question, Spot, Unit
from data.analysis.judged_spots import judged
from data.analysis.neighbours import groups
from data.analysis.rates import changed, smoothed
from data.analysis.reckoned import Reckoned, reckon
from data.cache import SingleFlight
from data.days import local_day
from data.query import Door
from data.scope import Scope

Floats = NDArray[np.float64]
__all__ = ["HotSpots", "Question", "Spot", "Unit", "hot_spots"]
CHANGE = 0.05  # false discoveries among the differences shown
KINDS = 3
# What an answer is made of: when none of it has changed, neither has the answer.
PLACES = ("area", "area_version", "area_link", "area_attribute", "basemap", "population_shown")
TABLES = ("incident", "kind", *PLACES, "worker_day", "cell_day")
_kept = SingleFlight(32)


def hot_spots(door: Door, scope: Scope, question: Question) -> HotSpots:
    """Return the hot spots a scope may see; the statistic stands on all it may see, what is shown on the area asked.

    The same question of the same data is answered once. Raises NotAllowed for an area outside the scope.
    """
    rules = door.config.hot_spots
    key = (door.config.home, rules, door.state(*TABLES), scope.area_id, question)
    answer: HotSpots = _kept.get(key, lambda: _answer(door, scope, question))
    return answer


def _answer(door: Door, scope: Scope, question: Question) -> HotSpots:
    whole = cube(door, scope, question)
    least = door.config.hot_spots.least_cases
    found = reckon(whole, whole.counts(question.public_only), least)
    public = found if question.public_only else reckon(whole, whole.counts(public=True), least)
    inside = _inside(door, scope, question, whole)
    units = _units(door, whole, found, np.flatnonzero(inside))
    chosen = inside & (found.now > 0)
    spots = [_spot(door, whole, found, public, members) for members in groups(whole.weights, chosen)]
    spots = [spot for spot in spots if spot.n >= least and spot.ratio >= door.config.hot_spots.least_ratio]
    spots.sort(key=lambda spot: (-spot.z, spot.name))
    counts = found.counts[inside]
    return HotSpots(
        units=units,
        spots=_numbered(spots[: door.config.hot_spots.most]),
        left_out=int(whole.left_out[-1]),
        n=int(counts[:, -1].sum()),
        base=whole.base.name,
        method={**_method(door, whole, question, float(found.counts.mean())), "whole": scope.area_id},
        hours=_hours(door, whole, inside, question.public_only),
        pai=judged(whole, found.counts, found.z),
    )


def _inside(door: Door, scope: Scope, question: Question, whole: Cube) -> NDArray[np.bool_]:
    """Return which units lie in the area asked for."""
    own, today = replace(scope, area_id=question.area), local_day(question.now, door.config.zone)
    path = door.query("areas", own, day=today).select(["area_id"]).to_pydict()["area_id"]
    return np.isin(whole.leaf, path)


def _units(door: Door, whole: Cube, found: Reckoned, positions: NDArray[np.int64]) -> list[Unit]:
    now, before = found.counts[:, -1], found.counts[:, -2] if whole.steps > 1 else found.counts[:, -1] * 0
    rated, amount, per = whole.base.rated, whole.base.amount, whole.base.per
    rate = np.divide(now * per, amount, out=np.zeros(len(now)), where=amount > 0)
    held = np.zeros(len(now), bool)
    held[rated] = discoveries(changed(now[rated], before[rated]), CHANGE)
    drawn = np.zeros(len(now))
    drawn[rated] = smoothed(now[rated], amount[rated]) * per
    change = np.divide((now - before) * per, amount, out=np.zeros(len(now)), where=amount > 0)
    middles = shapely.get_coordinates(degrees(shapely.point_on_surface(whole.shapes), door.config.city.crs_metric))
    p = two_sided(found.z[:, -1])
    cells = degrees(whole.shapes[positions], door.config.city.crs_metric) if whole.leaf != whole.ids else None
    return [
        Unit(
            area_id=whole.ids[at],
            name=whole.names[at],
            lon=float(middles[at, 0]),
            lat=float(middles[at, 1]),
            n=int(now[at]),
            base=float(amount[at]),
            rate=float(rate[at]),
            smoothed=float(drawn[at]),
            z=_known(found.z[at, -1]),
            p=_known(p[at]),
            significance=int(found.now[at]),
            emerging=found.classes[at],
            before=int(before[at]),
            difference=float(change[at]),
            difference_holds=bool(held[at]),
            rated=bool(rated[at]),
            corners=None if cells is None else shapely.get_coordinates(cells[number]).tolist(),
        )
        for number, at in enumerate(positions)
    ]


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _spot(door: Door, whole: Cube, found: Reckoned, public: Reckoned, members: NDArray[np.int64]) -> Spot:
    base, rules = whole.base, door.config.hot_spots
    trend = found.counts[members].sum(axis=0)
    amount, rated = base.amount[members].sum(), base.rated
    rate = float(trend[-1] * base.per / amount) if amount else 0.0
    overall = found.counts[rated, -1].sum() * base.per / max(base.amount[rated].sum(), 1e-12)
    own = np.isin(whole.points.unit, members) & (whole.points.step == whole.steps - 1)
    circle = shapely.minimum_bounding_circle(shapely.union_all(whole.shapes[members]))
    middle = degrees(np.array([shapely.centroid(circle)]), door.config.city.crs_metric)[0]
    classes: Counter[str] = Counter()
    for at in members:
        classes[found.classes[at] or ""] += int(found.counts[at].sum())  # what its cases went through, not its rim
    classes.pop("", None)
    return Spot(
        number=0,
        name=_name([whole.points.area[at] for at in np.flatnonzero(own)], whole, members),
        area_ids=[whole.ids[at] for at in members],
        lon=float(middle.x),
        lat=float(middle.y),
        radius_m=float(shapely.minimum_bounding_radius(circle)),
        n=int(trend[-1]),
        before=int(trend[-2]) if whole.steps > 1 else 0,
        rate=rate,
        ratio=float(rate / overall) if overall else 0.0,
        z=float(np.nanmax(found.z[members, -1])),
        emerging=classes.most_common(1)[0][0] if classes else None,
        run=int(final_run(np.any(found.signed[members] > 0, axis=0, keepdims=True))[0]),
        kinds=_kinds([whole.points.subkind[at] for at in np.flatnonzero(own)]),
        trend=[int(n) for n in trend],
        public_n=int(whole.points.public[own].sum()),
        public_holds=bool((public.now[members] > 0).any()),
        small=bool(trend[-1] < rules.small),
    )


def _name(areas: list[str], whole: Cube, members: NDArray[np.int64]) -> str:
    """Return the name of the community most of its incidents lie in, and of a second one with a third of them."""
    parents: Counter[str] = Counter(whole.parents[area] for area in areas if area in whole.parents)
    if not parents:
        return str(whole.names[members[0]])
    (first, most), *rest = parents.most_common(2)
    second = rest[0] if rest else ("", 0)
    return f"{first}—{second[0]}" if second[1] * 3 >= most + second[1] > most else str(first)


def _kinds(names: list[str | None]) -> list[tuple[str, float]]:
    told = Counter(name for name in names if name)
    return [(name, n / len(names)) for name, n in told.most_common(KINDS)]


def _numbered(spots: list[Spot]) -> list[Spot]:
    return [replace(spot, number=number) for number, spot in enumerate(spots, 1)]


def _hours(door: Door, whole: Cube, inside: NDArray[np.bool_], public: bool) -> list[list[int]]:
    table = [[0] * 24 for _ in range(7)]
    chosen = inside[whole.points.unit] & (whole.points.step == whole.steps - 1) & (whole.points.public | (not public))
    for at in np.flatnonzero(chosen):
        local = whole.points.reported[at].replace(tzinfo=UTC).astimezone(door.config.zone)
        table[local.weekday()][local.hour] += 1
    return table


def _method(door: Door, whole: Cube, question: Question, mean: float) -> dict[str, Any]:
    """Return how it was reckoned: weeks, steps, base asked and used, units rated, sparse where under 0.5 a unit."""
    return {
        "weeks": question.weeks,
        "steps": question.steps,
        "cells": question.cells,
        "public_only": question.public_only,
        "start": question.now - timedelta(weeks=question.weeks),
        "end": question.now,
        "first": begins(question),
        "base_asked": whole.base.asked,
        "per": whole.base.per,
        "rated": int(whole.base.rated.sum()),
        "bandwidth_m": door.config.hot_spots.bandwidth_m,
        "least_households": door.config.hot_spots.least_households,
        "sparse": mean < 0.5,
    }
