"""What will be asked for, begun before it is: data in cache, scripts on their way.

A page says so when it registers: `ahead` = functions of a view whose answers stay in the door's cache, `scripts` =
addresses of scripts its panels load later. A panel says so when it has answered: what one click from it would ask.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from html import escape
from time import sleep
from typing import Any

import dash
from flask import copy_current_request_context, request

from dashboard.session import scope
from data.errors import Problem

log = logging.getLogger("gridlink.dashboard")

Question = Callable[[dict[str, Any]], object]
# One at a time, and not while the panels beside it are asked: scripts and their own questions come first.
REST_S = 0.5
_page_one, _panel_one = ThreadPoolExecutor(1, "ahead-page"), ThreadPoolExecutor(1, "ahead-panel")
_waiting: dict[str, tuple[Future[None], ...]] = {}  # by account


def links() -> str:
    """Return the elements of the head that bring the scripts of the page asked for."""
    addresses = _page().get("scripts", ())
    return "".join(f'<link rel="preload" as="script" href="{escape(address)}">' for address in addresses)


def begin(view: dict[str, Any]) -> None:
    """Ask what the page asked for will ask."""
    if questions := tuple(_page().get("ahead", ())):
        _submit(_page_one, questions, view)


def after(view: dict[str, Any], *questions: Question) -> None:
    """Ask what somebody who saw a panel's answer may click next, once the panels beside it had their turn.

    What the account's last answer led to is left out where it has not begun: somebody went on before.
    """
    account = scope().account
    for waiting in _waiting.pop(account, ()):
        waiting.cancel()
    _waiting[account] = (_panel_one.submit(sleep, REST_S), _submit(_panel_one, questions, view))


def _submit(one: ThreadPoolExecutor, questions: tuple[Question, ...], view: dict[str, Any]) -> Future[None]:
    """Ask in the background and as the same account."""
    return one.submit(copy_context().run, copy_current_request_context(_ask), questions, view)


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
