"""A provider's word lets in whom the site's mapping knows, and nobody whose token is not exactly right."""

from __future__ import annotations

import base64
import hmac
import json
import re
from collections.abc import Iterator
from html import unescape
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from joserfc import jwt

from dashboard.app import App
from dashboard.login import limiter
from data.config import make_config
from data.errors import ConfigError, Problem
from data.sign_in.claims import account_of
from data.sign_in.oidc import Provider, provider_of
from tests.copies import fresh
from tests.provider import CLIENT, CLIENT_SECRET, KEY, OTHER_KEY, Idp, provider, signed, unsigned
from tests.web import PASSWORD, open_site

MAPPED = """
[oidc]
issuer = "{issuer}"
client_id = "gridlink"
client_secret_file = "oidc-secret"
area_claim = "district"
[oidc.roles]
grid-leaders = "leader"
grid-analysts = "analyst"
grid-auditors = "auditor"
[oidc.areas]
east = "QH01"
"""
CHEN = {"preferred_username": "chen", "groups": ["staff", "grid-leaders"], "district": "east"}


@pytest.fixture(scope="module")
def served() -> Iterator[Idp]:
    with provider() as idp:
        yield idp


@pytest.fixture
def idp(served: Idp) -> Idp:
    served.claims, served.wrong, served.sign = dict(CHEN), {}, signed
    return served


@pytest.fixture(scope="module")
def home(sample_home: Path, tmp_path_factory: pytest.TempPathFactory, served: Idp) -> Path:
    copy = fresh(sample_home, tmp_path_factory.mktemp("oidc") / "home")
    with (copy / "gridlink.toml").open("a", encoding="utf-8") as file:
        file.write(MAPPED.format(issuer=served.issuer))
    secret = copy / "oidc-secret"
    secret.write_text(CLIENT_SECRET + "\n", encoding="utf-8")
    secret.chmod(0o600)
    return copy


@pytest.fixture(scope="module")
def opened(home: Path) -> App:
    return open_site(home)


@pytest.fixture
def app(opened: App, idp: Idp) -> App:
    limiter.reset()
    return opened


def set_out(client: FlaskClient) -> str:
    """Press the button and sign in there; return the address the browser is sent back to."""
    button = re.search(r'href="(/login\?with=oidc[^"]*)"', client.get("/login?next=/account").get_data(as_text=True))
    assert button is not None
    there = urlsplit(client.get(unescape(button.group(1))).headers["Location"])
    connection = HTTPConnection(there.netloc)
    connection.request("GET", f"{there.path}?{there.query}")
    back = connection.getresponse().getheader("Location")
    connection.close()
    assert back is not None
    return back


def come_back(client: FlaskClient, address: str, **changed: str) -> Any:
    parts = urlsplit(address)
    return client.get(f"{parts.path}?{urlencode(dict(parse_qsl(parts.query)) | changed)}")


def is_in(client: FlaskClient) -> bool:
    return bool(client.get("/_dash-layout").status_code == 200)


def test_who_the_mapping_knows_is_in_with_its_role_and_area_and_where_they_wanted_to_go(app: App, home: Path) -> None:
    client = app.server.test_client()
    answer = come_back(client, set_out(client))
    # a page of our own goes on: after a redirect from another site a strict cookie would be withheld
    assert answer.status_code == 200 and 'content="0;url=/account"' in answer.get_data(as_text=True)
    assert is_in(client)
    page = client.get("/account?lang=en").get_data(as_text=True)
    assert "chen" in page and "Leader" in page and 'name="new"' not in page
    known = app.server.extensions["gridlink"].accounts.get("chen")
    assert (known.roles, known.area_id, known.origin) == (frozenset({"leader"}), "QH01", "oidc")
    assert log(home)[-1]["action"] == "login" and log(home)[-1]["by"] == "oidc"


def test_the_provider_s_accounts_have_no_password_here(app: App) -> None:
    client = app.server.test_client()
    come_back(client, set_out(client))
    accounts = app.server.extensions["gridlink"].accounts
    accounts.set_password("chen", PASSWORD)
    assert accounts.verify("chen", PASSWORD) is None


def hmac_signed(_: dict[str, Any], claims: dict[str, Any]) -> str:
    """Sign with the public key as if it were a shared secret, which careless checkers take."""
    parts = (json.dumps(part).encode() for part in ({"alg": "HS256", "kid": "one"}, claims))
    said = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    seal = hmac.digest(KEY.as_pem(private=False), said, "sha256")
    return f"{said.decode()}.{base64.urlsafe_b64encode(seal).rstrip(b'=').decode()}"


