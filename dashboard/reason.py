"""Why somebody looks at persons: asked once, kept in the signed session until it ends, written into every audit line.

It never stands in an address: an address is bookmarked and sent on, a reason is given by the one who looks. A track of
long ago needs a second one, given in the same field after the first.
"""

from __future__ import annotations

from datetime import date

from flask import session

from dashboard.session import door, scope
from data.masking import mask_text
from data.scope import Scope
from data.why import is_old

KEY, SECOND = "reason", "second_reason"
LONGEST = 200


def given() -> str:
    """Return the reason of this session, or nothing."""
    return str(session.get(KEY, ""))


def second() -> str:
    """Return the second reason of this session, or nothing."""
    return str(session.get(SECOND, ""))


def lacks(first: date | None = None) -> str:
    """Return the word for what is still to be said before tracks from `first` on are shown; nothing: it is enough.

    first: a local day, or naive UTC; None where no track is asked for.
    """
    if not given():
        return "needed"
    if first is None or not is_old(door().config, first):
        return ""
    if not scope().sees_old_tracks:
        return "too_old"
    return "" if second() not in ("", given()) else "needed_second"


def give(words: str | None, first: date | None = None) -> str:
    """Keep a reason for the rest of the session, as the second one where that is what is lacking; return it as kept.

    Numbers of persons are masked: it is shown on screen and stands in the log for years.
    """
    kept = (mask_text(words) or "").strip()[:LONGEST]
    if lacks(first) == "needed_second":
        session[SECOND] = kept
    else:
        session[KEY] = kept
        session.pop(SECOND, None)
    return kept


def who() -> Scope:
    """Return the scope of the account with its reasons: what every personal query is asked with."""
    return scope().because(given(), second())
