"""What a provider's claims mean here: an account, with no more roles than the site's mapping gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data.accounts import Account
from data.errors import Problem
from data.sign_in.separation import check_roles
from data.sign_in.settings import Oidc

ORIGIN = "oidc"
NAME_LONGEST = 64


def account_of(claims: Mapping[str, Any], rules: Oidc, city: str) -> Account:
    """Return the account the claims describe; city: the area of an account where no claim names one.

    What the mapping does not list gives nothing; who is left without a role is refused. Raises Problem `oidc_claim`
    naming the claim, ConfigError: unknown_role, roles_apart.
    """
    name = _word(claims, rules.name_claim).strip()
    if not name or len(name) > NAME_LONGEST or not name.isprintable():
        raise Problem("oidc_claim", detail=rules.name_claim, known="")
    said = _words(claims.get(rules.roles_claim))
    roles = frozenset(rules.roles[word] for word in said if word in rules.roles)
    if not roles:
        raise Problem("oidc_claim", detail=rules.roles_claim, known=", ".join(sorted(said))[:120])
    check_roles(roles)
    worker, unit = _optional(claims, rules.worker_claim), _optional(claims, rules.unit_claim)
    return Account(name, roles, _area(claims, rules, city), False, worker, unit, origin=ORIGIN)


def _area(claims: Mapping[str, Any], rules: Oidc, city: str) -> str:
    if not rules.area_claim:
        return city
    said = _word(claims, rules.area_claim)
    area = rules.areas.get(said) if rules.areas else said
    if not area:
        raise Problem("oidc_claim", detail=rules.area_claim, known=said[:120])
    return area


def _word(claims: Mapping[str, Any], claim: str) -> str:
    said = claims.get(claim)
    return said if isinstance(said, str) else ""


def _optional(claims: Mapping[str, Any], claim: str) -> str:
    return _word(claims, claim) if claim else ""


def _words(said: Any) -> set[str]:
    """Return a claim that is a word or a list of words; anything else says nothing."""
    listed = said if isinstance(said, list) else [said]
    return {word for word in listed if isinstance(word, str)}
