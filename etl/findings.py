"""What somebody should look at in the boundaries valid last: table `area_finding`.

Details are measures without words, so that any page can show them: a share, a width, a factor, a name.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from data.config import Config
from data.schema import arrow_schema
from etl.areas import Areas
from etl.measure import in_metres
from etl.projection import from_metric
from etl.shape_findings import Finding, Ground, shape_findings

URBAN = (None, "urban")
FEWEST_PEERS = 5
Row = dict[str, Any]


def find(built: Areas, attributes: pa.Table | None, config: Config) -> pa.Table:
    """Return every finding about a tree of areas; `attributes` is table area_attribute, None where not loaded."""
    area = _valid(built.area)
    shaped = area.filter(pc.is_valid(area["geometry"]))
    found = shape_findings(_ground(shaped, built.dissolved, config), config.boundaries)
    rows = shaped.drop_columns(["geometry"]).to_pylist()
    return _table([*found, *names(rows, config), *sizes(rows, attributes, config)], shaped, config)


def with_sizes(findings: pa.Table | None, area: pa.Table, attributes: pa.Table, config: Config) -> pa.Table:
    """Return known findings with those about sizes made anew, for attributes that came later than the areas."""
    shaped = _valid(area)
    shaped = shaped.filter(pc.is_valid(shaped["geometry"]))
    sized = _table(sizes(shaped.drop_columns(["geometry"]).to_pylist(), attributes, config), shaped, config)
    if findings is None:
        return sized
    return pa.concat_tables([findings.filter(pc.not_equal(findings["kind"], "size")), sized])


def names(rows: list[Row], config: Config) -> Iterator[Finding]:
    """Find names that two areas share (grids: of one parent; others: of one level) and names nobody would write."""
    same: defaultdict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda x: str(x["area_id"])):
        where = row["parent_id"] or "" if row["level"] == config.leaf else ""
        twins = same[row["level"], where, _plain(row["name"])]
        if twins:
            yield Finding("name", row["area_id"], twins[0]["area_id"], None, f"= {row['name']}", None)
        elif _is_odd(row["name"]):
            yield Finding("name", row["area_id"], None, None, f"“{row['name']}”", None)
        twins.append(row)


def sizes(rows: list[Row], attributes: pa.Table | None, config: Config) -> list[Finding]:
    """Find leaves much larger or smaller than their peers, and urban ones with too few or too many households.

    Peers are the leaves of the same urban class, of the same parent where the class is not known.
    """
    known = {} if attributes is None else {x["area_id"]: x for x in attributes.to_pylist()}
    leaves = [row | known.get(row["area_id"], {}) for row in rows if row["level"] == config.leaf]
    peers: defaultdict[str, list[float]] = defaultdict(list)
    for row in leaves:
        peers[_peers(row)].append(row["area_m2"])
    everywhere = (float(np.median([x["area_m2"] for x in leaves] or [0.0])), len(leaves))
    usual = {x: (float(np.median(y)), len(y)) if len(y) >= FEWEST_PEERS else everywhere for x, y in peers.items()}
    found = []
    for row in leaves:
        median, n = usual[_peers(row)]
        times = row["area_m2"] / median
        if max(times, 1 / times) > config.boundaries.size_times:
            detail = f"×{times:.1f}" if times > 1 else f"÷{1 / times:.1f}"
            found.append(Finding("size", row["area_id"], None, row["area_m2"], f"{detail} (n = {n})", None))
        found += _households(row, config)
    return found


def _households(row: Row, config: Config) -> list[Finding]:
    low, high = config.boundaries.households
    many = row.get("households")
    if many is None or low <= many <= high or row.get("urban_class") not in URBAN:
        return []
    return [Finding("size", row["area_id"], None, row["area_m2"], f"households = {many} ({low}–{high})", None)]


def _peers(row: Row) -> str:
    return str(row.get("urban_class") or row["parent_id"])


def _plain(name: str) -> str:
    """Return a name as a reader takes it: one width of letters, no spaces, one case."""
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def _is_odd(name: str) -> bool:
    """Say whether a name is empty, only numbers or signs, has stray spaces, or letters that were lost on the way."""
    stray = name != " ".join(name.split()) or any(unicodedata.category(c)[0] == "C" or c in "�?" for c in name)
    return stray or not any(c.isalpha() for c in name)


def _valid(area: pa.Table) -> pa.Table:
    return area.filter(pc.is_null(area["valid_to"]))


def _ground(area: pa.Table, dissolved: frozenset[str], config: Config) -> Ground:
    ids = area["area_id"].to_pylist()
    at = {area_id: i for i, area_id in enumerate(ids)}
    shapes = shapely.from_wkb(area["geometry"].to_numpy(zero_copy_only=False))
    return Ground(
        ids,
        np.array([at.get(x, -1) for x in area["parent_id"].to_pylist()], np.int64),
        np.array([config.rank(x) for x in area["level"].to_pylist()], np.int64),
        in_metres(shapes, config.city.crs_metric),
        np.array([x in dissolved for x in ids], np.bool_),
    )


def _table(found: Any, area: pa.Table, config: Config) -> pa.Table:
    """Return findings in the columns of the table; those about a whole area show its outline."""
    whole = dict(zip(area["area_id"].to_pylist(), area["geometry"].to_pylist(), strict=True))

    def degrees(points: Any) -> Any:
        return np.column_stack(from_metric(points[:, 0], points[:, 1], config.city.crs_metric))

    rows = []
    for finding in sorted(found, key=lambda x: (x.kind, x.area_id, x.other_id or "", x.detail, -(x.area_m2 or 0))):
        about = finding._asdict()
        shape = about.pop("shape")
        wkb = whole.get(finding.area_id) if shape is None else shapely.to_wkb(shapely.transform(shape, degrees))
        rows.append(about | {"geometry": wkb})
    return pa.Table.from_pylist(rows, arrow_schema("area_finding"))
