"""Finds the files of a run and the mapping of each."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from data.errors import FileRefused, Problem
from data.feeds import feeds
from etl.mapping import Mapping, find_mapping

OWN = {"gridlink.toml", "truth.json"}


@dataclass(frozen=True)
class Incoming:
    """One file to load: its path, mapping and SHA-256."""

    path: Path
    mapping: Mapping
    sha256: str


@dataclass(frozen=True)
class Inbox:
    """The files of a run in loading order, and those that could not be taken, each with its reason."""

    files: list[Incoming]
    refused: list[tuple[Path, Problem]]
    passed_over: list[Path]  # files of a folder that no mapping matches, and links that lead out of it


def open_inbox(paths: list[Path], mappings: list[Mapping]) -> Inbox:
    """Expand folders and match every file with its mapping; a file named itself must have one."""
    inbox = Inbox([], [], [])
    for path in paths:
        for file in _expand(path, inbox):
            _match(file, mappings, inbox, named=file == path)
    order = list(feeds())
    inbox.files.sort(key=lambda f: (order.index(f.mapping.feed), f.path.as_posix()))
    return inbox


def _expand(path: Path, inbox: Inbox) -> list[Path]:
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.is_file() and not _is_own(p.relative_to(path)))
        inbox.passed_over.extend(p for p in files if _leads_out(p, path))
        return [p for p in files if not _leads_out(p, path)]
    if not path.is_file():
        inbox.refused.append((path, FileRefused("not_a_file", path=path)))
        return []
    return [path]


def _leads_out(path: Path, folder: Path) -> bool:
    """Say whether a file of a folder is a link to one elsewhere: whoever may put files there may read no others."""
    return path.is_symlink() and not path.resolve().is_relative_to(folder.resolve())


def _is_own(path: Path) -> bool:
    """Say whether a file of a home is the product's own and no input."""
    hidden = any(part.startswith(".") for part in path.parts)
    return hidden or path.name in OWN or bool({"mappings", "warehouse", "spool", "uploads"} & set(path.parts[:-1]))


def _match(path: Path, mappings: list[Mapping], inbox: Inbox, named: bool) -> None:
    if named and path.stat().st_size == 0:
        inbox.refused.append((path, FileRefused("empty_file", path=path)))
        return
    try:
        mapping = find_mapping(path, mappings)
    except FileRefused as fault:
        if named:
            inbox.refused.append((path, fault))
        else:
            inbox.passed_over.append(path)
        return
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    inbox.files.append(Incoming(path, mapping, digest))
