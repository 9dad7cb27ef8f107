"""Accounts: roles that are kept apart, passwords worth having, sessions one can see and end, and who may do what."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from typer.testing import CliRunner, Result

from dashboard.app import App
from dashboard.commands.user import user
from dashboard.login import limiter
from dashboard.secret import VARIABLE, secret
from data.accounts import Accounts
from data.config import load_config, make_config
from data.errors import ConfigError
from data.operations import Operations, account
from data.scope import ROLES
from data.sessions import Sessions
from data.sign_in.passwords import check
from data.sign_in.separation import check_roles, conflict
from tests.copies import fresh
from tests.web import PASSWORD, form_token, open_site, sign_in

GOOD = "river bicycle lamp 7"
NEW = "seven Lamps on the river"
RULES = make_config(Path("."), {}).accounts
# who keeps accounts, who grants rights, who reads the log; and a wall, which stays signed in for months
APART = ("administrator", "security", "auditor", "kiosk")


@pytest.mark.parametrize("pair", [*combinations(ROLES, 2)], ids=" and ".join)
def test_keeping_granting_auditing_and_a_wall_stand_alone(pair: tuple[str, str]) -> None:
    assert bool(conflict(set(pair))) is bool(set(pair) & set(APART))


@pytest.mark.parametrize("role", ROLES)
def test_every_role_alone_is_fine(role: str) -> None:
    check_roles({role})


def test_an_account_is_not_made_with_roles_kept_apart_and_both_are_named(tmp_path: Path) -> None:
    accounts = Accounts(Operations.of(make_config(tmp_path, {})))
    with pytest.raises(ConfigError, match="auditor.*administrator|administrator.*auditor"):
        accounts.add("wang", GOOD, {"administrator", "auditor"}, "city")
    assert accounts.get("wang") is None
    accounts.add("wang", GOOD, {"operator"}, "city")
    with pytest.raises(ConfigError):
        accounts.set_roles("wang", {"operator", "security"}, "city")
    assert accounts.get("wang").roles == {"operator"}  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short 1!", "short_password"),
        ("x1" * 200, "long_password"),
        ("onlysmallletters", "plain_password"),
        ("aaaaaaaaaa1", "plain_password"),
        ("wangwei2026!", "password_is_name"),
        ("2026-iewgnaw", "password_is_name"),
        ("P@ssw0rd2026", "known_password"),
        ("qwertyuiop123", "known_password"),
        ("1234567890!!", "known_password"),
        ("wanggeyuan2026", "known_password"),
    ],
)
def test_a_password_easily_guessed_is_refused_with_the_reason(password: str, reason: str) -> None:
    with pytest.raises(ConfigError) as refused:
        check(password, "wangwei", RULES)
    assert refused.value.reason == reason


@pytest.mark.parametrize("password", [GOOD, NEW, "grid-79ffa7", "春眠不觉晓处处闻啼鸟7"])
def test_a_password_worth_having_is_taken(password: str) -> None:
    check(password, "wangwei", RULES)


def test_a_site_may_ask_for_more(tmp_path: Path) -> None:
    strict = make_config(tmp_path, {"accounts": {"password_length": 24, "password_kinds": 4}}).accounts
    for password in (GOOD, "river bicycle lamp and more"):
        with pytest.raises(ConfigError):
            check(password, "wangwei", strict)
    check("River bicycle lamp 7 and more", "wangwei", strict)


@pytest.fixture(scope="module")
def home(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fresh(sample_home, tmp_path_factory.mktemp("accounts") / "home")


@pytest.fixture(scope="module")
def opened(home: Path) -> App:
    return open_site(home)


@pytest.fixture
def app(opened: App) -> App:
    limiter.reset()
    return opened


def enter(client: FlaskClient, **fields: str) -> Any:
    return client.post("/login?next=/account", data={"csrf_token": form_token(client), **fields})


def is_in(client: FlaskClient) -> bool:
    return bool(client.get("/_dash-layout").status_code == 200)


def log(home: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (home / "audit.jsonl").read_text(encoding="utf-8").splitlines()]


def test_a_password_somebody_else_set_is_changed_before_anything_is_seen(app: App, home: Path) -> None:
    accounts = app.server.extensions["gridlink"].accounts
    accounts.add("fresh", GOOD, {"leader"}, "QH")
    accounts.require_change("fresh")
    client = app.server.test_client()
    assert enter(client, name="fresh", password=GOOD).headers["Location"] == "/login?next=%2Faccount"
    assert not is_in(client)
    for new, again in ((GOOD, GOOD), ("short", "short"), (NEW, GOOD), ("fresh air 2026", "fresh air 2026")):
        assert enter(client, new=new, again=again).status_code == 400
    assert not is_in(client)
    assert enter(client, new=NEW, again=NEW).headers["Location"] == "/account"
    assert is_in(client) and accounts.verify("fresh", GOOD) is None
    assert [line["action"] for line in log(home)[-2:]] == ["password changed", "login"]
    assert enter(app.server.test_client(), name="fresh", password=NEW).headers["Location"] == "/account"


def test_an_old_password_is_changed_where_the_site_sets_an_age_and_a_wall_has_none(home: Path, opened: App) -> None:
    told = (home / "gridlink.toml").read_text(encoding="utf-8")
    (home / "gridlink.toml").write_text(f"{told}\n[accounts]\npassword_days = 90\n", encoding="utf-8")
    app = open_site(home)
    with app.server.extensions["gridlink"].accounts.operations.write() as connection:
        old = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=91)
        connection.execute(update(account).where(account.c.name.in_(["leader", "wall"])).values(changed_at=old))
    for name, target in (("leader", "/login?next=%2Faccount"), ("wall", "/account"), ("operator", "/account")):
        assert enter(app.server.test_client(), name=name, password=PASSWORD).headers["Location"] == target
    (home / "gridlink.toml").write_text(told, encoding="utf-8")
    open_site(home)


def test_one_sees_one_s_own_sessions_and_ends_one_or_all(app: App, home: Path) -> None:
    here, there, other = sign_in(app, "steward"), sign_in(app, "steward"), sign_in(app, "operator")
    page = here.get("/account").get_data(as_text=True)
    ids = re.findall(r'name="id" value="(\w+)"', page)
    assert len(ids) == 1 and page.count("<tr>") == 3  # the head, this one, the other one
    here.post("/account/sessions", data={"csrf_token": form_token(here), "id": ids[0]})
    assert not is_in(there) and is_in(here)
    foreign = app.server.extensions["gridlink"].sessions.open("operator", now())[0].id
    here.post("/account/sessions", data={"csrf_token": form_token(here), "id": foreign})
    assert is_in(other)
    third = sign_in(app, "steward")
    here.post("/account/sessions", data={"csrf_token": form_token(here)})
    assert not is_in(here) and not is_in(third) and is_in(other)
    assert log(home)[-1]["action"] == "sessions ended" and log(home)[-1]["count"] == 2


def test_changing_the_own_password_needs_the_old_one_and_ends_the_other_sessions(app: App) -> None:
    accounts = app.server.extensions["gridlink"].accounts
    accounts.add("mei", GOOD, {"leader"}, "QH")
    here, there = sign_in(app, "mei"), sign_in(app, "mei")
    form = {"csrf_token": form_token(here), "new": NEW, "again": NEW}
    here.post("/account/password", data=form | {"password": "not it at all"})
    assert accounts.verify("mei", GOOD) and is_in(there)
    here.post("/account/password", data=form | {"password": GOOD})
    assert accounts.verify("mei", NEW) and is_in(here) and not is_in(there)


def test_the_old_password_is_not_guessed_at_an_unwatched_screen(app: App) -> None:
    accounts = app.server.extensions["gridlink"].accounts
    accounts.add("mei", GOOD, {"leader"}, "QH")
    here = sign_in(app, "mei")
    form = {"csrf_token": form_token(here), "new": NEW, "again": NEW}
    for number in range(5):
        here.post("/account/password", data=form | {"password": f"guess {number}"})
    here.post("/account/password", data=form | {"password": GOOD})
    assert accounts.verify("mei", GOOD)


@pytest.mark.parametrize(("name", "status"), [("operator", 200), ("wall", 403), ("auditor", 200)])
def test_everybody_has_an_own_page_but_a_wall(app: App, name: str, status: int) -> None:
    assert sign_in(app, name).get("/account").status_code == status


def test_a_worker_reaches_the_own_page_and_forms_need_their_token(app: App) -> None:
    app.server.extensions["gridlink"].accounts.add("w1", PASSWORD, {"worker"}, "QH0101001", worker_id="w01")
    client = sign_in(app, "w1")
    assert client.get("/account").status_code == client.get("/account/style.css").status_code == 200
    assert client.post("/account/sessions").status_code == 400 and is_at_home(client)


def is_at_home(client: FlaskClient) -> bool:
    return bool(client.get("/account").status_code == 200)


def test_an_account_without_a_role_or_with_roles_kept_apart_opens_nothing(app: App) -> None:
    accounts = app.server.extensions["gridlink"].accounts
    client = sign_in(app, "operator")
    for held in ("", "auditor operator"):
        with accounts.operations.write() as connection:
            connection.execute(update(account).where(account.c.name == "operator").values(roles=held))
        assert not is_in(client)
        assert enter(app.server.test_client(), name="operator", password=PASSWORD).status_code == 403
    accounts.set_roles("operator", {"operator"}, "QH")


def test_signing_in_and_out_stands_in_the_audit_log(app: App, home: Path) -> None:
    client = app.server.test_client()
    enter(client, name="operator", password=PASSWORD)
    client.post("/logout", data={"csrf_token": form_token(client)})
    assert [(line["account"], line["action"]) for line in log(home)[-2:]] == [
        ("operator", "login"),
        ("operator", "logout"),
    ]


def test_nobody_signs_in_where_it_cannot_be_written_down(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    audit = app.server.extensions["gridlink"].door.audit
    monkeypatch.setattr(audit, "path", audit.path / "not a folder" / "audit.jsonl")
    client = app.server.test_client()
    assert enter(client, name="operator", password=PASSWORD).status_code == 403
    assert not is_in(client)


def now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Path]:
    """A home with nothing but accounts."""
    (tmp_path / "gridlink.toml").write_text('[city]\narea_id = "QH"\n', encoding="utf-8")
    yield tmp_path


def run(site: Path, *words: str, by: str = "") -> Result:
    env = {"GRIDLINK_HOME": str(site), "GRIDLINK_BY_PASSWORD": GOOD, "GRIDLINK_LANG": "en"}
    return CliRunner().invoke(user, [*words, *(["--by", by] if by else [])], env=env)


def refused(site: Path, *words: str, by: str = "") -> str:
    """Return the reason a verb is refused for."""
    problem = run(site, *words, by=by).exception
    assert isinstance(problem, ConfigError), problem
    return problem.reason


def listed(site: Path) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in json.loads(run(site, "list", "--json").stdout)}


def test_the_life_of_an_account_at_the_command_line(site: Path) -> None:
    assert refused(site, "add", "mei", "--role", "leader", "--password", "Passw0rd2026") == "known_password"
    assert run(site, "add", "mei", "--role", "leader", "--area", "QH01", "--password", GOOD).exit_code == 0
    one = listed(site)["mei"]
    assert (one["roles"], one["area_id"], one["must_change"], one["totp"]) == (["leader"], "QH01", True, False)
    assert GOOD not in json.dumps(one) and "argon2" not in json.dumps(one)
    kept = Sessions(Operations.of(load_config(site)), 12, 30)
    accounts = Accounts(kept.operations)
    token = kept.begin(accounts.get("mei"), "1.1.1.1", now(), "Firefox")  # type: ignore[arg-type]
    assert [row["place"] for row in json.loads(run(site, "sessions", "mei", "--json").stdout)] == ["1.1.1.1"]
    run(site, "roles", "mei", "--role", "leader", "--role", "analyst")
    assert kept.account(token, "", now(), False) is None and listed(site)["mei"]["roles"] == ["analyst", "leader"]
    token = kept.begin(accounts.get("mei"), "1.1.1.1", now())  # type: ignore[arg-type]
    run(site, "end", "mei")
    assert kept.account(token, "", now(), False) is None
    run(site, "disable", "mei")
    assert accounts.verify("mei", GOOD) is None
    run(site, "enable", "mei")
    run(site, "passwd", "mei", "--password", NEW, "--final")
    assert accounts.verify("mei", NEW) and not listed(site)["mei"]["must_change"]
    assert [line["action"] for line in log(site)] == [
        "account added", "roles changed", "sessions ended", "account disabled", "account enabled", "password changed"
    ]  # fmt: skip
    assert (log(site)[1]["held"], log(site)[1]["granted"]) == (["leader"], ["analyst", "leader"])


def test_a_lost_telephone_is_taken_off_an_account(site: Path) -> None:
    import pyotp

    from data.sign_in.totp import SecondFactors

    run(site, "add", "mei", "--role", "leader", "--password", GOOD)
    assert refused(site, "totp", "mei", "--reset") == "no_totp"
    factors = SecondFactors(Operations.of(load_config(site)))
    factors.enrol("mei", pyotp.TOTP(factors.begin("mei")).now(), now())
    assert listed(site)["mei"]["totp"]
    run(site, "totp", "mei", "--reset")
    assert not factors.has("mei") and log(site)[-1]["action"] == "second factor off"


@pytest.mark.parametrize("words", [("disable", "x"), ("roles", "x"), ("end", "x"), ("totp", "x"), ("enable", "x")])
def test_an_account_that_is_not_there_is_named_and_nothing_is_logged(site: Path, words: tuple[str, ...]) -> None:
    assert refused(site, *words) == "unknown_account" and not (site / "audit.jsonl").exists()


def test_with_separation_on_nobody_does_all_of_it(site: Path) -> None:
    with (site / "gridlink.toml").open("a", encoding="utf-8") as file:
        file.write("\n[accounts]\nseparation = true\n")
    # as long as there is nobody to ask, whoever has the machine makes the first of each
    assert run(site, "add", "sec", "--role", "security", "--password", GOOD, "--final").exit_code == 0
    assert run(site, "add", "adm", "--password", GOOD, "--final").exit_code == 0
    assert refused(site, "roles", "adm", "--role", "administrator") == "needs_by"
    assert run(site, "roles", "adm", "--role", "administrator", by="sec").exit_code == 0
    assert refused(site, "add", "mei", "--password", GOOD) == "needs_by"
    assert refused(site, "add", "mei", "--role", "leader", "--password", GOOD, by="adm") == "not_entitled"
    assert run(site, "add", "mei", "--password", GOOD, by="adm").exit_code == 0
    assert refused(site, "roles", "mei", "--role", "leader", by="adm") == "not_entitled"
    assert refused(site, "disable", "mei", by="sec") == "not_entitled"
    assert refused(site, "roles", "sec", "--role", "leader", by="sec") == "not_entitled"  # nobody grants their own
    assert run(site, "roles", "mei", "--role", "leader", by="sec").exit_code == 0
    assert (log(site)[-1]["account"], log(site)[-1]["subjects"]) == ("sec", "mei")


def test_an_operations_store_of_an_earlier_release_keeps_its_sessions_and_accounts(tmp_path: Path) -> None:
    file = sqlite3.connect(tmp_path / "operations.db")
    file.execute(
        "CREATE TABLE account (name VARCHAR NOT NULL PRIMARY KEY, password_hash VARCHAR NOT NULL,"
        " roles VARCHAR NOT NULL, area_id VARCHAR NOT NULL, disabled BOOLEAN NOT NULL,"
        " created_at DATETIME NOT NULL, worker_id VARCHAR, unit_id VARCHAR)"
    )
    file.execute("INSERT INTO account VALUES ('wang', 'x', 'operator', 'QH', 0, '2026-01-01 00:00:00', NULL, NULL)")
    file.execute(
        "CREATE TABLE web_session (token_sha256 VARCHAR NOT NULL PRIMARY KEY, account VARCHAR NOT NULL, place VARCHAR,"
        " seen_at DATETIME NOT NULL, ends_at DATETIME NOT NULL)"
    )
    digest = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"  # SHA-256 of "test"
    file.execute("INSERT INTO web_session VALUES (?, 'wang', NULL, ?, ?)", (digest, *["2026-01-05 04:00:00"] * 2))
    file.commit()
    file.close()
    kept = Sessions(Operations.of(make_config(tmp_path, {})), 12, 30)
    moment = datetime(2026, 1, 5, 4)
    assert kept.account("test", "1.1.1.1", moment, act=False) == "wang"
    assert [one.began_at for one in kept.open("wang", moment)] == [None]
    known = Accounts(kept.operations).get("wang")
    assert known and (known.must_change, known.changed_at, known.origin) == (False, datetime(2026, 1, 1), "")


@pytest.mark.parametrize(
    "weak",
    ["", "short", "x" * 64, "changeme-changeme-changeme-changeme-1234", "SECRET_KEY_of_a_tutorial_1234567890abc"],
)
def test_a_weak_or_default_secret_is_refused_with_what_to_do(
    weak: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_text(weak, encoding="ascii")
    (tmp_path / "secret").chmod(0o600)
    with pytest.raises(ConfigError, match="remove it") as refusal:
        secret(tmp_path)
    assert refusal.value.status == 2
    monkeypatch.setenv(VARIABLE, weak)
    with pytest.raises(ConfigError, match=VARIABLE):
        secret(tmp_path)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602])
def test_a_secret_others_may_read_or_change_is_refused(mode: int, tmp_path: Path) -> None:
    made = secret(tmp_path)
    os.chmod(tmp_path / "secret", mode)
    with pytest.raises(ConfigError, match="chmod 600"):
        secret(tmp_path)
    os.chmod(tmp_path / "secret", 0o600)
    assert secret(tmp_path) == made


def test_a_secret_given_by_the_environment_is_used_and_no_file_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "kT4-zq9_Lw2vXb7RnYc5HsJd8Gf3MpAe6Uo1Ti0")
    assert secret(tmp_path).startswith("kT4") and list(tmp_path.iterdir()) == []
