"""Publishes on a disk until it is full, and says in one line of JSON what came of it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from random import Random

import pyarrow as pa

from data.config import Config, make_config
from data.errors import WarehouseError
from data.schema import arrow_schema
from data.warehouse import Warehouse
from etl.publish import publishing
from etl.verify import verify


def publish(config: Config, rows: int, chance: Random) -> None:
    """Publish so many units whose ids no compression makes smaller."""
    units = [{"unit_id": chance.randbytes(500).hex(), "name": "x"} for _ in range(rows)]
    with publishing(config) as draft:
        draft.append("unit", pa.Table.from_pylist(units, arrow_schema("unit")))


def fill(config: Config) -> dict[str, object]:
    """Publish ten rows, thrice more than there is room for (in the part, then in the serve file beside it), and one."""
    chance, said = Random(1), []
    publish(config, 10, chance)
    before = {str(path) for path in config.home.rglob("*") if path.is_file()}
    for rows in (20_000, 5_000, 3_000):
        try:
            publish(config, rows, chance)
        except WarehouseError as fault:
            said.append((fault.reason, str(fault)))
    publish(config, 1, chance)
    left, report = {str(path) for path in config.home.rglob("*") if path.is_file()}, verify(config, every=True)
    count = Warehouse(config).fetch("SELECT count(*) AS n FROM unit", {})["n"][0].as_py()
    about = {"findings": len(report.findings), "orphans": report.orphans, "rows": count}
    return about | {"said": said, "left": sorted(left - before)}


if __name__ == "__main__":
    print(json.dumps(fill(make_config(Path(sys.argv[1]), {}))))
