"""Default deny: strangers get the login form, its style and the health check, an account what its roles name (may.py).

Registered on the Flask server before Dash is, so that it runs first on every request. Sets the language of the
request, the CSRF cookie Dash sends back as a header, and the security headers; the policy forbids eval and every
foreign host but the media gateways the site configured: from these, pictures may be played, nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import dash
from flask import Flask, Request, Response, current_app, redirect, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import LoginManager, current_user
from flask_wtf.csrf import CSRFProtect, generate_csrf
from itsdangerous import BadSignature
from werkzeug.wrappers import Response as BaseResponse

from dashboard import may, text
from dashboard.login import limiter, pages
from dashboard.refusal import refused
from dashboard.session import door, gateways, load_user, scope
from dashboard.view import address
from data.sessions import WALL_LIFE

CALLBACK = "/_dash-update-component"
# Requests of scripts and styles get a status, not the login page.
QUIET = ("/_", "/assets/", "/api/")
MAX_BODY = 1024 * 1024
CSRF_COOKIE = "_csrf_token"
POLICY = (
    "default-src 'self'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; worker-src 'self' blob:; connect-src 'self'{gateways}; media-src 'self'{gateways}; "
    "object-src 'none'; base-uri 'self'; "
    "frame-ancestors 'none'; form-action 'self'"
)
# Small on purpose: a screen's timer answers with little else.
ALWAYS = {"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin"}
DOCUMENT = {
    "X-Frame-Options": "DENY",
    # The screen's own requests carry its whole address, which names its language; other hosts get nothing.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


class Cookies(SecureCookieSessionInterface):
    """The session cookie, Secure whenever the request came over TLS.

    How long somebody is signed in is said by the session's row alone: a cookie's own age would sign out every wall when
    a clock that was ahead is put right.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Return what a cookie of ours holds, whatever the clock said when it was made; an empty session otherwise."""
        signer = self.get_signing_serializer(app)
        if signer is None:
            return None
        try:
            return self.session_class(signer.loads(request.cookies.get(self.get_cookie_name(app), "")))
        except BadSignature:
            return self.session_class()

    def get_cookie_secure(self, app: Flask) -> bool:
        """Say whether the cookie may only travel over TLS."""
        return request.is_secure


def protect(server: Flask, hashes: Callable[[], Sequence[str]]) -> None:
    """Put the guard on a server that has no other routes yet; `hashes` names the inline scripts allowed."""
    server.session_interface = Cookies()
    server.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY,
        SESSION_COOKIE_NAME="gridlink",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        PERMANENT_SESSION_LIFETIME=timedelta(seconds=WALL_LIFE.total_seconds()),
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a wall stands for months
    )
    server.before_request(admit)
    login = LoginManager(server)
    login.user_loader(load_user)
    login.session_protection = None  # sessions live on the server and are bound there
    CSRFProtect(server)
    limiter.init_app(server)
    server.register_blueprint(pages)
    server.after_request(lambda response: _seal(response, hashes))


def admit() -> BaseResponse | tuple[str, int] | None:
    """Set the language, then let through who may ask this; a stranger is led to the login form."""
    city = door().config.city
    text.speak(city.language, door().config.zone)
    text.speak(address().get("lang", city.language), door().config.zone)
    roles = may.of_route(request.endpoint or "")
    if may.ANYBODY in roles:
        return None
    if current_user.is_authenticated:
        return None if _entitled(roles) else _refused()
    if request.method != "GET" or request.path.startswith(QUIET):
        return text.t("login.required"), 401
    return redirect(f"/login?next={request.full_path.rstrip('?')}" if request.path != "/" else "/login")


def _entitled(roles: may.Roles) -> bool:
    """Say whether the account may ask the route, and what it asks there: a page or a callback."""
    if not may.allowed(scope(), roles):
        return False
    if request.endpoint == CALLBACK and request.is_json:  # anything else Dash itself refuses
        told = request.get_json(silent=True)
        output = told.get("output") if isinstance(told, dict) else None
        return may.allowed(scope(), may.of_callback(str(output), _callbacks()))
    page = next((page for page in dash.page_registry.values() if page["path"] == request.path), None)
    return page is None or may.allowed(scope(), may.of_page(page))


def _callbacks() -> dict[str, Any]:
    callbacks: dict[str, Any] = current_app.extensions["dash"].callback_map
    return callbacks


def _refused() -> BaseResponse | tuple[str, int]:
    """Lead who has no overview to the first page of their own; say to everybody else that this is not for them."""
    if request.method in ("GET", "HEAD") and request.path == "/":
        return redirect("/field" if scope().is_handler else may.first_page(scope()))
    refused(scope(), f"{request.method} {request.path}")
    return text.t("state.no_permission"), 403


def _seal(response: Response, hashes: Callable[[], Sequence[str]]) -> Response:
    response.headers.update(ALWAYS)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    if response.mimetype in ("text/html", "application/json"):
        response.headers["Cache-Control"] = "private, no-store"
    if response.mimetype != "text/html" or response.status_code == 204:
        return response
    response.headers.update(DOCUMENT)
    response.headers["Content-Security-Policy"] = POLICY.format(
        hashes=" ".join(hashes()), gateways="".join(f" {origin}" for origin in gateways().origins)
    )
    if current_user.is_authenticated:
        response.set_cookie(CSRF_COOKIE, generate_csrf(), samesite="Strict", secure=request.is_secure)
    return response
