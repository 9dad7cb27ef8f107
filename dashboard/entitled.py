"""Who may do what to accounts at the command line: with three-way separation (三员分立), never one person all of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime

import typer

from data.accounts import Account, Accounts
from data.audit import Audit
from data.config import Config
from data.errors import ConfigError
from data.operations import Operations
from data.scope import Scope
from data.sessions import Sessions
from data.sign_in.lockout import Lockout

COMMAND = "command"
VARIABLE = "GRIDLINK_BY_PASSWORD"  # for scripts; otherwise it is asked for
PLACE = "command line"


@dataclass(frozen=True)
class Office:
    """The accounts of a home, and who is at work on them; `by` empty: whoever has the machine."""

    config: Config
    accounts: Accounts
    by: str

    @classmethod
    def of(cls, config: Config, by: str) -> Office:
        """Open the office of a home."""
        return cls(config, Accounts(Operations.of(config)), by)

    @property
    def sessions(self) -> Sessions:
        """The open sessions of the home."""
        return Sessions(self.accounts.operations, self.config.server.session_hours, self.config.server.idle_minutes)

    def entitle(self, role: str, name: str) -> None:
        """Let whoever acts go on, where separation is on only with the role and never on their own account.

        As long as nobody has the role there is nobody to ask: the first account of it is made by who has the machine.
        Raises ConfigError: needs_by, wrong_password, too_many_tries, not_entitled.
        """
        if not self.config.accounts.separation or not self._is_held(role):
            return
        if not self.by:
            raise ConfigError("needs_by", known=role)
        who = self._proven()
        if role not in who.roles or who.name == name:
            raise ConfigError("not_entitled", account=who.name, known=role)

    def known(self, name: str) -> Account:
        """Return the account of that name; raises ConfigError `unknown_account`."""
        found = self.accounts.get(name)
        if found is None:
            raise ConfigError("unknown_account", account=name, known=", ".join(a.name for a in self.accounts.list()))
        return found

    def note(self, action: str, name: str, **what: object) -> None:
        """Write an audit line about an account, before what it says is done. Raises Problem `no_audit`."""
        who = Scope(self.by or COMMAND, frozenset(), self.config.city.area_id)
        Audit.of(self.config, self.accounts.operations).record(
            who, action, subjects=name, place=PLACE, uid=os.getuid(), **what
        )

    def forgive(self, name: str) -> None:
        """Let an account try again at once."""
        Lockout(self.accounts.operations, self.config.accounts).forgive(name)

    def _is_held(self, role: str) -> bool:
        return any(role in one.roles and not one.disabled for one in self.accounts.list())

    def _proven(self) -> Account:
        """Return the account that acts, its password being right."""
        lockout = Lockout(self.accounts.operations, self.config.accounts)
        if not lockout.enter(self.by, PLACE, now()):
            raise ConfigError("too_many_tries", known=round(self.config.accounts.wrong_minutes))
        password = os.environ.get(VARIABLE) or typer.prompt(self.by, hide_input=True, err=True)
        who = self.accounts.verify(self.by, password)
        if who is None:
            self.note("login refused", self.by)
            raise ConfigError("wrong_password")
        lockout.succeeded(self.by, PLACE, now())
        return who


def now() -> datetime:
    """Return this moment, naive UTC."""
    return datetime.now(UTC).replace(tzinfo=None)
