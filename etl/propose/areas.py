"""What only files of areas have: a level, parents in columns or in the beginning of a code, ids made of names."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.propose.match import Fit, Match, Spec, sources_of
from etl.propose.seen import Seen
from etl.propose.table import Table
from etl.propose.words import level_of, level_words, normal, tokens
from etl.transforms import Transform, as_text, take

UNIQUE = 0.98  # distinct ids per row, repeated rows allowed for
IN_COLUMN, IN_HEADER, IN_FILE, NOWHERE = 0.9, 0.8, 0.7, 0.4  # how sure a level is by where it is said
FALLBACK = 0.6  # a name for an id, or an id for a name
ID_ENDING = re.compile(r"(编号|编码|代码|号|id|code|bm|dm|bh)$")
PARENT_SHARE = 0.95


def complete_areas(table: Table, fit: Fit) -> None:
    """Add level, id, name and parents to the match of an area file."""
    words = level_words([(x.id, x.zh, x.en) for x in table.config.levels])
    by_level = _columns_of_levels(table, words)
    level, sure = _level(table, fit, words, by_level)
    above = [x for x in by_level if _rank(table, x) > _rank(table, level) and x != table.config.levels[0].id]
    _ids_and_names(table, fit, by_level.get(level, []), [by_level[x] for x in above])
    _ancestors(fit, above, by_level)
    if "level" not in fit.matches:
        fit.put(Match("level", {"constant": level}, "", "constant", sure, level))
    if not above and "parent_id" not in fit.matches:
        _parent_in_code(table, fit)


def _rank(table: Table, level: str) -> int:
    return table.config.rank(level)


def _columns_of_levels(table: Table, words: dict[str, list[str]]) -> dict[str, list[Seen]]:
    """Return level -> the columns that are named after it, top level first."""
    found: dict[str, list[Seen]] = {}
    for seen in table.usable.values():
        level = level_of(seen.name, words)
        if level and len(seen.filled) and not (seen.is_numeric and seen.distinct < 1 and "." in seen.filled[0].as_py()):
            found.setdefault(level, []).append(seen)
    return {x.id: found[x.id] for x in table.config.levels[1:] if x.id in found}


def _level(table: Table, fit: Fit, words: dict[str, list[str]], by_level: dict[str, list[Seen]]) -> tuple[str, float]:
    """Return the level of the file's areas and how sure it is; a column that states it for each row is kept."""
    stated = fit.matches.get("level")
    if stated and isinstance(stated.spec, str):
        said = set(pc.unique(table.columns[stated.spec].filled).to_pylist())
        if said and said <= {x.id for x in table.config.levels}:
            return max(said, key=lambda x: -_rank(table, x)), IN_COLUMN
    fit.matches.pop("level", None)
    if by_level:
        return list(by_level)[-1], IN_HEADER
    named = tokens(table.path.name.partition(".")[0])
    loose = [normal(x).rstrip("s") for x in named]
    for level in reversed(table.config.levels[1:]):
        said_so = [
            x for x in words[level.id] if x in loose or (not x.isascii() and len(x) > 1 and x in table.path.name)
        ]
        if said_so:
            return level.id, IN_FILE
    return table.config.leaf, NOWHERE


def _ids_and_names(table: Table, fit: Fit, own: list[Seen], above: list[list[Seen]]) -> None:
    """Choose columns of the file's own level for id and name; without an id the names of all levels make one."""
    ids, names = [x for x in own if _is_id(x)], [x for x in own if not _is_id(x)]
    if names and ("name" not in fit.matches or fit.matches["name"].sure < IN_HEADER):
        fit.put(_plain("name", names[0], IN_HEADER))
    chosen = fit.matches.get("area_id")
    if chosen and not _is_unique(table, chosen.spec):
        del fit.matches["area_id"]
        chosen = None
    better = [x for x in ids if _is_unique(table, x.name)]
    if better and (chosen is None or chosen.sure <= FALLBACK):
        fit.put(_plain("area_id", better[0], IN_HEADER))
    if "area_id" not in fit.matches:
        _id_of_names(table, fit, above)
    if "name" not in fit.matches and "area_id" in fit.matches:
        fit.put(replace(fit.matches["area_id"], ours="name", sure=FALLBACK))
    _pad(table, fit)


