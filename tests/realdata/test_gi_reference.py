"""Gi* of the homicide rates of St. Louis' counties (1988-1993): equal to published reference values."""

from __future__ import annotations

import csv

import geopandas
import numpy as np
import pytest
import shapely

from data.analysis.gi import gi_star
from data.analysis.neighbours import TOUCH_M, touching
from tests.realdata.conftest import REALDATA


def test_z_of_every_county_is_the_reference_s() -> None:
    folder = REALDATA / "peer_refs"
    if not folder.exists():
        pytest.skip(f"needs {folder}; set GRIDLINK_REALDATA")
    told = list(csv.DictReader((folder / "gi_reference_stl_hr8893.csv").open(encoding="utf-8")))
    shapes = geopandas.read_file(next((folder / "libpysal" / "stl").rglob("*.shp"))).set_index("FIPSNO")
    ordered = shapes.loc[[int(row["FIPSNO"]) for row in told]].geometry.to_numpy()
    # Degrees blown up so far that the tolerance of borders is a ten-thousandth of one.
    weights = touching(shapely.transform(ordered, lambda at: at * TOUCH_M * 1e4))
    found = gi_star(weights, np.array([[float(row["HR8893"])] for row in told]))[:, 0]
    assert np.abs(found - [float(row["Gstar_B_z"]) for row in told]).max() < 1e-9
