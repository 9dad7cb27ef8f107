"""Where refused rows are from: files with their reasons and numbers; a click chooses them."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from pathlib import PurePath
from typing import Any

from dash import Output, callback, html
from dash.development.base_component import Component

from dashboard import quality
from dashboard.parts import empty, panel
from dashboard.refused import Source
from dashboard.session import door, scope
from dashboard.text import number, stamp, t
from dashboard.view import VIEW

BODY, TOTAL = "refused-sources-body", "refused-sources-total"
MOST = 200

Row = dict[str, Any]


def layout() -> Component:
    """Return the empty list."""
    return panel("refused-sources", t("refused.sources"), html.Div(id=BODY), total=html.Span(id=TOTAL))


@callback(Output(BODY, "children"), Output(TOTAL, "children"), VIEW)
def show(view: Row | None) -> tuple[Any, str]:
    """Show the files of refused rows that were kept, the newest load first."""
    quality.only(view, "rejects")
    rows = door().query("reject_groups", scope()).to_pylist()
    if not rows:
        return empty(t("refused.nothing")), ""
    chosen = (view or {}).get("refused") or ""
    files = [list(group) for _, group in groupby(rows, key=lambda row: (row["run_id"], row["path"], row["feed"]))]
    every = _button(Source(), t("refused.all"), sum(row["n"] for row in rows), chosen)
    listed = [html.Div(every, className="file"), *(_file(group, chosen) for group in files[:MOST])]
    cut = [empty(t("refused.more_files", n=number(len(files) - MOST)))] if len(files) > MOST else []
    return [*listed, *cut], t("refused.files", n=number(len(files)))


def _file(group: list[Row], chosen: str) -> Component:
    first = group[0]
    about = " · ".join([quality.feed_name(first["feed"]), stamp(first["loaded_at"])])
    whole = Source(first["run_id"], first["feed"], "", first["path"])
    name: Any = [html.B(PurePath(first["path"]).name, title=first["path"]), html.Small(about)]
    lines = [
        _button(replace(whole, cause=row["reason"]), quality.why(row["reason"]), row["n"], chosen) for row in group
    ]
    return html.Div([_button(whole, name, sum(row["n"] for row in group), chosen), *lines], className="file")


def _button(source: Source, words: Any, n: int, chosen: str) -> Component:
    spelled = source.spelled()
    facts: Any = {"data-choose": "refused", "data-to": spelled, "aria-pressed": str(spelled == chosen).lower()}
    return html.Button([html.Span(words), html.Small(number(n))], type="button", className="source", **facts)
