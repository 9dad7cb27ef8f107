"""`gridlink user`: who may sign in, with which roles, over which part of the city, and who is signed in."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from dashboard.entitled import Office, now
from data.accounts import Account
from data.config import load_config
from data.errors import ConfigError
from data.scope import ROLES
from data.sessions import WALL_ROLE
from data.sign_in.passwords import check
from data.sign_in.separation import check_roles, conflict
from data.sign_in.totp import SecondFactors
from data.words import word

Home = Annotated[Path, typer.Option("--home", envvar="GRIDLINK_HOME", help="Folder of the city.")]
Name = Annotated[str, typer.Argument(help="Name of the account.")]
Secret = Annotated[str, typer.Option("--password", prompt=True, hide_input=True, confirmation_prompt=True)]
By = Annotated[str, typer.Option("--by", help="Who does this: needed where [accounts] separation is on.")]
Final = Annotated[bool, typer.Option("--final", help="The password need not be changed at the first login.")]
Json = Annotated[bool, typer.Option("--json", help="As JSON.")]
ROLE_HELP = " | ".join(ROLES)
KEEPER, GRANTER = "administrator", "security"

user = typer.Typer(
    no_args_is_help=True, help="Accounts: add, list, disable, enable, passwd, roles, sessions, end, totp."
)


@user.command()
def add(
    name: Name,
    password: Secret,
    role: Annotated[list[str] | None, typer.Option(help=ROLE_HELP)] = None,
    area: Annotated[str, typer.Option(help="Area id the account may see; default: the whole city.")] = "",
    worker: Annotated[str, typer.Option(help="Worker id, of a worker's own account.")] = "",
    unit: Annotated[str, typer.Option(help="Unit id, of a department's account.")] = "",
    final: Final = False,
    by: By = "",
    home: Home = Path("home"),
) -> None:
    """Add an account, or replace its password, roles and area; its sessions end."""
    config, roles = load_config(home), set(role or ())
    office = Office.of(config, by)
    office.entitle(KEEPER, name)
    if roles:
        office.entitle(GRANTER, name)
    check_roles(roles)
    check(password, name, config.accounts)
    office.note("account added", name, granted=sorted(roles), over=area)
    account = office.accounts.add(name, password, roles, area or config.city.area_id, worker_id=worker, unit_id=unit)
    if not final and WALL_ROLE not in roles:
        office.accounts.require_change(name)
    SecondFactors(office.accounts.operations).drop(name)  # of whoever had the name before
    office.forgive(name)
    _sign_out(office, name)
    _say("user_added", name=name, roles=", ".join(sorted(account.roles)), area=account.area_id)


@user.command("list")
def show(as_json: Json = False, home: Home = Path("home")) -> None:
    """List the accounts: name, roles, area, disabled or not; as JSON with second factor and open sessions."""
    office = Office.of(load_config(home), "")
    accounts = office.accounts.list()
    if as_json:
        print(json.dumps([_told(office, one) for one in accounts], ensure_ascii=False, indent=1, default=str))
        return
    for account in accounts:
        print(_line(account))


@user.command()
def disable(name: Name, by: By = "", home: Home = Path("home")) -> None:
    """Shut an account out at once."""
    office = _at(home, by, KEEPER, name)
    office.note("account disabled", name)
    office.accounts.disable(name)
    _sign_out(office, name)
    _say("user_disabled", name=name)


@user.command()
def enable(name: Name, by: By = "", home: Home = Path("home")) -> None:
    """Let a disabled account in again."""
    office = _at(home, by, KEEPER, name)
    office.note("account enabled", name)
    office.accounts.enable(name)
    _say("user_enabled", name=name)


@user.command()
def passwd(name: Name, password: Secret, final: Final = False, by: By = "", home: Home = Path("home")) -> None:
    """Replace a password; the account's sessions end, its lockout too, and its owner sets another at the next login."""
    office = _at(home, by, KEEPER, name)
    account = office.known(name)
    if account.origin:
        raise ConfigError("oidc_account", account=name)
    check(password, name, office.config.accounts)
    office.note("password changed", name)
    office.accounts.set_password(name, password, must_change=not final and WALL_ROLE not in account.roles)
    office.forgive(name)
    _sign_out(office, name)
    _say("user_changed", name=name)


