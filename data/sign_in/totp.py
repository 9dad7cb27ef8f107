"""The second factor: six digits of a telephone that change every 30 seconds (RFC 6238), and codes for its loss.

A code is good for its step and the steps beside it, and only once: the last step used is kept. Recovery codes are
random, so a SHA-256 of each is enough; each opens once.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime
from typing import Any

import pyotp
from sqlalchemy import Column, DateTime, Integer, MetaData, String, Table, delete, func, insert, or_, select, update

from data.errors import Problem
from data.operations import Operations

metadata = MetaData()

second_factor = Table(
    "second_factor",
    metadata,
    Column("account", String, primary_key=True),
    Column("secret", String, nullable=False),
    Column("last_step", Integer),  # the newest 30-second step whose code was used
    Column("enrolled_at", DateTime),  # NULL: the secret was shown, no code of it was typed yet
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("account", String, primary_key=True),
    Column("code_sha256", String, primary_key=True),
)

STEP_S = 30
BESIDE = 1  # steps: a telephone's clock may be half a minute off
RECOVERY_CODES = 10
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that is read for something else
ISSUER = "Gridlink"


class SecondFactors:
    """The second factors of one operations store; times are naive UTC."""

    def __init__(self, operations: Operations) -> None:
        self.operations = operations
        operations.make(metadata)

    def has(self, account: str) -> bool:
        """Say whether the account has to give a code."""
        enrolled = select(second_factor.c.account).where(_of(account), second_factor.c.enrolled_at.is_not(None))
        with self.operations.engine.connect() as connection:
            return connection.execute(enrolled).first() is not None

    def begin(self, account: str) -> str:
        """Draft a secret to be shown for enrolling and return it; one shown before is worth nothing from now on.

        Raises Problem `totp_enrolled`.
        """
        secret = pyotp.random_base32()
        with self.operations.write() as connection:
            connection.execute(delete(second_factor).where(_of(account), second_factor.c.enrolled_at.is_(None)))
            if connection.execute(select(second_factor.c.account).where(_of(account))).first():
                raise Problem("totp_enrolled", account=account)
            connection.execute(insert(second_factor), [{"account": account, "secret": secret}])
        return secret

    def drafted(self, account: str) -> str | None:
        """Return the secret shown for enrolling, or None where none is waiting for its first code."""
        mine = select(second_factor.c.secret).where(_of(account), second_factor.c.enrolled_at.is_(None))
        with self.operations.engine.connect() as connection:
            return connection.execute(mine).scalar()

    def enrol(self, account: str, code: str, now: datetime) -> list[str]:
        """Turn the drafted secret on by its first code; return the recovery codes, or none where the code is wrong."""
        if self.has(account) or not self._spend_step(account, code, now):
            return []
        codes = ["-".join(_letters(4) for _ in range(3)) for _ in range(RECOVERY_CODES)]
        rows = [{"account": account, "code_sha256": _hash(code)} for code in codes]
        with self.operations.write() as connection:
            connection.execute(update(second_factor).where(_of(account)).values(enrolled_at=now))
            connection.execute(delete(recovery_code).where(recovery_code.c.account == account))
            connection.execute(insert(recovery_code), rows)
        return codes

    def verify(self, account: str, code: str, now: datetime) -> str:
        """Return `code` or `recovery`, by which the account showed itself, or nothing; either is spent by that."""
        if not self.has(account):
            return ""
        if self._spend_step(account, code, now):
            return "code"
        return "recovery" if self._spend_recovery(account, code) else ""

    def left(self, account: str) -> int:
        """Return how many recovery codes are left."""
        mine = select(func.count()).select_from(recovery_code).where(recovery_code.c.account == account)
        with self.operations.engine.connect() as connection:
            return int(connection.execute(mine).scalar_one())

    def drop(self, account: str) -> bool:
        """Take the second factor and its recovery codes away; False where there was none."""
        with self.operations.write() as connection:
            connection.execute(delete(recovery_code).where(recovery_code.c.account == account))
            return bool(connection.execute(delete(second_factor).where(_of(account))).rowcount)

    def _spend_step(self, account: str, code: str, now: datetime) -> bool:
        """Use a code; the update that notes its step is the check, so that two requests cannot both use it."""
        with self.operations.engine.connect() as connection:
            row = connection.execute(select(second_factor).where(_of(account))).first()
        step = _step_of(str(row.secret), code, now) if row is not None else None
        if step is None:
            return False
        unused = or_(second_factor.c.last_step.is_(None), second_factor.c.last_step < step)
        with self.operations.write() as connection:
            spent = connection.execute(update(second_factor).where(_of(account), unused).values(last_step=step))
        return bool(spent.rowcount)

    def _spend_recovery(self, account: str, code: str) -> bool:
        mine = (recovery_code.c.account == account, recovery_code.c.code_sha256 == _hash(code))
        with self.operations.write() as connection:
            return bool(connection.execute(delete(recovery_code).where(*mine)).rowcount)


def address(account: str, secret: str, place: str) -> str:
    """Return the otpauth address a telephone reads from the QR; place: the city's name, shown beside the account."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=f"{ISSUER} {place}".strip())


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """Return the step whose code this is, of this one and those beside it."""
    typed = "".join(code.split())
    if len(typed) != 6 or not typed.isascii() or not typed.isdigit():
        return None
    maker, step = pyotp.TOTP(secret), int(now.replace(tzinfo=UTC).timestamp()) // STEP_S
    near = range(step - BESIDE, step + BESIDE + 1)
    found = [one for one in near if secrets.compare_digest(maker.generate_otp(one), typed)]
    return found[-1] if found else None


def _of(account: str) -> Any:
    return second_factor.c.account == account


def _letters(count: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(count))


def _hash(code: str) -> str:
    plain = "".join(code.casefold().split()).replace("-", "")
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()
