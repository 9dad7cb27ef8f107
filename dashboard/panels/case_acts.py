"""What may be done with the chosen case: a button for each act, and the small form of the one begun.

Stands on the board and on the case's own page. 65-board.js opens a form by [data-deed] and gives it the command's id.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dash import ALL, Input, Output, State, callback, ctx, dcc, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard import case, deeds, queues
from dashboard.parts import chip, empty, panel
from dashboard.session import door
from dashboard.text import local, named, t
from dashboard.view import CASES, news

BODY, NOTE = "deed-acts", "deed-note"
ASKED, FORM, FIELDS, GO, NO, SAID = "deed-asked", "deed-form", "deed-fields", "deed-go", "deed-no", "deed-said"
HIDDEN, OPEN = "deed-form hidden", "deed-form"
LONGEST = 200
EXTENDED = timedelta(days=1)

Row = dict[str, Any]


def layout() -> Component:
    """Return the empty bar of acts and the place of their form."""
    go = html.Button(t("deed.go"), id=GO, className="button primary", n_clicks=0)
    no = html.Button(t("deed.no"), id=NO, className="button", n_clicks=0)
    form = html.Div([html.Div(id=FIELDS, className="fields"), go, no], id=FORM, className=HIDDEN)
    alert: Any = {"role": "alert"}
    body = [dcc.Store(id=ASKED), html.Div(id=BODY), form, html.P(id=SAID, className="said", **alert)]
    return panel("deeds", t("deed.title"), body, html.Span(id=NOTE))


@callback(Output(BODY, "children"), Output(NOTE, "children"), CASES)
def show(view: dict[str, Any] | None) -> tuple[Any, Any]:
    """Show the acts that may be done with the view's case."""
    return _acts(case.chosen(view))


def _acts(row: Row | None) -> tuple[Any, Any]:
    if row is None:
        return empty(t("deed.choose")), None
    about = f"{case.title(row)} · {t('step.' + row['state'])}"
    if row["owner"] == "mirror":
        return _mirrored(row), about
    may = deeds.possible(row)
    if not may:
        return empty(t("deed.none")), about
    return [button(row, act, primary=at == 0 and act in deeds.ONWARD) for at, act in enumerate(may)], about


def button(row: Row, act: str, primary: bool = False, **more: str) -> Component:
    """Return a button that opens the form of an act on a case as it is shown; `more`: worker, unit, into, its label."""
    label = more.pop("label", t(f"act.{act}"))
    facts: Any = {"data-deed": act, "data-case": row["incident_id"], "data-version": str(row["version"])}
    facts |= {f"data-{name}": value for name, value in more.items()}
    words: list[Any] = [label]
    if not more:
        facts["data-key"] = deeds.KEYS[act]
        words.append(html.Kbd(deeds.KEYS[act].upper()))
    return html.Button(words, type="button", className="button primary" if primary else "button", **facts)


def _mirrored(row: Row) -> Component:
    where = case.link_out(row)
    link = html.A(t("deed.elsewhere"), href=where, target="_blank", rel="noreferrer") if where else None
    return html.P([chip(t("deed.mirror")), t("deed.owner", source=case.source(row)), " ", link], className="mirrored")


@callback(
    Output(FIELDS, "children"),
    Output(FORM, "className"),
    Output(SAID, "children"),
    Input(ASKED, "data"),
    Input(NO, "n_clicks"),
    prevent_initial_call=True,
)
def begin(asked: dict[str, Any] | None, _: int | None) -> tuple[Any, str, Any]:
    """Open the form of the act begun, or close it."""
    if ctx.triggered_id == NO or not asked or "said" in asked:
        return None, HIDDEN, (asked or {}).get("said") if ctx.triggered_id != NO else None
    row = case.chosen(asked)
    if row is None or asked.get("act") not in deeds.possible(row):
        raise PreventUpdate
    act = str(asked["act"])
    head = html.B(t(f"act.{act}"))
    return [head, *(_field(row, asked, name, must) for name, must in deeds.fields(act))], OPEN, None


