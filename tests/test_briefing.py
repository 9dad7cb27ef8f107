"""The briefing says what was counted, nothing else: other data makes other sentences, too little makes none."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import shapely
from docx import Document
from pyproj import Geod

from data.analysis.hot_spots import HotSpots, Spot
from data.briefing import charts, found_hot
from data.briefing.change import change
from data.briefing.chart_map import Plate, draw
from data.briefing.document import document
from data.briefing.findings import moved
from data.briefing.forms import FORMS, docx
from data.briefing.model import Briefing, Remark
from data.briefing.numbers import Numbers, Question
from data.briefing.page import page
from data.briefing.projection import Sheet
from data.briefing.spelling import LANGUAGES, Words, table
from data.briefing.tables import areas
from data.briefing.write import kinds, write
from data.config import load_config
from data.corrections import Corrections
from data.errors import Problem
from data.intervals import difference
from data.metrics import METRICS
from data.query import Door
from data.scope import Scope
from etl.close_month import close_month, correct
from etl.load import load
from tests.conftest import SAMPLE_NOW, SAMPLES, copy_home

LEADER = Scope("anna", frozenset({"leader"}), "QH")
MAP_WORDS = {"km": "{n} 公里", "m": "{n} 米", "areas": "{n} 个", "north": "北"}
NO_BROWSER = "no browser of this name"


def asked(kind: str = "brief", period: str = "7d", language: str = "zh-CN", area: str = "QH") -> Question:
    return Question(kind, area, period, SAMPLE_NOW, language)


def told(briefing: Briefing, key: str) -> str:
    """The text of the finding of a key; the first where there are more."""
    found = [one.text for chapter in briefing.chapters for one in chapter.findings if one.key == key]
    assert found, key
    return found[0]


@pytest.fixture
def brief(door: Door) -> Briefing:
    return write(door, LEADER, asked())


def one_more(home: Path) -> None:
    """Load one report of the sample more: the first again, under another number."""
    text = (SAMPLES / "incidents.csv").read_text("utf-8-sig").splitlines()
    (home / "incidents.csv").write_text("\n".join([text[0], text[1].replace("E001", "E999")]) + "\n", "utf-8")
    load([home / "incidents.csv"], load_config(home), now=SAMPLE_NOW)


@pytest.fixture
def own_home(tmp_path: Path) -> Path:
    home = copy_home(SAMPLES, tmp_path / "home")
    load([SAMPLES], load_config(home), now=SAMPLE_NOW)
    return home


def test_the_front_sentence_is_what_pandas_counts(door: Door, brief: Briefing) -> None:
    rows: pd.DataFrame = door.warehouse.fetch("SELECT * FROM incident", {}).to_pandas()
    excluded = set(door.config.incidents.mature_kinds_excluded)
    mine = rows[(rows.discovered_level == "grid") & ~rows.state.isin(["S92", "S93", "X3"]) & ~rows.kind.isin(excluded)]
    due = mine[(mine.closed_at <= SAMPLE_NOW) | (mine.deadline_at < SAMPLE_NOW)]
    inside = due[(due.solved_level == "grid") & (due.max_level == "grid") & (due.closed_at <= SAMPLE_NOW)]
    in_time = inside[(inside.closed_at <= inside.deadline_at) | ((inside.state == "S91") & inside.deadline_at.isna())]
    part, whole = len(in_time), len(due)
    sentence = told(brief, "in_grid_on_time")
    assert f"应有结果的事件 {whole} 件，在网格内及时解决 {part} 件，网格内及时解决率 {part / whole:.1%}" in sentence
    missed = [int(n) for n in re.findall(r" (\d+) 件", told(brief, "misses"))]
    assert missed[0] == sum(missed[1:]) == whole - part


def test_other_data_makes_another_sentence(own_home: Path) -> None:
    before = told(write(Door(load_config(own_home)), LEADER, asked()), "reported")
    one_more(own_home)
    after = told(write(Door(load_config(own_home)), LEADER, asked()), "reported")
    assert [re.findall(r"上报事件 (\d+) 件", one) for one in (before, after)] == [["39"], ["40"]]


def test_too_few_cases_are_said_to_be_too_few_and_given_no_share(brief: Briefing) -> None:
    small = [one for chapter in brief.chapters for one in chapter.findings if one.key == "on_time_handling"]
    assert small[0].small and "期内可计 25，少于 30，不作评价" in small[0].text and "%" not in small[0].text


def test_a_period_that_the_data_does_not_cover_is_compared_with_nothing(brief: Briefing) -> None:
    assert told(brief, "reported").endswith("环比、同比均无可比数据。")


def test_a_change_is_beyond_chance_when_its_interval_leaves_zero_out() -> None:
    # Newcombe 1998, Statistics in Medicine 17, 873-890, table II, case (a), method 10
    assert difference(56, 70, 48, 80) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    rework = METRICS["rework"]
    row = {"part": 56.0, "whole": 70.0, "value": 0.8}
    assert change(rework, row, {"part": 48.0, "whole": 80.0, "value": 0.6}, (7, 7), 30).beyond is True
    assert change(rework, row, {"part": 52.0, "whole": 70.0, "value": 52 / 70}, (7, 7), 30).beyond is False
    assert change(rework, row, {"part": 20.0, "whole": 29.0, "value": 20 / 29}, (7, 7), 30).difference is None


def test_counts_are_compared_by_the_day(door: Door) -> None:
    reported = METRICS["reported"]
    now, before = ({"part": n, "whole": None, "value": n} for n in (120.0, 310.0))
    one = change(reported, now, before, (12, 31), 30)
    assert (one.difference, one.beyond) == (0.0, False)
    more = change(reported, {"part": 240.0, "whole": None, "value": 240.0}, before, (12, 31), 30)
    numbers = Numbers(door, LEADER, asked())
    assert moved(numbers, reported, more) == "日均增加 10.0 件（+100.0%，超出偶然波动）"


def test_what_has_no_known_area_is_in_the_total_and_the_rows_add_up(door: Door) -> None:
    made = areas(Numbers(door, LEADER, asked()))
    assert made is not None and made.total is not None
    assert sum(int(row[1]) for row in made.rows) == int(made.total[1]) == 39
    assert [row for row in made.rows if row[0] == "未落到具体区域"]


def test_rows_that_do_not_add_up_stop_the_report(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = Numbers(door, LEADER, asked())
    parts = numbers.parts("reported")
    monkeypatch.setattr(Numbers, "parts", lambda self, name, period=None: parts[1:])
    with pytest.raises(Problem) as fault:
        areas(numbers)
    assert fault.value.reason == "not_adding_up"


def test_a_monthly_report_has_its_chapters_whether_or_not_there_is_anything_in_them(door: Door) -> None:
    report = write(door, LEADER, asked("monthly", "m:2026-01"))
    assert [one.id for one in report.chapters] == [row["id"] for row in kinds()["monthly"]["chapters"]]
    assert report.chapters[0].title == "一、基本情况"
    assert all(one.findings or one.empty for one in report.chapters)


@pytest.mark.parametrize("kind", ["brief", "monthly", "sheet"])
def test_chinese_is_spoken_throughout(door: Door, kind: str) -> None:
    made = write(door, LEADER, asked(kind))
    words = [made.title, made.span, made.stamp, *(one for key, one in made.labels.items() if "font" not in key)]
    for chapter in made.chapters:
        words += [chapter.title, *(one.text for one in chapter.findings), *(one.title for one in chapter.pictures)]
        for one in chapter.tables:
            words += [one.title, one.note, *one.head, *(cell for row in one.rows for cell in row)]
    assert [one for one in words if re.search(r"[A-Za-z]{2,}", one)] == []


def test_both_languages_have_words_for_the_same() -> None:
    flat = [pd.json_normalize(table(language)).iloc[0].to_dict() for language in LANGUAGES]
    assert sorted(flat[0]) == sorted(flat[1])
    for key, said in flat[0].items():
        fields = [set(re.findall(r"\{(\w+)\}", one)) for one in (said, flat[1][key])]
        assert fields[0] == fields[1] or key.startswith("format."), key


def test_days_name_their_year_once_and_twice_over_new_year() -> None:
    from datetime import date
    from zoneinfo import ZoneInfo

    words = Words("zh-CN", ZoneInfo("Asia/Shanghai"))
    assert words.days(date(2026, 10, 24), date(2026, 11, 20)) == "2026年10月24日–11月20日"
    assert words.days(date(2025, 12, 30), date(2026, 1, 5)) == "2025年12月30日–2026年1月5日"


def test_what_people_write_is_shown_as_written_by_people_and_cannot_be_markup(door: Door) -> None:
    remark = Remark("overview", "<script>alert(1)</script> 因暴雨", "人工撰写 · anna")
    made = write(door, LEADER, asked(), (remark,))
    text = page(made)
    assert "<script" not in text and "&lt;script&gt;alert(1)&lt;/script&gt; 因暴雨" in text
    assert '<div class="remark"><div class="by">人工撰写 · anna</div>' in text
    lines = [one.text for one in Document(io.BytesIO(document(made, {}))).paragraphs]
    assert lines.index("<script>alert(1)</script> 因暴雨") == lines.index("人工撰写 · anna") + 1


def test_the_document_holds_the_same_sentences_and_tables(door: Door, brief: Briefing) -> None:
    file = Document(io.BytesIO(document(brief, {})))
    lines = [one.text for one in file.paragraphs]
    assert [one.text for chapter in brief.chapters for one in chapter.findings if one.text not in lines] == []
    made = [one for chapter in brief.chapters for one in chapter.tables]
    cells = [[[cell.text for cell in row.cells] for row in one.rows] for one in file.tables]
    assert cells == [[list(row) for row in (one.head, *one.rows, *((one.total,) if one.total else ()))] for one in made]
    assert all(one.rows[0]._tr.trPr.xpath("w:tblHeader") for one in file.tables)
    fonts = file.styles["Normal"].element.rPr.rFonts
    assert "宋体" in fonts.attrib.values()


@pytest.mark.parametrize("form", ["html", "docx"])
def test_the_same_version_and_period_give_the_same_bytes(sample_home: Path, form: str) -> None:
    files = []
    for now in (SAMPLE_NOW, SAMPLE_NOW.replace(year=2027)):
        door = Door(load_config(sample_home))
        settings = replace(door.config.briefing, chromium=NO_BROWSER)
        made = write(door, LEADER, replace(asked("monthly", "m:2025-12"), now=now))
        files.append(FORMS[form].make(made, settings))
    assert files[0] == files[1]


def test_two_copies_differ_in_the_one_line_that_says_where_they_are_from(brief: Briefing) -> None:
    texts = [page(replace(brief, provenance=who)).splitlines() for who in ("anna, 10:00", "boris, 11:00")]
    assert len([1 for a, b in zip(*texts, strict=True) if a != b]) == 1


def test_without_a_browser_a_document_says_where_its_pictures_are(door: Door, brief: Briefing) -> None:
    made = docx(brief, replace(door.config.briefing, chromium=NO_BROWSER))
    assert not [name for name in zipfile.ZipFile(io.BytesIO(made)).namelist() if name.startswith("word/media")]
    assert brief.labels["no_pictures"] in [one.text for one in Document(io.BytesIO(made)).paragraphs]
    with pytest.raises(Problem) as fault:
        FORMS["pdf"].make(brief, replace(door.config.briefing, chromium=NO_BROWSER))
    assert fault.value.reason == "no_browser"


def test_a_closed_month_is_told_the_same_whatever_comes_later_and_lists_what_was_corrected(own_home: Path) -> None:
    config = load_config(own_home)
    question = replace(asked("monthly", "m:2026-01"), now=SAMPLE_NOW.replace(month=3))
    assert write(Door(config), LEADER, question).stamp == "未封账"
    close_month(config, "2026-01", "anna")
    before = page(write(Door(config), LEADER, question))
    assert "已封账" in before
    one_more(own_home)
    assert page(write(Door(config), LEADER, question)) == before
    correct(config, "2026-01", Scope("anna", frozenset({"steward"}), "QH"), "补报一件")
    last = write(Door(config), LEADER, question).chapters[-1]
    made = Corrections(Door(config).operations).of("2026-01")
    assert last.id == "corrections" and len(last.tables[0].rows) == len(made)
    assert {row[2] for row in last.tables[0].rows} == {"补报一件"}
    assert ("上报数", "青禾市", "补报一件", "39", "40") in last.tables[0].rows


def test_a_hot_spot_is_told_with_its_numbers_and_other_numbers_tell_otherwise(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = Numbers(door, LEADER, asked())
    assert [one.small for one in found_hot.hot(numbers)] == [True]  # 39 incidents of ten kinds are too few to look
    where = ("柳岸社区", ["QH010101"], 119.5, 32.0, 300.0)
    spot = Spot(1, *where, 45, 31, 4.5, 3.2, 4.1, None, 1, [], [31, 45], 9, True, False)
    for n, sentence in ((45, "1 个网格 45 件，是全市的 3.2 倍，上期 31 件。"), (50, "1 个网格 50 件，")):
        spots = HotSpots([], [replace(spot, n=n)], 0, n, "area", {}, [], {})
        monkeypatch.setattr(found_hot, "found", lambda _, told=spots: [({"kind": "ENV", "kind_zh": "环境卫生"}, told)])
        assert found_hot.hot(numbers)[0].text.startswith(f"环境卫生 · 1 号 柳岸社区：{sentence}")
    told = found_hot.hot(replace(numbers, tell=lambda one, _: f"共 {one.n} 起。"))
    assert told[0].text == "环境卫生 · 1 号 柳岸社区：共 50 起。"


def test_a_course_joins_nothing_over_a_period_nobody_knows() -> None:
    steps = [charts.Step(str(n), value, 0.9, 1.0) for n, value in enumerate((0.95, 0.96, None, 0.97, 0.98))]
    drawn = "".join(charts.course(steps, None))
    lines = re.findall(r'<path d="(M[^"]+)" fill="none"', drawn)
    assert [line.count("L") for line in lines] == [1, 1] and drawn.count("<circle") == 4


def test_an_axis_of_shares_has_round_ends_and_holds_everything_and_the_line() -> None:
    low, top = charts.ends([0.962], [0.987], 0.98)
    assert low <= 0.962 and top >= 0.987 and charts.ticks(low, top)[0] == low
    assert charts.ends([1.0], [1.0], 0.98) == (0.98, 1.0)


def test_bars_begin_at_zero_and_are_as_long_as_their_numbers() -> None:
    drawn = "".join(charts.bars([charts.Bar("甲", 40, None, "40"), charts.Bar("乙", 10, 20, "10")]))
    long, short = (float(one) for one in re.findall(r'<rect [^>]*width="([\d.]+)"', drawn))
    assert long == pytest.approx(4 * short, rel=0.01)


def test_a_map_hatches_what_is_not_judged_and_counts_its_classes() -> None:
    squares = [{"area_id": str(n), "name": f"区{n}", "lon": n + 0.5, "lat": 0.5, "area_m2": 1.0} for n in range(3)]
    areas_ = [{**row, "geometry": shapely.to_wkb(shapely.box(n, 0, n + 1, 1))} for n, row in enumerate(squares)]
    drawn = "".join(draw(Plate(areas_, {"0": 1, "1": 1}, ("低", "高"), few="不足"), MAP_WORDS))
    assert drawn.count('fill="url(#few)"') == 2  # the area, and its entry in the legend
    assert re.findall(r">(\d 个)<", drawn) == ["2 个", "0 个", "1 个"]
    assert re.search(r">(\d+) 公里<", drawn) and ">北<" in drawn


def test_a_scale_bar_is_as_long_as_it_says() -> None:
    sheet = Sheet((119.0, 31.9, 119.2, 32.0))
    (x, y), (_, north) = sheet.place(119.1, 31.95), sheet.place(119.1, 31.96)
    assert (y - north) / sheet.metres == pytest.approx(0.01 * 111_320, rel=1e-6)
    east = sheet.place(119.11, 31.95)[0]
    geod = Geod(ellps="sphere").inv(119.1, 31.95, 119.11, 31.95)[2]
    assert (east - x) / sheet.metres == pytest.approx(geod, rel=0.01)
