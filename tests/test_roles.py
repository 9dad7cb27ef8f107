"""Who may do what: every route, method, page and callback, for strangers and for each role; the READMEs' table.

`python -m tests.test_roles` writes the table anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dash
import pytest
from flask.testing import FlaskClient

from dashboard import may, text
from dashboard.app import App
from data.scope import HANDLERS, ROLES, Scope
from tests.web import PASSWORD, csrf, open_site

ROOT = Path(__file__).parent.parent
READMES = {"README.md": "en", "README.zh-CN.md": "zh-CN"}
TABLE = re.compile(r"(<!-- roles:[^\n]*-->\n).*?(<!-- /roles -->)", re.S)
UPDATE = "/_dash-update-component"
HEADS = {"en": "page", "zh-CN": "页面"}
# What a route asks for before it looks for anything: enough to tell "not for you" from "not found" and "badly asked".
BAD, REFUSED, STRANGER = 400, 403, 401


@pytest.fixture(scope="module")
def app(sample_home: Path) -> App:
    app = open_site(sample_home)
    accounts = app.server.extensions["gridlink"].accounts
    for role in ROLES:
        about = {"worker": {"worker_id": "w01"}, "department": {"unit_id": "DC"}}.get(role, {})
        accounts.add(f"as-{role}", PASSWORD, {role}, "QH", **about)
    return app


def client_of(app: App, role: str) -> FlaskClient:
    """Return a client signed in as an account of one role only."""
    house = app.server.extensions["gridlink"]
    token = house.sessions.begin(house.accounts.get(f"as-{role}"), "127.0.0.1", datetime.now(UTC).replace(tzinfo=None))
    client = app.server.test_client()
    with client.session_transaction() as kept:
        kept["_user_id"] = token
    return client


@pytest.fixture(scope="module")
def clients(app: App) -> Iterator[dict[str, FlaskClient]]:
    made = {role: client_of(app, role) for role in ROLES}
    made["operator"].get("/")  # the first request makes the map of callbacks
    yield made


def routes(app: App) -> list[tuple[str, str, str]]:
    """Return endpoint, path with made-up parts, and method of every route."""
    out = []
    for rule in app.server.url_map.iter_rules():
        path = re.sub(r"<int:[^>]+>", "1", str(rule))
        path = re.sub(r"<[^>]+>", "x", path)
        out += [(rule.endpoint, path, method) for method in sorted(rule.methods or ()) if method != "OPTIONS"]
    return out


def test_every_route_and_callback_is_declared(app: App, clients: dict[str, FlaskClient]) -> None:
    assert [endpoint for endpoint, _, _ in routes(app) if not may.of_route(endpoint)] == []
    asked = {key: told for key, told in app.callback_map.items() if told.get("callback")}
    assert len(asked) > 150
    assert [key for key in asked if not may.of_callback(key, app.callback_map)] == []


def test_no_declaration_is_left_over(app: App) -> None:
    known = {endpoint for endpoint, _, _ in routes(app)}
    for name in may.declared():
        assert any(one == name or (name.endswith(".*") and one.startswith(name[:-1])) for one in known), name


def test_every_page_names_its_roles(app: App) -> None:
    for page in dash.page_registry.values():
        assert may.of_page(page) <= set(ROLES) and may.of_page(page), page["module"]
        assert not may.of_page(page) & HANDLERS, page["module"]


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_exactly_its_routes(app: App, clients: dict[str, FlaskClient], role: str) -> None:
    client, token = clients[role], {}
    if role not in HANDLERS:
        token = csrf(client)
    for endpoint, path, method in routes(app):
        if endpoint in ("login.leave", "login.account.sessions") or path in ("/x", UPDATE):
            continue  # signing out would end the test; pages and callbacks are asked one by one below
        answer = client.open(path, method=method, headers=token)
        mine = may.allowed(Scope("x", frozenset({role}), "QH"), may.of_route(endpoint) | frozenset())
        if may.ANYBODY in may.of_route(endpoint) or (path == "/" and role in HANDLERS):
            assert answer.status_code != REFUSED, (path, method)
        elif mine:
            refused_by_guard = answer.status_code == REFUSED and answer.get_data(as_text=True) == words_of_refusal(app)
            assert not refused_by_guard or endpoint in NARROWER, (path, method)
        else:
            assert answer.status_code == REFUSED, (path, method, answer.status_code)


# Routes that look closer themselves: at the account's rights, at what the named export or form is about.
NARROWER = {"api.photos.show", "exports.take", "exports.picture", "forms.take", "briefing.file", "briefing.fetched"}


def words_of_refusal(app: App) -> str:
    with app.server.test_request_context():
        text.speak("zh-CN", app.server.extensions["gridlink"].door.config.zone)
        return text.t("state.no_permission")


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_exactly_its_pages(clients: dict[str, FlaskClient], role: str) -> None:
    for page in dash.page_registry.values():
        if page["path"] in ("/", None) or "<" in page["path"]:
            continue
        status = clients[role].get(page["path"]).status_code
        assert (status == 200) == (role in may.of_page(page)), (page["path"], status)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_runs_exactly_its_callbacks(app: App, clients: dict[str, FlaskClient], role: str) -> None:
    client, ran = clients[role], 0
    token = csrf(client) if role not in HANDLERS else {}
    for output, told in app.callback_map.items():
        if not told.get("callback"):
            continue
        body = {"output": output, "outputs": [], "inputs": [], "changedPropIds": []}
        if role in may.of_callback(output, app.callback_map) and role not in HANDLERS:
            ran += 1
            continue  # what it answers is looked at by test_scope_sweep.py
        answer = client.post(UPDATE, json=body, headers=token)
        assert answer.status_code == REFUSED, output
    assert (ran > 0) == (role not in HANDLERS)


def test_a_kiosk_account_is_a_wall_whatever_else_it_may_do(app: App) -> None:
    both = Scope("both", frozenset({"kiosk", "leader"}), "QH")
    assert not may.allowed(both, frozenset({"leader"})) and may.allowed(both, frozenset({"kiosk"}))


def test_an_output_nobody_declared_runs_for_nobody(clients: dict[str, FlaskClient]) -> None:
    client = clients["leader"]
    for output in ("nothing.children", "..a.b...c.d..", None, 7):
        answer = client.post(UPDATE, json={"output": output, "inputs": []}, headers=csrf(client))
        assert answer.status_code == REFUSED


def test_a_refusal_is_written_down(app: App, clients: dict[str, FlaskClient]) -> None:
    log = app.server.extensions["gridlink"].door.config.home / "audit.jsonl"
    clients["steward"].get("/sql")
    last = log.read_text(encoding="utf-8").splitlines()[-1]
    assert '"refused"' in last and "as-steward" in last and "/sql" in last


def table(language: str) -> str:
    """Return the Markdown table of pages and the roles that may open them."""
    shown = [page for page in dash.page_registry.values() if page.get("order") is not None]
    lines = [f"| {HEADS[language]} | " + " | ".join(ROLES) + " |", "|---|" + "---|" * len(ROLES)]
    for page in sorted(shown, key=lambda page: page["order"]):
        name = text.words(language)["page"][page["module"].rsplit(".", 1)[-1]]["name"]
        marks = ["●" if role in may.of_page(page) else "" for role in ROLES]
        lines.append(f"| {name} `{page['path']}` | " + " | ".join(marks) + " |")
    lines += [
        f"| {path} | " + " | ".join("●" if role in may.of_route(endpoint) else "" for role in ROLES) + " |"
        for path, endpoint in (("`/field`", "field.page"), ("`/me`", "me.page"), ("`/account`", "login.account.page"))
    ]
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("name", READMES)
def test_the_table_of_the_readme_is_the_one_in_force(app: App, name: str) -> None:
    told = (ROOT / name).read_text(encoding="utf-8")
    assert TABLE.search(told), "the markers <!-- roles: --> are missing"
    made = TABLE.sub(lambda m: m.group(1) + table(READMES[name]) + m.group(2), told)
    assert made == told, "run: python -m tests.test_roles"


def main() -> None:
    """Write the table into the READMEs."""
    import dashboard.app

    dashboard.app._build()
    for name, language in READMES.items():
        path = ROOT / name
        told, made = path.read_text(encoding="utf-8"), table(language)
        path.write_text(TABLE.sub(lambda m, made=made: m.group(1) + made + m.group(2), told), encoding="utf-8")


if __name__ == "__main__":
    main()
