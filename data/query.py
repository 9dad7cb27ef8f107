"""The one door to both stores: every query takes a scope; every personal query is logged before its rows leave."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from data.audit import Audit
from data.cache import SingleFlight
from data.closing import Closings
from data.config import Config
from data.errors import NotAllowed, Problem
from data.loop.handed import handed
from data.metrics import METRICS, Metric, added, counted
from data.operations import Operations
from data.persons import Point, is_own, masked
from data.places import Places
from data.present import Present
from data.rooms import Rooms
from data.scope import Scope
from data.sqlfile import SqlFile, sql_files
from data.warehouse import Warehouse
from data.why import check_reasons

SUBTREE = "SELECT area_id FROM area_link WHERE ancestor_id = $root"
LABELS = "SELECT area_id, lon, lat FROM area WHERE lon IS NOT NULL"
PERIOD = ("start", "end", "day", "first_day", "last_day", "slot")


class Door(Rooms):
    """Both stores of one home, behind scope, masking, audit and cache."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.warehouse = Warehouse(config)
        self.operations = Operations.of(config)
        self.audit = Audit.of(config, self.operations)
        self._cache = SingleFlight()
        self._rows = SingleFlight(96)  # of metrics at their finest grain: large, and asked again only while drilling
        self.places = Places(self.warehouse, config)
        self.present = Present(self.warehouse, config)
        self.closings: Closings | None = Closings(config)  # None: figures of closed months are computed anew

    def version(self) -> str:
        """Return the warehouse version served."""
        return self.warehouse.version()

    def clock(self, topic: str) -> int:
        """Return the sequence number of an operations topic: unchanged means nothing new."""
        return self.operations.clock(topic)

    def query(self, name: str, scope: Scope, **params: Any) -> pa.Table:
        """Return the rows of data/sql/queries/<name>.sql that the scope may see.

        `area` among the parameters must lie inside the scope. Personal queries need a right (the header's `right`: a
        property of the scope, or to see tracks) and reasons enough (data/why.py), are written to the log first, and
        are never cached unless the header says `kept`: sums over many, still logged at every look.
        Raises Problem: unknown_query, not_allowed, those of `check_reasons`, no_audit, too_slow, too_many_rows.
        """
        file = _find(name, sql_files("queries"), "unknown_query")
        self.check_area(scope, params.get("area"))
        if file.header.get("personal"):
            self._admit_personal(file, scope, params)
            if not file.header.get("kept"):
                return self._run(file, scope, params)
        who = (scope.area_id, scope.roles, bool(scope.reason), scope.worker_id, scope.unit_id)
        key = (name, self._state(file), *who, _key(params))
        rows: pa.Table = self._cache.get(key, lambda: self._run(file, scope, params))
        return rows

    def metric(
        self,
        name: str,
        scope: Scope,
        *,
        start: datetime,
        end: datetime,
        now: datetime,
        level: str,
        area: str | None = None,
    ) -> list[dict[str, Any]]:
        """Return one row per area of `level` below `area`: part, whole, value, n and interval of one period.

        start, end, now: naive UTC. Rows: area_id, name, name_en, level, part, whole, value, n, low, high.
        """
        metric = _find(name, METRICS, "unknown_metric")
        self.check_area(scope, area)
        if self.closings and (closed := self.closings.rows(name, (start, end), level)) is not None:
            return [row for row in closed if row["area_id"] in self._subtree(area or scope.area_id)]
        about = {"start": start, "end": end, "now": now, "level": level, "area_id": area or scope.area_id}
        key = (name, self._state_of(metric), scope.area_id, _key(about))
        values = {**self.automatic(scope), **about}
        rows: list[dict[str, Any]] = self._cache.get(key, lambda: self._compute(metric, values))
        return rows

    def _compute(self, metric: Metric, values: dict[str, Any]) -> list[dict[str, Any]]:
        """Count once for all levels and areas, then add up to those asked for: drilling down counts nothing anew."""
        basis = {key: value for key, value in values.items() if key not in ("level", "area_id")}
        key = metric.name, self._state_of(metric), _key(basis)
        rows = self._rows.get(key, lambda: self.count(metric, values))
        with self.warehouse.cursor() as cursor:
            return added(cursor, metric, rows, values)

    def count(self, metric: Metric, values: dict[str, Any]) -> pa.Table:
        """Return a metric's rows at their finest grain: area_id, unit_id, worker_id, part, whole."""
        if metric.store == "operations":
            return self.desk.operations.fetch(metric.file.sql, metric.file.bind(values))
        with self.warehouse.cursor() as cursor:
            return counted(cursor, metric, values)

    def _state_of(self, metric: Metric) -> Any:
        return self.version() if metric.store == "warehouse" else (self.version(), self.operations.clocks())

    def _run(self, file: SqlFile, scope: Scope, params: dict[str, Any]) -> pa.Table:
        values = file.bind({**self.automatic(scope), **params})
        if file.header.get("store") == "operations":
            rows = self._visible(self.desk.operations.fetch(file.sql, values), scope)  # the desk makes its tables
            rows = rows.filter(self._inside(rows, params["area"])) if file.header.get("within") else rows
        else:
            rows = self.warehouse.fetch(file.sql, values)
        rows = self.present.only(rows) if file.header.get("on_duty") else rows
        return masked(rows, file.header, scope, self._labels)

    def automatic(self, scope: Scope) -> dict[str, Any]:
        """Return what every statement may name without being given it."""
        config = self.config
        return {
            "scope": scope.area_id,
            "leaf": config.leaf,
            "zone": config.city.zone,
            "city": config.city.area_id,
            "excluded": list(config.incidents.mature_kinds_excluded),
            "self_resolvable": list(config.incidents.self_resolvable),
            "update_days": config.elements.update_days,
        }

    def check_area(self, scope: Scope, area: str | None) -> None:
        """Raise NotAllowed for an area outside the scope's subtree; None is the scope's own."""
        if area not in (None, scope.area_id) and area not in self._subtree(scope.area_id):
            raise NotAllowed("not_allowed", account=scope.account, detail=area)

    def _subtree(self, root: str) -> frozenset[str]:
        def load() -> frozenset[str]:
            return frozenset(self.warehouse.fetch(SUBTREE, {"root": root})["area_id"].to_pylist())

        inside: frozenset[str] = self._cache.get(("subtree", self.version(), root), load)
        return inside

    def _visible(self, rows: pa.Table, scope: Scope) -> pa.Table:
        """Return the rows of operations an account may see: of its area, or given to its worker or unit."""
        given = handed(rows, scope)
        return rows.filter(given if scope.is_handler else pc.or_(self._inside(rows, scope.area_id), given))

    def _inside(self, rows: pa.Table, root: str) -> pa.Array:
        wanted = pa.array(sorted(self._subtree(root)), pa.string())
        return pc.is_in(rows["area_id"].cast(pa.string()), value_set=wanted)

    def _admit_personal(self, file: SqlFile, scope: Scope, params: dict[str, Any]) -> None:
        own = "workers" in file.parameters and is_own(scope, params)
        if not own and not self._may(file, scope):
            raise NotAllowed("not_allowed", account=scope.account, detail=file.name)
        if not own:
            check_reasons(self.config, file, scope, params)
        period = {key: params[key] for key in (*PERIOD, *file.header.get("told", ())) if key in params}
        subjects = params.get("workers") or params.get("area") or scope.area_id
        self.audit.record(scope, file.name, subjects=subjects, period=period)

    def _may(self, file: SqlFile, scope: Scope) -> bool:
        """Say whether the scope has the query's right; rows that stand in no area need the whole city."""
        everywhere = "scope" in file.parameters or file.header.get("store") == "operations"
        right = getattr(scope, file.header.get("right", "sees_tracks"))
        return bool(right) and (everywhere or scope.area_id == self.config.city.area_id)

    def _labels(self) -> dict[str, Point]:
        rows = self.warehouse.fetch(LABELS, {}).to_pylist()
        return {row["area_id"]: (row["lon"], row["lat"]) for row in rows}

    def _state(self, file: SqlFile) -> Hashable:
        """What an answer depends on: the tables it reads, and for operations the clocks of its topics."""
        tables = file.header["tables"]
        if file.header.get("store") == "operations":
            present = file.header.get("on_duty") and self.present.key()
            return self.version(), tuple(self.clock(topic) for topic in tables), present
        return self.warehouse.state(tables)

    def state(self, *tables: str, days: Collection[date] = ()) -> str:
        """Return a word for addresses of data: it changes when one of these tables does, or its part of these days."""
        return self.warehouse.state(tables, days)


def _find(name: str, table: dict[str, Any], reason: str) -> Any:
    if name not in table:
        near = (get_close_matches(name, list(table), n=1, cutoff=0.0) or ["?"])[0]
        raise Problem(reason, detail=name, known=near)
    return table[name]


def _key(params: dict[str, Any]) -> Hashable:
    frozen = ((key, tuple(v) if isinstance(v, (list, set)) else v) for key, v in params.items())
    return tuple(sorted(frozen, key=lambda item: item[0]))
