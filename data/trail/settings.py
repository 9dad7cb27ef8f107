"""The settings of the audit log and of the notice; meanings and defaults stand in defaults.toml."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AuditLog:
    """When a file of the log is full (MB), and who besides the operations store remembers its last line."""

    file_mb: float
    copy: str
    syslog: str


@dataclass(frozen=True)
class Notice:
    """What the notice says of this site: who answers for it, whom to ask, and what for; empty: the general words."""

    office: str
    office_en: str
    contact: str
    purpose: str
    purpose_en: str
    basis: str
    basis_en: str
