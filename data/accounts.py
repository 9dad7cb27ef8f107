"""Local accounts: who may sign in, with which roles, over which part of the city."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import Row, insert, select, update

from data.errors import ConfigError
from data.operations import Operations, account
from data.scope import ROLES, Scope

# 19 MiB and two passes: the second OWASP profile for argon2id, so that eight logins at once stay near 150 MiB.
HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


@dataclass(frozen=True)
class Account:
    """One person or one wall."""

    name: str
    roles: frozenset[str]
    area_id: str
    disabled: bool
    worker_id: str = ""  # whose own account this is
    unit_id: str = ""  # whose duty desk this is

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
        """Add an account or replace its password, roles and area; raises ConfigError on an unknown role.

        A worker's account names the worker, a department's the unit: they see the cases given to these.
        """
        for role in roles - set(ROLES):
            raise ConfigError("unknown_role", detail=role, known=", ".join(ROLES))
        row = {
            "name": name,
            "password_hash": HASHER.hash(password),
            "roles": " ".join(sorted(roles)),
            "area_id": area_id,
            "disabled": False,
            "created_at": datetime.now(UTC).replace(tzinfo=None),
            "worker_id": worker_id or None,
            "unit_id": unit_id or None,
        }
        with self.operations.write() as connection:
            connection.execute(account.delete().where(account.c.name == name))
            connection.execute(insert(account), [row])
        return Account(name, frozenset(roles), area_id, False, worker_id, unit_id)

    def verify(self, name: str, password: str) -> Account | None:
        """Return the account when the password is right; an unknown name costs the same time."""
        row = self._row(name)
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
            return [_account(row) for row in connection.execute(select(account).order_by(account.c.name))]

    def disable(self, name: str) -> bool:
        """Shut an account out; False where there is none of that name."""
        return self._change(name, disabled=True)

    def set_password(self, name: str, password: str) -> bool:
        """Replace the password; False where there is no such account."""
        return self._change(name, password_hash=HASHER.hash(password))

    def _change(self, name: str, **values: object) -> bool:
        with self.operations.write() as connection:
            changed = connection.execute(update(account).where(account.c.name == name).values(**values))
        return bool(changed.rowcount)

    def _row(self, name: str) -> Row[tuple[object, ...]] | None:
        with self.operations.engine.connect() as connection:
            return connection.execute(select(account).where(account.c.name == name)).first()


def _account(row: Row[tuple[object, ...]]) -> Account:
    whose = {"worker_id": row.worker_id or "", "unit_id": row.unit_id or ""}
    return Account(row.name, frozenset(row.roles.split()), row.area_id, row.disabled, **whose)
