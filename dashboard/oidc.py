"""To the provider of identities and back: the browser's part of signing in there (data/sign_in/oidc.py has ours)."""

from __future__ import annotations

from dataclasses import astuple

from flask import after_this_request, current_app, g, redirect, request
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response as BaseResponse

from dashboard import session, sign_in
from data.accounts import Account
from data.errors import Problem
from data.sign_in.claims import account_of
from data.sign_in.oidc import Begun, Provider

# Of its own and Lax: the browser withholds the session's own cookie when it comes back from another site.
COOKIE = "gridlink_oidc"
LIFE_S = 600
WAY = "oidc"


def may_begin() -> bool:
    """Say whether this request leads to the provider or comes back from it."""
    return bool(session.door().config.oidc.issuer) and ("with" in request.args or "state" in request.args)


def set_out() -> BaseResponse:
    """Send the browser to the provider, remembering what it has to bring back. Raises Problem `oidc_away`."""
    url, begun = _provider().begin(_back_to())
    response = redirect(url)
    kept = _signer().dumps([*astuple(begun), request.args.get("next", "")])
    response.set_cookie(
        COOKIE, kept, max_age=LIFE_S, path="/login", httponly=True, samesite="Lax", secure=request.is_secure
    )
    return response


def come_back() -> sign_in.Answer:
    """Take what the browser brought back from the provider, and sign in whom it names.

    Raises Problem: oidc_state, oidc_refused, oidc_away, oidc_token, oidc_claim, account_taken, roles_apart, no_audit.
    """
    after_this_request(_forget)
    try:
        account = _adopted()
    except Problem as problem:
        session.note(None, "login refused", by=WAY, why=problem.reason)
        raise
    return sign_in.Answer(sign_in.onward(account, by=WAY).target, by_page=True)


def _adopted() -> Account:
    config, begun = session.door().config, _remembered()
    claims = _provider().finish(begun, request.args, _back_to())
    account = session.house().accounts.adopt(account_of(claims, config.oidc, config.city.area_id))
    if account.disabled:
        raise Problem("account_disabled", account=account.name)
    return account


def _remembered() -> Begun:
    """Return what was sent out with this browser less than ten minutes ago."""
    try:
        *begun, g.wanted = _signer().loads(request.cookies.get(COOKIE, ""), max_age=LIFE_S)
    except BadData as fault:
        raise Problem("oidc_state") from fault
    return Begun(*begun)


def _forget(response: BaseResponse) -> BaseResponse:
    response.delete_cookie(COOKIE, path="/login", httponly=True, samesite="Lax")
    return response


def _provider() -> Provider:
    provider = session.house().provider
    if provider is None:
        raise Problem("oidc_away", detail="issuer")
    return provider


def _back_to() -> str:
    return session.door().config.oidc.redirect_uri or f"{request.host_url}login"


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt=WAY)
