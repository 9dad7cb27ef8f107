"""Keeps a mapping somebody has looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from data.config import Config
from etl.propose.save import save_mapping


def run(config: Config, arguments: dict[str, Any], report: Callable[[str], None]) -> dict[str, Any]:
    """Write `toml` as mappings/`name`; with `overwrite` also over one that is there. Returns {"path": ...}.

    A job run twice after its process died finds its own file and changes nothing.
    """
    report(str(arguments["name"]))
    overwrite = arguments.get("overwrite") is True
    path = save_mapping(config, arguments["name"], arguments["toml"], overwrite=overwrite)
    return {"path": path.as_posix()}


JOB = run
