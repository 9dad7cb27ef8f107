"""What a home knows already: the areas, workers and duty a new file can be recognised by and judged against."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

import pyarrow as pa

from data.config import Config
from data.errors import WarehouseError
from data.warehouse import Warehouse
from etl.reference import Reference

TABLES = {
    "area": "SELECT * FROM area",
    "worker": "SELECT * FROM worker",
    "roster": "SELECT * FROM roster",
    "unit": "SELECT unit_id FROM unit",
    "incident": "SELECT incident_id FROM incident_report",
}


@dataclass(frozen=True)
class Known:
    """The home's reference tables as last published; all empty before the first load."""

    config: Config
    tables: dict[str, pa.Table]

    @cached_property
    def reference(self) -> Reference | None:
        """What rows are admitted against; None while there are no areas."""
        area = self.tables.get("area")
        if area is None or not area.num_rows:
            return None
        now = datetime.now(UTC).replace(tzinfo=None)
        return Reference(self.config, area, self.tables.get("worker"), self.tables.get("roster"), now)

    @cached_property
    def area_ids(self) -> frozenset[str]:
        """Ids of areas, virtual children left out."""
        return frozenset(x for x in self._column("area", "area_id") if not x.endswith("~"))

    @cached_property
    def area_names(self) -> frozenset[str]:
        """Names of areas."""
        return frozenset(self._column("area", "name"))

    @cached_property
    def ids(self) -> dict[str, frozenset[str]]:
        """Ids known by the name of the column that may hold them."""
        return {
            "area_id": self.area_ids,
            "parent_id": self.area_ids,
            "area_name": self.area_names,
            "worker_id": frozenset(self._column("worker", "worker_id")),
            "unit_id": frozenset(self._column("unit", "unit_id")),
            "incident_id": frozenset(self._column("incident", "incident_id")),
        }

    @cached_property
    def box(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north of the areas with their margin; None before any are loaded."""
        return self.reference.box if self.reference else None

    def _column(self, table: str, name: str) -> list[str]:
        rows = self.tables.get(table)
        return [x for x in rows[name].to_pylist() if x] if rows is not None else []


def known_to(config: Config) -> Known:
    """Read what the published version of a home holds; a home without one knows nothing."""
    warehouse = Warehouse(config)
    found: dict[str, pa.Table] = {}
    try:
        for name, statement in TABLES.items():
            with warehouse.cursor() as cursor:
                found[name] = cursor.sql(statement).to_arrow_table()
    except WarehouseError as fault:
        if fault.reason != "no_version":
            raise
    return Known(config, found)
