"""The pieces of a seat's forms: a button that does an act, and what holds the fields it sends (assets/67-seat.js)."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

LONGEST = 200  # characters of a note


def button(act: str, words: str, kind: str = "", **carried: str) -> Component:
    """Return a button that does an act of a seat with the fields of its form; `carried` goes along."""
    facts: Any = {"data-seat": act} | {f"data-{name}": value for name, value in carried.items()}
    return html.Button(words, type="button", className=f"button {kind}".strip(), **facts)


def form(kind: str = "") -> dict[str, Any]:
    """Return the attributes of what holds the fields of a button."""
    return {"data-form": "", "className": f"form {kind}".strip()}