def signed_by_another(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return jwt.encode(header, claims, OTHER_KEY, algorithms=["RS256"])


def cut(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return signed(header, claims).rsplit(".", 1)[0] + "."


WRONG: dict[str, dict[str, Any]] = {
    "another nonce": {"wrong": {"nonce": "of somebody else"}},
    "another audience": {"wrong": {"aud": "another-client"}},
    "two audiences and made for the other": {"wrong": {"aud": [CLIENT, "x"], "azp": "x"}},
    "another issuer": {"wrong": {"iss": "http://127.0.0.1:1"}},
    "an hour old": {"wrong": {"exp": 1_700_000_000}},
    "from tomorrow": {"wrong": {"iat": 9_000_000_000, "nbf": 9_000_000_000}},
    "signed by nobody": {"sign": unsigned},
    "without its signature": {"sign": cut},
    "signed with what everybody knows": {"sign": hmac_signed},
    "signed by somebody else": {"sign": signed_by_another},
    "no token at all": {"sign": lambda *_: ""},
    "a group nobody mapped": {"wrong": {"groups": ["staff", "printers"]}},
    "no group": {"wrong": {"groups": None}},
    "groups that are no words": {"wrong": {"groups": {"grid-leaders": True}}},
    "roles kept apart": {"wrong": {"groups": ["grid-leaders", "grid-auditors"]}},
    "an area nobody mapped": {"wrong": {"district": "west"}},
    "no name": {"wrong": {"preferred_username": " "}},
    "the name of a local account": {"wrong": {"preferred_username": "leader"}},
}
CLAIMS = {"a group nobody mapped", "no group", "groups that are no words", "an area nobody mapped", "no name"}


@pytest.mark.parametrize("case", WRONG)
def test_nobody_is_let_in_by(case: str, app: App, idp: Idp, home: Path) -> None:
    for name, value in WRONG[case].items():
        setattr(idp, name, value)
    client = app.server.test_client()
    answer = come_back(client, set_out(client))
    assert answer.status_code == 403 and 'class="refusal"' in answer.get_data(as_text=True)
    assert not is_in(client)
    said = {"roles kept apart": "roles_apart", "the name of a local account": "account_taken"}
    reason = said.get(case, "oidc_claim" if case in CLAIMS else "oidc_token")
    assert (log(home)[-1]["action"], log(home)[-1]["why"]) == ("login refused", reason)


def test_another_state_or_another_browser_or_a_second_time_is_refused(app: App) -> None:
    client, thief = app.server.test_client(), app.server.test_client()
    address = set_out(client)
    assert come_back(thief, address).status_code == 403
    assert come_back(client, address, state="of somebody else").status_code == 403
    assert come_back(client, address).status_code == 403  # what was remembered is gone
    again = set_out(client)
    assert come_back(client, again).status_code == 200
    assert come_back(client, again).status_code == 403


def test_a_provider_that_says_no_or_does_not_answer_is_told_in_words(app: App, home: Path) -> None:
    client = app.server.test_client()
    state = dict(parse_qsl(urlsplit(set_out(client)).query))["state"]
    refused = client.get(f"/login?error=access_denied&state={state}&lang=en")
    assert refused.status_code == 403 and "access_denied" in refused.get_data(as_text=True)
    set_out(client)
    with pytest.raises(Problem, match="does not answer"):
        Provider(make("http://127.0.0.1:1"), home).begin("http://x/login")


def test_what_the_provider_takes_away_is_gone_at_the_next_sign_in(app: App, idp: Idp) -> None:
    accounts = app.server.extensions["gridlink"].accounts
    idp.claims = CHEN | {"groups": ["grid-leaders", "grid-analysts"]}
    client = app.server.test_client()
    come_back(client, set_out(client))
    assert accounts.get("chen").roles == {"leader", "analyst"}
    idp.claims = CHEN | {"groups": ["grid-analysts"]}
    come_back(client, set_out(client))
    assert accounts.get("chen").roles == {"analyst"}


def test_an_account_disabled_here_stays_out(app: App) -> None:
    client = app.server.test_client()
    come_back(client, set_out(client))
    accounts = app.server.extensions["gridlink"].accounts
    accounts.disable("chen")
    assert not is_in(client)
    assert come_back(client, set_out(client)).status_code == 403
    accounts.enable("chen")


def test_the_secret_is_in_a_file_only_its_owner_reads(tmp_path: Path) -> None:
    told = {"issuer": "https://id.example", "client_id": "x", "client_secret_file": "s"}
    config = make_config(tmp_path, {"oidc": told})
    with pytest.raises(ConfigError, match="cannot be read"):
        provider_of(config)
    (tmp_path / "s").write_text("x")
    (tmp_path / "s").chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        provider_of(config)
    (tmp_path / "s").chmod(0o600)
    assert provider_of(config) is not None and provider_of(make_config(tmp_path, {})) is None


@pytest.mark.parametrize("issuer", ["http://id.example", "id.example", "ftp://127.0.0.1.example"])
def test_a_provider_out_of_the_house_is_asked_over_tls_only(issuer: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="https"):
        Provider(make(issuer), tmp_path)


def test_without_an_area_claim_the_account_sees_the_city(tmp_path: Path) -> None:
    rules = make_config(tmp_path, {"oidc": {"roles": {"a": "worker"}, "worker_claim": "no"}}).oidc
    made = account_of({"preferred_username": "li", "groups": "a", "no": "W01"}, rules, "QH")
    assert (made.area_id, made.worker_id, made.roles) == ("QH", "W01", frozenset({"worker"}))


def make(issuer: str) -> Any:
    return make_config(Path("."), {"oidc": {"issuer": issuer, "client_id": "x"}}).oidc


def log(home: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (home / "audit.jsonl").read_text(encoding="utf-8").splitlines()]
