"""Makes a backup of the home every night, where [backup] names a folder."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from data.config import Config
from data.errors import ConfigError
from etl.backup import backup


def run(config: Config, arguments: dict[str, Any], report: Callable[[str], None]) -> dict[str, Any]:
    """Back up into [backup] folder and keep the newest `keep`; takes no arguments, returns what was copied.

    Raises ConfigError `no_backup_folder`.
    """
    del arguments, report
    if not config.backup.folder:
        raise ConfigError("no_backup_folder", path=config.home / "gridlink.toml")
    return backup(config, config.home / config.backup.folder, keep=config.backup.keep).as_json()


JOB = run
