"""Secrets live in files that only their owner reads: never in configuration, never in a log."""

from __future__ import annotations

from pathlib import Path

from data.errors import ConfigError

OTHERS = 0o077


def read_secret(path: Path) -> str:
    """Return the one line of a secret's file.

    Raises ConfigError: no_secret_file, and `open_secret` where others than its owner may read or change it.
    """
    try:
        if path.stat().st_mode & OTHERS:
            raise ConfigError("open_secret", path=path)
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise ConfigError("no_secret_file", path=path, detail=type(fault).__name__) from fault
