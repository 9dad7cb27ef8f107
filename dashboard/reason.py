"""Why somebody looks at persons: asked once, kept in the signed session until it ends, written into every audit line.

It never stands in an address: an address is bookmarked and sent on, a reason is given by the one who looks.
"""

from __future__ import annotations

from flask import session

from dashboard.session import scope
from data.scope import Scope

KEY = "reason"
LONGEST = 200


def given() -> str:
    """Return the reason of this session, or nothing."""
    return str(session.get(KEY, ""))


def give(words: str | None) -> str:
    """Keep a reason for the rest of the session and return it as kept."""
    session[KEY] = (words or "").strip()[:LONGEST]
    return given()


def who() -> Scope:
    """Return the scope of the account with its reason: what every personal query is asked with."""
    return scope().because(given())
