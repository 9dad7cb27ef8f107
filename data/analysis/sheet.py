"""The sheet a scorecard is worked out on: sums, shrunk rates, part scores and bootstrap draws of every subject."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.analysis.card import Basis, Floats, Group, Part, Scored
from data.analysis.figures import Ask, figures
from data.analysis.peer_rates import Groups, Rates, city_wide, classes, groups, rates, with_subjects
from data.analysis.periods import previous
from data.analysis.scores import case_draws, day_draws, generator, scaled, shrunk
from data.analysis.weights import UNIT, WORKER, Rule, WeightSet
from data.metrics import METRICS

# Metrics of tracks whose days are resampled: what is the part and what the whole of a day.
DAY_SUMS = {"valid_track": ("valid_fixes", "fixes"), "own_grid": ("own_fixes", "valid_fixes")}
Row = dict[str, Any]
Found = dict[str, dict[str, Row]]  # metric -> subject -> its row
Parts = tuple[tuple[Part, ...], ...]  # by subject, in the order of the rules
Subjects = tuple[list[str], Groups]


@dataclass(frozen=True)
class Sheet:
    """Names (in both languages) and workers' areas by id, and the parts of each subject in the order of basis.ids."""

    basis: Basis
    names: Mapping[str, tuple[str, str | None]]
    parts: Parts
    areas: Mapping[str, str | None] = field(default_factory=dict)

    def groups(self, rows: Sequence[Scored]) -> tuple[Group, ...]:
        """Return the peer groups, how many subjects each has in the city and how many are ranked."""
        size = Counter(self.basis.groups)
        ranked = Counter(row.group for row in rows if row.rank is not None)
        return tuple(Group(name, size[name], ranked[name]) for name in sorted(size, key=group_order))


def group_order(group: str | None) -> tuple[int, str]:
    """Return where a peer group stands: urban, town and rural, then others by name, at last those of no group."""
    known = ("urban", "town", "rural")
    return known.index(group) if group in known else len(known) + (group is None), group or ""


def sheet(ask: Ask, rules: WeightSet, workers: Sequence[str] | None = None) -> Sheet:
    """Work out the parts of every subject of the level; workers: only these of level "worker", None for all."""
    ask = with_subjects(ask, workers)
    group_of = groups(ask)
    found = _subjects(figures(ask, _metrics(rules)))
    ids = sorted({name for rows in found.values() for name in rows})
    parts = _with_targets(ask, ids, _parts(ask, rules, (ids, group_of), found))
    earlier = replace(ask, period=previous(ask.period))
    past = _subjects(figures(earlier, _metrics(rules)))
    basis = Basis(
        ids=tuple(ids),
        metrics=_metrics(rules),
        groups=tuple(group_of.get(name) for name in ids),
        n=tuple(_cases(rules, mine) for mine in parts),
        scores=_scores(parts, rules),
        before=_scores(_parts(earlier, rules, (ids, group_of), past), rules),
        draws=_draws(ask, rules, (ids, workers), parts),
    )
    named = {name: (row["name"], row["name_en"]) for rows in found.values() for name, row in rows.items()}
    return Sheet(basis, named, parts, {name: one.area_id for name, one in ask.subjects.items()})


def part(rule: Rule, row: Row | None, peers: tuple[float | None, str]) -> Part:
    """Return one metric of one subject: its sums, the rate shrunk to R0, and what that is worth."""
    r0, r0_of = peers
    out = {"out_part": row.get("out_part", 0.0), "out_whole": row.get("out_whole", 0.0)} if row else {}
    if row is None or row["value"] is None or not row["whole"]:
        return Part(rule.metric, 0.0, 0.0, None, None, None, rule.weight, None, None, 0, r0, r0_of, rule.k, **out)
    towards = row["value"] if r0 is None else r0
    rate = float(shrunk(row["part"], row["whole"], towards, rule.k))
    score = float(scaled(rate, rule.scale))
    sums = row["part"], row["whole"], row["value"]
    return Part(
        rule.metric, *sums, rate, score, rule.weight, row["low"], row["high"], row["n"], r0, r0_of, rule.k, **out
    )


def _metrics(rules: WeightSet) -> tuple[str, ...]:
    return tuple(rule.metric for rule in rules.rules)


def _subjects(found: dict[str, list[Row]]) -> Found:
    """Return the rows of subjects by metric; what is located in none of them is no subject."""
    return {
        metric: {row["area_id"]: row for row in rows if row["level"] != "unlocated"} for metric, rows in found.items()
    }


