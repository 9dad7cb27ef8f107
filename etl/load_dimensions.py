"""Loads the reference feeds: areas, attributes, units, workers, roster, basemap, places, cameras, key areas."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from data.feeds import feeds
from data.schema import arrow_schema
from etl.admit import Verdict
from etl.admit_places import ADMIT
from etl.areas import Areas, build_areas
from etl.doubts import doubts
from etl.findings import find, with_sizes
from etl.merge import FILE
from etl.run import Run

Row = dict[str, Any]


def load_areas(run: Run, feed: str, rows: list[pa.Table]) -> None:
    """Merge new areas with those known, check the whole tree, and rebuild it with virtual children and links.

    A later load replaces a version of the same id and first day, and adds versions of other days; inside one load the
    choice does not depend on the order of files.
    """
    del feed
    known = run.draft.read("area_input")
    both = _with_known(run, pa.concat_tables(rows, promote_options="default"), known)
    built = build_areas(both, run.config)
    numbers = both[FILE].to_numpy()
    _account(run, numbers, built)
    gone = np.zeros(both.num_rows, bool)
    gone[[*built.refused, *built.duplicates]] = True
    gone &= numbers >= 0  # what was taken once stays, so that a later load can mend the tree
    both = both.filter(pa.array(~gone))
    if known is not None and (lost := _lost(known, both)).num_rows:
        both = pa.concat_tables([both, lost], promote_options="default")
        built = build_areas(both, run.config)
    run.warnings += built.warnings
    run.draft.replace("area_input", both.drop_columns([FILE]))
    run.draft.replace("area", built.area)
    run.draft.replace("area_version", built.area_version)
    run.draft.replace("area_link", built.area_link)
    run.draft.replace("area_finding", find(built, run.draft.read("area_attribute"), run.config))


def _with_known(run: Run, new: pa.Table, known: pa.Table | None) -> pa.Table:
    """Return what is new beside the versions known before that it does not replace."""
    if known is None:
        return new
    new = _changed(run, new, known)
    kept = known.filter(pc.invert(pc.is_in(_version_of(known), value_set=pc.unique(_version_of(new)))))
    old = kept.append_column(FILE, pa.array([-1] * kept.num_rows, pa.int32()))
    return pa.concat_tables([old, new], promote_options="default")


def _lost(known: pa.Table, taken: pa.Table) -> pa.Table:
    """Return the versions known before of which nothing is left, because the row to replace them was refused."""
    lost = known.filter(pc.invert(pc.is_in(_version_of(known), value_set=pc.unique(_version_of(taken)))))
    return lost.append_column(FILE, pa.array([-1] * lost.num_rows, pa.int32()))


def _version_of(rows: pa.Table) -> pa.ChunkedArray:
    """Return what tells versions of areas apart: the id and the first day."""
    first = pc.fill_null(pc.cast(rows["valid_from"], pa.string()), "")
    return pc.binary_join_element_wise(rows["area_id"], first, " ")


def _changed(run: Run, new: pa.Table, known: pa.Table) -> pa.Table:
    """Return the areas that say something new; those known word for word count as duplicates."""
    said = {_content(row) for row in known.drop_columns(["_row"]).to_pylist()}
    rows = new.drop_columns(["_row"]).select([*(n for n in known.column_names if n != "_row"), FILE]).to_pylist()
    fresh = np.array([_content(row) not in said for row in rows], bool)
    run.tally({}, Counter(row[FILE] for row, is_new in zip(rows, fresh, strict=True) if not is_new))
    return new.filter(pa.array(fresh))


def _account(run: Run, numbers: NDArray[np.int32], built: Areas) -> None:
    """Credit each file with its loaded, refused and repeated rows."""
    refused, repeated = (np.array(x, int) for x in (built.refused, built.duplicates))
    for number in np.unique(numbers[numbers >= 0]).tolist():
        mine = numbers[refused] == number
        run.entries[number].reject(built.rejects.filter(pa.array(mine)))
        duplicate = int((numbers[repeated] == number).sum())
        run.entries[number].rows_duplicate += duplicate
        run.entries[number].rows_loaded += int((numbers == number).sum()) - int(mine.sum()) - duplicate


def load_dimension(run: Run, feed: str, rows: list[pa.Table]) -> None:
    """Merge a reference feed by its key: a row of a later load replaces the one of the same key.

    A row known word for word, or repeated inside the load, counts as a duplicate; of several new rows with one key
    the smallest by content wins, whatever the order of files.
    """
    schema = arrow_schema(feed)
    key = feeds()[feed].key or tuple(schema.names)
    known = run.draft.read(feed)
    table = {_ident(row, key): row for row in (known.to_pylist() if known is not None else [])}
    loaded, duplicate = Counter[int](), Counter[int]()
    taken: set[tuple[Any, ...]] = set()
    fresh: list[Row] = []
    for row in sorted(_admitted(run, feed, rows), key=_content):
        number, ident = row.pop(FILE), _ident(row, key)
        if ident in taken or table.get(ident) == row:
            duplicate[number] += 1
        else:
            loaded[number] += 1
            table[ident] = row
            fresh.append(row)
        taken.add(ident)
    run.tally(loaded, duplicate)
    run.warnings += doubts(feed, fresh, table.values())
    ordered = sorted(table.values(), key=_content)
    run.draft.replace(feed, pa.Table.from_pylist(ordered, schema))
    if feed == "area_attribute":
        known, area, attributes = (run.draft.read(x) for x in ("area_finding", "area", feed))
        run.draft.replace("area_finding", with_sizes(known, area, attributes, run.config))


def _admitted(run: Run, feed: str, rows: list[pa.Table]) -> list[Row]:
    """Return the admitted rows in the columns of the feed's table, each with its file number."""
    admit, out = ADMIT.get(feed), []
    for part in rows:
        admitted = admit(part, run.reference()) if admit else Verdict(part).close()
        if part.num_rows:
            entry = run.entries[part[FILE][0].as_py()]
            entry.reject(admitted.rejects)
            entry.count(admitted.counted)
        out += _shaped(admitted.rows, feed).to_pylist()
    return out


def _shaped(rows: pa.Table, feed: str) -> pa.Table:
    """Return the columns of the feed's table; a listed worker is a registered one."""
    if feed == "worker":
        rows = rows.append_column("registered", pa.array([True] * rows.num_rows, pa.bool_()))
    schema = arrow_schema(feed)
    arrays = [rows[field.name].cast(field.type) for field in schema]
    return pa.table([*arrays, rows[FILE]], names=[*schema.names, FILE])


def _ident(row: Row, key: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(row[name] for name in key)


def _content(row: Row) -> tuple[str, ...]:
    return tuple(str(value) for name, value in row.items() if name != FILE)
