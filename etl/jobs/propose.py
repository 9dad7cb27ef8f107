"""Proposes a mapping for a file somebody uploaded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from data.config import Config
from data.errors import FileRefused
from etl.propose import propose


def run(config: Config, arguments: dict[str, Any], report: Callable[[str], None]) -> dict[str, Any]:
    """Propose for the file at `path`, a file inside the home; `overrides` are answers already given.

    Returns Proposal.as_json(). Raises FileRefused `not_a_file` for a path outside the home.
    """
    path = Path(arguments["path"]).resolve()
    if not path.is_relative_to(config.home.resolve()):
        raise FileRefused("not_a_file", path=arguments["path"])
    report(path.name)
    return propose(path, config, arguments.get("overrides")).as_json()


JOB = run