@user.command()
def roles(
    name: Name,
    role: Annotated[list[str] | None, typer.Option(help=ROLE_HELP)] = None,
    area: Annotated[str, typer.Option(help="Area id; default: as it is.")] = "",
    by: By = "",
    home: Home = Path("home"),
) -> None:
    """Replace the roles (none: the account opens nothing) and perhaps the area; its sessions end."""
    office = _at(home, by, GRANTER, name)
    before, granted = office.known(name), set(role or ())
    check_roles(granted)
    office.note("roles changed", name, held=sorted(before.roles), granted=sorted(granted), over=area)
    office.accounts.set_roles(name, granted, area or before.area_id)
    _sign_out(office, name)
    _say("user_roles", name=name, roles=", ".join(sorted(granted)) or "-")


@user.command()
def sessions(
    name: Annotated[str, typer.Argument(help="Name of an account; default: all.")] = "",
    as_json: Json = False,
    home: Home = Path("home"),
) -> None:
    """List who is signed in: id, account, address, since, last act (UTC), device."""
    office = Office.of(load_config(home), "")
    found = office.sessions.open(name or None, now())
    if as_json:
        print(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1, default=str))
        return
    for one in found:
        print("\t".join(str(fact) for fact in (one.id, one.account, one.place, one.began_at, one.seen_at, one.device)))


@user.command()
def end(
    name: Name,
    session: Annotated[str, typer.Option("--id", help="Only the session of this id.")] = "",
    by: By = "",
    home: Home = Path("home"),
) -> None:
    """End an account's sessions, or one of them."""
    office = _at(home, by, KEEPER, name)
    kept = office.sessions
    office.note("sessions ended", name)
    count = int(kept.end_one(name, session)) if session else kept.end_all(name)
    _say("user_ended", name=name, count=count)


@user.command()
def totp(
    name: Name,
    reset: Annotated[bool, typer.Option("--reset", help="Take it away: the telephone is lost.")] = False,
    by: By = "",
    home: Home = Path("home"),
) -> None:
    """Say whether an account has a second factor, or take it away; then its sessions end."""
    office = _at(home, by, KEEPER, name) if reset else Office.of(load_config(home), "")
    office.known(name)
    factors = SecondFactors(office.accounts.operations)
    if not reset:
        has = factors.has(name)
        return _say("user_totp_on" if has else "user_totp_off", name=name, count=factors.left(name))
    if not factors.has(name):
        raise ConfigError("no_totp", account=name)
    office.note("second factor off", name)
    factors.drop(name)
    _sign_out(office, name)
    return _say("user_totp_reset", name=name)


def _at(home: Path, by: str, role: str, name: str) -> Office:
    """Open the office for whoever may do this to an account that exists."""
    office = Office.of(load_config(home), by)
    office.known(name)
    office.entitle(role, name)
    return office


def _sign_out(office: Office, name: str) -> None:
    office.sessions.end_all(name)


def _told(office: Office, account: Account) -> dict[str, Any]:
    """Return what is known of an account; nothing that opens it."""
    pair = conflict(account.roles)
    more = {
        "roles": sorted(account.roles),
        "totp": SecondFactors(office.accounts.operations).has(account.name),
        "sessions": len(office.sessions.open(account.name, now())),
        "conflict": list(pair) if pair else None,
    }
    return asdict(account) | more


def _line(account: Account) -> str:
    state = " ".join(filter(None, ["disabled" * account.disabled, "conflict" * bool(conflict(account.roles))]))
    return "\t".join((account.name, " ".join(sorted(account.roles)), account.area_id, state)).rstrip()


def _say(key: str, **facts: object) -> None:
    said = os.environ.get("GRIDLINK_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or "en"
    print(word(key, "zh-CN" if said.lower().startswith("zh") else "en", **facts), file=sys.stderr)
