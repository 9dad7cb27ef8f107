"""Appeals and exclusions (申诉与剔除): objecting to a figure, deciding, leaving a case out, and the record of it."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, dcc, html
from dash.development.base_component import Component

from dashboard import judged, moment
from dashboard.judging import STORE
from dashboard.panels.exceptions import against
from dashboard.panels.period_choice import told
from dashboard.panels.rate_head import metric_name
from dashboard.parts import Children, chip, empty, panel
from dashboard.seat_forms import button, form
from dashboard.session import door, scope
from dashboard.standing import level
from dashboard.text import DASH, number, stamp, t
from dashboard.view import CASES, hidden, link
from data.analysis.appeal_log import log
from data.metrics import METRICS
from data.scope import Scope

BODY, NOTE = "appeals-body", "appeals-note"
MOST = 60

Row = dict[str, Any]


def layout() -> Component:
    """Return the empty panel."""
    body = [hidden("appealed"), html.Div(id=BODY)]
    return panel("appeals", t("appeal.title"), body, html.Span(id=NOTE))


@callback(Output(BODY, "children"), Output(NOTE, "children"), CASES)
def show(view: Row | None) -> tuple[Children, str]:
    """Show the form, the appeals with their results, the cases left out, and the record."""
    if judged.withheld(view):
        return empty(t("scorecard.reason")), ""
    made, out = shown_appeals(view), door().weighing.appeals.exclusions(scope())
    note = t("appeal.note", appeals=number(len(made)), out=number(sum(one["restored_at"] is None for one in out)))
    lists = [_list(t("appeal.list"), [appealed(one, scope()) for one in made], t("appeal.no_appeals"))]
    lists.append(_list(t("appeal.out"), [_left_out(one) for one in out], t("appeal.no_out")))
    return [objection(view), *lists, _log(view)], note


def shown_appeals(view: Row | None) -> list[Row]:
    """Return the appeals the account may see; those about persons only where persons are looked at."""
    persons = level(view) == judged.WORKER
    rows = door().weighing.appeals.appeals(scope())
    return [row for row in rows if persons or row["level"] != judged.WORKER]


def objection(view: Row | None) -> Component:
    """Return the form of an appeal about the chosen subject and metric, and of leaving a case out."""
    one, about = judged.chosen(view), against(view)
    if not scope().reports_cases and not scope().has("auditor"):
        return html.Span(hidden=True)
    if one is None:
        return empty(t("appeal.choose"))
    carried = {"store": STORE, "level": level(view), "subject": one.subject_id, "metric": about.metric}
    title = t("appeal.about", name=about.name, metric=metric_name(about.metric))
    return html.Div([html.B(title), *fields(view, carried)], **form("objection"))


def fields(view: Row | None, carried: dict[str, str]) -> list[Component]:
    """Return the fields and buttons of an appeal; who decides may leave the case out at once."""
    case = dcc.Input(
        (view or {}).get("appealed") or "", name="incident", type="text", placeholder=t("appeal.case"), maxLength=60
    )
    reason = dcc.Input(name="reason", type="text", placeholder=t("appeal.reason"), maxLength=400)
    evidence = dcc.Input(name="evidence", type="text", placeholder=t("appeal.evidence"), maxLength=400)
    acts = [button("appeal", t("appeal.send"), "primary", **carried)]
    if decides(scope()):
        acts.append(button("exclude", t("appeal.exclude"), store=STORE))
    return [html.Div([case, evidence], className="line"), html.Div([reason, *acts], className="line")]


def decides(who: Scope) -> bool:
    """Say whether an account reviews appeals and leaves cases out."""
    return bool(who.roles & {"leader", "auditor"}) and not who.has("kiosk")


def appealed(row: Row, who: Scope) -> Component:
    """Return one appeal: what it is about, its reason, and the result or the buttons that decide it."""
    metric = metric_name(row["metric"]) if row["metric"] in METRICS else row["metric"]
    facts = [
        metric,
        told(row["period"], moment.today({})),
        _case(row["incident_id"]) if row["incident_id"] else row["subject_id"],
    ]
    words = [html.Div(_joined(facts), className="about"), html.P(row["reason"])]
    if row["evidence"]:
        words.append(html.P(t("appeal.with", evidence=row["evidence"]), className="note"))
    said = html.Small(t("appeal.by", who=row["account"], at=stamp(row["made_at"])))
    return html.Li([html.Div(words), said, _decision(row, who)])


def _decision(row: Row, who: Scope) -> Component:
    if row["result"]:
        words = t("appeal.decided", who=row["reviewer"], at=stamp(row["reviewed_at"]), why=row["answer"])
        return html.Div([chip(t(f"appeal.{row['result']}"), row["result"]), html.Span(words)], className="decision")
    if not decides(who) or row["account"] == who.account:
        return html.Div(chip(t("appeal.open")), className="decision")
    answer = dcc.Input(name="answer", type="text", placeholder=t("appeal.answer"), maxLength=400)
    both = [
        button("review", t(f"appeal.to_{one}"), store=STORE, id=row["appeal_id"], result=one)
        for one in ("upheld", "rejected")
    ]
    return html.Div([answer, *both], **form("decision"))


def _left_out(row: Row) -> Component:
    said = html.Small(t("appeal.by", who=row["account"], at=stamp(row["excluded_at"])))
    about = html.Div([html.Div(_case(row["incident_id"]), className="about"), html.P(row["reason"])])
    if row["restored_at"]:
        words = t("appeal.restored", who=row["restored_by"], at=stamp(row["restored_at"]), why=row["restored_why"])
        return html.Li([about, said, html.Div(words, className="decision")], className="ended")
    if not decides(scope()):
        return html.Li([about, said])
    answer = dcc.Input(name="answer", type="text", placeholder=t("appeal.answer"), maxLength=400)
    back = button("restore", t("appeal.restore"), store=STORE, id=row["exclusion_id"])
    return html.Li([about, said, html.Div([answer, back], **form("decision"))])


def _log(view: Row | None) -> Component:
    persons = level(view) == judged.WORKER
    own = {row["subject_id"] for row in door().weighing.appeals.appeals(scope()) if row["level"] == judged.WORKER}
    rows = [row for row in log(door().weighing.appeals, scope()) if persons or row["about"] not in own][:MOST]
    lines = [
        html.Div([html.Span(stamp(row["at"])), html.Span(row["account"]), html.Span(t(f"appeal.act_{row['act']}")),
                  html.Span(row["about"]), html.Span(row["reason"] or DASH, title=row["reason"])])
        for row in rows
    ]  # fmt: skip
    return html.Details([html.Summary(t("appeal.log", n=number(len(rows)))), html.Div(lines, className="log")])


def _list(title: str, lines: list[Component], nothing: str) -> Component:
    return html.Div([html.H3(title), html.Ul(lines) if lines else empty(nothing)], className="listed")


def _case(incident: str) -> Component:
    return dcc.Link(incident, href=link("/incidents", incident=incident, state="all"))


def _joined(parts: list[Any]) -> list[Any]:
    return [piece for part in parts for piece in (part, " · ")][:-1]
