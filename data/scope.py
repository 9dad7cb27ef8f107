"""Who asks, and what part of the city they may see: a required argument of every query."""

from __future__ import annotations

from dataclasses import dataclass, replace

ROLES = ("kiosk", "operator", "leader", "analyst", "steward", "auditor", "administrator")


@dataclass(frozen=True)
class Scope:
    """The account, its roles and the root of its area subtree, from the server's session and nowhere else.

    `reason` is the case number or text given for seeing persons; empty: persons stay nameless.
    """

    account: str
    roles: frozenset[str]
    area_id: str
    reason: str = ""

    def has(self, role: str) -> bool:
        """Say whether the account holds the role."""
        return role in self.roles

    @property
    def sees_exact_workers(self) -> bool:
        """Say whether workers are points; a kiosk or viewer sees dots of their grid (domain: masking table)."""
        return bool(self.roles & {"operator", "leader", "auditor"})

    @property
    def sees_tracks(self) -> bool:
        """Say whether the account may replay tracks at all."""
        return bool(self.roles & {"operator", "leader", "auditor"})

    @property
    def sees_rejects(self) -> bool:
        """Say whether the account may read what refused rows held: whoever repairs them, or finds out why."""
        return bool(self.roles & {"steward", "analyst", "administrator"})

    @property
    def tends_data(self) -> bool:
        """Say whether the account may bring files and load refused rows again."""
        return bool(self.roles & {"steward", "administrator"})

    def because(self, reason: str) -> Scope:
        """Return the same scope with the reason given for seeing persons."""
        return replace(self, reason=reason.strip())
