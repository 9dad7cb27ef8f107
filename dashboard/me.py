"""本人: what a worker or a department may know of itself: its score and why, its cases, its days, its appeals.

Plain HTML for a telephone, like the page of its cases. It shows nobody else, and no place among colleagues.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from flask import Blueprint, abort, redirect, render_template, request, session
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as BaseResponse

from dashboard import aims, moment, notice, text
from dashboard.field_cards import now, where
from dashboard.judging import why as why_not
from dashboard.panels.exceptions import CASED, Against, cases, late_by, why
from dashboard.panels.period_choice import told
from dashboard.panels.rate_head import metric_name
from dashboard.panels.score_parts import lost, summary
from dashboard.score_rows import scored, signed, told_range, told_target
from dashboard.session import door, scope
from dashboard.standing import FRONT, spelled
from dashboard.text import day_short, number, stamp, t
from data.analysis.appeals import Appeal
from data.analysis.card import Card, Part, Scored
from data.analysis.periods import Period, parse
from data.analysis.scorecard import scorecard
from data.days import local_day
from data.errors import Problem
from data.metrics import METRICS
from data.scope import Scope

me = Blueprint("me", __name__, url_prefix="/me", template_folder="templates")
SAID = "me_said"
PERIODS = ("30d", "90d")
MOST = 30  # cases and days shown
LONGEST = 400

Row = dict[str, Any]


@me.get("")
def page() -> str:
    """Show the account's own score, cases, days and appeals; 404 to who is neither a worker nor a department."""
    level, subject = _self(scope())
    span = _span()
    card = scorecard(door(), scope(), level, span, now=_now(span))
    one = card.row(subject)
    return render_template(
        "me.html",
        t=t,
        language=text.voice().language,
        theme=door().config.screen.theme,
        city=door().config.city,
        chinese=text.is_chinese(),
        who=scope(),
        periods=[(key, told(key, _today()), key == span.key) for key in _periods()],
        score=_score(one, card),
        parts=[] if one is None else _parts(one, level, span),
        shrinkage=t("score_parts.shrinkage", k=_strengths(one)) if one and _strengths(one) else "",
        cases=_against(card, one, span),
        days=_days(span) if scope().worker_id else [],
        appeals=[_appeal(row) for row in door().weighing.appeals.appeals(scope())],
        metrics=[(part.metric, metric_name(part.metric)) for part in (one.parts if one else ())],
        command=uuid4().hex,
        period=span.key,
        said=session.pop(SAID, ""),
        token=generate_csrf(),
    )


@me.post("/appeal")
def appeal() -> BaseResponse:
    """Object to a figure of one's own."""
    form, (level, subject) = request.form, _self(scope())
    span = parse(form.get("period", "30d"), _today())
    key = span.key if set(span.key) & {":", "@"} else f"{span.key}@{span.last}"
    reason, evidence = (form.get(name, "").strip()[:LONGEST] for name in ("reason", "evidence"))
    about = Appeal(
        level, subject, form.get("metric", ""), key, reason, evidence, form.get("incident", "").strip() or None
    )
    try:
        door().weighing.appeals.appeal(form["command"], scope(), about)
        session[SAID] = t("appeal.made")
    except Problem as problem:
        session[SAID] = why_not(problem)
    return redirect(f"/me?period={span.key}")


@me.get("/notice")
def collected() -> str:
    """Tell whoever is signed in what is collected of whom, why, how long, and whom to ask."""
    return render_template(
        "notice.html",
        t=t,
        language=text.voice().language,
        theme=door().config.screen.theme,
        city=door().config.city,
        chinese=text.is_chinese(),
        who=scope(),
        kept=notice.kept(),
        sections=notice.sections(),
    )


def _self(who: Scope) -> tuple[str, str]:
    """Return level and id of whom the account is; 404 where it is nobody who is scored."""
    if who.worker_id:
        return "worker", who.worker_id
    if who.unit_id:
        return "unit", who.unit_id
    abort(404)


def _today() -> date:
    return moment.today({})


def _now(span: Period) -> Any:
    return min(moment.now({}), span.bounds(door().config.zone)[1])


