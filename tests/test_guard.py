"""Strangers get the login form and nothing else; those signed in cannot be robbed, forged or flooded easily."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.app import App, create_app
from dashboard.commands.serve import secret
from dashboard.login import safe_target
from data.sessions import Sessions
from tests.web import PASSWORD, ask, csrf, form_token, open_site, shown, sign_in

OPEN = {"login.form", "login.style", "login.health"}
NOW = datetime(2026, 1, 5, 4)


@pytest.fixture(scope="module")
def app(sample_home: Path) -> App:
    return open_site(sample_home)


@pytest.fixture
def stranger(app: App) -> FlaskClient:
    return app.server.test_client()


def enter(client: FlaskClient, name: str, password: str, place: str, target: str = "") -> object:
    """Fill in the form from an address of its own, so that tests do not use up each other's tries."""
    data = {"name": name, "password": password, "csrf_token": form_token(client)}
    return client.post(f"/login{target}", data=data, environ_overrides={"REMOTE_ADDR": place})


def test_a_stranger_reaches_the_login_form_its_style_and_the_health_check_and_nothing_else(app: App) -> None:
    client = app.server.test_client()
    answered = set()
    for rule in app.server.url_map.iter_rules():
        path = re.sub(r"<[^>]+>", "x", str(rule))
        for method in sorted(rule.methods or ()):
            status = client.open(path, method=method, environ_overrides={"REMOTE_ADDR": "10.9.0.1"}).status_code
            # 302: to the login; 400: the form without its token
            if status not in (302, 400, 401) and method != "OPTIONS":
                answered.add(rule.endpoint)
    assert answered == OPEN


def test_no_method_at_all_opens_a_callback_to_a_stranger(app: App, stranger: FlaskClient) -> None:
    sign_in(app).get("/")
    assert len(app.callback_map) > 8
    for output in app.callback_map:
        body = {"output": output, "outputs": [], "inputs": [{"id": "view", "property": "data", "value": "/login"}]}
        assert stranger.post("/_dash-update-component", json=body).status_code == 401
    assert stranger.options("/_dash-update-component").status_code == 401


def test_nothing_talks_to_language_models(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not [rule for rule in app.server.url_map.iter_rules() if "mcp" in str(rule)]
    assert app._enable_mcp is False


def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(stranger: FlaskClient) -> None:
    wrong = enter(stranger, "leader", "not the password", "10.0.0.1")
    unknown = enter(stranger, "nobody", "not the password", "10.0.0.2")
    bodies = [re.sub(r'value="[^"]+"', "", r.get_data(as_text=True)) for r in (wrong, unknown)]
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert bodies[0] == bodies[1]


def test_the_right_password_opens_the_page_asked_for(stranger: FlaskClient) -> None:
    answer = enter(stranger, "operator", PASSWORD, "10.0.0.3", "?next=/tracks%3Fday%3D2026-01-05")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/tracks?day=2026-01-05")
    assert stranger.get("/").status_code == 200


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "x", ""]
)
def test_signing_in_never_leads_to_another_host(target: str) -> None:
    assert safe_target(target) == "/"


def test_the_sixth_try_in_a_minute_from_one_address_is_refused(stranger: FlaskClient) -> None:
    tries = [enter(stranger, f"guess{n}", "wrong", "10.0.0.4").status_code for n in range(6)]
    assert tries == [401] * 5 + [429]


def test_whoever_guesses_at_an_account_shuts_out_nobody_but_themselves(stranger: FlaskClient) -> None:
    tries = [enter(stranger, "auditor", "wrong", "10.0.1.1").status_code for n in range(6)]
    assert tries == [401] * 5 + [429]
    assert enter(stranger, "auditor", PASSWORD, "10.0.1.2").status_code == 302


def test_the_form_without_its_token_is_refused(stranger: FlaskClient) -> None:
    data = {"name": "operator", "password": PASSWORD}
    assert stranger.post("/login", data=data, environ_overrides={"REMOTE_ADDR": "10.0.0.5"}).status_code == 400


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(stranger: FlaskClient) -> None:
    answer = enter(stranger, "operator", PASSWORD, "10.0.0.6")
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("gridlink="))
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie


def test_a_kept_cookie_opens_nothing_after_signing_out(app: App) -> None:
    client = sign_in(app)
    client.get("/")
    kept = client.get_cookie("gridlink")
    assert kept is not None
    answer = client.post("/logout", headers=csrf(client))
    assert answer.headers["Clear-Site-Data"].startswith('"cache"')
    thief = app.server.test_client()
    thief.set_cookie("gridlink", kept.value)
    assert thief.get("/_dash-layout").status_code == 401


def test_signing_out_needs_a_post_with_a_token(app: App) -> None:
    client = sign_in(app)
    assert client.get("/logout").status_code != 302
    assert client.post("/logout").status_code == 400


def test_a_disabled_account_is_out_at_once(app: App) -> None:
    accounts = app.server.extensions["gridlink"].accounts
    accounts.add("gone", PASSWORD, {"operator"}, "QH")
    client = sign_in(app, "gone")
    assert client.get("/_dash-layout").status_code == 200
    accounts.disable("gone")
    assert client.get("/_dash-layout").status_code == 401


def test_a_callback_without_the_token_or_with_a_wrong_one_is_refused(app: App) -> None:
    client = sign_in(app)
    assert ask(client, ["front-body.children"], {}).status_code == 200
    assert ask(client, ["front-body.children"], {}, **{"X-CSRFToken": "wrong"}).status_code == 400
    assert client.post("/_dash-update-component", data="{}", content_type="text/plain").status_code == 400


