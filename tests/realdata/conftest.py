"""Other people's data, found beside the checkout or at $GRIDLINK_REALDATA; skipped visibly where it is absent."""

import os
from pathlib import Path

import pytest

from data.config import load_config
from etl.load import LoadResult, load
from tests.conftest import copy_home

HERE = Path(__file__).parent
REALDATA = Path(os.environ.get("GRIDLINK_REALDATA") or HERE.parents[2] / "shared" / "realdata")


def load_city(name: str, folder: Path, files: list[str]) -> tuple[Path, LoadResult]:
    """Load files of the real data through the home kept for the city."""
    paths = [REALDATA / file for file in files]
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        pytest.skip(f"needs {', '.join(missing)}; set GRIDLINK_REALDATA")
    home = copy_home(HERE / "homes" / name, folder / name)
    return home, load(paths, load_config(home))


@pytest.fixture(scope="session")
def boston(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, LoadResult]:
    files = ["precincts_wgs84.geojson", "wards.geojson", "311_service_requests_2011.csv.gz"]
    return load_city("boston", tmp_path_factory.mktemp("real"), [f"boston/{file}" for file in files])


@pytest.fixture(scope="session")
def beijing(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, LoadResult]:
    files = ["china_admin/geocity_110000.json", "beijing/geolife_plt"]
    return load_city("beijing", tmp_path_factory.mktemp("real"), files)
