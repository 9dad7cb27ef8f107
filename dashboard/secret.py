"""The key that signs cookies: made at the first start, or given by whoever runs containers; never a known one."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from data.errors import ConfigError
from data.secret_file import read_secret

FILE = "secret"
VARIABLE = "GRIDLINK_SECRET"
SHORTEST = 32  # bytes
FEWEST = 8  # different characters: not one key held down
# What templates, tutorials and other people's products call a secret.
DEFAULTS = (
    "change", "secret", "default", "example", "password", "your_", "your-", "insecure", "test", "dev-", "gridlink",
    "replace", "xxxx", "1234567890", "abcdefghij", "thisismy", "0123456789abcdef", "placeholder", "todo",
)  # fmt: skip


def secret(home: Path) -> str:
    """Return the key that signs cookies: GRIDLINK_SECRET, or the file `secret` of the home, made where it is missing.

    Raises ConfigError: weak_secret (short, or one that others know), open_secret (others may read it).
    """
    given = os.environ.get(VARIABLE)
    if given is not None:
        return _checked(given, VARIABLE)
    path = home / FILE
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _checked(read_secret(path), str(path))
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(_made())
    return read_secret(path)


def _checked(key: str, where: str) -> str:
    if _is_weak(key):
        raise ConfigError("weak_secret", path=where, known=SHORTEST)
    return key


def _is_weak(key: str) -> bool:
    known = key.casefold().startswith(DEFAULTS)
    return known or len(key.encode()) < SHORTEST or len(set(key)) < FEWEST


def _made() -> str:
    """Return a random key; one in a million begins like a known one."""
    keys = (secrets.token_urlsafe(48) for _ in range(100))
    return next(key for key in keys if not _is_weak(key))
