"""Whose request this is: the stores, the account and its scope, all from the server's session.

A callback reaches data by `door()` and asks with `scope()`; neither ever comes from a callback's input.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from flask import Flask, abort, current_app, request, session
from flask_login import UserMixin, current_user

from data.accounts import Account, Accounts
from data.gateways import Gateways
from data.query import Door
from data.scope import Scope
from data.sessions import Sessions

EXTENSION = "gridlink"
KIOSK = "kiosk"
# Opening a page, and what the screen reports when somebody touches it: nothing else is a sign of life.
ACTS = frozenset({"/", "/<path:path>", "login.alive"})


@dataclass(frozen=True)
class House:
    """What one process serves: the stores behind the door, the accounts, who is signed in, and where cameras play."""

    door: Door
    accounts: Accounts
    sessions: Sessions
    gateways: Gateways


class User(UserMixin):  # type: ignore[misc]
    """The signed-in account as Flask-Login sees it; its id is the token of the server-side session."""

    def __init__(self, token: str, account: Account) -> None:
        self.id = token
        self.account = account


def install(server: Flask, house: House) -> None:
    """Give the server its stores; a second call replaces them."""
    server.extensions[EXTENSION] = house


def house() -> House:
    """Return what this process serves."""
    return cast(House, current_app.extensions[EXTENSION])


def door() -> Door:
    """Return the one way to rows."""
    return house().door


def gateways() -> Gateways:
    """Return where cameras are played from."""
    return house().gateways


def scope() -> Scope:
    """Return what the signed-in account may see; 401 without one."""
    if not current_user.is_authenticated:
        abort(401)
    return cast(Scope, current_user.account.scope())


def is_kiosk() -> bool:
    """Say whether the signed-in account is a wall: read-only, no chrome, workers as dots of their grid."""
    return scope().has(KIOSK)


def load_user(token: str) -> User | None:
    """Return the user of a live session, or None: ended, too old, idle too long, disabled, or from elsewhere."""
    name = house().sessions.account(token, _place(), _now(), _is_act())
    account = house().accounts.get(name) if name else None
    return User(token, account) if account and not account.disabled else None


def begin(account: Account) -> User:
    """Open a server-side session for the account; whatever the browser's session held before is gone."""
    session.clear()
    session.permanent = KIOSK in account.roles
    return User(house().sessions.begin(account, _place(), _now()), account)


def end() -> None:
    """End the session on the server, so that a kept cookie opens nothing."""
    house().sessions.end(current_user.id)
    session.clear()


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def _place() -> str:
    return request.remote_addr or ""


def _is_act() -> bool:
    """Say whether somebody did something: what a screen asks by itself keeps nobody signed in."""
    return request.endpoint in ACTS
