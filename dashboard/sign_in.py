"""The steps of signing in: which comes next, what each needs, and the audit line each leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from flask import g, request, session
from flask_login import login_user

from dashboard import session as here
from dashboard import text
from dashboard.text import t
from data.accounts import Account
from data.errors import ConfigError, Problem
from data.sign_in import passwords
from data.sign_in.lockout import digest
from data.sign_in.separation import conflict

STEPS = ("code", "enrol", "password")
WRONG, TOO_MANY, BAD, LATE = 401, 429, 400, 401


@dataclass(frozen=True)
class Answer:
    """Where to go, or why not; `codes`: recovery codes to be shown once before going on."""

    target: str = ""
    refusal: str = ""
    status: int = 200
    codes: tuple[str, ...] = ()
    by_page: bool = False  # go on from a page of our own: a browser coming from another site withholds our cookie


def take() -> Answer:
    """Take the step the posted form belongs to. Raises Problem: no_audit, no_roles, roles_apart."""
    if "name" in request.form:
        return _first()
    found = here.halfway()
    if found is None:
        return Answer(refusal=t("login.late"), status=LATE)
    who, step = found
    if step == "password":
        return _new_password(who)
    return _code(who) if step == "code" else _enrol(who)


def _first() -> Answer:
    name, house = request.form.get("name", ""), here.house()
    if not house.lockout.enter(name, here.place(), here.now()):
        return _locked(name)
    who = house.accounts.verify(name, request.form.get("password", ""))
    return onward(who) if who else _wrong(name, "login.refused")


def _code(who: Account) -> Answer:
    if not here.house().lockout.enter(who.name, here.place(), here.now()):
        return _locked(who.name)
    by = here.house().factors.verify(who.name, request.form.get("code", ""), here.now())
    if not by:
        return _wrong(who.name, "login.wrong_code")
    if by == "recovery":
        here.note(who, "recovery code used")
    return onward(who, "code", by)


def _enrol(who: Account) -> Answer:
    codes = here.house().factors.enrol(who.name, request.form.get("code", ""), here.now())
    if not codes:
        return Answer(refusal=t("login.wrong_digits"), status=BAD)
    here.note(who, "second factor on")
    return Answer(onward(who, "enrol", "code").target, codes=tuple(codes))


def _new_password(who: Account) -> Answer:
    try:
        change_password(who, request.form)
    except ConfigError as problem:
        return Answer(refusal=problem.sentence(text.voice().language), status=BAD)
    return onward(who, "password", "password")


def onward(who: Account, after: str = "", by: str = "password") -> Answer:
    """Go to the next step somebody whose last one was right has to take, or sign them in.

    after: the step just taken; by: how it was. Raises Problem: no_audit, no_roles, roles_apart.
    """
    _check_rights(who)
    later = STEPS[STEPS.index(after) + 1 :] if after else STEPS
    step = next((step for step in later if _needs(who, step)), None)
    if step == "enrol":
        here.house().factors.begin(who.name)  # what somebody else was shown before is worth nothing
    if step:
        here.begin_halfway(who, step)
        return Answer(_login_again())
    here.note(who, "login", by=by)
    here.house().lockout.succeeded(who.name, here.place(), here.now())
    login_user(here.begin(who))
    return Answer(safe_target(wanted()))


def _check_rights(who: Account) -> None:
    """Refuse who has no role yet, or roles of an earlier release that one account may not hold together."""
    pair = conflict(who.roles)
    if pair or not who.roles:
        here.note(who, "login refused", why="roles")
        raise ConfigError("roles_apart", detail=pair[0], known=pair[1]) if pair else ConfigError("no_roles")


def _needs(who: Account, step: str) -> bool:
    rules, has = here.door().config.accounts, here.house().factors.has(who.name)
    if who.origin and here.door().config.oidc.second_factor:
        return False
    if step == "code":
        return has
    if step == "enrol":
        return not has and bool(who.roles & set(rules.totp_roles))
    return _is_stale(who, rules.password_days)


def _is_stale(who: Account, most_days: int) -> bool:
    """Say whether somebody else knows the password, or it is too old; a wall has nobody to change it."""
    if who.origin or here.KIOSK in who.roles:
        return False
    old = who.changed_at is not None and most_days and here.now() - who.changed_at > timedelta(days=most_days)
    return who.must_change or bool(old)


def change_password(who: Account, form: dict[str, str]) -> None:
    """Replace the account's own password by `new`, typed twice; its other sessions end.

    Raises ConfigError: passwords_differ, same_password, and what data.sign_in.passwords.check raises.
    """
    new, house = form.get("new", ""), here.house()
    if new != form.get("again", ""):
        raise ConfigError("passwords_differ")
    passwords.check(new, who.name, here.door().config.accounts)
    if house.accounts.verify(who.name, new):
        raise ConfigError("same_password")
    here.note(who, "password changed", by=who.name)
    house.accounts.set_password(who.name, new)
    house.sessions.end_all(who.name, keep=session.get("_user_id", ""))


def _locked(name: str) -> Answer:
    return Answer(refusal=t("login.locked", minutes=_minutes()), status=TOO_MANY)


def _wrong(name: str, words: str) -> Answer:
    """Say no, and note whom it was about; a name nobody has is noted as a digest, for it may be a password."""
    house = here.house()
    who = house.accounts.get(name)
    facts = {} if who else {"name_sha256": digest(name)}
    here.note(who, "login refused", **facts)
    if house.lockout.left(name, here.place(), here.now()) == 0:
        here.note(who, "login locked", minutes=_minutes(), **facts)
    return Answer(refusal=t(words), status=WRONG)


def _minutes() -> int:
    return round(here.door().config.accounts.wrong_minutes)


def _login_again() -> str:
    """Return the address of the next step, which remembers where its visitor wanted to go."""
    asked = {"next": wanted(), "lang": request.args.get("lang", "")}
    kept = {key: value for key, value in asked.items() if value}
    return f"/login?{urlencode(kept)}" if kept else "/login"


def wanted() -> str:
    """Return where the visitor wanted to go, as the address says or as it was before the way to a provider."""
    return str(g.get("wanted") or request.args.get("next", ""))


def safe_target(target: str) -> str:
    """Return a path of this host, whatever was asked for: never another host, never the login itself."""
    parts = urlsplit(target.replace("\\", "/"))
    own = not parts.scheme and not parts.netloc and parts.path.startswith("/") and not parts.path.startswith("//")
    return target if own and parts.path not in ("/login", "/logout") else "/"


def why(problem: Problem) -> str:
    """Return a refusal in the visitor's language."""
    return problem.sentence(text.voice().language)
