"""The rows of the scorecard: peers together, each with its score, its interval, the front rate and the main parts.

A mark ▲ stands only where the whole interval misses a target that a person set; against the neutral line nothing is
marked good or bad.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from dashboard.aims import Aim, Aims
from dashboard.intervals import RANKED_FROM, scale
from dashboard.peers import FEWEST_PEERS
from dashboard.session import door
from dashboard.standing import FRONT, spelled
from dashboard.text import DASH, MINUS, day_long, is_chinese, number, percent, t
from dashboard.tree import CLASSES
from data.analysis.card import Card, Part, Scored
from data.metrics import METRICS

Row = dict[str, Any]
Ends = tuple[float, float]


@dataclass(frozen=True)
class Scales:
    """The ends of the two columns that draw intervals (shares 0-1), and the targets somebody set."""

    score: Ends
    rate: Ends
    aims: Aims
    fewest: int = RANKED_FROM


def scales(card: Card, aims: Aims) -> Scales:
    """Return scales that hold every interval that is drawn, and the neutral line."""
    scores = [one for one in card.rows if scored(one)]
    rates = [part for part in (one.part(FRONT) for one in scores) if part and part.low is not None]
    score = scale([(one.low or 0) / 100 for one in scores], [(one.high or 0) / 100 for one in scores])
    line = door().config.incidents.reference_rate
    return Scales(
        score, scale([p.low or 0 for p in rates], [p.high or 0 for p in rates], line), aims, card.weights.fewest
    )


def scored(one: Scored) -> bool:
    """Say whether somebody's score is shown: there is one, and it rests on enough cases."""
    return one.score is not None and one.why not in ("no_data", "few")


def rows(listed: Sequence[Scored], shown: Sequence[str], drawn: Scales) -> list[Row]:
    """Return the rows of the table: a heading and its members for each peer group, the first rank first."""
    made: list[Row] = []
    for group, members in groupby(sorted(listed, key=lambda one: _class_order(one.group)), key=lambda one: one.group):
        made += _peers(group, sorted(members, key=_order), [one.group for one in listed], shown, drawn)
    return made


def _peers(
    group: str | None, members: list[Scored], groups: list[str | None], shown: Sequence[str], drawn: Scales
) -> list[Row]:
    classed = any(groups)
    name = t(f"scorecard.class_{group}") if group in CLASSES else group
    name = (name or t("scorecard.class_none")) if classed else t("scorecard.together")
    ranked = any(one.rank for one in members)
    why = "" if ranked else t("scorecard.few", n=FEWEST_PEERS)
    if classed and group is None:
        why = t("scorecard.unclassed")
    about = " · ".join(filter(None, [t("scorecard.units", n=number(len(members))), why]))
    return [{"id": f"group:{group}", "name": name, "group": about}, *(row(one, shown, drawn) for one in members)]


def row(one: Scored, shown: Sequence[str], drawn: Scales) -> Row:
    """Return the row of one subject."""
    front = one.part(FRONT)
    made: Row = {
        "id": one.subject_id,
        "rank": str(one.rank) if one.rank else DASH,
        "rank_note": t("scorecard.shared") if one.rank and one.shared else "",
        "name": named_(one),
        "n": number(front.n if front else one.n),
        "change": signed(one.change),
        **_score(one, drawn.score, drawn.fewest),
    }
    if front and front.low is not None and scored(one):
        made |= {
            "rate": interval(front, drawn.aims.of(FRONT, one.subject_id), drawn.rate),
            "value": percent(front.value, unit=False),
        }
    for metric in shown:
        made |= _cell(one.part(metric), metric, drawn.aims.of(metric, one.subject_id))
    return made


def _score(one: Scored, ends: Ends, fewest: int) -> Row:
    if not scored(one):
        few = one.why == "few"
        words = [t(f"scorecard.why_{'few' if few else 'no_data'}", n=fewest), distance(one) if few else ""]
        return {"why": " · ".join(filter(None, words))}
    told = t("scorecard.told", name=named_(one), score=f"{one.score:.1f}", low=f"{one.low:.1f}", high=f"{one.high:.1f}")
    places = {
        key: at((value or 0) / 100, ends) for key, value in (("at", one.score), ("low", one.low), ("high", one.high))
    }
    note = distance(one)
    return {
        "score": f"{one.score:.1f}",
        "range": {**places, "line": None, "mark": "apart", "spelled": f"{told} {note}".strip()},
        "rank_note": t("scorecard.shared") if one.rank and one.shared else note,
    }


def named_(one: Scored) -> str:
    """Return a subject's name in the language of the request."""
    return one.name if is_chinese() or not one.name_en else one.name_en


def distance(one: Scored) -> str:
    """Return how far an unranked one lies from its target, in points of the score; nothing for the ranked."""
    return "" if one.rank or one.distance is None else t("scorecard.distance", n=signed(one.distance))


def interval(part: Part, aim: Aim | None, ends: Ends) -> Row:
    """Return a share with its interval as the column of intervals draws it, against the neutral line."""
    line = door().config.incidents.reference_rate
    low, high, value = part.low or 0.0, part.high or 0.0, part.value or 0.0
    aside = line and not low <= line <= high
    facts = {"low": percent(low, False), "high": percent(high), "value": percent(value), "n": number(part.n)}
    return {
        "at": at(value, ends),
        "low": at(low, ends),
        "high": at(high, ends),
        "line": at(line, ends) if line else None,
        "mark": "below" if part.beats_target is False else "apart" if aside else "near",
        "spelled": " ".join(filter(None, [t("chart.rate", name="", **facts).strip(), told_target(part.metric, aim)])),
    }


def _cell(part: Part | None, metric: str, aim: Aim | None) -> Row:
    if part is None or part.value is None:
        return {metric: DASH}
    return {
        metric: spelled(METRICS[metric], part.value),
        f"{metric}_mark": part.beats_target is False,
        f"{metric}_told": " · ".join(
            filter(None, [t("scorecard.n", n=number(part.n)), told_range(part), told_target(metric, aim)])
        ),
    }


def told_range(part: Part) -> str:
    """Return a part's interval in words, nothing where it has none."""
    if part.low is None or part.high is None:
        return ""
    metric = METRICS[part.metric]
    return t("scorecard.range", low=spelled(metric, part.low), high=spelled(metric, part.high))


def told_target(metric: str, aim: Aim | None) -> str:
    """Return a target with who set it and since when, nothing where nobody did."""
    if aim is None:
        return ""
    value = spelled(METRICS[metric], aim.value, unit=True)
    return t("scorecard.target", value=value, who=aim.set_by, day=day_long(aim.from_day))


def signed(value: float | None, digits: int = 1) -> str:
    """Return +1.2, −0.9 or ±0.0; — for nothing."""
    if value is None:
        return DASH
    rounded = round(value, digits)
    mark = "+" if rounded > 0 else MINUS if rounded < 0 else "±"
    return f"{mark}{abs(rounded):.{digits}f}"


def at(value: float, ends: Ends) -> float:
    """Return where a value stands between the ends of its column, 0-1."""
    return round(min(max((value - ends[0]) / (ends[1] - ends[0]), 0.0), 1.0), 4)


def _class_order(group: str | None) -> tuple[int, str]:
    known = group in CLASSES
    return (CLASSES.index(group) if known and group else len(CLASSES) + (group is None), group or "")


def _order(one: Scored) -> tuple[int, float, str]:
    last = 10**6 if scored(one) else 10**7
    return (one.rank or last, -(one.score or 0.0), one.name)
