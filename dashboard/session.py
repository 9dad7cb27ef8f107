"""Whose request this is: the stores, the account and its scope, all from the server's session.

A callback reaches data by `door()` and asks with `scope()`; neither ever comes from a callback's input.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import cast

from flask import Flask, abort, current_app, request, session
from flask_login import UserMixin, current_user
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.middleware.proxy_fix import ProxyFix

from dashboard.known import Known
from data.accounts import Account, Accounts
from data.gateways import Gateways
from data.query import Door
from data.scope import Scope
from data.sessions import Sessions
from data.sign_in.lockout import Lockout
from data.sign_in.oidc import Provider, provider_of
from data.sign_in.separation import conflict
from data.sign_in.totp import SecondFactors

EXTENSION = "gridlink"
PLAIN = "gridlink without proxies"
KIOSK = "kiosk"
# Opening a page, and what the screen reports when somebody touches it: nothing else is a sign of life.
ACTS = frozenset({"/", "/<path:path>", "login.alive", "login.account.page"})
HALFWAY = "halfway"


@dataclass(frozen=True)
class House:
    """What one process serves: the stores behind the door, the accounts, who is signed in, and where cameras play."""

    door: Door
    accounts: Accounts
    sessions: Sessions
    gateways: Gateways

    @cached_property
    def known(self) -> Known:
        """Who was signed in when the store last answered."""
        return Known()

    @cached_property
    def lockout(self) -> Lockout:
        """Where guessing at this home's passwords ends."""
        return Lockout(self.accounts.operations, self.door.config.accounts)

    @cached_property
    def factors(self) -> SecondFactors:
        """The second factors of this home's accounts."""
        return SecondFactors(self.accounts.operations)

    @cached_property
    def provider(self) -> Provider | None:
        """Whose word for who somebody is this home takes beside its own, if anybody's."""
        return provider_of(self.door.config)


class User(UserMixin):  # type: ignore[misc]
    """The signed-in account as Flask-Login sees it; its id is the token of the server-side session."""

    def __init__(self, token: str, account: Account) -> None:
        self.id = token
        self.account = account


def install(server: Flask, house: House) -> None:
    """Give the server its stores, and the addresses its proxies tell; a second call replaces them."""
    server.extensions[EXTENSION] = house
    plain, proxies = server.extensions.setdefault(PLAIN, server.wsgi_app), house.door.config.server.proxies
    server.wsgi_app = ProxyFix(plain, x_for=proxies, x_proto=proxies, x_host=0) if proxies else plain  # type: ignore[method-assign]


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
    """Return the user of a live session, or None: ended, too old, idle too long, disabled, or from elsewhere.

    While the store is away, whoever it knew last goes on for a while (dashboard/known.py).
    """
    try:
        user = _looked_up(token)
    except SQLAlchemyError:
        account = house().known.recall(token, place())
        if account is None:
            raise
        return User(token, account)
    house().known.keep(token, place(), user.account if user else None)
    return user


def _looked_up(token: str) -> User | None:
    name = house().sessions.account(token, place(), now(), _is_act())
    account = house().accounts.get(name) if name else None
    usable = account and account.roles and not account.disabled and conflict(account.roles) is None
    return User(token, account) if account and usable else None


def begin(account: Account) -> User:
    """Open a server-side session for the account; whatever the browser's session held before is gone."""
    _forget_halfway()
    house().sessions.end(session.get("_user_id", ""))
    session.clear()
    session.permanent = KIOSK in account.roles
    device = request.user_agent.string
    return User(house().sessions.begin(account, place(), now(), device), account)


def begin_halfway(account: Account, waits_for: str) -> None:
    """Remember that the first half of signing in was right: nobody is signed in before the step it waits for."""
    _forget_halfway()
    session.clear()
    session[HALFWAY] = house().sessions.begin_halfway(account, place(), now(), waits_for)


def halfway() -> tuple[Account, str] | None:
    """Return who is halfway through signing in here, and the step they have to take."""
    found = house().sessions.halfway(session.get(HALFWAY, ""), place(), now())
    account = house().accounts.get(found[0]) if found else None
    return (account, found[1]) if found and account and not account.disabled else None


def end() -> None:
    """End the session on the server, so that a kept cookie opens nothing."""
    house().sessions.end(current_user.id)
    session.clear()


def note(account: Account | None, action: str, **what: object) -> None:
    """Write an audit line about signing in; None: a name nobody has. Raises Problem `no_audit`."""
    who = account.scope() if account else Scope("", frozenset(), house().door.config.city.area_id)
    house().door.audit.record(who, action, place=place(), **what)


def now() -> datetime:
    """Return this moment, naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)


def place() -> str:
    """Return the address the request comes from."""
    return request.remote_addr or ""


def _forget_halfway() -> None:
    if HALFWAY in session:
        house().sessions.end(session[HALFWAY])


def _is_act() -> bool:
    """Say whether somebody did something: what a screen asks by itself keeps nobody signed in."""
    return request.endpoint in ACTS
