"""Cameras: codes, fields of view, the nearest that see a point, and an address that leaves only with a reason."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest
import shapely
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from data.config import load_config, make_config
from data.errors import ConfigError
from data.gateways import Gateways, may_watch
from data.gb28181 import decode, fault, name
from data.scope import Scope
from data.sight import nearest, turned
from data.warehouse import Warehouse
from etl.load import load
from layers.cameras import cone
from tests.conftest import SAMPLE_NOW, SAMPLES
from tests.copies import fresh
from tests.web import csrf, open_site, sign_in

SOUND = "32118300001311000001"
METRES = Transformer.from_crs("EPSG:4326", "EPSG:4549", always_xy=True)
WEST = "http://127.0.0.1:9/west/{code}/index.m3u8"
# In the sample city: S001 looks east along the road from here, S002 is a ptz camera, S003 is off.
BY_S001 = "119.5025,32.01"


def ring(*asked: Any) -> shapely.Polygon:
    return shapely.Polygon(list(zip(*METRES.transform(*zip(*cone(*asked), strict=True)), strict=True)))


def row(camera_id: str, lon: float, lat: float, **more: Any) -> dict[str, Any]:
    about = {"heading_deg": None, "view_deg": None, "range_m": None, "kind": "fixed"}
    return {"camera_id": camera_id, "lon": lon, "lat": lat, **about, **more}


def test_a_code_is_taken_apart_digit_by_digit() -> None:
    code = decode("32118302" + "05" + "132" + "6" + "000417")
    assert code is not None
    assert (code.division, code.centre, code.industry, code.type, code.network, code.serial) == (
        "321183", "32118302", "05", "132", "6", "000417"
    )  # fmt: skip
    assert name("type", code.type, "en") == "IP camera" and name("type", "999") == "999"


@pytest.mark.parametrize(
    ("code", "why"),
    [
        (SOUND, None),
        (SOUND[:-1], "code_length"),
        (SOUND + "0", "code_length"),
        ("３" + SOUND[1:], "code_length"),
        ("99" + SOUND[2:], "code_centre"),
        (SOUND[:10] + "999" + SOUND[13:], "code_type"),
        (SOUND[:10] + "136" + SOUND[13:], "code_no_video"),
    ],
)
def test_a_code_that_is_no_cameras_says_why(code: str, why: str | None) -> None:
    assert fault(code) == why


def test_a_camera_with_a_bad_code_is_loaded_with_a_warning_told_once(sample_load: Any, tmp_path: Path) -> None:
    home = fresh(sample_load[0], tmp_path / "home")
    more = tmp_path / "cameras.csv"
    lines = (SAMPLES / "cameras.csv").read_text(encoding="utf-8").splitlines()
    twice = lines[1].replace("S001", "S004").replace("柳岸路口", "柳岸二号")
    more.write_text("\n".join([lines[0], twice]), encoding="utf-8")
    load([more], load_config(home), now=SAMPLE_NOW)
    load([more], load_config(home), now=SAMPLE_NOW)
    here = Warehouse(load_config(home))
    warned = here.fetch(
        "SELECT reason, key, detail FROM warning WHERE reason LIKE 'code%' ORDER BY key", {}
    ).to_pylist()
    assert [(one["reason"], one["key"]) for one in warned] == [("code_length", "S003"), ("code_twice", "S004")]
    assert here.fetch("SELECT count(*) AS n FROM camera", {})["n"].to_pylist() == [4]


def test_a_field_of_view_is_the_sector_of_its_heading_angle_and_range() -> None:
    seen = ring(119.5, 32.0, 30.0, 80.0, 120.0)
    here = shapely.Point(METRES.transform(119.5, 32.0))
    assert seen.area == pytest.approx(math.pi * 120**2 * 80 / 360, rel=0.005)
    away = [here.distance(shapely.Point(p)) for p in seen.exterior.coords[1:-2]]
    assert away == pytest.approx([120.0] * len(away), abs=0.05)
    assert not seen.contains(shapely.Point(here.x - 60, here.y))


@given(st.floats(0, 360), st.floats(20, 150), st.floats(20, 400), st.floats(0, 360), st.floats(1, 500))
def test_a_camera_sees_exactly_what_lies_in_its_sector(
    h: float, wide: float, reach: float, to: float, m: float
) -> None:
    camera = row("c", 119.5, 32.0, heading_deg=h, view_deg=wide, range_m=reach)
    x, y = METRES.transform(119.5, 32.0)
    east, north = m * math.sin(math.radians(to)), m * math.cos(math.radians(to))
    point = METRES.transform(x + east, y + north, direction="INVERSE")
    sector, spot = ring(119.5, 32.0, h, wide, reach), shapely.Point(METRES.transform(*point))
    if sector.exterior.distance(spot) < 0.02 * reach:  # too near the border, which is drawn with corners
        return
    (told,) = nearest([camera], point, 1, 1000.0, 85.0)
    assert (told["sees"] == "yes") == sector.contains(spot)


def test_who_sees_a_point_comes_before_who_is_nearer() -> None:
    rows = [
        row("near", 119.5, 32.0001, heading_deg=0.0, view_deg=60.0),  # 11 m north of the point, looks away
        row("turns", 119.5, 32.0003, heading_deg=0.0, view_deg=60.0, kind="ptz"),
        row("sees", 119.5, 31.9995, heading_deg=0.0, view_deg=60.0),  # 55 m south, looks at it
        row("far", 119.5, 31.97, heading_deg=0.0, view_deg=60.0),
        row("nobody knows", 119.5, 32.0, heading_deg=None),
    ]
    told = nearest(rows, (119.5, 32.0), 9, 1000.0, 85.0)
    assert [(one["camera_id"], one["sees"]) for one in told] == [
        ("sees", "yes"), ("turns", "turn"), ("nobody knows", None), ("near", "no")
    ]  # fmt: skip
    assert told[0]["distance_m"] == pytest.approx(55.4, abs=0.2)
    assert len(nearest(rows, (119.5, 32.0), 2, 1000.0, 85.0)) == 2
    assert nearest([], (119.5, 32.0), 4, 1000.0, 85.0) == []


def test_the_short_way_round_is_over_north() -> None:
    assert turned(350.0, 10.0) == 20.0 and turned(10.0, 350.0) == 20.0 and turned(0.0, 180.0) == 180.0


def test_an_address_holds_what_the_template_asks_and_nothing_of_it_breaks_out(tmp_path: Path) -> None:
    video = {"url": "https://common.local/{code}.m3u8", "gateways": {"west": WEST, "empty": ""}}
    gateways = Gateways(make_config(tmp_path, {"video": video}).video)
    camera = {"camera_id": "a/../b?x=", "code": None, "gateway": "west"}
    assert gateways.address(camera) == "http://127.0.0.1:9/west/a%2F..%2Fb%3Fx%3D/index.m3u8"
    assert gateways.address(camera | {"gateway": "empty", "code": SOUND}) == f"https://common.local/{SOUND}.m3u8"
    assert gateways.origins == ("http://127.0.0.1:9", "https://common.local")
    assert Gateways(make_config(tmp_path, {}).video).address(camera) is None


@pytest.mark.parametrize(
    "template",
    [
        "rtsp://gateway/{code}",
        "https://name:word@gateway/{code}",
        "https://{camera_id}.gateway/x.m3u8",
        "https://gateway/{password}",
        "https://gateway/{code",
        "https://gateway; script-src */{code}",
    ],
)
def test_a_template_no_browser_should_be_given_refuses_to_start(tmp_path: Path, template: str) -> None:
    with pytest.raises(ConfigError) as said:
        Gateways(make_config(tmp_path, {"video": {"gateways": {"west": template}}}).video)
    assert said.value.reason == "bad_gateway" and said.value.facts["detail"] == "west"


@pytest.mark.parametrize(
    ("roles", "may"),
    [
        ({"operator"}, True),
        ({"leader"}, True),
        ({"kiosk"}, False),
        ({"kiosk", "operator"}, False),
        ({"steward"}, False),
    ],
)
def test_operators_and_leaders_open_cameras_and_a_wall_never(roles: set[str], may: bool) -> None:
    assert may_watch(Scope("x", frozenset(roles), "city")) is may


@pytest.fixture(scope="module")
def home(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample city with a gateway in the west."""
    home = fresh(sample_home, tmp_path_factory.mktemp("video") / "home")
    with (home / "gridlink.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[video.gateways]\nwest = "{WEST}"\n')
    return home


@pytest.fixture
def client(home: Path) -> FlaskClient:
    return sign_in(open_site(home))


def opened(client: FlaskClient, camera_id: str = "S002", incident: str = "") -> Any:
    return client.post(
        "/api/video/open", json={"camera_id": camera_id, "incident": incident}, headers=csrf(client)
    )  # fmt: skip


def tiles(client: FlaskClient, view: dict[str, Any]) -> str:
    """Return all that leaves for the tiles of a view, as text."""
    wires = [{"id": "tiles-body", "property": "children"}, {"id": "tiles-known", "property": "data"}]
    body = {
        "output": "..tiles-body.children...tiles-known.data..",
        "outputs": wires,
        "inputs": [{"id": "view", "property": "data", "value": view}],
        "state": [{"id": "tiles-known", "property": "data", "value": None}],
        "changedPropIds": ["view.data"],
    }
    answer = client.post("/_dash-update-component", json=body, headers=csrf(client))
    assert answer.status_code == 200
    return json.dumps(answer.json, ensure_ascii=False)


def because(client: FlaskClient, words: str, incident: str = "") -> None:
    with client.session_transaction() as kept:
        kept["watching"] = {"for": incident, "words": words}


def audit(home: Path) -> list[dict[str, Any]]:
    path = home / "audit.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [line for line in map(json.loads, lines) if line["action"] == "video"]


def test_without_a_reason_there_is_no_address_and_no_line(home: Path, client: FlaskClient) -> None:
    before = len(audit(home))
    answer = opened(client)
    assert answer.status_code == 400 and "理由" in answer.json["sentence"]
    because(client, "  ".strip())
    assert opened(client).status_code == 400
    because(client, "E001", incident="E001")
    assert opened(client, incident="E002").status_code == 400  # another incident needs its own reason
    assert len(audit(home)) == before


def test_every_opening_is_written_down_before_the_address_leaves(home: Path, client: FlaskClient) -> None:
    before = len(audit(home))
    because(client, "核对积水", incident="E001")
    answer = opened(client, incident="E001")
    assert answer.json == {"address": WEST.format(code="32118300011321000002")}
    assert answer.headers["Cache-Control"] == "private, no-store"
    (line,) = audit(home)[before:]
    assert (line["account"], line["reason"], line["subjects"], line["incident"]) == (
        "operator", "核对积水", ["S002"], "E001"
    )  # fmt: skip


def test_a_log_that_cannot_be_written_keeps_the_picture_away(
    home: Path, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dashboard.session import house

    because(client, "x")
    with client.application.app_context():
        monkeypatch.setattr(house().door.audit, "path", home / "nowhere" / "audit.jsonl")
    answer = opened(client)
    assert answer.status_code == 400 and "address" not in answer.json


def test_a_wall_a_stranger_and_another_site_open_nothing(home: Path, client: FlaskClient) -> None:
    app = open_site(home)
    wall = sign_in(app, "wall")
    because(wall, "x")
    assert opened(wall).status_code == 403
    assert app.server.test_client().post("/api/video/open", json={"camera_id": "S002"}).status_code in (400, 401)
    because(client, "x")
    assert client.post("/api/video/open", json={"camera_id": "S002"}).status_code == 400  # no CSRF token
    assert opened(client, "S999").status_code == 400 and opened(client, "S001").status_code == 400


def test_the_page_may_play_from_the_gateways_and_nowhere_else(client: FlaskClient) -> None:
    answer = client.get("/video")
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["media-src"] == policy["connect-src"] == "'self' http://127.0.0.1:9"
    assert policy["default-src"] == "'self'"
    assert "/west/" not in answer.get_data(as_text=True)


def test_the_tiles_name_what_they_see_and_no_address(client: FlaskClient) -> None:
    because(client, "x")
    text = tiles(client, {"point": BY_S001})
    assert "柳岸路口" in text and "视野内" in text
    assert "m3u8" not in text and "127.0.0.1" not in text


def test_where_no_picture_can_be_a_sentence_says_why(client: FlaskClient) -> None:
    off = tiles(client, {"camera": "S003", "tiles": "1"})
    assert "离线" in off and "已报修 BX-0105-07" in off
    bare = tiles(client, {"camera": "S001", "tiles": "1"})
    assert "尚未配置播放地址" in bare
    nobody = tiles(client, {"incident": "E999"})
    assert "没有找到事件 E999" in nobody


def test_a_bad_template_stops_the_server_with_a_sentence(sample_home: Path, tmp_path: Path) -> None:
    home = fresh(sample_home, tmp_path / "home")
    with (home / "gridlink.toml").open("a", encoding="utf-8") as file:
        file.write('\n[video]\nurl = "ftp://x"\n')
    with pytest.raises(ConfigError, match="url in \\[video\\]"):
        open_site(home)
