"""Loads files somebody named or uploaded."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from data.config import Config
from etl.load import load
from etl.mapping import Mapping, load_mapping


def run(config: Config, arguments: dict[str, Any], report: Callable[[str], None]) -> dict[str, Any]:
    """Load `paths`; `mapping` is the text of a TOML to read them by instead of those in mappings/.

    `mapping_name` is what it is saved as: refused rows are found again by it. Returns what `gridlink load --json`
    prints.
    """
    paths = [Path(path) for path in arguments["paths"]]
    text = arguments.get("mapping")
    name = str(arguments.get("mapping_name") or "job")
    mappings = [_mapping(text, name)] if text else None
    return load(paths, config, mappings=mappings, progress=report).as_json()


def _mapping(text: str, name: str) -> Mapping:
    with tempfile.TemporaryDirectory(prefix="gridlink-") as folder:
        path = Path(folder) / (Path(name).stem + ".toml")
        path.write_text(text, encoding="utf-8")
        return load_mapping(path)


JOB = run
