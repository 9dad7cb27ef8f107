"""Which file to bring: dropped here, or one that was brought before."""

from __future__ import annotations

from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import uploads
from dashboard.parts import empty, icon, panel
from dashboard.text import number, stamp, t
from dashboard.view import VIEW

BODY = "bring-files-body"
MOST = 50
MEGABYTE = 1024 * 1024

Row = dict[str, Any]


def layout() -> Component:
    """Return the place to drop a file (assets/55-quality.js) and the empty list."""
    words = [icon("export"), html.B(t("bring.drop")), html.Span(t("bring.limit", n=number(uploads.LARGEST / MEGABYTE)))]
    facts: Any = {"data-drop": "file", "data-failed": t("bring.failed"), "data-large": str(uploads.LARGEST)}
    drop = html.Button([*words, html.Small(className="told")], type="button", className="drop", **facts)
    return panel("bring-files", t("bring.files"), [drop, html.Div(id=BODY, className="list")])


@callback(Output(BODY, "children"), VIEW)
def show(view: Row | None) -> Any:
    """Show the files brought so far, the newest first."""
    found = uploads.listed()
    if not found:
        return empty(t("bring.none"))
    chosen = (view or {}).get("file")
    return [_file(one, one.name == chosen) for one in found[:MOST]]


def _size(octets: int) -> str:
    if octets >= MEGABYTE / 10:
        return t("bring.megabytes", n=number(octets / MEGABYTE, 1))
    return t("bring.kilobytes", n=number(max(octets / 1024, 1)))


def _file(one: uploads.Upload, chosen: bool) -> Component:
    facts: Any = {"data-choose": "file", "data-to": one.name, "aria-pressed": str(chosen).lower()}
    about = html.Small(f"{_size(one.size)} · {stamp(one.at)}")
    return html.Button([html.B(one.name, title=one.name), about], type="button", className="source", **facts)
