"""Checks of how trustworthy figures are (数据可信度): hypotheses for a human to look into, never deductions.

One SQL file of data/sql/flags each: like a metric's, with a part and a whole at the finest grain. A subject is flagged
where its whole interval lies above the rate of its peers, itself left out, and its share is a multiple of theirs.
Not looked at, for want of data: photos alike (G1, G2), one telephone with two accounts (G6), fingerprints lent (G13).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from data.analysis.figures import Ask
from data.analysis.flags.g11 import shifted
from data.analysis.flags.g12 import friendly
from data.analysis.flags.sums import Sums, of_check
from data.analysis.peer_rates import Groups, city_wide, groups, seen, with_subjects
from data.analysis.periods import Period
from data.analysis.weights import UNIT, WORKER, flag_rules
from data.errors import NotAllowed, Problem
from data.intervals import wilson
from data.scope import Scope
from data.sqlfile import SqlFile, sql_files

if TYPE_CHECKING:
    from data.query import Door


@dataclass(frozen=True)
class Flag:
    """One subject that stands out in one check.

    code: G1 .. G12; subject_type: the level asked for; value and peers: shares 0-1 of the subject and of the others of
    its group (G11: by how much its mix of kinds moved, and theirs); n: cases or worker-days; level: "look" | "strong".
    """

    code: str
    subject_type: str
    subject_id: str
    name: str
    value: float
    peers: float
    n: int
    level: str


@dataclass(frozen=True)
class Check:
    """One check of a level: its code, how many subjects were looked at and how many were flagged."""

    code: str
    looked_at: int
    flagged: int


def flags(  # noqa: PLR0913 - the agreed call
    door: Door, scope: Scope, period: Period, area: str | None = None, *, level: str, now: datetime
) -> list[Flag]:
    """Return who stands out in a period inside an area, by code and then the most conspicuous first.

    level: of areas, "unit" or "worker" (which needs a right and a reason). Raises NotAllowed, `needs_reason`.
    """
    return examined(door, scope, period, area, level=level, now=now)[0]


def examined(  # noqa: PLR0913 - as above
    door: Door, scope: Scope, period: Period, area: str | None = None, *, level: str, now: datetime
) -> tuple[list[Flag], list[Check]]:
    """Return the flags and the checks that were made, those that found nothing included.

    A wall and those who only handle cases are told of no doubts about anybody.
    """
    _admit(door, scope, level, area)
    if scope.has("kiosk") or scope.is_handler:
        return [], []
    ask = Ask(door, scope, level, period, now)
    asked = with_subjects(ask if level == WORKER else city_wide(ask))
    group_of = groups(asked)
    found, checks, is_shown = [], [], _shown(asked, ask, area)
    for file in sql_files("flags").values():
        if not _is_about(file, level):
            continue
        sums = of_check(asked, file)
        judge = {"G11": shifted, "G12": friendly}.get(file.header["code"], _compared)
        mine = [Flag(file.header["code"], level, *told) for told in judge(sums, group_of, flag_rules(door.config.home))]
        shown = [flag for flag in mine if is_shown(flag.subject_id)]
        found += shown
        checks.append(Check(file.header["code"], len(sums.rows), len(shown)))
    return found, checks


def _is_about(file: SqlFile, level: str) -> bool:
    return (level if level in (UNIT, WORKER) else "area") in file.header["about"]


def _admit(door: Door, scope: Scope, level: str, area: str | None) -> None:
    door.check_area(scope, area)
    if level == WORKER and (not scope.sees_tracks or scope.has("kiosk")):
        raise NotAllowed("not_allowed", account=scope.account, detail="flags")
    if level == WORKER and not scope.reason:
        raise Problem("needs_reason")


def _shown(asked: Ask, ask: Ask, area: str | None) -> Callable[[str], bool]:
    """Return what says whether a subject is seen: areas and units as on scorecards, workers by the area assigned."""
    if ask.level != WORKER:
        return seen(ask, area)
    root, inside = area or ask.scope.area_id, ask.door.places.tree().inside
    return lambda subject: inside(asked.subjects[subject].area_id or "", root)


def _compared(
    sums: Sums, group_of: Groups, rules: Mapping[str, float]
) -> Sequence[tuple[str, str, float, float, int, str]]:
    """Return subject_id, name, value, peers, n, level of whoever lies above the peers."""
    found = []
    for subject, (name, part, whole) in sums.rows.items():
        peers = sums.others(subject, group_of)
        if whole < rules["fewest"] or part < rules["least"] or peers is None:
            continue
        low, _ = wilson(part, whole, rules["z"]) or (0.0, 1.0)
        value = part / whole
        if low > peers and value >= rules["times"] * peers:
            level = "strong" if value >= rules["strong"] * peers else "look"
            found.append((subject, name, value, peers, int(whole), level))
    return sorted(found, key=lambda told: -told[2])
