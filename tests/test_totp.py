"""The second factor: the digits of RFC 6238, each good once; recovery codes; and the steps at the login form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert

from dashboard.app import App
from dashboard.login import limiter
from data.config import make_config
from data.errors import Problem
from data.operations import Operations
from data.sign_in.totp import RECOVERY_CODES, SecondFactors, address, second_factor
from tests.copies import fresh
from tests.web import PASSWORD, form_token, open_site, sign_in

# Appendix B of RFC 6238, SHA-1, its last six digits: seconds since 1970 -> code of the secret 12345678901234567890
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
RFC = {59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"}
NOW = datetime(2026, 1, 5, 4)


@pytest.fixture
def factors(tmp_path: Path) -> SecondFactors:
    return SecondFactors(Operations.of(make_config(tmp_path, {})))


def given(factors: SecondFactors, secret: str = RFC_SECRET) -> None:
    with factors.operations.write() as connection:
        connection.execute(insert(second_factor), [{"account": "wang", "secret": secret, "enrolled_at": NOW}])


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


@pytest.mark.parametrize(("seconds", "code"), RFC.items())
def test_the_digits_are_those_of_the_standard(factors: SecondFactors, seconds: int, code: str) -> None:
    given(factors)
    assert factors.verify("wang", code, at(seconds)) == "code"


def test_a_code_works_once_and_none_of_an_earlier_step_after_it(factors: SecondFactors) -> None:
    given(factors)
    maker, noon = pyotp.TOTP(RFC_SECRET), 1_800_000_000
    assert factors.verify("wang", maker.at(noon), at(noon)) == "code"
    assert factors.verify("wang", maker.at(noon), at(noon + 1)) == ""
    assert factors.verify("wang", maker.at(noon - 30), at(noon + 1)) == ""
    assert factors.verify("wang", maker.at(noon + 30), at(noon + 30)) == "code"


@pytest.mark.parametrize(("off", "known"), [(-61, False), (-30, True), (30, True), (61, False)])
def test_a_telephone_may_be_half_a_minute_off_and_no_more(factors: SecondFactors, off: int, known: bool) -> None:
    given(factors)
    begun = 1_800_000_000  # the first second of a step
    assert bool(factors.verify("wang", pyotp.TOTP(RFC_SECRET).at(begun + off), at(begun))) is known


@pytest.mark.parametrize("typed", ["", "28708", "2870822", "abcdef", "２８７０８２", "287 08x"])
def test_what_is_no_code_opens_nothing(factors: SecondFactors, typed: str) -> None:
    given(factors)
    assert factors.verify("wang", typed, at(59)) == ""


def test_recovery_codes_open_once_each_and_are_not_in_the_store(factors: SecondFactors, tmp_path: Path) -> None:
    secret = factors.begin("wang")
    codes = factors.enrol("wang", pyotp.TOTP(secret).at(NOW.replace(tzinfo=UTC)), NOW)
    assert len(set(codes)) == RECOVERY_CODES == factors.left("wang")
    assert factors.verify("wang", f" {codes[3].upper()} ", NOW) == "recovery"
    assert factors.verify("wang", codes[3], NOW) == ""
    assert factors.verify("li", codes[4], NOW) == ""
    assert factors.left("wang") == RECOVERY_CODES - 1
    factors.operations.engine.dispose()
    assert not [code for code in codes if code.encode() in (tmp_path / "operations.db").read_bytes()]


def test_a_secret_shown_before_is_worth_nothing_after_the_next(factors: SecondFactors) -> None:
    old, now = factors.begin("wang"), NOW.replace(tzinfo=UTC)
    new = factors.begin("wang")
    assert factors.enrol("wang", pyotp.TOTP(old).at(now), NOW) == []
    assert not factors.has("wang")
    assert factors.enrol("wang", pyotp.TOTP(new).at(now), NOW)
    with pytest.raises(Problem, match="wang"):
        factors.begin("wang")


def test_the_telephone_is_told_account_and_city() -> None:
    told = pyotp.parse_uri(address("wang", RFC_SECRET, "Jurong"))
    assert (told.name, told.issuer, told.secret) == ("wang", "Gridlink Jurong", RFC_SECRET)


@pytest.fixture(scope="module")
def home(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = fresh(sample_home, tmp_path_factory.mktemp("totp") / "home")
    with (copy / "gridlink.toml").open("a", encoding="utf-8") as file:
        file.write('\n[accounts]\ntotp_roles = ["analyst"]\n')
    return copy


@pytest.fixture(scope="module")
def opened(home: Path) -> App:
    return open_site(home)


@pytest.fixture
def app(opened: App) -> Iterator[App]:
    limiter.reset()
    yield opened
    factors = opened.server.extensions["gridlink"].factors
    for name in ("analyst", "leader"):
        factors.drop(name)


def post(client: FlaskClient, **fields: str) -> object:
    return client.post("/login", data={"csrf_token": form_token(client), **fields})


def enrolled(app: App, name: str) -> tuple[str, list[str]]:
    """Give an account a second factor, its last code used a minute ago; return secret and recovery codes."""
    factors = app.server.extensions["gridlink"].factors
    secret, before = factors.begin(name), datetime.now(UTC) - timedelta(minutes=2)
    return secret, factors.enrol(name, pyotp.TOTP(secret).at(before), before.replace(tzinfo=None))


def is_in(client: FlaskClient) -> bool:
    return bool(client.get("/_dash-layout").status_code == 200)


def test_the_right_password_alone_opens_nothing(app: App) -> None:
    secret, _ = enrolled(app, "leader")
    client = app.server.test_client()
    assert post(client, name="leader", password=PASSWORD).headers["Location"] == "/login"
    assert not is_in(client) and client.get("/account").status_code == 302
    assert post(client, code="000000").status_code == 401 and not is_in(client)
    assert post(client, code=pyotp.TOTP(secret).now()).status_code == 302 and is_in(client)


def test_a_code_seen_over_a_shoulder_opens_no_second_session(app: App) -> None:
    secret, codes = enrolled(app, "leader")
    first, second = app.server.test_client(), app.server.test_client()
    code = pyotp.TOTP(secret).now()
    for client, status in ((first, 302), (second, 401)):
        post(client, name="leader", password=PASSWORD)
        assert post(client, code=code).status_code == status
    assert post(second, code=codes[0]).status_code == 302 and is_in(second)


def test_codes_are_guessed_no_more_often_than_passwords(app: App) -> None:
    secret, _ = enrolled(app, "leader")
    client = app.server.test_client()
    # four wrong codes after the right password are five tries; entering the password again brings none back
    tries = [post(client, name="leader", password=PASSWORD).status_code]
    tries += [post(client, code="000000").status_code for _ in range(4)]
    limiter.reset()
    assert tries == [302, 401, 401, 401, 401]
    assert post(client, code=pyotp.TOTP(secret).now()).status_code == 429
    assert post(client, name="leader", password=PASSWORD).status_code == 429
    app.server.extensions["gridlink"].lockout.forgive("leader")


def test_a_role_that_needs_it_enrols_before_anything_else_and_sees_its_recovery_codes_once(app: App) -> None:
    client = app.server.test_client()
    post(client, name="analyst", password=PASSWORD)
    page = client.get("/login").get_data(as_text=True)
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page).group(1)  # type: ignore[union-attr]
    assert "<svg" in page and not is_in(client)
    assert client.get("/login").get_data(as_text=True).count(secret) == 1  # asking again changes nothing
    assert post(client, code="000000").status_code == 400
    shown = post(client, code=pyotp.TOTP(secret).now()).get_data(as_text=True)  # type: ignore[attr-defined]
    assert len(re.findall(r"<li>[a-z0-9-]{14}</li>", shown)) == RECOVERY_CODES
    assert is_in(client) and "<li>" not in client.get("/login").get_data(as_text=True)


def test_the_own_page_turns_it_on_with_the_password_and_off_only_where_no_role_needs_it(app: App) -> None:
    client = sign_in(app, "leader")
    secret = re.search(r"<code>(\w+)</code>", client.get("/account?enrol=1").get_data(as_text=True)).group(1)  # type: ignore[union-attr]
    token = {"csrf_token": form_token(client), "password": PASSWORD}
    code = pyotp.TOTP(secret).now()
    has = app.server.extensions["gridlink"].factors.has
    client.post("/account/enrol", data=token | {"code": code, "password": "wrong"})
    assert not has("leader")
    assert "<ol" in client.post("/account/enrol", data=token | {"code": code}).get_data(as_text=True)
    assert has("leader")
    client.post("/account/disable", data=token)
    assert not has("leader")
    enrolled(app, "analyst")
    needing = sign_in(app, "analyst")
    needing.post("/account/disable", data=token | {"csrf_token": form_token(needing)})
    assert has("analyst")


def test_a_half_done_sign_in_is_bound_to_its_address_and_ends_after_ten_minutes(app: App) -> None:
    house = app.server.extensions["gridlink"]
    kept, who = house.sessions, replace(house.accounts.get("leader"))
    token = kept.begin_halfway(who, "1.1.1.1", NOW, "code")
    assert kept.halfway(token, "1.1.1.1", NOW + timedelta(minutes=9)) == ("leader", "code")
    assert kept.halfway(token, "2.2.2.2", NOW) is None
    assert kept.halfway(token, "1.1.1.1", NOW + timedelta(minutes=11)) is None
    assert kept.account(token, "1.1.1.1", NOW, act=True) is None
    assert not [one for one in kept.open("leader", NOW) if one.place == "1.1.1.1"]
