"""Photos lose everything but the picture, and what is no picture is refused."""

from __future__ import annotations

import io
import stat
from pathlib import Path

import pytest
from PIL import Image

from data.config import make_config
from data.errors import Problem
from data.loop.photos import LARGEST_PIXELS, Photos
from data.operations import Operations

GPS, ORIENTATION, MAKER = 0x8825, 0x0112, 0x010F


@pytest.fixture
def photos(tmp_path: Path) -> Photos:
    return Photos(Operations.of(make_config(tmp_path, {})), tmp_path)


def taken(width: int = 40, height: int = 20) -> bytes:
    """A photo as a telephone takes it: held upright, with place, maker and a comment inside."""
    image = Image.new("RGB", (width, height), "red")
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = 6, "secret maker"
    exif.get_ifd(GPS)[2] = (31.0, 56.0, 48.0)
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, comment=b"secret comment")
    return out.getvalue()


def test_a_photo_loses_place_maker_and_comment_and_is_turned_upright(photos: Photos) -> None:
    assert b"secret maker" in taken() and b"secret comment" in taken()
    path = photos.get(photos.add("SJ-1", "S50", "w1", taken()))["path"]
    kept = path.read_bytes()
    assert b"secret" not in kept and b"Exif" not in kept
    with Image.open(path) as image:
        assert (image.size, dict(image.getexif())) == ((20, 40), {})


def test_only_the_service_itself_can_read_the_file(photos: Photos) -> None:
    path = photos.get(photos.add("SJ-1", "S50", "w1", taken()))["path"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [row["incident_id"] for row in photos.of("SJ-1")] == ["SJ-1"] and photos.of("SJ-2") == []


@pytest.mark.parametrize("content", [b"", b"<svg onload='alert(1)'/>", b"GIF89a" + bytes(40), taken()[:60]])
def test_what_is_no_whole_photo_is_refused_and_leaves_nothing(photos: Photos, content: bytes) -> None:
    with pytest.raises(Problem, match="photo"):
        photos.add("SJ-1", "S50", "w1", content)
    assert photos.of("SJ-1") == [] and not photos.folder.exists()


def test_a_picture_that_unpacks_to_too_much_is_refused(photos: Photos) -> None:
    side = int(LARGEST_PIXELS**0.5) + 1
    out = io.BytesIO()
    Image.new("1", (side, side)).save(out, "PNG")
    assert len(out.getvalue()) < 100_000
    with pytest.raises(Problem, match="photo"):
        photos.add("SJ-1", "S50", "w1", out.getvalue())
