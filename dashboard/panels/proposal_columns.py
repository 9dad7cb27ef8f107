"""Which of the file's columns is which of ours: each guess with its reason, each to be changed."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.panels.proposal import TOLD, joined
from dashboard.parts import empty, panel, status
from dashboard.text import is_chinese, number, t
from data.jobs import DONE, FAILED

BODY = "proposal-columns"
UNSURE = 0.6
HOWS = ("header", "ids", "shape", "range", "swapped", "path", "constant", "joined", "prefix", "told")

Row = dict[str, Any]


def layout() -> Component:
    """Return the empty table."""
    return panel("columns", t("proposal.columns"), html.Div(id=BODY), t("proposal.columns_note"))


@callback(Output(BODY, "children"), TOLD)
def show(told: Row | None) -> Any:
    """Show each of our columns with theirs."""
    if not told or told["state"] == FAILED:
        return empty(t("proposal.nothing"))
    if told["state"] != DONE:
        raise PreventUpdate
    return columns(told["result"])


def columns(found: Row) -> Component:
    """Return the table ours <- theirs; a required column without one, and an unsure guess, are marked."""
    theirs = [one["theirs"] for one in found["columns"] if one["theirs"] and one["how"] != "joined"]
    options = sorted({*theirs, *found["unused"]})
    names = ("ours", "theirs", "sample", "how")
    head = html.Tr([html.Th(t(f"proposal.column_{name}")) for name in names])
    order = sorted(found["columns"], key=lambda one: (not one["required"], one["theirs"] is None))
    body = [html.Tr(_cells(one, options), className="" if one["theirs"] else "unset") for one in order]
    unused = t("proposal.unused", names=joined(found["unused"])) if found["unused"] else t("proposal.all_used")
    return html.Div([html.Table([html.Thead(head), html.Tbody(body)]), html.P(unused, className="empty")])


def _cells(one: Row, options: list[str]) -> list[Component]:
    required = one["required"] and html.I(t("proposal.required"), className="tag")
    name = [html.B(one["zh" if is_chinese() else "en"]), html.Small([one["ours"], required or None])]
    listed = options if one["theirs"] in (None, *options) else [one["theirs"], *options]
    chooser = dcc.Dropdown(listed, one["theirs"], id={"ours": one["ours"]}, placeholder=t("proposal.none"))
    mark: Any = t(f"proposal.how_{one['how']}") if one["how"] in HOWS else one["how"] or None
    if one["required"] and not one["how"]:
        mark = status("crit", t("proposal.needed"))
    elif one["how"] and one["sure"] < UNSURE:
        mark = status("warn", t("proposal.unsure", how=mark, sure=number(one["sure"] * 100)))
    sample = str(one["sample"] or "")
    return [html.Td(name), html.Td(chooser, className="control"), html.Td(sample, title=sample), html.Td(mark)]
