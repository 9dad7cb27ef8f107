"""What a scorecard holds: subjects with their scores, parts and ranks, the groups they stand in, and the rules used."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from data.analysis.periods import Period
from data.analysis.weights import WeightSet

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Part:
    """One metric of one subject.

    part, whole: the sums; value: part / whole in the metric's unit, None without data; shrunk: the value pulled towards
    r0 as by k cases (r0_of: "group" | "city", whose rate r0 is); score: 0-100 of the shrunk value; low, high: Wilson's
    95 % interval of a share, None of everything else. target: what a named person set (target_by), None without one;
    beats_target: True or False where the whole interval lies on one side of it, None where it does not.
    out_part, out_whole: what the excluded cases took away: before them it was part + out_part of whole + out_whole.
    """

    metric: str
    part: float
    whole: float
    value: float | None
    shrunk: float | None
    score: float | None
    weight: float
    low: float | None
    high: float | None
    n: int
    r0: float | None
    r0_of: str
    k: float
    target: float | None = None
    target_by: str = ""
    beats_target: bool | None = None
    out_part: float = 0.0
    out_whole: float = 0.0


@dataclass(frozen=True)
class Scored:
    """One subject of a card.

    group: 'urban' | 'town' | 'rural' of areas and workers, the kind of a unit, None where nothing says. score: 0-100,
    None where too little of the weight has data; low, high: its 95 % bootstrap interval. why: reason of not being
    ranked, 'no_data' | 'few' (n below the set's `fewest`) | 'peers' (fewer than five peers) | 'own' (workers see no
    rank of themselves) | None. rank: 1 + the peers whose whole interval lies above; shared: others have it too.
    change: score less that of the period before, both by the weights of this card. distance: score less 90, the score
    of one who reaches every target: for whoever is not ranked. n: most cases (or worker-days) any part rests on.
    data: the share of the weight that has data.
    """

    subject_id: str
    name: str
    name_en: str | None
    group: str | None
    score: float | None
    low: float | None
    high: float | None
    grade: str | None
    why: str | None
    rank: int | None
    shared: bool
    parts: tuple[Part, ...]
    change: float | None
    distance: float | None
    n: int
    data: float

    def part(self, metric: str) -> Part | None:
        """Return the subject's part of a metric, or None."""
        return next((part for part in self.parts if part.metric == metric), None)


@dataclass(frozen=True)
class Group:
    """A peer group: how many subjects it holds in the whole city, and how many of them are ranked."""

    group: str | None
    peers: int
    ranked: int


@dataclass(frozen=True)
class Basis:
    """What scores are made of, for asking what other weights would do; rows of the whole city, in order of `ids`.

    scores: (subjects, metrics) of this period and of the one before; draws: (subjects, metrics, draws).
    """

    ids: tuple[str, ...]
    metrics: tuple[str, ...]
    groups: tuple[str | None, ...]
    n: tuple[int, ...]
    scores: Floats
    before: Floats
    draws: NDArray[np.float32]


@dataclass(frozen=True)
class Card:
    """One level's scores of one period; rows: those the account may see, best first within each group.

    excluded: how many cases were left out by decision (door.weighing.appeals lists them).
    """

    level: str
    period: Period
    weights: WeightSet
    rows: tuple[Scored, ...]
    groups: tuple[Group, ...]
    excluded: int
    basis: Basis = field(repr=False, compare=False)

    def row(self, subject_id: str) -> Scored | None:
        """Return the row of a subject, or None."""
        return next((row for row in self.rows if row.subject_id == subject_id), None)


@dataclass(frozen=True)
class Move:
    """A subject's score and rank before and after; None: none."""

    subject_id: str
    name: str
    score_before: float | None
    score_after: float | None
    rank_before: int | None
    rank_after: int | None


@dataclass(frozen=True)
class Moves:
    """What other weights would do: the rows of the card, and how many ranks would move."""

    rows: tuple[Move, ...]
    ranks_moved: int
