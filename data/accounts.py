"""Local accounts: who may sign in, with which roles, over which part of the city."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import Row, insert, select, update

from data.errors import ConfigError
from data.operations import Operations
from data.operations import account as account_table
from data.scope import Scope
from data.sign_in.separation import check_roles

# 19 MiB and two passes: the second OWASP profile for argon2id, so that eight logins at once stay near 150 MiB.
HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
UNUSABLE = "!"  # no hash, so nothing matches it


@dataclass(frozen=True)
class Account:
    """One person or one wall."""

    name: str
    roles: frozenset[str]
    area_id: str
    disabled: bool
    worker_id: str = ""  # whose own account this is
    unit_id: str = ""  # whose duty desk this is
    must_change: bool = False  # the password before anything else
    changed_at: datetime | None = None  # the password, naive UTC
    origin: str = ""  # "oidc": a provider says at every sign-in who this is and what it may do

    def scope(self) -> Scope:
        """Return what the account may see, without a reason for seeing persons."""
        return Scope(self.name, self.roles, self.area_id, worker_id=self.worker_id, unit_id=self.unit_id)


class Accounts:
    """The accounts of one operations store."""

    def __init__(self, operations: Operations) -> None:
        self.operations = operations
        self._decoy = HASHER.hash("a password nobody has")

    def add(
        self, name: str, password: str, roles: set[str], area_id: str, *, worker_id: str = "", unit_id: str = ""
    ) -> Account:
        """Add an account or replace its password, roles and area.

        Raises ConfigError: unknown_role, roles_apart.
        A worker's account names the worker, a department's the unit: they see the cases given to these.
        """
        check_roles(roles)
        row: dict[str, Any] = {
            "name": name,
            "password_hash": HASHER.hash(password),
            "roles": " ".join(sorted(roles)),
            "area_id": area_id,
            "disabled": False,
            "created_at": _now(),
            "worker_id": worker_id or None,
            "unit_id": unit_id or None,
            "changed_at": _now(),
        }
        with self.operations.write() as connection:
            connection.execute(account_table.delete().where(account_table.c.name == name))
            connection.execute(insert(account_table), [row])
        return Account(name, frozenset(roles), area_id, False, worker_id, unit_id, changed_at=row["changed_at"])

    def adopt(self, account: Account) -> Account:
        """Keep what a provider says of an account, replacing what it said before; its password opens nothing.

        Raises ConfigError: roles_apart, and `account_taken` where a local account has the name.
        """
        check_roles(account.roles)
        known = self.get(account.name)
        if known is not None and not known.origin:
            raise ConfigError("account_taken", account=account.name)
        row = {
            "roles": " ".join(sorted(account.roles)),
            "area_id": account.area_id,
            "worker_id": account.worker_id or None,
            "unit_id": account.unit_id or None,
        }
        if known is None:
            first = {"name": account.name, "password_hash": UNUSABLE, "disabled": False, "created_at": _now()}
            with self.operations.write() as connection:
                connection.execute(insert(account_table), [row | first | {"origin": account.origin}])
        else:
            self._change(account.name, **row)
        return self.get(account.name) or account

    def verify(self, name: str, password: str) -> Account | None:
        """Return the account when the password is right; any other name costs the same time."""
        row = self._row(name)
        row = None if row is None or row.origin else row
        try:
            HASHER.verify(row.password_hash if row else self._decoy, password)
        except (VerifyMismatchError, InvalidHashError):
            return None
        return None if row is None or row.disabled else _account(row)

    def get(self, name: str) -> Account | None:
        """Return the account of that name, disabled or not."""
        row = self._row(name)
        return _account(row) if row else None

    def list(self) -> list[Account]:
        """Return all accounts by name."""
        with self.operations.engine.connect() as connection:
            return [_account(row) for row in connection.execute(select(account_table).order_by(account_table.c.name))]

    def disable(self, name: str) -> bool:
        """Shut an account out; False where there is none of that name."""
        return self._change(name, disabled=True)

    def enable(self, name: str) -> bool:
        """Let a disabled account in again; False where there is none of that name."""
        return self._change(name, disabled=False)

    def set_password(self, name: str, password: str, *, must_change: bool = False) -> bool:
        """Replace the password; False where there is no such account.

        must_change: somebody else set it, so that its owner has to set another before anything else.
        """
        values = {"password_hash": HASHER.hash(password), "must_change": must_change, "changed_at": _now()}
        return self._change(name, **values)

    def require_change(self, name: str) -> bool:
        """Have the owner set another password at the next login; False where there is no such account."""
        return self._change(name, must_change=True)

    def set_roles(self, name: str, roles: set[str], area_id: str) -> bool:
        """Replace roles and area; False where there is no such account.

        Raises ConfigError: unknown_role, roles_apart.
        """
        check_roles(roles)
        return self._change(name, roles=" ".join(sorted(roles)), area_id=area_id)

    def _change(self, name: str, **values: object) -> bool:
        with self.operations.write() as connection:
            changed = connection.execute(update(account_table).where(account_table.c.name == name).values(**values))
        return bool(changed.rowcount)

    def _row(self, name: str) -> Row[tuple[object, ...]] | None:
        with self.operations.engine.connect() as connection:
            return connection.execute(select(account_table).where(account_table.c.name == name)).first()


def _account(row: Row[tuple[object, ...]]) -> Account:
    return Account(
        row.name,
        frozenset(row.roles.split()),
        row.area_id,
        row.disabled,
        worker_id=row.worker_id or "",
        unit_id=row.unit_id or "",
        must_change=bool(row.must_change),
        changed_at=row.changed_at or row.created_at,
        origin=row.origin or "",
    )


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
