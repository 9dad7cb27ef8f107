"""Disputes screened in the period on their way: accepted, mediated, settled, failed or handed up; the site's checks."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import moment, place, plus
from dashboard.parts import Children, empty, panel
from dashboard.session import door
from dashboard.text import duration, number, percent, t
from dashboard.view import VIEW
from data.codes import codes

BODY, NOTE, CHECKS = "dispute-funnel-body", "dispute-funnel-note", "dispute-checks-body"
STAGES = ("screened", "accepted", "mediated", "ended")
ENDS = ("success", "failed", "escalated", "open")


def layout() -> Component:
    """Return the empty funnel."""
    return panel("dispute-funnel", t("disputes.funnel"), html.Div(id=BODY), html.Span(id=NOTE))


def checks() -> Component:
    """Return the empty checklist of the five matters."""
    return panel("dispute-checks", t("disputes.checks"), html.Div(id=CHECKS), t("disputes.checks_note"))


@callback(Output(BODY, "children"), Output(NOTE, "children"), VIEW)
def show(view: dict[str, Any] | None) -> tuple[Children, str]:
    """Show how far the disputes screened in the view's period have come."""
    plus.only(view, "disputes")
    row, nothing = _counted(view)
    if row is None:
        return nothing, plus.note(view)
    took = t("disputes.median", span=duration(row["median_s"]), n=number(row["ended"]))
    bars = [_stage(stage, row, STAGES) for stage in STAGES]
    ends = html.Div([_end(name, row) for name in ENDS], className="ends")
    return [html.Div(bars, className="stages"), ends, html.P(took, className="note")], plus.note(view)


@callback(Output(CHECKS, "children"), VIEW)
def show_checks(view: dict[str, Any] | None) -> Children:
    """Show which of the site's five checks the same disputes passed."""
    plus.only(view, "disputes")
    row, nothing = _counted(view)
    return nothing if row is None else _checks(row)


def _counted(view: dict[str, Any] | None) -> tuple[dict[str, Any] | None, Children]:
    """Return the counts of the disputes screened in the view's period, or why there are none."""
    waiting = plus.absent("dispute")
    if waiting:
        return None, waiting
    rows = plus.rows("dispute_funnel", now=moment.now(view or {}), **plus.asked(view))
    return (rows[0], None) if rows else (None, empty(t("disputes.nothing", area=place.title(view))))


def _stage(stage: str, row: dict[str, Any], order: tuple[str, ...]) -> Component:
    at, whole = order.index(stage), row["screened"]
    before = row[order[at - 1]] if at else None
    width: Any = {"--share": f"{row[stage] / whole:.4f}" if whole else "0"}
    told = t("disputes.of_screened", share=percent(row[stage] / whole)) if before and whole else t("disputes.cohort")
    return html.Div(
        [
            html.Span(t(f"disputes.{stage}")),
            html.Span(html.I(style=width), className="bar"),
            html.B(number(row[stage])),
            html.Small(told),
        ],
        className="stage",
    )


def _end(name: str, row: dict[str, Any]) -> Component:
    share = percent(row[name] / row["screened"]) if row["screened"] else ""
    told = t("disputes.of_screened", share=share)
    return plus.cell(t(f"disputes.{name}"), number(row[name]), told)


def _checks(row: dict[str, Any]) -> list[Component]:
    """Return one line for each of the five slots: how many disputes pass it, of those that say."""
    lines: list[Component] = []
    for slot, code in enumerate(codes(door().config, "five_matters"), start=1):
        passed, said = row[f"check_{slot}"], row[f"checked_{slot}"]
        share: Any = {"--share": f"{passed / said:.4f}" if said else "0"}
        told = t("plus.of", part=number(passed), whole=number(said)) if said else t("disputes.unchecked")
        lines.append(
            html.Div(
                [
                    html.Span(plus.titled(code), className="" if code.is_named else "unnamed"),
                    html.Span(html.I(style=share), className="bar" if said else "bar none"),
                    html.B(percent(passed / said if said else None)),
                    html.Small(told),
                ],
                className="stage",
            )
        )
    return lines
