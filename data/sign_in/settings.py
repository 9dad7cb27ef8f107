"""Settings of accounts and of a provider of identities (OpenID Connect)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class AccountRules:
    """What a password must be and how long it lasts, when guessing ends, who needs a code, who may grant what."""

    password_length: int
    password_kinds: int
    password_days: int
    wrong_tries: int
    wrong_minutes: float
    address_tries: int
    account_tries: int
    totp_roles: tuple[str, ...]
    separation: bool


@dataclass(frozen=True)
class Oidc:
    """Where a provider is, who we are to it, and what its claims mean here; `issuer` empty: there is none."""

    issuer: str
    client_id: str
    client_secret_file: str
    redirect_uri: str
    ca_file: str
    scopes: str
    label: str
    label_en: str
    name_claim: str
    roles_claim: str
    area_claim: str
    worker_claim: str
    unit_claim: str
    second_factor: bool
    roles: Mapping[str, str] = field(hash=False)  # a home's configuration is a key of caches
    areas: Mapping[str, str] = field(hash=False)
