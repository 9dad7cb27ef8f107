"""Copies of a loaded home that a test may change."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

STORE = "operations.db"
# What people leave behind, other tests of the process among them.
LEFT = (f"{STORE}*", "audit*", "secret*", "uploads", "exports")


def keep_store(home: Path) -> None:
    """Keep a home's operations store as the load left it: before anybody works there."""
    with closing(sqlite3.connect(home / STORE)) as store, closing(sqlite3.connect(_kept(home))) as kept:
        store.backup(kept)


def fresh(home: Path, to: Path) -> Path:
    """Copy a home as its load left it: with the cases that were loaded, and nobody's work."""
    unworked(home, to)
    if _kept(home).exists():
        shutil.copy(_kept(home), to / STORE)
    return to


def unworked(home: Path, to: Path) -> Path:
    """Copy a home without its operations store: no case, no account, an empty board."""
    return Path(shutil.copytree(home, to, ignore=shutil.ignore_patterns(*LEFT)))


def _kept(home: Path) -> Path:
    return home.with_name("as-loaded.db")
