"""The map as a picture, for a browser that cannot draw one: every area of the account's city, and nobody's position."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

from dashboard.app import App
from data.query import Door
from tests.conftest import SAMPLE_NOW
from tests.web import open_site, sign_in

SVG = "{http://www.w3.org/2000/svg}"
ASKED = "/api/still.svg?w=900&h=600&u=1"


@pytest.fixture(scope="module")
def app(sample_home: Path) -> App:
    return open_site(sample_home)


@pytest.fixture
def client(app: App) -> FlaskClient:
    return sign_in(app)


def picture(client: FlaskClient, more: str = "") -> ElementTree.Element:
    answer = client.get(ASKED + more)
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    return ElementTree.fromstring(answer.data)


def test_every_grid_of_the_city_is_drawn_once(client: FlaskClient, door: Door, whole_city: object) -> None:
    rows = door.query("areas", whole_city, day=SAMPLE_NOW.date()).to_pylist()
    grids = [row for row in rows if row["level"] == door.config.leaf and row["geometry"]]
    drawn = picture(client).findall(f".//{SVG}path[@class='grid']")
    assert len(drawn) == len(grids) > 0
    assert all(one.get("d", "").startswith("M") and one.get("d", "").endswith("Z") for one in drawn)
    assert [one.findtext(f"{SVG}title", "").split(" · ")[0] for one in drawn] == [row["name"] for row in grids]


def test_the_picture_is_as_large_as_its_place_and_drawn_inside_it(client: FlaskClient) -> None:
    root = picture(client)
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("900", "600", "0 0 900 600")
    points = [
        tuple(map(float, point.split()))
        for path in root.iterfind(f".//{SVG}path[@class='grid']")
        for point in path.get("d", "").replace("Z", "").replace("M", "L").split("L")[1:]
    ]
    assert 0 <= min(x for x, _ in points) and max(x for x, _ in points) <= 900
    assert 0 <= min(y for _, y in points) and max(y for _, y in points) <= 600


def test_a_light_screen_has_a_light_picture(client: FlaskClient) -> None:
    dark, light = (client.get(f"{ASKED}&theme={theme}").data for theme in ("dark", "light"))
    assert dark != light


def test_open_incidents_are_drawn_with_their_shapes(client: FlaskClient, door: Door, whole_city: object) -> None:
    facts = {"area": door.config.city.area_id, "start": SAMPLE_NOW, "end": SAMPLE_NOW, "now": SAMPLE_NOW}
    rows = door.query("incident_points", whole_city, **facts).to_pylist()
    wanted = [row for row in rows if row["closed_at"] is None or row["closed_at"] > SAMPLE_NOW]
    drawn = picture(client, "&day=2026-01-05&t=43200").findall(f".//{SVG}g[@class='incident']")
    assert len(drawn) == len(wanted)


def test_a_stranger_sees_no_picture(app: App) -> None:
    assert app.server.test_client().get(ASKED).status_code in (302, 401)


def test_a_size_that_is_no_number_is_refused(client: FlaskClient) -> None:
    assert client.get("/api/still.svg?w=wide&h=600").status_code == 400
