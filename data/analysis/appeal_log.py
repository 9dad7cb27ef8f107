"""The log of scorecards: what was left out, taken back, objected to and decided, by whom and why."""

from __future__ import annotations

from typing import Any

from data.analysis.appeals import Appeals
from data.scope import Scope

Row = dict[str, Any]


def log(appeals: Appeals, scope: Scope) -> list[Row]:
    """Return what was done, the newest first: at (naive UTC), account, act, about (case or subject), reason.

    act: excluded | restored | appealed | upheld | rejected.
    """
    lines = [line for row in appeals.exclusions(scope) for line in _exclusion_lines(row)]
    lines += [line for row in appeals.appeals(scope) for line in _appeal_lines(row)]
    return sorted(lines, key=lambda line: line["at"], reverse=True)


def _exclusion_lines(row: Row) -> list[Row]:
    about = {"about": row["incident_id"]}
    lines = [about | {"at": row["excluded_at"], "account": row["account"], "act": "excluded", "reason": row["reason"]}]
    if row["restored_at"]:
        ended = {"at": row["restored_at"], "account": row["restored_by"], "act": "restored"}
        lines.append(about | ended | {"reason": row["restored_why"]})
    return lines


def _appeal_lines(row: Row) -> list[Row]:
    about = {"about": row["incident_id"] or row["subject_id"]}
    lines = [about | {"at": row["made_at"], "account": row["account"], "act": "appealed", "reason": row["reason"]}]
    if row["reviewed_at"]:
        ended = {"at": row["reviewed_at"], "account": row["reviewer"], "act": row["result"]}
        lines.append(about | ended | {"reason": row["answer"]})
    return lines
