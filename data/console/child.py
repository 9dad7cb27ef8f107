"""Answers one SELECT over the tables it is handed on stdin, in a process that has nothing else.

It begins without environment, writes no file and opens none: the database lives in memory, access to files, networks
and extensions is switched off and locked before the question is looked at, and the system bounds memory and seconds.

In: one line of JSON {sql, rows, memory_mb, seconds, tables: [[name, bytes], ...]}, then each table as an Arrow stream.
Out: one line of JSON {rows, more} and the answer as an Arrow stream, or {error} alone.
"""

from __future__ import annotations

import json
import resource
import sys
from typing import Any, BinaryIO

import duckdb
import pyarrow as pa

MB = 2**20
ROOM_MB = 4096  # of address space for the interpreter and its libraries, most of it never touched
ALLOWED = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}
LOCKED = {
    "temp_directory": "",  # before the next one, which forbids it
    "enable_external_access": False,
    "python_enable_replacements": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "threads": 1,
}


def limit(memory_mb: int, seconds: float) -> None:
    """Bound what this process may use, for good."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 1))
    most = (ROOM_MB + memory_mb) * MB
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def filled(stream: BinaryIO, told: dict[str, Any]) -> duckdb.DuckDBPyConnection:
    """Return a database in memory that holds the tables of the stream and can reach nothing else."""
    connection = duckdb.connect(":memory:")
    for name, size in told["tables"]:
        rows = pa.ipc.open_stream(pa.py_buffer(stream.read(size))).read_all()
        connection.from_arrow(rows).create(name)
    for key, value in LOCKED.items():
        connection.execute(f"SET {key} = '{value}'")
    connection.execute(f"SET memory_limit = '{told['memory_mb']}MB'")
    connection.execute("SET lock_configuration = true")
    return connection


def answer(connection: duckdb.DuckDBPyConnection, sql: str, rows: int) -> tuple[pa.Table, bool]:
    """Return at most `rows` rows of one SELECT and whether there were more; raises ValueError for anything else."""
    statements = connection.extract_statements(sql)
    if len(statements) != 1 or statements[0].type not in ALLOWED:
        raise ValueError("one_select")
    found: pa.RecordBatchReader = connection.execute(statements[0]).to_arrow_reader(rows)
    table = pa.Table.from_batches(_until(found, rows + 1), found.schema)
    return table.slice(0, rows), table.num_rows > rows


def _until(batches: pa.RecordBatchReader, rows: int) -> list[pa.RecordBatch]:
    kept, count = [], 0
    for batch in batches:
        kept.append(batch)
        count += batch.num_rows
        if count >= rows:
            break
    return kept


def main() -> None:
    """Read the question, answer it."""
    told = json.loads(sys.stdin.buffer.readline())
    try:
        limit(told["memory_mb"], told["seconds"])
        table, more = answer(filled(sys.stdin.buffer, told), told["sql"], told["rows"])
    except (duckdb.OutOfMemoryException, MemoryError):
        sys.stdout.write(json.dumps({"error": "memory"}) + "\n")
        return
    except (duckdb.Error, ValueError, pa.ArrowException) as fault:
        sys.stdout.write(json.dumps({"error": str(fault)}) + "\n")
        return
    sys.stdout.write(json.dumps({"rows": table.num_rows, "more": more}) + "\n")
    sys.stdout.flush()
    with pa.ipc.new_stream(sys.stdout.buffer, table.schema) as out:
        out.write_table(table)


if __name__ == "__main__":
    main()
