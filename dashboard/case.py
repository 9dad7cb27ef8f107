"""One incident in progress as a screen shows it: its row as the account may see it, and its facts in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from dashboard.panels.incident_table import where
from dashboard.queues import now
from dashboard.session import door, scope
from dashboard.text import DASH, named, t, words
from dashboard.text import voice as _voice
from dashboard.tree import Tree, tree
from data.days import local_day
from data.loop.rights import is_handler

Row = dict[str, Any]
View = dict[str, Any] | None


def chosen(view: View) -> Row | None:
    """Return the row of the view's incident, or None: none chosen, not in progress, or not this account's to see."""
    asked = (view or {}).get("incident")
    rows: list[Row] = door().query("case", scope(), incident=str(asked)).to_pylist() if asked else []
    return rows[0] if rows else None


def areas() -> Tree:
    """Return the areas as they stand today."""
    return tree(local_day(now(), door().config.zone))


def kinds() -> dict[str, str]:
    """Return the names of the kinds of incidents by code."""
    return {row["kind"]: named(row) for row in door().query("kinds", scope()).to_pylist()}


def units() -> dict[str, Row]:
    """Return the units of the account's area by id: name, unit_kind, level, area_id."""
    return {row["unit_id"]: row for row in door().query("units", scope()).to_pylist()}


def unit_name(unit_id: str | None) -> str:
    """Return a unit's name, its id where it is none of the account's area, — for none."""
    return str(units().get(unit_id, {}).get("name", unit_id)) if unit_id else DASH


def title(row: Row) -> str:
    """Return what an incident is called: its title, else its kind."""
    return str(row["title"] or row["subkind"] or kinds().get(row["kind"], row["kind"]))


def spot(row: Row, known: Tree | None = None) -> str:
    """Return the place of an incident in words."""
    return where(row, known or areas())


def source(row: Row) -> str:
    """Return where an incident came from; whoever has to handle it is not told (domain 7: withheld)."""
    if is_handler(row, scope()) and scope().is_handler:
        return t("case.withheld")
    table = words(_voice().language)["source"]
    return str(table.get(row["source"], row["source"]))


def link_out(row: Row) -> str:
    """Return where a mirrored case is opened, or nothing."""
    template = door().config.loop.link
    facts = {"incident_id": quote(row["incident_id"], safe=""), "source": quote(row["source"], safe="")}
    return template.format(**facts) if template and row["owner"] == "mirror" else ""


def ms(at: datetime) -> str:
    """Return a naive UTC instant as the scripts want it: milliseconds since 1970."""
    return str(int(at.replace(tzinfo=UTC).timestamp() * 1000))
