"""What would happen to a file: its first rows as they would stand, what would be refused, the mapping itself."""

from __future__ import annotations

from typing import Any

from dash import Input, Output, callback, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard import quality
from dashboard.panels.proposal import NAME
from dashboard.parts import empty, panel, shape
from dashboard.text import is_chinese, number, t
from data.jobs import DONE
from data.masking import mask_text

ROWS, NOTE, REFUSED, TOML = "preview-rows", "preview-note", "preview-refused", "preview-toml"
TOLD = Input(f"{NAME}-told", "data")

Row = dict[str, Any]


def layout() -> list[Component]:
    """Return the empty panels."""
    return [
        panel("preview", t("preview.title"), html.Div(id=ROWS), html.Span(id=NOTE)),
        panel("preview-refused", t("preview.refused"), html.Div(id=REFUSED)),
        panel("preview-toml", t("preview.toml"), html.Pre(id=TOML), t("preview.toml_note")),
    ]


@callback(Output(ROWS, "children"), Output(NOTE, "children"), TOLD)
def show(told: Row | None) -> tuple[Any, str]:
    """Show the first rows as they would be loaded."""
    found = _done(told)
    if found is None:
        return empty(t("proposal.nothing")), ""
    preview = found["preview"]
    if not preview["rows"]:
        return empty(preview.get("note_zh" if is_chinese() else "note_en") or t("preview.none")), ""
    head = html.Tr([html.Th(name) for name in preview["columns"]])
    body = [html.Tr([_cell(value) for value in row]) for row in preview["rows"]]
    return html.Table([html.Thead(head), html.Tbody(body)]), t("preview.note", n=number(len(preview["rows"])))


@callback(Output(REFUSED, "children"), TOLD)
def refuse(told: Row | None) -> Any:
    """Show the first rows that would be refused, each with its sentence."""
    found = _done(told)
    if found is None:
        return empty(t("proposal.nothing"))
    rejects, counted = found["preview"]["rejects"], found["preview"].get("counted", {})
    if not rejects and not counted:
        return empty(t("preview.no_rejects"))
    said = "sentence_zh" if is_chinese() else "sentence_en"
    only = [_refusal(t("preview.counted", n=number(n)), quality.why(reason)) for reason, n in counted.items()]
    return [*only, *(_refusal(t("preview.line", n=number(row["row"])), row[said]) for row in rejects)]


@callback(Output(TOML, "children"), TOLD)
def spell(told: Row | None) -> str:
    """Show the mapping as it would be saved."""
    found = _done(told)
    return str(found["toml"]) if found else ""


def _done(told: Row | None) -> Row | None:
    """Return the proposal, None where there is none; a job under way leaves what stands."""
    if told and told["state"] not in (DONE, "failed"):
        raise PreventUpdate
    return told["result"] if told and told["state"] == DONE else None


def _cell(value: Any) -> Component:
    words = "" if value is None else mask_text(value) if isinstance(value, str) else str(value)
    return html.Td(words, title=words)


def _refusal(where: str, said: str) -> Component:
    return html.Div([shape("warn"), html.Div([html.B(where), html.Span(said)])], className="refusal")
