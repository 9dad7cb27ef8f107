"""The way in and out: a plain HTML form, no Dash, and a health check."""

from __future__ import annotations

from importlib.resources import files
from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, render_template, request
from flask_limiter import Limiter
from flask_login import login_user
from flask_wtf.csrf import generate_csrf
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response as BaseResponse

from dashboard import session, text
from dashboard.text import t

TRIES = "5/minute"

pages = Blueprint("login", __name__, template_folder="templates")
# Counted in this process: the dashboard is one web process.
limiter = Limiter(key_func=lambda: request.remote_addr or "", storage_uri="memory://")


@pages.route("/login", methods=["GET", "POST"])
@limiter.limit(TRIES, methods=["POST"])
@limiter.limit(TRIES, methods=["POST"], key_func=lambda: "account:" + request.form.get("name", ""))
def form() -> BaseResponse | str | tuple[str, int]:
    """Show the form; on POST sign in and go where the visitor wanted, or say the same for every failure."""
    if request.method == "GET":
        return _page()
    account = session.house().accounts.verify(request.form.get("name", ""), request.form.get("password", ""))
    if account is None:
        return _page("login.refused"), 401
    login_user(session.begin(account))
    return redirect(safe_target(request.args.get("next", "")))


@pages.post("/logout")
def leave() -> BaseResponse:
    """End the session on the server and clear what the browser kept."""
    session.end()
    response = redirect("/login")
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
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
    return _page("login.too_many"), 429


def safe_target(target: str) -> str:
    """Return a path of this host, whatever was asked for: never another host, never the login itself."""
    parts = urlsplit(target.replace("\\", "/"))
    own = not parts.scheme and not parts.netloc and parts.path.startswith("/") and not parts.path.startswith("//")
    return target if own and parts.path not in ("/login", "/logout") else "/"


def _page(refusal: str = "") -> str:
    config = session.door().config
    return render_template(
        "login.html",
        t=t,
        language=text.voice().language,
        theme=config.screen.theme,
        place=config.city.name if text.is_chinese() else config.city.name_en,
        title=config.city.title if text.is_chinese() else config.city.title_en,
        synthetic=config.city.synthetic,
        approval=config.city.approval,
        refusal=t(refusal) if refusal else "",
        token=generate_csrf(),
    )
