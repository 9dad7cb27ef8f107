"""Refusals in the audit log: who was turned away from what. Without the log somebody is turned away all the same."""

from __future__ import annotations

import logging

from flask import request
from flask_login import current_user

from dashboard.session import door, place
from data.errors import NotAllowed, Problem
from data.scope import Scope

LOG = logging.getLogger("gridlink.audit")
BAD, FORBIDDEN = 400, 403
LONGEST = 200


def refused(who: Scope | None, what: str) -> None:
    """Write down that an account (None: nobody signed in) was refused something: a page, an address, a query."""
    whom = who or Scope("", frozenset(), door().config.city.area_id)
    try:
        door().audit.record(whom, "refused", subjects=what[:LONGEST], place=place())
    except Problem as problem:
        LOG.warning("%s", problem)


def status(problem: Problem) -> int:
    """Return the status of an answer that says what is wrong; what is not allowed is 403 and written down."""
    if not isinstance(problem, NotAllowed):
        return BAD
    refused(current_user.account.scope() if current_user.is_authenticated else None, told(problem))
    return FORBIDDEN


def told(problem: Problem) -> str:
    """Return what was refused: the address asked, and what exactly where the problem says so."""
    detail = problem.facts.get("detail")
    return f"{request.path} {detail}" if detail else request.path