@callback(
    Output(ASKED, "data"),
    Output(SAID, "children", allow_duplicate=True),
    Output("news", "data", allow_duplicate=True),
    Output(BODY, "children", allow_duplicate=True),
    Input(GO, "n_clicks"),
    State(ASKED, "data"),
    State({"deed": ALL}, "value"),
    State({"deed": ALL}, "id"),
    prevent_initial_call=True,
)
def do(clicks: int | None, asked: dict[str, Any] | None, values: list[Any], ids: list[Any]) -> tuple[Any, ...]:
    """Do the act; every panel that shows the case follows at once.

    The acts possible next come with the answer: whoever goes on at once acts on the case as it is now.
    """
    if not clicks or not asked or "act" not in asked:
        raise PreventUpdate
    said = deeds.do(asked, {name["deed"]: value for name, value in zip(ids, values, strict=True)})
    if said.row is None and not said.moved:
        return no_update, html.Span(said.words, className="refused"), no_update, no_update
    words = said.words or t("deed.done", act=t(f"act.{asked['act']}"), state=t(f"step.{(said.row or {})['state']}"))
    return {"said": words, "moved": said.moved}, words, news(), _acts(case.chosen(asked))[0]


def _field(row: Row, asked: dict[str, Any], name: str, must: bool) -> Component:
    label = [t(f"deed.{name}"), None if must else html.Small(t("deed.maybe"))]
    return html.Label([html.Span(label), _control(row, asked, name)], className=f"field {name}")


def _control(row: Row, asked: dict[str, Any], name: str) -> Component:
    at = {"deed": name}
    if name in deeds.TIMES:
        return dcc.Input(id=at, type="datetime-local", value=_suggested(row, name))  # type: ignore[arg-type]
    if name == "reason":
        return dcc.Input(id=at, type="text", maxLength=LONGEST, value="")
    options, value = _CHOICES[name](row, asked)
    return dcc.Dropdown(options, value, id=at, placeholder=t("deed.choose_one"), optionHeight=32)


def _suggested(row: Row, name: str) -> str:
    """Return the time a form begins with, as local time of the city: a day after the deadline, or tomorrow."""
    start = max(row["deadline_at"] or queues.now(), queues.now()) if name == "deadline_at" else queues.now()
    return local(start + EXTENDED).strftime("%Y-%m-%dT%H:00")


def _units(row: Row, asked: dict[str, Any]) -> tuple[list[Row], Any]:
    """Return the units, those of the case's own areas first, and the one a chosen worker belongs to."""
    way = door().places.up(row["area_id"])
    found = sorted(case.units().values(), key=lambda unit: (unit["area_id"] not in way, unit["unit_id"]))
    options = [{"value": unit["unit_id"], "label": unit["name"]} for unit in found]
    near = min((unit for unit in found if unit["area_id"] in way), key=lambda u: way.index(u["area_id"]), default=None)
    return options, asked.get("unit") or (near["unit_id"] if near and asked.get("worker") else None)


def _workers(row: Row, asked: dict[str, Any]) -> tuple[list[Row], Any]:
    """Return the workers on offer, and the one the form was opened for."""
    from dashboard.near import offered

    found = [{"value": one.worker_id, "label": one.name or one.worker_id} for one in offered(row) if one.worker_id]
    return found, asked.get("worker")


def _cases(row: Row, asked: dict[str, Any]) -> tuple[list[Row], Any]:
    """Return the cases this one may be a duplicate of."""
    from dashboard.alike import alike

    found = [
        {"value": one["incident_id"], "label": f"{one['incident_id']} {named(one, 'title')}"} for one in alike(row)
    ]
    return found, asked.get("into") or (found[0]["value"] if found else None)


_CHOICES = {"unit_id": _units, "worker_id": _workers, "into": _cases}
