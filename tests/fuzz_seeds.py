"""Good inputs that fuzzing begins from, made in code."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from datetime import datetime
from functools import cache
from pathlib import Path

import geopandas
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from PIL import Image

RING = '{"type":"Polygon","coordinates":[[[119.0,32.0],[119.01,32.0],[119.01,32.01],[119.0,32.0]]]}'
NOW = datetime(2026, 1, 5, 4)
TRACK = (
    '<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"><trk><name>w1</name><trkseg>'
    '<trkpt lat="31.9" lon="119.1"><ele>3</ele><time>2026-01-05T00:00:00Z</time><hdop>1</hdop></trkpt></trkseg></trk>'
    "</gpx>"
)
OSMAND = b"id=d1&lat=31.9&lon=119.5&timestamp=1767600000&speed=2&batt=80&accuracy=5&alarm=sos"
OWNTRACKS = {"_type": "location", "lat": 31.9, "lon": 119.5, "tst": 1767600000, "acc": 5, "vel": 7, "batt": 80}
OPEN311 = b"service_code=FAC&lat=31.9&long=119.5&description=x&requested_datetime=2026-01-05T00:00:00Z"
FENCE = {"device_id": "d1", "fixes": [{"fixed_at": "2026-01-05T00:00:00Z", "lon": 119.5, "lat": 31.9, "battery": 0.5}]}
MESSAGES = (OSMAND, json.dumps(OWNTRACKS).encode(), OPEN311, json.dumps(FENCE).encode())

TABLE = '编号,名称\n1,甲\n2,"a\nb"\n3,"x, y"\n'.encode()
ROW = '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c></row><row r="2"><c r="A2"><v>1</v></c></row>'
SHEET_SEED = (
    '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    f"{ROW}</sheetData></worksheet>"
).encode()
REQUESTS = [
    b"/?" + OSMAND + b" \n",
    b"/owntracks? application/json\n" + MESSAGES[1],
    b"/open311/requests.json? application/x-www-form-urlencoded\n" + OPEN311,
    b"/fixes? application/json\n" + MESSAGES[3],
    b'/? application/json\n{"location":{"timestamp":"2026-01-05T00:00:00Z",'
    b'"coords":{"latitude":31.9,"longitude":119.5}},"device_id":"d1"}',
]
PERIODS = [b"30d", b"30d@2026-01-05", b"d:2026-01-05", b"w:2026-W01", b"m:2026-01", b"q:2026-Q1", b"y:2026"]
VIEW = b"\x01x?area=QH01&day=2026-01-05&period=30d&level=grid&t=3600&kind=FAC&lang=en&workers=w01,w02&layers=a"


@cache
def scratch() -> Path:
    """Return a folder of this process."""
    return Path(tempfile.mkdtemp(prefix="gridlink-fuzz-"))


def pictures() -> list[bytes]:
    """Return a small picture in every format, with what a camera writes beside it."""
    found = []
    for form in ("JPEG", "PNG", "WEBP"):
        out = io.BytesIO()
        exif = Image.Exif()
        exif[0x0112], exif[0x010F] = 6, "maker"
        Image.linear_gradient("L").resize((9, 7)).convert("RGB").save(out, form, exif=exif)
        found.append(out.getvalue())
    return found


def parquets() -> list[bytes]:
    """Return a plain table and one with shapes."""
    plain, shaped = io.BytesIO(), scratch() / "seed.parquet"
    pq.write_table(pa.table({"id": ["a", "b"], "lon": [1.5, None], "at": [NOW, None]}), plain)
    frame().to_parquet(shaped)
    return [plain.getvalue(), shaped.read_bytes()]


def frame() -> geopandas.GeoDataFrame:
    """Return one square with a name."""
    return geopandas.GeoDataFrame(
        {"id": [1], "name": ["甲"]}, geometry=[shapely.box(119, 32, 120, 33)], crs="EPSG:4326"
    )


def layer(name: str) -> bytes:
    """Return the square as the file its name says."""
    path = scratch() / name
    path.unlink(missing_ok=True)
    frame().to_file(path)
    return path.read_bytes()


def shapes() -> list[bytes]:
    """Return the square as a zipped Shapefile."""
    folder, made = scratch() / "seed", io.BytesIO()
    folder.mkdir(exist_ok=True)
    frame().to_file(folder / "a.shp")
    with zipfile.ZipFile(made, "w") as archive:
        for part in sorted(folder.iterdir()):
            archive.write(part, part.name)
    return [made.getvalue()]
