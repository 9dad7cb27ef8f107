"""Keeps a mapping in a home: under a safe name, only when it is one, and never over another without being told."""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

from data.config import Config
from data.errors import ConfigError
from etl.mapping_file import make_mapping

SAFE = re.compile(r"[^\W_][\w-]{0,99}\.toml")
DRAFT = ".draft"  # an unfinished mapping: kept beside the others, read by no load


def save_mapping(config: Config, name: str, toml: str, *, overwrite: bool = False) -> Path:
    """Write mappings/`name` of a home (`.toml` may be left out) and return its path.

    Raises ConfigError `unsafe_name`, `bad_toml`, `taken`, and what a mapping that cannot be used is refused for.
    """
    path = mapping_path(config, name)
    make_mapping(_parsed(toml, path), path)
    return write(path, toml, overwrite)


def save_draft(config: Config, name: str, toml: str) -> Path:
    """Write an unfinished mapping beside the others, where no load reads it, over an earlier draft; return its path."""
    path = mapping_path(config, name)
    _parsed(toml, path)
    return write(path.with_name(path.name + DRAFT), toml, overwrite=True)


def mapping_path(config: Config, name: str) -> Path:
    """Return where a mapping of this name is kept; raises ConfigError `unsafe_name`."""
    whole = name if name.endswith(".toml") else f"{name}.toml"
    if not SAFE.fullmatch(whole):
        raise ConfigError("unsafe_name", detail=name)
    return config.home / "mappings" / whole


def write(path: Path, toml: str, overwrite: bool) -> Path:
    """Write a text at once; raises ConfigError `taken` where a file stands and may not be replaced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.{os.getpid()}")
    new.write_text(toml, encoding="utf-8")
    try:
        if overwrite:
            new.replace(path)
        else:
            os.link(new, path)
    except FileExistsError as fault:
        raise ConfigError("name_taken", path=path) from fault
    finally:
        new.unlink(missing_ok=True)
    return path


def _parsed(toml: str, path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(toml)
    except tomllib.TOMLDecodeError as fault:
        raise ConfigError("bad_toml", path=path.name, detail=fault) from fault
