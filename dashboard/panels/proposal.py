"""How a file as a whole would be read: its feed, coordinates and clock; each guess with its reason, each to be changed.

Changing anything hands the file over again with all that was decided, so that what stands below is always what would
happen.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dash import ALL, ClientsideFunction, Input, Output, State, callback, clientside_callback, ctx, dcc, html, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard import quality, uploads, watch
from dashboard.parts import empty, panel, status
from dashboard.text import is_chinese, number, percent, t
from dashboard.view import VIEW
from data.feeds import feeds
from data.jobs import DONE, FAILED

NAME = "proposal"
FILE, DECIDED = "bring-file", "proposal-decided"
HEAD, STATE = "proposal-head", "proposal-state"
TOLD = Input(f"{NAME}-told", "data")
CHOICES = ("feed", "crs", "time_zone")
# The coordinate systems a Chinese city meets; whatever else a file is in stands first, and any can be typed.
SYSTEMS = ("EPSG:4326", "GCJ-02", "BD-09", "EPSG:4490", *(f"EPSG:{4534 + at}" for at in range(21)), "EPSG:3857")
ZONES = ("Asia/Shanghai", "Asia/Urumqi", "UTC", "America/New_York", "Europe/London", "Europe/Athens")

Row = dict[str, Any]


def layout() -> Component:
    """Return the empty head."""
    parts = [*watch.parts(NAME), dcc.Store(id=FILE), dcc.Store(id=DECIDED)]
    return panel("proposal", t("proposal.title"), [*parts, html.Div(id=HEAD)], total=html.Span(id=STATE))


watch.watch(NAME)
clientside_callback(ClientsideFunction("quality", "file"), Output(FILE, "data"), VIEW, State(FILE, "data"))


@callback(
    Output(f"{NAME}-job", "data"),
    Output(DECIDED, "data"),
    Input(FILE, "data"),
    Input({"proposal": ALL}, "value"),
    Input({"ours": ALL}, "value"),
    State(f"{NAME}-told", "data"),
    State(DECIDED, "data"),
)
def propose(name: str | None, *_: Any) -> tuple[int, Row]:
    """Hand over a file, or the same file with everything decided about it so far."""
    path = uploads.path_of(name)
    if path is None:
        raise PreventUpdate
    told, before = (one.get("value") or {} for one in ctx.states_list)
    if ctx.triggered_id == FILE or not told:
        return watch.submit("propose", path=str(path)), {}
    shown = told.get("result") or told.get("before") or {}
    after = decided(before, shown, _values("proposal"), _values("ours"))
    if told["state"] == FAILED or after == before:
        raise PreventUpdate  # the controls were only drawn
    return watch.submit("propose", path=str(path), overrides=after), after


def _values(kind: str) -> Row:
    """Return the values of the controls of a kind by their names."""
    given = ctx.inputs_list[1 if kind == "proposal" else 2]
    return {one["id"][kind]: one.get("value") for one in given}


def decided(before: Row, shown: Row, choices: Row, columns: Row) -> Row:
    """Return everything decided so far: what was decided before, and each control that now says something else.

    Another feed has other columns, so it begins without decisions on these.
    """
    after = {key: value for key, value in before.items() if key != "columns"}
    after |= {key: value for key, value in choices.items() if value and value != settled(shown, key)}
    if after.get("feed") != before.get("feed"):
        return after
    guessed = {one["ours"]: one["theirs"] for one in shown.get("columns", [])}
    known = before.get("columns", {})
    mine = {ours: theirs for ours, theirs in columns.items() if ours in guessed}
    every = known | {ours: theirs for ours, theirs in mine.items() if ours in known or theirs != guessed[ours]}
    return {**after, "columns": every} if every else after


def settled(found: Row, key: str) -> str | None:
    """Return what a proposal says about the file as a whole; nothing where it asks instead."""
    asked = any(one["key"] == key for one in found.get("questions", []))
    return None if asked else found.get(key)


@callback(Output(HEAD, "children"), Output(STATE, "children"), TOLD, Input(FILE, "data"))
def show(told: Row | None, name: str | None) -> tuple[Any, Any]:
    """Show what kind of file this is, or what became of the attempt to find out."""
    if not name:
        return empty(t("proposal.choose")), ""
    if told is None:
        return empty(t("state.wait")), ""
    if told["state"] == FAILED:
        return status("crit", watch.words(told)), ""
    if told["state"] != DONE:
        return no_update, html.Span(watch.words(told))
    return head(told["result"]), count(told["result"]["preview"])


def count(preview: Row) -> Component:
    """Return how many rows would be loaded, and how many not."""
    n, refused, rows = (preview[name] for name in ("would_load", "would_reject", "rows_in"))
    kind = "crit" if not n else "warn" if refused else "ok"
    return status(kind, t("proposal.count", n=number(n), rows=number(rows), not_=number(refused)))


def head(found: Row) -> Component:
    """Return the choices of a file as a whole, each with its reason."""
    scores = [one for one in found["feeds"] if one["feed"] != found["feed"]][:3]
    others = t("proposal.others", names=joined(quality.feed_name(x["feed"]) for x in scores)) if scores else ""
    lines = [
        _field("feed", _feeds(found), found, others),
        _field("crs", _listed(found["crs"], *found["crs_options"], *SYSTEMS), found, _why(found, "crs")),
        _field("time_zone", _listed(found["time_zone"], *ZONES), found, _why(found, "time_zone")),
        html.Div([html.Span(t("proposal.format")), html.B(_format(found)), html.Small(found.get("sheet"))]),
    ]
    lines += [status("crit", asked(found, one)) for one in found["questions"] if one["key"] not in CHOICES]
    if found["personal"]:
        lines.append(status("neutral", t("proposal.personal", names=joined(found["personal"]))))
    return html.Div(lines, className="fields")


def asked(found: Row, question: Row) -> str:
    """Return a question in the words of the page: there is no command line here to answer on."""
    if question["key"] in CHOICES:
        return t(f"proposal.ask_{question['key']}")
    if question["reason"] == "missing_columns":
        return t("proposal.missing", names=joined(_named(found, one) for one in found["missing"]))
    return str(question["sentence_zh" if is_chinese() else "sentence_en"])


def _field(name: str, options: list[Row], found: Row, why: str) -> Component:
    value, words = settled(found, name), t("proposal.choose_one")
    chooser = dcc.Dropdown(options, value, id={"proposal": name}, clearable=False, placeholder=words)
    question = next((one for one in found["questions"] if one["key"] == name), None)
    note = status("crit", asked(found, question)) if question else html.Small(why, title=why)
    return html.Div([html.Span(t(f"proposal.{name}")), chooser, note], className="control")


def _named(found: Row, ours: str) -> str:
    row = next((one for one in found["columns"] if one["ours"] == ours), None)
    return str(row["zh" if is_chinese() else "en"] if row else ours)


def _format(found: Row) -> str:
    parts = [found["format"], found.get("encoding"), _delimiter(found.get("delimiter"))]
    skipped = t("proposal.skipped", n=found["skip_rows"]) if found.get("skip_rows") else ""
    return " · ".join(str(part) for part in [*parts, skipped] if part)


def _delimiter(sign: str | None) -> str:
    return t("proposal.tab") if sign == "\t" else f"“{sign}”" if sign else ""


def _feeds(found: Row) -> list[Row]:
    scores = {one["feed"]: one["score"] for one in found["feeds"]}
    names = sorted(feeds(), key=lambda name: -scores.get(name, 0))
    return [{"value": name, "label": _scored(name, scores.get(name))} for name in names]


def _scored(name: str, score: float | None) -> str:
    return f"{quality.feed_name(name)} · {percent(score)}" if score else quality.feed_name(name)


def _listed(*names: str | None) -> list[Row]:
    return [{"value": name, "label": name} for name in dict.fromkeys(filter(None, names))]


def _why(found: Row, key: str) -> str:
    reason = found[f"{key}_why"]
    return quality.why(reason) if reason else ""


def joined(names: Iterable[str]) -> str:
    """Return names one after another."""
    return t("proposal.comma").join(names)