def _id_of_names(table: Table, fit: Fit, above: list[list[Seen]]) -> None:
    """Make ids of names: the name alone where it is unique, else the names of all levels joined."""
    if "name" not in fit.matches:
        unique = [x for x in table.usable.values() if not x.form and _is_unique(table, x.name)]
        if unique:
            fit.put(_plain("area_id", unique[0], 0.4))
        return
    name = fit.matches["name"]
    if _is_unique(table, name.spec) or not above:
        fit.put(replace(name, ours="area_id", sure=min(name.sure, FALLBACK)))
        return
    parts = [*(_for_name(x).name for x in above), *sources_of(name.spec)]
    fit.put(Match("area_id", {"join": parts, "with": "/"}, " + ".join(parts), "joined", FALLBACK, name.sample))


def _ancestors(fit: Fit, above: list[str], by_level: dict[str, list[Seen]]) -> None:
    """State the parents that columns name; one without an id column has the id made of the names down to it."""
    names: list[str] = []
    for level in above:
        columns = by_level[level]
        name, ids = _for_name(columns), [x for x in columns if _is_id(x)]
        names.append(name.name)
        made: Spec = {"join": list(names), "with": "/"} if len(names) > 1 else name.name
        fit.ancestors.append({"level": level, "area_id": ids[0].name if ids else made, "name": name.name})


def _for_name(columns: list[Seen]) -> Seen:
    return next((x for x in columns if not _is_id(x)), columns[0])


def _is_id(column: Seen) -> bool:
    return column.is_numeric or bool(ID_ENDING.search(normal(column.name)))


def _plain(ours: str, seen: Seen, sure: float) -> Match:
    return Match(ours, seen.name, seen.name, "header", sure, seen.sample())


def _texts(table: Table, spec: Spec) -> pa.ChunkedArray:
    if isinstance(spec, str):
        return as_text(take(table.raw, Transform(source=spec))).drop_null()
    parts = [as_text(take(table.raw, Transform(source=x))) for x in sources_of(spec)]
    return (
        pc.binary_join_element_wise(*parts, "/").drop_null() if parts else pa.chunked_array([pa.array([], pa.string())])
    )


def _is_unique(table: Table, spec: Spec) -> bool:
    texts = _texts(table, spec)
    return len(texts) >= UNIQUE * table.raw.num_rows and len(pc.unique(texts)) >= UNIQUE * max(len(texts), 1)


def _pad(table: Table, fit: Fit) -> None:
    """Give ids of digits one length: codes of one kind have one, and children's codes begin with it."""
    match = fit.matches.get("area_id")
    if match is None or not isinstance(match.spec, str):
        return
    texts = _texts(table, match.spec)
    lengths = np.array([len(x) for x in texts.to_pylist()])
    digits = pc.all(pc.match_substring_regex(texts, r"^\d+$")).as_py()
    if len(lengths) and digits and lengths.min() < lengths.max() <= 3:
        padded = {"from": match.spec, "pad": int(lengths.max())}
        fit.put(replace(match, spec=padded, sure=min(match.sure, 0.7)))


def _parent_in_code(table: Table, fit: Fit) -> None:
    """Take the beginning of the id as the parent's where the home knows areas by it (321183001 lies in 321183)."""
    match = fit.matches.get("area_id")
    known = table.known.area_ids - {table.config.city.area_id}
    if match is None or not isinstance(match.spec, str) or not known:
        return
    texts = _texts(table, match.spec)
    shortest = min((len(x) for x in texts.to_pylist()), default=0)
    for length in range(shortest - 1, 1, -1):
        inside = pc.is_in(pc.utf8_slice_codeunits(texts, 0, length), value_set=pa.array(sorted(known), pa.string()))
        if pc.mean(pc.cast(inside, pa.float64())).as_py() >= PARENT_SHARE:
            spec: Spec = {"from": match.spec, "slice": [0, length]}
            fit.put(Match("parent_id", spec, match.spec, "prefix", IN_COLUMN, match.sample[:length]))
            return
