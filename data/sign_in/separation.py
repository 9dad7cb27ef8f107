"""Which roles one account may hold together (三员分立, GB/T 22239): who keeps, who grants and who audits are three.

The administrator keeps accounts and configuration, security says who may do what, the auditor reads what was done.
None of them works with the city's data beside it, and a wall, which is signed in for months, is nothing but a wall.
"""

from __future__ import annotations

from collections.abc import Set

from data.errors import ConfigError
from data.scope import ROLES

ALONE = ("administrator", "security", "auditor", "kiosk")


def conflict(roles: Set[str]) -> tuple[str, str] | None:
    """Return a role that stands alone and another of the account's beside it, or None where there is no such pair."""
    for role in ALONE:
        beside = sorted(roles - {role})
        if role in roles and beside:
            return role, beside[0]
    return None


def check_roles(roles: Set[str]) -> None:
    """Raise ConfigError `unknown_role` or, naming the pair, `roles_apart`."""
    for role in sorted(roles - set(ROLES)):
        raise ConfigError("unknown_role", detail=role, known=", ".join(ROLES))
    pair = conflict(roles)
    if pair:
        raise ConfigError("roles_apart", detail=pair[0], known=pair[1])
