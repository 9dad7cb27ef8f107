"""What may be taken away from the screen: one registry, one menu, and (dashboard/taken.py) one way out for all of it.

`@takeaway("scorecard")` stands over a function of the view that returns the rows the screen shows, as an Arrow table
or, where there may be very many, as `Asked`: the name of a query and its parameters, streamed and, when long, done by
`gridlink work`. `export_menu("scorecard")` is the button with its menu for the head of a panel.

A column is called `take.head.<column>` of the locale; metadata `head` of an Arrow field says it otherwise (`headed`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import pyarrow as pa
from dash import html
from dash.development.base_component import Component

from dashboard import session
from dashboard.parts import take_menu
from dashboard.text import t, voice, words
from data.errors import Problem
from data.exports import FORMATS
from data.exports.asked import Asked

View = dict[str, Any]
Rows: TypeAlias = pa.Table | Asked
Made = Callable[[View], Rows]
# Which formats the menu offers: rows alone, rows with a place, tracks.
KINDS = {"": ("",), "place": ("", "place"), "track": ("", "place", "track")}
HEAD = b"head"


@dataclass(frozen=True)
class Takeaway:
    """One thing to take away: its name in addresses, its rows for a view, which formats suit it.

    `personal`: rows are about persons; they are asked for with the reason of the session.
    """

    name: str
    rows: Made
    kind: str = ""
    personal: bool = False

    def formats(self) -> list[str]:
        """Return the keys of the formats the menu offers."""
        return [key for key, one in FORMATS.items() if one.needs in KINDS[self.kind]]

    def title(self) -> str:
        """Return what the file is called in the request's language: take.name.<name>, else the panel's own title."""
        for key in (f"take.name.{self.name}", f"{self.name}.title", f"{self.name}.name"):
            if (found := said(key)) is not None:
                return found
        return self.name


TAKEAWAYS: dict[str, Takeaway] = {}


def takeaway(name: str, kind: str = "", personal: bool = False) -> Callable[[Made], Made]:
    """Register a function of the view as what `name` exports; kind is "", "place" or "track"."""

    def register(rows: Made) -> Made:
        TAKEAWAYS[name] = Takeaway(name, rows, kind, personal)
        return rows

    return register


def taken(name: str) -> Takeaway:
    """Return what is registered under a name; raises Problem `unknown_export`."""
    if name not in TAKEAWAYS:
        raise Problem("unknown_export", detail=name, known=", ".join(sorted(TAKEAWAYS)))
    return TAKEAWAYS[name]


def export_menu(name: str, kind: str = "") -> Component:
    """Return the button and its menu for a panel's head; nothing on a wall. The script 80-take.js does the rest.

    `kind` as in `takeaway`; a chart or map in the same panel adds its pictures to this menu.
    """
    if session.is_kiosk():
        return html.Span(hidden=True)
    offered = [key for key, one in FORMATS.items() if one.needs in KINDS[kind]]
    choices = [_choice(key, {"data-take": name, "data-format": key}) for key in offered]
    pressed: Any = {"aria-pressed": "false"}
    plain = html.Button(t("take.plain"), type="button", className="take-plain", **pressed)
    return take_menu([html.B(t("take.rows")), *choices, plain])


def headed(table: pa.Table, heads: Mapping[str, str]) -> pa.Table:
    """Return a table whose columns carry what they are called in the reader's language."""
    fields = [f.with_metadata({HEAD: heads[f.name]}) if f.name in heads else f for f in table.schema]
    return table.cast(pa.schema(fields))


def heads(schema: pa.Schema) -> dict[str, str]:
    """Return what each column is called in the request's language, for those that have a name in it."""
    known = words(voice().language)["take"]["head"]
    told = {f.name: (f.metadata or {}).get(HEAD, b"").decode() or known.get(f.name) for f in schema}
    return {name: head for name, head in told.items() if head}


def _choice(key: str, facts: dict[str, str]) -> Component:
    about: Any = facts
    return html.Button([html.Span(t(f"take.format.{key}")), html.Small(t(f"take.for.{key}"))], type="button", **about)


def said(key: str) -> str | None:
    """Return the words of a key of the locale, or None where there are none."""
    try:
        return t(key)
    except (KeyError, IndexError):
        return None


def rows_of(rows: list[dict[str, Any]], columns: Mapping[str, pa.DataType], named: Mapping[str, str]) -> pa.Table:
    """Return rows as a table of these columns, some of which are called in the reader's language by `named`."""
    schema = pa.schema(list(columns.items()))
    return headed(pa.Table.from_pylist([{key: row.get(key) for key in columns} for row in rows], schema), named)
