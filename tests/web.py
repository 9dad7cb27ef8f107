"""The dashboard over the sample city without a browser: a signed-in client, and callbacks over the wire."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from dashboard.app import App, create_app
from data.accounts import Accounts
from data.config import load_config
from data.query import Door

SECRET = "a secret of the tests, long enough"
PASSWORD = "a long password"
ROLES = {
    "operator": {"operator"},
    "leader": {"leader"},
    "wall": {"kiosk"},
    "auditor": {"auditor"},
    "analyst": {"analyst"},
    "steward": {"steward"},
    "everything": {"operator", "leader", "analyst", "steward"},
}


def open_site(home: Path) -> App:
    """Serve a home; there is one app per process, so the last home opened is the one served."""
    door = Door(load_config(home))
    accounts = Accounts(door.operations)
    for name, roles in ROLES.items():
        if accounts.get(name) is None:
            accounts.add(name, PASSWORD, roles, door.config.city.area_id)
    return create_app(door, accounts, SECRET)


def sign_in(app: App, name: str = "operator") -> FlaskClient:
    """Return a client with a session of the account, without typing a password."""
    house = app.server.extensions["gridlink"]
    token = house.sessions.begin(house.accounts.get(name), "127.0.0.1", datetime.now(UTC).replace(tzinfo=None))
    client = app.server.test_client()
    with client.session_transaction() as kept:
        kept["_user_id"] = token
    return client


def csrf(client: FlaskClient) -> dict[str, str]:
    """Return the header Dash makes of the cookie every page sets; a page is opened only where none was yet."""
    if client.get_cookie("_csrf_token") is None:
        client.get("/")
    cookie = client.get_cookie("_csrf_token")
    assert cookie is not None
    return {"X-CSRFToken": cookie.value}


def ask(client: FlaskClient, outputs: list[str], view: dict[str, Any], **headers: str) -> Any:
    """Run the callback of these `id.property` outputs with the view and return the response."""
    pairs = [dict(zip(("id", "property"), output.rsplit(".", 1), strict=True)) for output in outputs]
    body = {
        "output": outputs[0] if len(outputs) == 1 else f"..{'...'.join(outputs)}..",
        "outputs": pairs[0] if len(pairs) == 1 else pairs,
        "inputs": [{"id": "view", "property": "data", "value": view}],
        "changedPropIds": ["view.data"],
    }
    return client.post("/_dash-update-component", json=body, headers={**csrf(client), **headers})


def shown(client: FlaskClient, output: str, view: dict[str, Any] | None = None) -> str:
    """Return the words a panel shows, in reading order."""
    response = ask(client, [output], view or {})
    assert response.status_code == 200, response.get_data(as_text=True)
    name, prop = output.rsplit(".", 1)
    return words(response.get_json()["response"][name][prop])


def words(node: Any) -> str:
    """Return the text inside a tree of components, one space between two pieces."""
    if isinstance(node, list):
        return " ".join(filter(None, map(words, node)))
    if isinstance(node, dict):
        return words(node.get("props", {}).get("children"))
    return "" if node is None else str(node)


def form_token(client: FlaskClient) -> str:
    """Return the token of the login form."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/login").get_data(as_text=True))
    assert found is not None
    return found.group(1)
