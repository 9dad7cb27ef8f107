"""A few hundred damaged inputs for every parser, always the same ones: rows, or words; never a crash, never a loss.

`gridlink bench fuzz --minutes 10` is the long form, guided by what each input reaches.
"""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.errors import Problem
from etl.mapping import Mapping
from etl.sources import source_for
from tests.fuzz_seeds import shapes
from tests.fuzz_targets import QUICK, TARGETS

ROUNDS = 25
PIECES = (
    b'"',
    b"\n",
    b",",
    b"[",
    b"}",
    b"1e999",
    b"null",
    b"-",
    b"\x00",
    b"\xff\xfe",
    b"NaN",
    b"\\ud800",
    b"&a;",
    b"9" * 40,
)


def damaged(seed: bytes, chance: random.Random) -> bytes:
    """Return an input with a few bytes changed, cut out, repeated or put in."""
    content = bytearray(seed)
    for _ in range(chance.randint(1, 6)):
        at, size = chance.randrange(len(content) + 1), chance.randrange(16)
        put = chance.choice([chance.randbytes(size), chance.choice(PIECES), bytes(content[at : at + size]) * 3])
        content[at : at + chance.randrange(8)] = put
    return bytes(content)


@pytest.mark.parametrize("name", QUICK)
def test_no_damage_breaks_a_parser_or_loses_a_row(name: str) -> None:
    chance, target = random.Random(name), TARGETS[name]  # noqa: S311 - to be the same every time
    seeds = target.seeds()
    for seed in seeds:
        target.run(seed)
    for _ in range(ROUNDS):
        target.run(damaged(chance.choice(seeds), chance))


MOON = 'GEOGCS["Moon",DATUM["D_Moon_2000",SPHEROID["Moon",1737400,0]],PRIMEM["R",0],UNIT["Degree",0.0174532925199433]]'


def shapefile(path: Path, **parts: bytes) -> Path:
    """Write a zipped Shapefile, some of its parts replaced."""
    with zipfile.ZipFile(io.BytesIO(shapes()[0])) as good, zipfile.ZipFile(path, "w") as made:
        for name in good.namelist():
            made.writestr(name, parts.get(name.rpartition(".")[2], good.read(name)))
    return path


def test_a_map_of_another_planet_is_of_an_unknown_system(tmp_path: Path) -> None:
    with pytest.raises(Problem) as caught:
        mapping = Mapping(Path("m.toml"), "*", "area", crs="EPSG:4326", time_zone="UTC")
        path = shapefile(tmp_path / "a.zip", prj=MOON.encode())
        source_for(path, mapping).read(path, mapping)
    assert caught.value.reason in ("unknown_crs", "crs_conflict") and "a.zip" in caught.value.sentence("en")


def test_text_that_is_none_refuses_its_file(tmp_path: Path) -> None:
    column = pa.StringArray.from_buffers(2, pa.py_buffer(b"\0\0\0\0\1\0\0\0\2\0\0\0"), pa.py_buffer(b"a\xa0"))
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": column}), path)
    with pytest.raises(Problem) as caught:
        mapping = Mapping(Path("m.toml"), "*", "area", crs="EPSG:4326", time_zone="UTC")
        source_for(path, mapping).read(path, mapping)
    assert caught.value.reason == "bad_encoding"
