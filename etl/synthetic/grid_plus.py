"""Writes the files of 网格+ of a made-up city: what grids hold, what is done for people, and disputes."""

from __future__ import annotations

from datetime import date, datetime

import pyarrow as pa

from etl.synthetic.city import City
from etl.synthetic.disputes import disputes
from etl.synthetic.elements import beats, elements, party_orgs, population
from etl.synthetic.files import feature
from etl.synthetic.folder import Folder
from etl.synthetic.reports import Reports
from etl.synthetic.services import activities, call_backs, services, visits


def write_grid_plus(
    city: City, reports: Reports, steps: pa.Table, until: tuple[list[date], datetime], folder: Folder
) -> None:
    """Write every file; until: the local days there are incidents of, and the last moment (naive UTC)."""
    days, end = until
    items = services(city, days, end)
    tables = {
        "elements": elements(city, days[-1]),
        "population": population(city, days[-1]),
        "visits": visits(city, days, end),
        "services": items,
        "call_backs": call_backs(city, steps, items, end),
        "activities": activities(city, days, end),
        "party_orgs": party_orgs(city),
        "disputes": disputes(city, reports, days, end),
    }
    for name, rows in tables.items():
        if rows:
            folder.table(name, _written(pa.Table.from_pylist(rows)), f"{name}.csv")
    shapes = [feature(shape, city.realm, **about) for about, shape in beats(city)]
    folder.features("beats", shapes, "beats.geojson")


def _written(table: pa.Table) -> pa.Table:
    """Return a table whose columns without any value are text, as a file has them."""
    fields = [pa.field(x.name, pa.string() if pa.types.is_null(x.type) else x.type) for x in table.schema]
    return table.cast(pa.schema(fields))
