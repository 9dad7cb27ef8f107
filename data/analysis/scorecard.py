"""Scorecards: every subject of a level with its score, interval, grade and place among peers, for one period.

Subjects are scored and ranked against the whole city whoever looks; an account gets the rows of its own area.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from data.analysis.card import Basis, Card, Move, Moves, Scored
from data.analysis.figures import Ask
from data.analysis.judging import judged
from data.analysis.peer_rates import city_wide, seen
from data.analysis.periods import Period
from data.analysis.sheet import Sheet, group_order, sheet
from data.analysis.weights import UNIT, WORKER, WeightSet
from data.errors import NotAllowed, Problem
from data.scope import Scope

if TYPE_CHECKING:
    from data.query import Door

Row = dict[str, Any]


def scorecard(  # noqa: PLR0913 - the agreed call
    door: Door,
    scope: Scope,
    level: str,
    period: Period,
    *,
    now: datetime,
    area: str | None = None,
    weights: WeightSet | None = None,
) -> Card:
    """Return the scores of all subjects of a level inside an area (None: that of the scope), over one period.

    level: an id of the configured levels, "unit" or "worker"; now: naive UTC; weights: None for those in force.
    Workers need a right and a reason, or are oneself. Raises NotAllowed, Problem `needs_reason`, `unknown_level`.
    """
    own = _admitted(door, scope, level, area)
    rules = weights or door.weighing.current(level, deciding_day(period))
    ask = Ask(door, scope, level, period, now)
    if level == WORKER:
        return _made(ask, rules, [own] if own else None, area)
    made: Card = door.weighing.cards.get(_key(ask, rules), lambda: _made(city_wide(ask), rules, None, None))
    is_seen = seen(ask, area)
    return replace(made, rows=tuple(row for row in made.rows if is_seen(row.subject_id)))


def deciding_day(period: Period) -> date:
    """Return the day whose weights hold for a period: the first of a calendar one, the last of a rolling one."""
    return period.first if ":" in period.key else period.last


def what_if(card: Card, weights: Mapping[str, float]) -> Moves:
    """Return what other weights would do to scores and ranks; weights: by metric of the card, a missing one stays.

    Nothing is read again: the parts' scores and draws are those of the card.
    """
    told = card.weights.weights()
    new = {metric: weights.get(metric, told[metric]) for metric in told}
    if not sum(new.values()) > 0 or min(new.values()) < 0 or set(weights) - set(told):
        raise Problem("bad_weights", detail=", ".join(sorted(set(weights) - set(told))), known=", ".join(told))
    rules = tuple(replace(rule, weight=float(new[rule.metric])) for rule in card.weights.rules)
    after = {place.subject_id: place for place in judged(card.basis, replace(card.weights, rules=rules))}
    moves = [_move(row, after[row.subject_id]) for row in card.rows]
    return Moves(tuple(moves), sum(move.rank_before != move.rank_after for move in moves))


def _move(row: Scored, after: Any) -> Move:
    rank = None if row.why == "own" else after.rank
    return Move(row.subject_id, row.name, row.score, after.score, row.rank, rank)


def _admitted(door: Door, scope: Scope, level: str, area: str | None) -> str:
    """Refuse who may not see the level; returns the worker an account is confined to, or ""."""
    known = [*(one.id for one in door.config.levels), UNIT, WORKER]
    if level not in known:
        raise Problem("unknown_level", detail=level, known=", ".join(known))
    door.check_area(scope, area)
    if level != WORKER:
        return ""
    if scope.has("kiosk"):
        raise NotAllowed("not_allowed", account=scope.account, detail=level)
    if scope.sees_tracks and scope.reason:
        return ""
    if scope.worker_id:
        return scope.worker_id
    if scope.sees_tracks:
        raise Problem("needs_reason")
    raise NotAllowed("not_allowed", account=scope.account, detail=level)


def _key(ask: Ask, rules: WeightSet) -> tuple[Any, ...]:
    weighing, zone = ask.door.weighing, ask.door.config.zone
    targets = weighing.targets(ask.level, ask.period.first, ask.period.last)
    told = tuple((row["target_id"], row["value"]) for row in targets)
    span = ask.period.bounds(zone)
    closed = tuple(one.month for one in ask.door.closings.months()) if ask.door.closings else ()
    return ask.door.version(), ask.level, span, min(ask.now, span[1]), rules, told, weighing.appeals.excluded(), closed


def _made(ask: Ask, rules: WeightSet, workers: Sequence[str] | None, area: str | None) -> Card:
    """Score everybody of a level the question reaches."""
    laid: Sheet = sheet(ask, rules, workers)
    basis: Basis = laid.basis
    rows = [_scored(laid, place, at) for at, place in enumerate(judged(basis, rules))]
    if ask.level == WORKER:
        rows = [_own(row) for row in rows] if workers else _within(ask, laid, rows, area)
    kept = sorted(rows, key=_order)
    excluded = len(ask.door.weighing.appeals.excluded())
    return Card(ask.level, ask.period, rules, tuple(kept), laid.groups(rows), excluded, basis)


def _scored(laid: Sheet, place: Any, at: int) -> Scored:
    basis = laid.basis
    subject = basis.ids[at]
    return Scored(
        subject_id=subject,
        name=laid.names[subject][0],
        name_en=laid.names[subject][1],
        group=basis.groups[at],
        score=place.score,
        low=place.low,
        high=place.high,
        grade=place.grade,
        why=place.why,
        rank=place.rank,
        shared=place.shared,
        parts=laid.parts[at],
        change=place.change,
        distance=place.distance,
        n=basis.n[at],
        data=place.data,
    )


def _within(ask: Ask, laid: Sheet, rows: list[Scored], area: str | None) -> list[Scored]:
    if area is None:
        return rows
    inside = ask.door.places.tree().inside
    return [row for row in rows if inside(laid.areas[row.subject_id] or "", area)]


def _own(row: Scored) -> Scored:
    """Return a worker's own row: the score and its reasons, and no place among colleagues."""
    return replace(row, rank=None, shared=False, why=row.why if row.why in ("few", "no_data") else "own")


def _order(row: Scored) -> tuple[Any, ...]:
    score = -1.0 if row.score is None else row.score
    return group_order(row.group), row.rank is None, row.rank or 0, -score, row.subject_id
