"""The form of the level above: figures go into the cells that ask for them, and nothing else changes."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.workbook.defined_name import DefinedName

from data.closing import span
from data.errors import FileRefused
from data.forms import fill
from data.query import Door
from data.scope import Scope
from etl.sample_form import sample_form
from tests.web import open_site, sign_in

FIGURES = {("reported", None): 7, ("reported", "A1"): 3}
ABOUT = {"month": "2026-01", "city": "=1+1", "version": "v", "state": "open"}


def form(**names: str) -> bytes:
    """Return a workbook with a formula of its own and these names for cells of its sheet."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "表 1"
    sheet["A1"], sheet["B9"] = "标题", "=SUM(B1:B8)"
    for place, name in names.items():
        book.defined_names[name] = DefinedName(name, attr_text=f"'表 1'!${place[0]}${place[1:]}")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def figure(metric: str, area: str | None) -> dict[str, float] | None:
    part = FIGURES.get((metric, area))
    return None if part is None else {"part": part, "whole": 10, "value": part / 10, "n": 10, "low": 0, "high": 1}


def test_named_cells_are_filled_and_everything_else_stays() -> None:
    made = fill(form(B1="gl.reported.part", B2="gl.reported.value.A1", B3="gl.month", C1="own.name"), figure, ABOUT)
    sheet = load_workbook(io.BytesIO(made.body))["表 1"]
    assert [sheet[place].value for place in ("B1", "B2", "B3", "C1")] == [7, 0.3, "2026-01", None]
    assert (sheet["A1"].value, sheet["B9"].value) == ("标题", "=SUM(B1:B8)")
    assert (made.cells, made.unknown) == (3, ())


def test_a_name_that_asks_for_nothing_known_is_told_and_left_empty() -> None:
    made = fill(form(B1="gl.reportd.part", B2="gl.reported.sum", B3="gl.reported.part.X9"), figure, ABOUT)
    assert sorted(made.unknown) == ["gl.reportd.part", "gl.reported.part.X9", "gl.reported.sum"]
    assert load_workbook(io.BytesIO(made.body))["表 1"]["B1"].value is None


def test_a_text_is_never_a_formula() -> None:
    made = fill(form(B1="gl.city"), figure, ABOUT)
    cell = load_workbook(io.BytesIO(made.body))["表 1"]["B1"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_what_is_no_workbook_is_refused() -> None:
    with pytest.raises(FileRefused):
        fill(b"no workbook", figure, ABOUT)


def test_the_example_is_filled_with_the_city_s_figures_and_only_for_who_may(sample_home: Path, door: Door) -> None:
    folder = sample_home / "forms"
    folder.mkdir(exist_ok=True)
    (folder / "monthly.xlsx").write_bytes(sample_form(door.config))
    app = open_site(sample_home)
    answer = sign_in(app, "leader").get("/forms/monthly.xlsx?month=2026-01")
    book = load_workbook(io.BytesIO(answer.get_data()))
    (sheet_name, place), *_ = book.defined_names["gl.reported.part"].destinations
    start, end = span("2026-01", door.config.zone)
    scope = Scope("x", frozenset({"leader"}), door.config.city.area_id)
    city = door.metric("reported", scope, start=start, end=end, now=datetime(2026, 2, 1), level="city")[0]
    assert book[sheet_name][place.replace("$", "")].value == city["part"] > 0
    assert sign_in(app, "wall").get("/forms/monthly.xlsx?month=2026-01").status_code == 403
    assert sign_in(app, "leader").get("/forms/none.xlsx?month=2026-01").status_code == 400
    assert sign_in(app, "leader").get("/forms/monthly.xlsx?month=soon").status_code == 400
