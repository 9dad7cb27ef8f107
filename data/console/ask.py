"""Asks the console's process one question and brings its answer back, or says why there is none."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from data.console.settings import Console
from data.errors import Problem

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Answer:
    """Rows of an answer, and whether the limit left some out."""

    rows: pa.Table
    more: bool


def ask(sql: str, tables: dict[str, pa.Table], limits: Console) -> Answer:
    """Return the answer of one SELECT over these tables, worked out in a process that sees nothing else.

    Raises Problem: one_select, sql_refused (the database's own words), sql_slow, sql_large.
    """
    packed = {name: _packed(table) for name, table in tables.items()}
    sizes = [[name, len(body)] for name, body in packed.items()]
    told = {"sql": sql, "rows": limits.rows, "memory_mb": limits.memory_mb, "seconds": limits.seconds}
    question = b"".join([json.dumps(told | {"tables": sizes}).encode() + b"\n", *packed.values()])
    return _read(_run(question, limits), limits)


def _run(question: bytes, limits: Console) -> bytes:
    command = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {CHILD}"]
    try:
        done = subprocess.run(
            command, input=question, capture_output=True, env={}, cwd="/", timeout=limits.seconds, check=False
        )
    except subprocess.TimeoutExpired as fault:
        raise Problem("sql_slow", detail=f"{limits.seconds:g}") from fault
    if done.returncode != 0:
        raise Problem("sql_large", detail=limits.memory_mb, known=f"{limits.seconds:g}")
    return done.stdout


CHILD = "from data.console.child import main; main()"


def _read(said: bytes, limits: Console) -> Answer:
    line, _, body = said.partition(b"\n")
    about = json.loads(line)
    fault = about.get("error")
    if fault == "one_select":
        raise Problem("one_select")
    if fault == "memory":
        raise Problem("sql_large", detail=limits.memory_mb, known=f"{limits.seconds:g}")
    if fault is not None:
        raise Problem("sql_refused", detail=fault.strip())
    return Answer(pa.ipc.open_stream(body).read_all(), about["more"])


def _packed(table: pa.Table) -> bytes:
    out = pa.BufferOutputStream()
    with pa.ipc.new_stream(out, table.schema) as stream:
        stream.write_table(table)
    return bytes(out.getvalue())
