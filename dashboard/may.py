"""Who may ask what: the roles of every route, page and callback; what is declared nowhere answers nobody.

Pages name their roles where they are registered. A callback belongs to the pages that lay out its module, those of the
frame to everybody at a desk or a wall. Routes are listed in may.toml. Which rows an answer holds is decided in data/.
"""

from __future__ import annotations

import sys
import tomllib
from functools import cache
from importlib.resources import files
from types import ModuleType
from typing import Any

import dash

from data.scope import HANDLERS, ROLES, Scope

ANYBODY = "anybody"
OWN = f"{__package__}."
FRAME = f"{__package__}.frame"
ROUTER = "_pages_content.children"  # Dash's own: shows a page, whose layout asks for its roles itself

Roles = frozenset[str]
DESK: Roles = frozenset(ROLES) - HANDLERS


def allowed(scope: Scope, roles: Roles) -> bool:
    """Say whether an account holds one of the roles; a wall only as a wall, whatever else its account may do."""
    mine = frozenset({"kiosk"}) if scope.has("kiosk") else scope.roles
    return bool(mine & roles)


def of_route(endpoint: str) -> Roles:
    """Return the roles that may ask a route; empty: nobody."""
    table = _routes()
    if endpoint in table:
        return table[endpoint]
    while "." in endpoint:
        endpoint = endpoint.rpartition(".")[0]
        if f"{endpoint}.*" in table:
            return table[f"{endpoint}.*"]
    return frozenset()


def declared() -> frozenset[str]:
    """Return the names that may.toml lists: endpoints and "<blueprint>.*"."""
    return frozenset(_routes())


def of_page(page: dict[str, Any]) -> Roles:
    """Return the roles a page names; the page that says an address is unknown is for everybody at a desk or a wall."""
    return frozenset(page.get("roles") or (DESK if page.get("order") is None and "404" in page["module"] else ()))


def first_page(scope: Scope) -> str:
    """Return the path of the first page an account may open, its own account where there is none."""
    pages = [page for page in dash.page_registry.values() if page.get("order") is not None]
    mine = [page for page in pages if allowed(scope, of_page(page))]
    return str(min(mine, key=lambda page: page["order"])["path"]) if mine else "/account"


def of_callback(output: str, callbacks: dict[str, Any]) -> Roles:
    """Return the roles that may run the callback of an output, of Dash's map of callbacks; empty: nobody."""
    if output.lstrip(".").startswith(ROUTER):
        return DESK
    callback = callbacks.get(output, {}).get("callback")
    return _modules().get(getattr(callback, "__module__", ""), frozenset())


@cache
def _routes() -> dict[str, Roles]:
    told = tomllib.loads(files("dashboard").joinpath("may.toml").read_text(encoding="utf-8"))
    groups: dict[str, list[str]] = told["groups"]
    table = {}
    for name, named in told["routes"].items():
        roles = {role for one in named for role in groups.get(one, [one])}
        if unknown := roles - {*ROLES, ANYBODY}:
            raise ValueError(f"may.toml: {name}: unknown roles {sorted(unknown)}")
        table[name] = frozenset(roles)
    return table


@cache
def _modules() -> dict[str, Roles]:
    """Return the roles of each module that pages or the frame lay out, found by what they import."""
    roles = dict.fromkeys(_laid_out(sys.modules[FRAME]), DESK)
    for page in dash.page_registry.values():
        for module in _laid_out(sys.modules[page["module"]]):
            roles[module] = roles.get(module, frozenset()) | of_page(page)
    return roles


def _laid_out(page: ModuleType) -> set[str]:
    """Return the modules a page takes functions from, and the modules those take whole."""
    found = {page.__name__}
    taken = {getattr(value, "__module__", None) or "" for value in vars(page).values() if callable(value)}
    waiting = [page, *(sys.modules[name] for name in sorted(taken) if name.startswith(OWN))]
    while waiting:
        module = waiting.pop()
        found.add(module.__name__)
        bound = [value for value in vars(module).values() if isinstance(value, ModuleType)]
        waiting += [one for one in bound if one.__name__.startswith(OWN) and one.__name__ not in found]
    return found
