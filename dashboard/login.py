"""The way in and out: a plain HTML form, no Dash, and a health check.

One address for every step: the password, a code of the second factor, enrolling it, a new password. Which step comes
next stands on the server; a stranger who asks gets the first. A provider of identities sends people back here too.
"""

from __future__ import annotations

import logging
from importlib.resources import files
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, render_template, request
from flask_limiter import Limiter
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response as BaseResponse

from dashboard import account, session, sign_in, text
from dashboard.look import THEMES
from dashboard.oidc import come_back, may_begin, set_out
from dashboard.qr import qr
from dashboard.sign_in import Answer, safe_target
from dashboard.text import t
from data.errors import Problem
from data.sign_in.totp import address

__all__ = ["limiter", "pages", "safe_target"]

WRONG = "5/minute"
REFUSED = 401
AGAIN = "again"  # in the address: begin with another account

log = logging.getLogger("gridlink.dashboard")
pages = Blueprint("login", __name__, template_folder="templates")
pages.register_blueprint(account.account)
# Counted in this process and only what was wrong: the first line, before any hash is made. The lockout that lasts and
# that every process shares is data/sign_in/lockout.py.
limiter = Limiter(key_func=session.place, storage_uri="memory://")


@pages.route("/login", methods=["GET", "POST"])
@limiter.limit(WRONG, methods=["POST"], deduct_when=lambda response: response.status_code == REFUSED)
def form() -> BaseResponse | str | tuple[str, int]:
    """Show the step somebody is at; on POST take it and go on, or say the same for every failure."""
    try:
        if request.method == "POST":
            return _shown(sign_in.take())
        if may_begin():
            return set_out() if "with" in request.args else _shown(come_back())
    except Problem as problem:
        return _page(sign_in.why(problem)), 403
    return _page()


@pages.post("/logout")
def leave() -> BaseResponse:
    """End the session on the server and clear what the browser kept."""
    who = current_user.account
    session.end()
    response = redirect("/login")
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    try:
        session.note(who, "logout")
    except Problem as problem:  # whoever wants to leave may
        log.warning("%s", problem)
    return response


@pages.post("/alive")
def alive() -> tuple[str, int]:
    """Note that somebody is at the screen; the session itself was renewed on the way here."""
    return "", 204


@pages.get("/login.css")
def style() -> Response:
    """The tokens of the design system and the form's own rules."""
    here = files("dashboard")
    sheets = (here.joinpath("assets", "10-tokens.css"), here.joinpath("templates", "login.css"))
    return Response("\n".join(s.read_text(encoding="utf-8") for s in sheets), mimetype="text/css")


@pages.get("/healthz")
def health() -> Response:
    """Say that the process answers; nothing about what it serves."""
    return Response("ok\n", mimetype="text/plain")


@pages.app_errorhandler(TooManyRequests)
def slow_down(_: TooManyRequests) -> tuple[str, int]:
    """Say that there were too many tries."""
    return _page(t("login.too_many")), 429


def _shown(answer: Answer) -> BaseResponse | str | tuple[str, int]:
    """Return what an answer of a step looks like."""
    if answer.codes or answer.by_page:
        return _page(onward=answer.target, codes=answer.codes)
    if answer.target:
        return redirect(answer.target)
    return _page(answer.refusal), answer.status


def _page(refusal: str = "", onward: str = "", codes: tuple[str, ...] = ()) -> str:
    config, found = session.door().config, session.halfway() if AGAIN not in request.args else None
    who, step = found if found and not onward else (None, "")
    secret = _secret(who.name) if who and step == "enrol" else ""
    place = config.city.name if text.is_chinese() else config.city.name_en
    theme = request.args.get("theme", "")
    return render_template(
        "login.html",
        t=t,
        language=text.voice().language,
        theme=theme if theme in THEMES else config.screen.theme,
        place=place,
        title=config.city.title if text.is_chinese() else config.city.title_en,
        synthetic=config.city.synthetic,
        approval=config.city.approval,
        refusal=refusal,
        token=generate_csrf(),
        step="codes" if codes else "onward" if onward else step or "name",
        who=who,
        rules=config.accounts,
        secret=secret,
        qr=qr(address(who.name, secret, place)) if who and secret else "",
        onward=onward,
        codes=codes,
        provider=_provider() if not step else None,
    )


def _secret(name: str) -> str:
    """Return the secret to be shown, drafted when the step began."""
    factors = session.house().factors
    return factors.drafted(name) or factors.begin(name)


def _provider() -> dict[str, str] | None:
    """Return label and address of the button that leads to the provider, where there is one."""
    rules = session.door().config.oidc
    if not rules.issuer:
        return None
    label = rules.label if text.is_chinese() else rules.label_en
    asked = {"with": "oidc", **{key: request.args[key] for key in ("next", "lang") if key in request.args}}
    return {"label": label, "href": f"/login?{urlencode(asked)}"}