def _periods() -> list[str]:
    """Return the periods offered: rolling ones, this month, and the one before, which may still be appealed against."""
    this = _today().replace(day=1)
    return [*PERIODS, f"m:{this:%Y-%m}", f"m:{this - timedelta(days=1):%Y-%m}"]


def _span() -> Period:
    asked = request.args.get("period", PERIODS[0])
    try:
        return parse(asked, _today())
    except Problem:
        return parse(PERIODS[0], _today())


def _score(one: Scored | None, card: Card) -> Row | None:
    if one is None:
        return None
    shown = scored(one)
    return {
        "value": f"{one.score:.1f}" if shown else "",
        "words": summary(one, card),
        "change": t("me.change", n=signed(one.change)) if shown and one.change is not None else "",
    }


def _strengths(one: Scored) -> str:
    return " / ".join(f"{k:g}" for k in sorted({part.k for part in one.parts if part.k}))


def _parts(one: Scored, level: str, span: Period) -> list[Row]:
    """Return the parts of the own score, what cost most first."""
    goals = aims.of_level(level, span)
    whole = sum(part.weight for part in one.parts if part.score is not None)
    ordered = sorted(one.parts, key=lambda part: -lost(part, whole))
    return [_part(part, goals.of(part.metric, one.subject_id), lost(part, whole)) for part in ordered]


def _part(part: Part, aim: aims.Aim | None, cost: float) -> Row:
    metric = METRICS[part.metric]
    return {
        "name": metric_name(part.metric),
        "definition": metric.definition_zh if text.is_chinese() else metric.definition_en,
        "value": spelled(metric, part.value, unit=True),
        "n": number(part.n),
        "score": None if part.score is None else round(part.score, 1),
        "weight": f"{part.weight:g}",
        "cost": signed(-cost) if cost >= 0.05 else "",
        "shrunk": spelled(metric, part.shrunk, unit=True) if part.k and part.shrunk is not None else "",
        "r0": spelled(metric, part.r0, unit=True),
        "about": " · ".join(filter(None, [told_range(part), told_target(part.metric, aim)])),
        "missed": part.beats_target is False,
    }


def _against(card: Card, one: Scored | None, span: Period) -> list[Row]:
    """Return the own cases that counted against one, the newest first."""
    bounds, until = span.bounds(door().config.zone), _now(span)
    found: list[Row] = []
    for metric in [part.metric for part in (one.parts if one else ()) if part.metric in CASED and part.metric != FRONT]:
        about = Against(scope().area_id, "", metric, scope().unit_id or None, scope().worker_id or None)
        found += [row | {"metric": metric_name(metric)} for row in cases(about, bounds, until)]
    newest = sorted(found, key=lambda row: row["reported_at"], reverse=True)[:MOST]
    return [_case(row, until) for row in newest]


def _case(row: Row, until: Any) -> Row:
    return {
        "id": row["incident_id"],
        "title": row["title"] or row["subkind"] or text.named(row, "kind"),
        "place": where(row["area_id"]),
        "at": stamp(row["reported_at"]),
        "why": why(row),
        "late": late_by(row, until),
        "metric": row["metric"],
    }


def _days(span: Period) -> list[Row]:
    """Return the own days with tracks, the newest first; the page of the own day draws them."""
    mine: Row = {"first_day": span.first, "last_day": span.last, "workers": [scope().worker_id]}
    rows = door().query("worker_days", scope(), **mine).to_pylist()
    days = sorted({row["day"] for row in rows}, reverse=True)[:MOST]
    return [{"day": str(day), "label": day_short(day)} for day in days]


def _appeal(row: Row) -> Row:
    metric = metric_name(row["metric"]) if row["metric"] in METRICS else row["metric"]
    result = t(f"appeal.{row['result']}") if row["result"] else t("appeal.open")
    about = [metric, told(row["period"], local_day(now(), door().config.zone)), row["incident_id"]]
    return {
        "about": " · ".join(filter(None, about)),
        "reason": row["reason"],
        "at": stamp(row["made_at"]),
        "result": result,
        "kind": row["result"] or "open",
        "answer": row["answer"] or "",
    }
