"""本人账号: one's own password, second factor and sessions; plain HTML for everybody but a wall."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask import session as kept
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as BaseResponse

from dashboard import session, sign_in, text
from dashboard.look import THEMES
from dashboard.qr import qr
from dashboard.text import stamp, t
from dashboard.view import address, link
from data.accounts import Account
from data.errors import ConfigError, Problem
from data.sessions import Session, session_id
from data.sign_in import totp

account = Blueprint("account", __name__, url_prefix="/account", template_folder="templates")
SAID = "account_said"
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone|iPad", "iOS"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrom(e|ium)/", "Chrome"), ("Safari/", "Safari"))


@account.get("")
def page() -> str:
    """Show the account's own rights, password, second factor and sessions; `?enrol=1` shows a code to scan."""
    return _page(_me())


@account.get("/style.css")
def style() -> Response:
    """The tokens of the design system and the page's own rules."""
    here = files("dashboard")
    sheets = (here.joinpath("assets", "10-tokens.css"), here.joinpath("templates", "account.css"))
    return Response("\n".join(s.read_text(encoding="utf-8") for s in sheets), mimetype="text/css")


@account.post("/password")
def password() -> BaseResponse:
    """Replace the own password; the account's other sessions end."""
    return _do(lambda who: sign_in.change_password(who, request.form), "account.password_changed")


@account.post("/enrol")
def enrol() -> BaseResponse | str:
    """Turn the second factor on by its first code, and show the recovery codes this once."""
    who = _me()
    try:
        _check_password(who)
    except Problem as problem:
        return _page(who, sign_in.why(problem))
    codes = session.house().factors.enrol(who.name, request.form.get("code", ""), session.now())
    if not codes:
        return _page(who, t("login.wrong_digits"))
    session.note(who, "second factor on")
    return _page(who, codes=tuple(codes))


@account.post("/disable")
def disable() -> BaseResponse:
    """Take the second factor away, where no role of the account needs it."""
    return _do(_disable, "account.totp_dropped")


@account.post("/sessions")
def sessions() -> BaseResponse:
    """End one session of the account, or all of them, this one included."""
    who, one = _me(), request.form.get("id", "")
    house = session.house()
    ended = int(house.sessions.end_one(who.name, one)) if one else house.sessions.end_all(who.name)
    session.note(who, "sessions ended", by=who.name, count=ended)
    kept[SAID] = t("account.ended", count=ended)
    return redirect(_to("page") if one else "/login")


def _disable(who: Account) -> None:
    if who.roles & set(session.door().config.accounts.totp_roles):
        raise ConfigError("totp_needed")
    session.note(who, "second factor off", by=who.name)
    session.house().factors.drop(who.name)


def _do(act: Any, said: str) -> BaseResponse:
    """Do what only who knows the password may do, and say how it went on the page."""
    who = _me()
    try:
        _check_password(who)
        act(who)
        kept[SAID] = t(said)
    except Problem as problem:
        kept[SAID] = sign_in.why(problem)
    return redirect(_to("page"))


def _check_password(who: Account) -> None:
    """Ask for the password again, with the tries signing in has: an unwatched screen is no place to guess at it."""
    house, place = session.house(), session.place()
    if who.origin:
        raise ConfigError("oidc_account", account=who.name)
    if not house.lockout.enter(who.name, place, session.now()):
        raise ConfigError("too_many_tries", known=round(house.lockout.rules.wrong_minutes))
    if house.accounts.verify(who.name, request.form.get("password", "")) is None:
        session.note(who, "password refused")
        raise ConfigError("wrong_password")
    house.lockout.succeeded(who.name, place, session.now())


def _me() -> Account:
    """Return whose page this is; 403 for a wall, before which anybody may stand."""
    if session.is_kiosk():
        abort(403)
    who: Account = current_user.account
    return who


def _page(who: Account, refusal: str = "", codes: tuple[str, ...] = ()) -> str:
    config, factors = session.door().config, session.house().factors
    theme, city = address().get("theme", ""), config.city.name if text.is_chinese() else config.city.name_en
    secret = _secret(who, refusal)
    return render_template(
        "account.html",
        t=t,
        to=_to,
        home=link("/", theme=address().get("theme")),
        language=text.voice().language,
        theme=theme if theme in THEMES else config.screen.theme,
        city=city,
        synthetic=config.city.synthetic,
        who=who,
        roles=[(t(f"role.{role}"), t(f"role.{role}_note")) for role in sorted(who.roles)],
        area=_area(who),
        changed=stamp(who.changed_at),
        rules=config.accounts,
        has=factors.has(who.name),
        needed=bool(who.roles & set(config.accounts.totp_roles)),
        left=factors.left(who.name),
        secret=secret,
        qr=qr(totp.address(who.name, secret, city)) if secret else "",
        codes=codes,
        sessions=[_row(one) for one in session.house().sessions.open(who.name, session.now())],
        said=kept.pop(SAID, ""),
        refusal=refusal,
        token=generate_csrf(),
    )


def _to(name: str) -> str:
    """Return the address of a route of this page, in the language and theme the page is in."""
    return link(url_for(f"login.account.{name}"), theme=address().get("theme"))


def _secret(who: Account, refusal: str) -> str:
    """Return the secret to be shown: a new one each time the step is opened, the same after a wrong code."""
    factors = session.house().factors
    if who.origin or factors.has(who.name):
        return ""
    if refusal:
        return factors.drafted(who.name) or ""
    return factors.begin(who.name) if "enrol" in request.args else ""


def _area(who: Account) -> str:
    rows = session.door().query("area_path", who.scope(), area=who.area_id).to_pylist()
    names = [row["name"] if text.is_chinese() else row["name_en"] or row["name"] for row in rows]
    return " · ".join(names) or who.area_id


def _row(one: Session) -> dict[str, Any]:
    return {
        "id": one.id,
        "device": _device(one.device),
        "place": one.place,
        "began": stamp(one.began_at),
        "seen": stamp(one.seen_at),
        "ends": stamp(one.ends_at),
        "here": one.id == session_id(current_user.id),
    }


def _device(said: str) -> str:
    """Return browser and system of what a browser calls itself, as far as people know them."""
    found = [next((name for sign, name in known if re.search(sign, said)), "") for known in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, found)) or t("account.unknown_device")