def test_the_policy_allows_exactly_the_scripts_of_the_page_and_no_eval(app: App) -> None:
    answer = sign_in(app).get("/")
    policy = answer.headers["Content-Security-Policy"]
    inline = re.findall(
        r"<script(?![^>]*(?:src=|application/json))[^>]*>(.*?)</script>", answer.get_data(as_text=True), re.S
    )
    hashes = ["sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in inline]
    assert inline and all(f"'{value}'" in policy for value in hashes)
    assert "unsafe-eval" not in policy and "http" not in policy
    assert "frame-ancestors 'none'" in policy and "object-src 'none'" in policy


@pytest.mark.parametrize("path", ["/", "/login", "/_dash-layout", "/assets/10-tokens.css"])
def test_no_answer_is_taken_for_what_it_is_not_or_used_by_another_site(app: App, path: str) -> None:
    headers = sign_in(app).get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/", "/login"])
def test_no_page_is_framed_or_tells_other_hosts_where_it_was(app: App, path: str) -> None:
    headers = sign_in(app).get(path).headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


def test_what_a_screen_shows_is_not_kept_by_anybody_on_the_way(app: App) -> None:
    client = sign_in(app)
    assert client.get("/").headers["Cache-Control"] == "private, no-store"
    assert ask(client, ["front-body.children"], {}).headers["Cache-Control"] == "private, no-store"


def test_a_body_too_large_is_refused(app: App) -> None:
    client = sign_in(app)
    answer = client.post("/_dash-update-component", data=b"x" * 2_000_000, headers=csrf(client))
    assert answer.status_code == 413


def test_a_short_secret_is_refused(app: App) -> None:
    house = app.server.extensions["gridlink"]
    with pytest.raises(ValueError, match="32"):
        create_app(house.door, house.accounts, "short")


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = secret(tmp_path)
    assert len(first) >= 32
    assert secret(tmp_path) == first
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


def sessions(app: App) -> Sessions:
    return Sessions(app.server.extensions["gridlink"].accounts.operations, hours=12, idle_minutes=30)


def test_a_person_away_for_half_an_hour_is_signed_out(app: App) -> None:
    kept = sessions(app)
    token = kept.begin(app.server.extensions["gridlink"].accounts.get("operator"), "1.1.1.1", NOW)
    assert kept.account(token, "2.2.2.2", NOW + timedelta(minutes=29), act=True) == "operator"
    assert kept.account(token, "2.2.2.2", NOW + timedelta(minutes=58), act=False) == "operator"
    assert kept.account(token, "2.2.2.2", NOW + timedelta(minutes=60), act=True) is None


def test_nobody_stays_signed_in_beyond_a_shift(app: App) -> None:
    kept = sessions(app)
    token = kept.begin(app.server.extensions["gridlink"].accounts.get("operator"), "1.1.1.1", NOW)
    for minutes in range(20, 12 * 60, 20):
        assert kept.account(token, "1.1.1.1", NOW + timedelta(minutes=minutes), act=True) == "operator"
    assert kept.account(token, "1.1.1.1", NOW + timedelta(hours=12, minutes=1), act=True) is None


def test_a_wall_stays_signed_in_for_months_but_only_where_it_hangs(app: App) -> None:
    kept = sessions(app)
    token = kept.begin(app.server.extensions["gridlink"].accounts.get("wall"), "1.1.1.1", NOW)
    later = NOW + timedelta(days=200)
    assert kept.account(token, "1.1.1.1", later, act=False) == "wall"
    assert kept.account(token, "9.9.9.9", later, act=False) is None


def test_a_clock_put_back_signs_nobody_out(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as ahead:
        real = time.time
        ahead.setattr("itsdangerous.timed.time.time", lambda: real() + 3600)
        wall = sign_in(app, "wall")
        assert wall.get("/").status_code == 200
    assert wall.get("/").status_code == 200
    cookie = wall.get_cookie("gridlink")
    assert cookie is not None
    wall.set_cookie("gridlink", cookie.value[:-2] + "xx")  # and one that is not ours opens nothing
    assert wall.get("/").status_code == 302


def test_only_a_hand_on_the_screen_keeps_somebody_signed_in(app: App) -> None:
    client = sign_in(app)
    house = app.server.extensions["gridlink"]
    with client.session_transaction() as kept:
        token = kept["_user_id"]
    headers = csrf(client)
    now = datetime.now(UTC).replace(tzinfo=None)

    def idle_after(path: str, **request: object) -> bool:
        house.sessions._touch(hashlib.sha256(token.encode()).hexdigest(), now - timedelta(minutes=29))
        client.open(path, headers=headers, **request)
        return house.sessions.account(token, "", now + timedelta(minutes=2), act=False) is None

    assert idle_after("/_dash-update-component", method="POST", json={})
    assert idle_after("/_dash-layout")
    assert idle_after("/api/positions")
    assert not idle_after("/alive", method="POST")
    assert not idle_after("/")


def test_an_account_of_a_street_sees_its_street_and_nothing_of_the_next(app: App) -> None:
    app.server.extensions["gridlink"].accounts.add("street", PASSWORD, {"leader"}, "QH01")
    client = sign_in(app, "street")
    noon = {"day": "2026-01-05", "t": 12 * 3600}
    # by hand: 7 of 9 and 5 of 7 in its two communities
    assert "75.0 %" in shown(client, "front-body.children", noon) and "n = 16" in shown(
        client, "front-body.children", noon
    )
    refused = ask(client, ["front-body.children"], {**noon, "area": "QH02"}).get_json()
    assert "front-body" not in refused["response"]
    assert refused["sideUpdate"]["fault"]["data"]["panels"] == ["front-body"]