def _parts(ask: Ask, rules: WeightSet, subjects: Subjects, found: Found) -> Parts:
    ids, group_of = subjects
    peers = _peers(ask, rules, group_of)
    return tuple(
        tuple(
            part(rule, found[rule.metric].get(name), peers[rule.metric].of(group_of.get(name))) for rule in rules.rules
        )
        for name in ids
    )


def _peers(ask: Ask, rules: WeightSet, group_of: Groups) -> dict[str, Rates]:
    """Return R0 of every metric; workers' from the sums of the grids of each class, which name nobody."""
    whole, members = city_wide(ask), group_of
    if ask.level == WORKER:
        whole, members = replace(whole, level=ask.door.config.leaf, subjects={}), classes(ask)
    rows = figures(whole, _metrics(rules))
    return {metric: rates(rows[metric], members, rules.peers) for metric in rows}


def _cases(rules: WeightSet, mine: Sequence[Part]) -> int:
    return max((one.n for one, rule in zip(mine, rules.rules, strict=True) if rule.draw == "case"), default=0)


def _scores(parts: Parts, rules: WeightSet) -> Floats:
    scores = [[np.nan if one.score is None else one.score for one in mine] for mine in parts]
    return np.array(scores, float).reshape(len(parts), len(rules.rules))


def _with_targets(ask: Ask, ids: Sequence[str], parts: Parts) -> Parts:
    """Hold each part against the target of its subject, or that of the whole level, where somebody set one."""
    targets = ask.door.weighing.targets(ask.level, ask.period.first, ask.period.last)
    if not targets:
        return parts
    return tuple(tuple(_against(one, name, targets) for one in mine) for name, mine in zip(ids, parts, strict=True))


def _against(one: Part, subject: str, targets: Sequence[Row]) -> Part:
    mine = (row for row in targets if row["metric"] == one.metric and row["subject_id"] in (subject, None))
    target = next(mine, None)
    if target is None:
        return one
    beats = _beats(one, target["value"], METRICS[one.metric].better == "lower")
    return replace(one, target=target["value"], target_by=target["set_by"], beats_target=beats)


def _beats(one: Part, target: float, lower: bool) -> bool | None:
    if one.value is None:
        return None
    if one.low is None or one.high is None:
        return one.value <= target if lower else one.value >= target
    return None if one.low <= target <= one.high else (one.high < target) == lower


def _draws(
    ask: Ask, rules: WeightSet, who: tuple[list[str], Sequence[str] | None], parts: Parts
) -> NDArray[np.float32]:
    """Return bootstrap scores (subjects, metrics, draws), NaN without data; a subject's depend on it and the period."""
    ids, workers = who
    days = _days(ask, workers) if any(rule.draw == "day" for rule in rules.rules) else {}
    out = np.full((len(ids), len(rules.rules), rules.draws), np.nan, np.float32)
    month = f"{ask.period.first}/{ask.period.last}"
    for at, name in enumerate(ids):
        for column, (rule, one) in enumerate(zip(rules.rules, parts[at], strict=True)):
            if one.shrunk is not None:
                dice = generator(month, ask.level, name, rule.metric)
                rates_drawn = _drawn(rule, one, days.get((rule.metric, name)), (dice, rules.draws))
                out[at, column] = scaled(rates_drawn, rule.scale)
    return out


def _drawn(rule: Rule, one: Part, days: Floats | None, dice: tuple[np.random.Generator, int]) -> Floats:
    r0 = one.value if one.r0 is None else one.r0
    towards = 0.0 if r0 is None else r0
    if rule.draw == "case" and 0.0 <= towards <= 1.0 and one.part <= one.whole:
        return case_draws(one.part, one.whole, (towards, rule.k), dice)
    if rule.draw == "day" and days is not None and days[:, 1].all():
        return day_draws(days, (towards, rule.k), dice)
    return np.full(dice[1], one.shrunk)


def _days(ask: Ask, workers: Sequence[str] | None) -> dict[tuple[str, str], Floats]:
    """Return parts and wholes of each day by metric and subject; days of nothing hold nothing to draw."""
    span = {"first_day": ask.period.first, "last_day": ask.period.last}
    if ask.level == WORKER:
        mine = ask.door.query("worker_days", ask.scope, workers=workers, **span)
        rows = mine.rename_columns({"worker_id": "subject_id"})
    elif ask.level == UNIT:
        return {}
    else:
        rows = ask.door.query("patrol_days", ask.scope, level=ask.level, **span)
    held: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for row in rows.to_pylist():
        for metric, (of, out_of) in DAY_SUMS.items():
            if row[out_of]:
                held[metric, row["subject_id"]].append((row[of], row[out_of]))
    return {key: np.array(days) for key, days in held.items()}
