"""Gives a finished file its final name so that a crash leaves the old file or the new one, never a half."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


def settle(draft: Path, path: Path) -> str:
    """Sync a finished draft file, make it read-only (0444) and rename it to `path`; return its SHA-256."""
    with open(draft, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    draft.chmod(0o444)
    os.replace(draft, path)
    return digest


def replace_text(path: Path, text: str) -> None:
    """Replace a small text file so that a reader sees the old or the new one."""
    draft = path.with_name(path.name + ".tmp")
    with open(draft, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make renames inside a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
