"""Which rows of operations were given to an account's own worker or unit, wherever they lie."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from data.scope import Scope


def handed(rows: pa.Table, scope: Scope) -> pa.Array:
    """Return one boolean a row: whether its worker_id or unit_id is that of the account."""
    given = pa.array([False] * rows.num_rows, pa.bool_())
    for column, mine in (("worker_id", scope.worker_id), ("unit_id", scope.unit_id if scope.has("department") else "")):
        if mine and column in rows.column_names:
            same = pc.fill_null(pc.equal(rows[column].cast(pa.string()), mine), False)
            given = pc.or_(given, same)
    return given
