"""Whether the audit log is still what was written, line by line, and whether its end is missing."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import trail
from dashboard.parts import panel, status
from dashboard.text import clock, number, t
from dashboard.view import VIEW
from data.trail.check import Checked, Fault

BODY, NOTE = "audit-chain-body", "audit-chain-note"
SHOWN = 6


def layout() -> Component:
    """Return the empty panel."""
    return panel("audit-chain", t("audit.chain"), html.Div(id=BODY), html.Span(id=NOTE))


@callback(Output(BODY, "children"), Output(NOTE, "children"), VIEW)
def show(_: dict[str, Any] | None) -> tuple[Any, str]:
    """Show the state of the chain, what is wrong with its lines, and what was explained."""
    told, at = trail.checked()
    sound = not told.faults
    words = t("audit.sound" if sound else "audit.harmed", n=number(len(told.faults)))
    head = html.P(status("ok" if sound else "crit", words), className="state")
    return [head, facts(told), _listed("crit", told.faults), _listed("warn", told.notes)], t("audit.at", at=clock(at))


def facts(told: Checked) -> Component:
    """Return how much was looked at."""
    listed = {
        "lines": number(told.lines),
        "numbers": f"{number(told.first)}–{number(told.head.number)}" if told.first else "—",
        "before_chain": number(told.before_chain) if told.before_chain else "",
        "files": number(told.files),
        "digest": told.head.digest[:16] if told.first else "—",
    }
    pairs = [(html.Dt(t(f"audit.chain_{key}")), html.Dd(value)) for key, value in listed.items() if value]
    return html.Dl([one for pair in pairs for one in pair])


def _listed(kind: str, faults: list[Fault]) -> Component | None:
    if not faults:
        return None
    rows = [html.Li(status(kind, [html.B(one.file), one.sentence(trail.language())])) for one in faults[:SHOWN]]
    more = [html.Li(t("audit.more", n=number(len(faults) - SHOWN)))] if len(faults) > SHOWN else []
    return html.Ul([*rows, *more], className="faults")
