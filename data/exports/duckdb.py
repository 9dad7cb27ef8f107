"""A DuckDB file with two tables: `rows` as they are, instants naive UTC, and `provenance`."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import duckdb
import pyarrow as pa

from data.exports.columns import flat_batch, flat_schema
from data.exports.extract import Extract, Format, Progress

LIMITS: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": "200MB",
    "threads": "1",
    "autoinstall_known_extensions": "false",
}
NAIVE = pa.timestamp("us")


def write(extract: Extract, path: Path, report: Progress) -> None:
    """Write both tables to `path`; every column carries its name in the reader's language as a comment."""
    path.unlink(missing_ok=True)
    schema = flat_schema(extract.schema)
    naive = pa.schema([f.with_type(NAIVE) if pa.types.is_timestamp(f.type) else f for f in schema])
    batches = (flat_batch(batch, schema).cast(naive) for batch in extract.batches(report))
    with closing(duckdb.connect(str(path), config=LIMITS)) as file:
        file.register("given", pa.RecordBatchReader.from_batches(naive, batches))
        file.execute("CREATE TABLE rows AS SELECT * FROM given")
        file.unregister("given")
        for name in naive.names:
            words = extract.head(name).replace("'", "''")
            quoted = name.replace('"', '""')
            file.execute(f"""COMMENT ON COLUMN rows."{quoted}" IS '{words}'""")
        file.execute("CREATE TABLE provenance (fact VARCHAR, value VARCHAR)")
        file.executemany("INSERT INTO provenance VALUES (?, ?)", extract.provenance.lines(extract.zone, extract.labels))


FORMAT = Format("duckdb", ".duckdb", "application/vnd.duckdb", write)
