"""Which part of the city a view speaks of, and what stands right below it."""

from __future__ import annotations

from typing import Any

from dashboard.session import door, scope
from dashboard.text import is_chinese, named


def area(view: dict[str, Any] | None) -> str:
    """Return the area id a view asks for, or the top of the account's scope."""
    return (view or {}).get("area") or scope().area_id


def path(view: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Return the areas from the top of the scope down to the view's: area_id, name, name_en, level, distance."""
    rows: list[dict[str, Any]] = door().query("area_path", scope(), area=area(view)).to_pylist()
    return rows


def title(view: dict[str, Any] | None) -> str:
    """Return the name of the view's area."""
    way = path(view)
    return named(way[-1]) if way else ""


def level(view: dict[str, Any] | None) -> str:
    """Return the level id of the view's area."""
    way = path(view)
    return str(way[-1]["level"]) if way else door().config.levels[0].id


def below(view: dict[str, Any] | None) -> str:
    """Return the level id right below the view's area (the leaf for a leaf)."""
    ids = [x.id for x in door().config.levels]
    here = level(view)
    return ids[min(ids.index(here) + 1, len(ids) - 1)] if here in ids else ids[-1]


def level_name(level_id: str) -> str:
    """Return the name of a level in the request's language."""
    found = next((x for x in door().config.levels if x.id == level_id), None)
    return level_id if found is None else found.zh if is_chinese() else found.en
