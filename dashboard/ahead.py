"""What a page will ask for, begun while the browser still reads the page: data in cache, scripts on their way.

A page says so when it registers: `ahead` = functions of a view whose answers stay in the door's cache, `scripts` =
addresses of scripts its panels load later.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from html import escape
from typing import Any

import dash
from flask import copy_current_request_context, request

from data.errors import Problem

log = logging.getLogger("gridlink.dashboard")

Question = Callable[[dict[str, Any]], object]
# One at a time: the scripts and the panels' own questions come first.
_one = ThreadPoolExecutor(1, "ahead")


def links() -> str:
    """Return the elements of the head that bring the scripts of the page asked for."""
    addresses = _page().get("scripts", ())
    return "".join(f'<link rel="preload" as="script" href="{escape(address)}">' for address in addresses)


def begin(view: dict[str, Any]) -> None:
    """Ask what the page asked for will ask, in the background and as the same account."""
    questions: tuple[Question, ...] = tuple(_page().get("ahead", ()))
    if questions:
        ask = copy_current_request_context(_ask)
        _one.submit(copy_context().run, ask, questions, view)


def _ask(questions: tuple[Question, ...], view: dict[str, Any]) -> None:
    for question in questions:
        try:
            question(view)
        except (Problem, ValueError) as fault:  # the panel itself will say so
            log.info("ahead: %s", fault)
            return


def _page() -> dict[str, Any]:
    pages = dash.page_registry.values()
    return next((page for page in pages if page["path"] == request.path), {})
