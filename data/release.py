"""Names the release that runs: two processes of one cluster must be the same."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

SOURCES = ("data", "etl")
KINDS = (".py", ".sql", ".toml", ".csv")


@cache
def release() -> str:
    """Return a word that differs when any source of the stores or the loader does."""
    digest = hashlib.sha256()
    for package in SOURCES:
        for path in _sources(files(package)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _sources(folder: Traversable) -> list[Traversable]:
    found: list[Traversable] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir() and not entry.name.startswith(("_", ".")):
            found += _sources(entry)
        elif entry.name.endswith(KINDS):
            found.append(entry)
    return found
