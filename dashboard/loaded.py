"""Which feeds were ever loaded: a panel whose feed is absent says so instead of showing nothing or zero."""

from __future__ import annotations

from dash.development.base_component import Component

from dashboard.parts import needs
from dashboard.session import door, scope
from dashboard.text import t


def loaded() -> set[str]:
    """Return the feeds of which at least one row was loaded."""
    return {row["feed"] for row in door().query("feed_status", scope()).to_pylist() if row["rows"]}


def missing(feed: str) -> Component | None:
    """Return the sentence that names the feed a panel needs, or None when it is there."""
    return None if feed in loaded() else needs(t(f"feed.{feed}"))
