"""Takes refused rows in again, after a repair or because a mapping has been mended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from data.config import Config
from etl.replay import Chosen, replay


def run(config: Config, arguments: dict[str, Any], report: Callable[[str], None]) -> dict[str, Any]:
    """Replay refused rows of `run_id`, `path`, `reason` (each optional), changed by `repairs`: {row: {column: value}}.

    With repairs only the rows they name are taken. Returns what `gridlink load --json` prints.
    """
    chosen = Chosen(arguments.get("run_id", ""), arguments.get("path", ""), arguments.get("reason", ""))
    repairs = {int(row): values for row, values in (arguments.get("repairs") or {}).items()}
    return replay(config, chosen, repairs, progress=report).as_json()


JOB = run
