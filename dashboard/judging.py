"""What is done on the scorecard: weights proposed and approved, targets, appeals and what became of them.

Each act is a button with [data-seat] and data-store = `judge-asked` (assets/67-seat.js); sent twice, it is done once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from dashboard import deeds, moment
from dashboard.panels.rate_head import metric_name
from dashboard.session import door, scope
from dashboard.standing import level
from dashboard.text import day_long, t
from data.analysis.appeals import Appeal
from data.analysis.weighing import Target
from data.errors import Problem
from data.metrics import METRICS

STORE = "judge-asked"
FIELDS = ("value", "set_by", "from_day", "until_day", "result")
LONGEST = 400  # characters of a reason or of evidence

Asked = dict[str, Any]
View = dict[str, Any]


def do(asked: Asked, view: View) -> str:
    """Do one act and return what came of it in words; raises Problem with why not."""
    act = ACTS.get(str(asked.get("act")))
    if act is None:
        raise Problem("bad_field", detail="act", known=", ".join(ACTS))
    return act(asked, asked.get("fields") or {}, view)


def why(problem: Problem) -> str:
    """Return a refusal in the user's language; a field that is missing or wrong is called as it is on the form."""
    if problem.reason not in ("needs_field", "bad_field"):
        return deeds.why(problem)
    field = str(problem.facts.get("detail"))
    named = metric_name(field) if field in METRICS else t(f"judging.{field if field in FIELDS else 'other'}")
    return t("judging.wrong", field=named, known=problem.facts.get("known") or t("judging.needed"))


def _propose(asked: Asked, fields: Asked, view: View) -> str:
    weights = {name: _number(name, words) for name, words in fields.items() if name in METRICS}
    begins = _day("from_day", fields)
    made = door().weighing.propose(
        str(asked["command_id"]), scope(), level(view), weights, begins, str(fields.get("note") or "")
    )
    return t("weights.proposed", n=made.version, day=day_long(begins))


def _approve(asked: Asked, _: Asked, __: View) -> str:
    made = door().weighing.approve(str(asked["command_id"]), scope(), str(asked["id"]))
    return t("weights.approved", n=made.version, day=day_long(made.effective_from))


def _target(asked: Asked, fields: Asked, view: View) -> str:
    metric = str(asked["metric"])
    value = _number("value", fields.get("value")) / (100 if METRICS[metric].unit == "percent" else 1)
    who = str(fields.get("set_by") or "")
    door().weighing.set_target(
        str(asked["command_id"]), scope(), Target(metric, level(view), value, who, _day("from_day", fields))
    )
    return t("aims.done", who=who.strip())


def _withdraw(asked: Asked, _: Asked, __: View) -> str:
    door().weighing.withdraw_target(str(asked["command_id"]), scope(), str(asked["id"]))
    return t("aims.withdrawn")


def _appeal(asked: Asked, fields: Asked, view: View) -> str:
    incident = str(fields.get("incident") or "").strip() or None
    reason, evidence = (str(fields.get(name) or "")[:LONGEST] for name in ("reason", "evidence"))
    span = moment.span(view)
    key = span.key if set(span.key) & {":", "@"} else f"{span.key}@{span.last}"  # a rolling one says where it ended
    about = Appeal(str(asked["level"]), str(asked["subject"]), str(asked["metric"]), key, reason, evidence, incident)
    door().weighing.appeals.appeal(str(asked["command_id"]), scope(), about)
    return t("appeal.made")


def _review(asked: Asked, fields: Asked, _: View) -> str:
    result = str(asked["result"])
    why = str(fields.get("answer") or "")[:LONGEST]
    row = door().weighing.appeals.review(str(asked["command_id"]), scope(), str(asked["id"]), result, why)
    return t(f"appeal.did_{row['result']}")


def _exclude(asked: Asked, fields: Asked, _: View) -> str:
    incident, why = str(fields.get("incident") or "").strip(), str(fields.get("reason") or "")[:LONGEST]
    row = door().weighing.exclude(str(asked["command_id"]), scope(), incident, why)
    return t("appeal.did_exclude", incident=row["incident_id"])


def _restore(asked: Asked, fields: Asked, _: View) -> str:
    why = str(fields.get("answer") or "")[:LONGEST]
    row = door().weighing.appeals.restore(str(asked["command_id"]), scope(), str(asked["id"]), why)
    return t("appeal.did_restore", incident=row["incident_id"])


def _number(name: str, words: Any) -> float:
    try:
        return float(str(words))
    except ValueError as fault:
        raise Problem("bad_field", detail=name, known="0-100") from fault


def _day(name: str, fields: Asked) -> date:
    try:
        return date.fromisoformat(str(fields.get(name)))
    except ValueError as fault:
        raise Problem("bad_field", detail=name, known="YYYY-MM-DD") from fault


ACTS: dict[str, Callable[[Asked, Asked, View], str]] = {
    "propose": _propose,
    "approve": _approve,
    "target": _target,
    "withdraw": _withdraw,
    "appeal": _appeal,
    "review": _review,
    "exclude": _exclude,
    "restore": _restore,
}
