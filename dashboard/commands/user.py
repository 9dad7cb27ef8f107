"""`gridlink user`: who may sign in, with which roles, over which part of the city."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from data.accounts import Account, Accounts
from data.config import Config, load_config
from data.errors import ConfigError
from data.operations import Operations
from data.scope import ROLES
from data.sessions import Sessions
from data.words import word

SHORTEST = 10

Home = Annotated[Path, typer.Option("--home", envvar="GRIDLINK_HOME", help="Folder of the city.")]
Name = Annotated[str, typer.Argument(help="Name of the account.")]
Secret = Annotated[str, typer.Option("--password", prompt=True, hide_input=True, confirmation_prompt=True)]

user = typer.Typer(no_args_is_help=True, help="Accounts: add, list, disable, passwd.")


@user.command()
def add(
    name: Name,
    password: Secret,
    role: Annotated[list[str], typer.Option(help=" | ".join(ROLES))],
    area: Annotated[str, typer.Option(help="Area id the account may see; default: the whole city.")] = "",
    worker: Annotated[str, typer.Option(help="Worker id, of a worker's own account.")] = "",
    unit: Annotated[str, typer.Option(help="Unit id, of a department's account.")] = "",
    home: Home = Path("home"),
) -> None:
    """Add an account, or replace its password, roles and area; its sessions end."""
    config = load_config(home)
    _check(password)
    accounts = _accounts(config)
    account = accounts.add(name, password, set(role), area or config.city.area_id, worker_id=worker, unit_id=unit)
    _end_sessions(accounts, config, name)
    _say("user_added", name=name, roles=", ".join(sorted(account.roles)), area=account.area_id)


@user.command("list")
def show(home: Home = Path("home")) -> None:
    """List the accounts: name, roles, area, disabled or not."""
    for account in _accounts(load_config(home)).list():
        print(_line(account))


@user.command()
def disable(name: Name, home: Home = Path("home")) -> None:
    """Shut an account out at once."""
    config = load_config(home)
    accounts = _accounts(config)
    _known(accounts.disable(name), name, accounts)
    _end_sessions(accounts, config, name)
    _say("user_disabled", name=name)


@user.command()
def passwd(name: Name, password: Secret, home: Home = Path("home")) -> None:
    """Replace a password; the account's sessions end."""
    config = load_config(home)
    _check(password)
    accounts = _accounts(config)
    _known(accounts.set_password(name, password), name, accounts)
    _end_sessions(accounts, config, name)
    _say("user_changed", name=name)


def _accounts(config: Config) -> Accounts:
    return Accounts(Operations.of(config))


def _end_sessions(accounts: Accounts, config: Config, name: str) -> None:
    Sessions(accounts.operations, config.server.session_hours, config.server.idle_minutes).end_all(name)


def _check(password: str) -> None:
    if len(password) < SHORTEST:
        raise ConfigError("short_password", known=SHORTEST)


def _known(found: bool, name: str, accounts: Accounts) -> None:
    if not found:
        raise ConfigError("unknown_account", account=name, known=", ".join(a.name for a in accounts.list()))


def _line(account: Account) -> str:
    state = "disabled" if account.disabled else ""
    return "\t".join((account.name, " ".join(sorted(account.roles)), account.area_id, state)).rstrip()


def _say(key: str, **facts: object) -> None:
    said = os.environ.get("GRIDLINK_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or "en"
    print(word(key, "zh-CN" if said.lower().startswith("zh") else "en", **facts), file=sys.stderr)
