"""What a password must be: long, of several kinds of characters, not the name, and not one everybody tries first."""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache
from importlib.resources import files

from data.errors import ConfigError
from data.sign_in.settings import AccountRules

FEWEST = 5  # different characters
LONGEST = 256  # so that nobody makes the hash work on megabytes
# What people write for letters; and what they hang on to a word to please a rule.
LEET = str.maketrans("@4301!$5", "aaeoiiss")
SIGNS = "!@#$%^&*._-?~+="
TAIL = "0123456789" + SIGNS


def check(password: str, name: str, rules: AccountRules) -> None:
    """Refuse a password that is easily guessed, saying why.

    Raises ConfigError: short_password, long_password, plain_password, password_is_name, known_password.
    """
    if len(password) < rules.password_length:
        raise ConfigError("short_password", known=rules.password_length)
    if len(password) > LONGEST:
        raise ConfigError("long_password", known=LONGEST)
    if kinds(password) < rules.password_kinds or len(set(password)) < FEWEST:
        raise ConfigError("plain_password", known=rules.password_kinds, detail=FEWEST)
    if _holds(password, name):
        raise ConfigError("password_is_name")
    if is_known(password):
        raise ConfigError("known_password")


def kinds(password: str) -> int:
    """Count the kinds of characters: small and capital letters, letters without case, digits, everything else."""
    return len({_kind(character) for character in password})


def is_known(password: str) -> bool:
    """Say whether a password is one everybody tries first, also with digits behind it or spelled like p@ssw0rd."""
    plain = password.casefold()
    stems = (plain, plain.rstrip(SIGNS), plain.rstrip(TAIL))
    return any(variant in _denied() for stem in stems for variant in (stem, stem.translate(LEET)))


def _kind(character: str) -> str:
    category = unicodedata.category(character)
    return category if category in ("Ll", "Lu", "Lo", "Nd") else "other"


def _holds(password: str, name: str) -> bool:
    said, own = password.casefold(), name.casefold()
    return said in (own, own[::-1]) or (len(own) >= 4 and (own in said or own[::-1] in said))


@cache
def _denied() -> frozenset[str]:
    text = files("data").joinpath("sign_in", "denied.toml").read_text(encoding="utf-8")
    return frozenset(word.casefold() for word in tomllib.loads(text)["words"])
