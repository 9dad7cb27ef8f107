"""What other weights would do, in one sentence: whose score moves most, and how many ranks."""

from __future__ import annotations

from dash import html

from dashboard.parts import Children
from dashboard.text import DASH, number, t
from data.analysis.card import Move, Moves

MOST = 2
SMALLEST = 0.05  # of a score: less is written the same


def effect(moves: Moves) -> Children:
    """Return the sentence: the largest changes of scores, how many scores change, how many ranks move."""
    changed = sorted(
        (one for one in moves.rows if abs(difference(one)) >= SMALLEST), key=lambda one: -abs(difference(one))
    )
    if not changed:
        return t("weights.same")
    told: list[Children] = [t("weights.effect")]
    for one in changed[:MOST]:
        told += [html.B(f"{one.name} {_score(one.score_before)} → {_score(one.score_after)}"), t("weights.and")]
    told[-1] = t("weights.scores", n=number(len(changed)))
    ranks = t("weights.ranks", n=number(moves.ranks_moved)) if moves.ranks_moved else t("weights.no_ranks")
    return [*told, html.B(ranks), t("weights.end")]


def difference(one: Move) -> float:
    """Return by how much a score changes; one that comes or goes changes wholly."""
    return (one.score_after or 0.0) - (one.score_before or 0.0)


def _score(value: float | None) -> str:
    return DASH if value is None else f"{value:.1f}"
