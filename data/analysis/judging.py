"""From scores of parts to composites, intervals, grades and ranks; asked again for every other set of weights."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from data.analysis.card import Basis, Floats
from data.analysis.scores import ON_TARGET, composite, grade, interval, ranks
from data.analysis.weights import WeightSet

NO_DATA, FEW, PEERS = "no_data", "few", "peers"


@dataclass(frozen=True)
class Judged:
    """The composite of one subject and its place; fields as in card.Scored."""

    subject_id: str
    score: float | None
    low: float | None
    high: float | None
    data: float
    change: float | None
    grade: str | None = None
    why: str | None = None
    rank: int | None = None
    shared: bool = False
    distance: float | None = None


def judged(basis: Basis, rules: WeightSet) -> list[Judged]:
    """Return every subject of a basis judged by a set of weights, in the basis's order."""
    if not basis.ids:
        return []
    told = rules.weights()
    weights = np.array([told[metric] for metric in basis.metrics])
    score, data = composite(basis.scores, weights)
    before, data_before = composite(basis.before, weights)
    drawn = np.moveaxis(basis.draws, 1, -1).astype(float)
    low, high = interval(composite(drawn, weights)[0])
    few_data, few_before = data < rules.least_data - 1e-9, data_before < rules.least_data - 1e-9
    score, before = np.where(few_data, np.nan, score), np.where(few_before, np.nan, before)
    columns = (score, low, high, score - before)
    found = [
        _with_grade(Judged(name, *_spelled(columns, at, float(data[at]))), basis.n[at], rules)
        for at, name in enumerate(basis.ids)
    ]
    return _ranked(found, basis, rules)


def _spelled(columns: tuple[Floats, ...], at: int, data: float) -> tuple[Any, ...]:
    score, low, high, change = (None if np.isnan(column[at]) else float(column[at]) for column in columns)
    if score is None:
        low = high = None
    return score, low, high, data, change


def _with_grade(row: Judged, n: int, rules: WeightSet) -> Judged:
    if row.score is None:
        return replace(row, why=NO_DATA)
    if n < rules.fewest:
        return replace(row, why=FEW, distance=row.score - ON_TARGET)
    return replace(row, grade=grade(row.score, rules.cuts))


def _ranked(rows: list[Judged], basis: Basis, rules: WeightSet) -> list[Judged]:
    """Rank each peer group by itself, where at least five of it can be ranked."""
    out = list(rows)
    for group in set(basis.groups):
        among = [at for at, row in enumerate(rows) if basis.groups[at] == group and row.why is None]
        if len(among) < rules.peers:
            for at in among:
                out[at] = replace(rows[at], why=PEERS, distance=(rows[at].score or 0.0) - ON_TARGET)
            continue
        places = ranks([rows[at].low or 0.0 for at in among], [rows[at].high or 0.0 for at in among])
        for at, place in zip(among, places, strict=True):
            out[at] = replace(rows[at], rank=place.rank, shared=place.shared)
    return out
