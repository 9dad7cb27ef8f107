"""Copies of a loaded home that a test may change."""

import shutil
from pathlib import Path

# The operations store and what else people leave behind: the copy begins with no case, account or job, an empty board.
LEFT = ("operations.db*", "audit*", "uploads", "exports")


def fresh(home: Path, to: Path) -> Path:
    """Copy a home without anybody's work in it."""
    return Path(shutil.copytree(home, to, ignore=shutil.ignore_patterns(*LEFT)))
