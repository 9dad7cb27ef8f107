"""Who asks, and what part of the city they may see: a required argument of every query."""

from __future__ import annotations

from dataclasses import dataclass, replace

ROLES = (
    "kiosk", "operator", "leader", "analyst", "steward", "auditor", "administrator", "security", "department", "worker"
)  # fmt: skip
# Who meets a case only because it was given to them, wherever it lies: they see nothing else of their area.
HANDLERS = frozenset({"department", "worker"})


@dataclass(frozen=True)
class Scope:
    """The account, its roles and the root of its area subtree, from the server's session and nowhere else.

    `reason` is the case number or text given for seeing persons; empty: persons stay nameless. `second_reason` is the
    other one that tracks of long ago need.
    """

    account: str
    roles: frozenset[str]
    area_id: str
    reason: str = ""
    worker_id: str = ""  # of a worker's own account
    unit_id: str = ""  # of a department's or unit's account
    second_reason: str = ""

    def has(self, role: str) -> bool:
        """Say whether the account holds the role."""
        return role in self.roles

    @property
    def reports_cases(self) -> bool:
        """Say whether the account may open a case and write notes: whoever works with cases, never a wall."""
        return bool(self.roles & {"operator", "leader", *HANDLERS}) and not self.has("kiosk")

    @property
    def keeps_watch(self) -> bool:
        """Say whether the account may keep the watch of the room, acknowledge alarms and put things on a wall."""
        return bool(self.roles & {"operator", "leader"}) and not self.has("kiosk")

    @property
    def is_handler(self) -> bool:
        """Say whether the account sees no cases but those given to its worker or unit."""
        return bool(self.roles) and self.roles <= HANDLERS

    @property
    def sees_exact_workers(self) -> bool:
        """Say whether workers are points; a kiosk or viewer sees dots of their grid (domain: masking table)."""
        return bool(self.roles & {"operator", "leader", "auditor"})

    @property
    def sees_tracks(self) -> bool:
        """Say whether the account may replay tracks at all."""
        return bool(self.roles & {"operator", "leader", "auditor"})

    @property
    def reads_cases(self) -> bool:
        """Say whether the account reads the words of a case; a wall and who only keeps accounts see kind and grid."""
        return bool(self.roles - {"kiosk", "administrator", "security"}) and not self.has("kiosk")

    @property
    def sees_special_groups(self) -> bool:
        """Say whether the account may see counts of special groups: leaders and auditors, and never a wall."""
        return bool(self.roles & {"leader", "auditor"}) and not self.has("kiosk")

    @property
    def reads_audit(self) -> bool:
        """Say whether the account may read the log of who saw what: auditors, and nobody else."""
        return self.has("auditor")

    @property
    def sees_rejects(self) -> bool:
        """Say whether the account may read what refused rows held: whoever repairs them, or finds out why."""
        return bool(self.roles & {"steward", "analyst"})

    @property
    def tends_data(self) -> bool:
        """Say whether the account may bring files and load refused rows again."""
        return self.has("steward")

    @property
    def gives_tasks(self) -> bool:
        """Say whether the account may give tasks (交办) about its area."""
        return self.has("leader") and not self.has("kiosk")

    @property
    def asks_sql(self) -> bool:
        """Say whether the account may put questions of its own to a copy of its rows."""
        return self.has("analyst")

    @property
    def closes_months(self) -> bool:
        """Say whether the account may close a month and account for what changed after."""
        return bool(self.roles & {"leader", "steward"}) and not self.has("kiosk")

    @property
    def sees_old_tracks(self) -> bool:
        """Say whether the account may replay tracks older than some days (domain: masking table)."""
        return bool(self.roles & {"leader", "auditor"})

    @property
    def why(self) -> str:
        """Return what the log says of why: the reason, and the second one behind it."""
        return " / ".join(one for one in (self.reason, self.second_reason) if one)

    def because(self, reason: str, second: str = "") -> Scope:
        """Return the same scope with the reason given for seeing persons, and the one for seeing them long ago."""
        return replace(self, reason=reason.strip(), second_reason=second.strip())
