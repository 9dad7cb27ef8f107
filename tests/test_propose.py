"""A file nobody saw before: what it is, which column is which, and what only a person can say."""

import csv
import io
import json
import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from typer.testing import CliRunner

from data.config import Config, load_config, make_config
from data.errors import ConfigError, FileRefused, Problem
from etl.jobs import JOBS
from etl.load import load
from etl.mapping import load_mapping
from etl.projection import from_metric, to_metric, wgs84_to_bd09, wgs84_to_gcj02
from etl.propose import Proposal, propose
from etl.propose.encoding import guess_encoding
from etl.propose.layout import find_header
from etl.propose.save import save_mapping
from gridlink import make_app

CENTRE = (119.163, 31.947)
START = datetime(2026, 1, 5, 8, 0)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    home = tmp_path / "home"
    home.mkdir()
    (home / "gridlink.toml").write_text(
        '[city]\ncrs_metric = "EPSG:4549"\ncentre = [119.163, 31.947]\n', encoding="utf-8"
    )
    return load_config(home)


def table(path: Path, header: list[str], rows: list[list[Any]], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows([header, *rows])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def found(proposal: Proposal) -> dict[str, Any]:
    """Return ours -> theirs for what was found."""
    return {x["ours"]: x["theirs"] for x in proposal.columns() if x["how"]}


def asked(proposal: Proposal) -> list[str]:
    return [x.reason for x in proposal.questions]


def incidents(rows: int = 40) -> tuple[list[str], list[list[Any]]]:
    header = ["事件编号", "事件类型", "上报时间", "办理状态", "紧急程度", "经度", "纬度", "联系电话", "当事人证件"]
    kinds, states, grades = ("市容环境", "矛盾纠纷", "安全隐患"), ("办理中", "已结案"), ("紧急", "一般")
    made = [
        [
            f"SJ{n:05}", kinds[n % 3],
            (START + timedelta(minutes=37 * n)).strftime("%Y/%m/%d %H:%M"), states[n % 2],
            grades[n % 2], f"{119.16 + n * 1e-4:.6f}", f"{31.94 + n * 1e-4:.6f}", f"138{n:08}",
            f"32118319800101{n:03}X",
        ]
        for n in range(rows)
    ]  # fmt: skip
    return header, made


# --- how a file is written -----------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "big5"])
def test_the_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    said = "事件編號,上報時間\n" if encoding == "big5" else "事件编号,上报时间，经度和纬度\n"
    assert guess_encoding((said * 20).encode(encoding), tmp_path) == encoding


def test_bytes_that_are_no_text_are_refused_with_the_encodings_there_are(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match="gb18030"):
        guess_encoding(b"\x81\xff\x9d " * 50, tmp_path)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, config: Config, delimiter: str) -> None:
    header, rows = incidents(5)
    proposal = propose(table(tmp_path / "事件.csv", header, rows, delimiter=delimiter), config)
    assert proposal.table.layout.delimiter == delimiter and found(proposal)["incident_id"] == "事件编号"


def test_title_rows_are_passed_over_and_a_file_without_names_is_refused() -> None:
    title = [
        ["某市网格事件月报表", "", ""],
        ["制表：某某", "", "2026-01"],
        ["编号", "上报时间", "经度"],
        ["1", "2026-01-05", "119.1"],
    ]
    assert find_header(title) == 2
    assert find_header([["119.1", "31.9"], ["119.2", "31.8"]]) is None


def test_a_file_of_numbers_alone_is_refused_with_what_to_do(tmp_path: Path, config: Config) -> None:
    path = table(tmp_path / "a.csv", ["119.1", "31.9"], [["119.2", "31.8"]])
    with pytest.raises(FileRefused, match="put a row of names"):
        propose(path, config)


def test_a_workbook_with_merged_titles_and_several_sheets(tmp_path: Path, config: Config) -> None:
    book = openpyxl.Workbook()
    notes = book.active
    notes.title = "说明"
    notes.append(["本表每月五日前上报"])
    sheet = book.create_sheet("一月")
    sheet.append(["某市网格事件台账"])
    sheet.merge_cells("A1:I1")
    sheet.append(["单位：指挥中心", None, None, "2026年1月"])
    sheet.merge_cells("A2:C2")
    header, rows = incidents()
    sheet.append([f"{x}（必填）" if x == "事件编号" else x for x in header])
    for row in rows:
        sheet.append([*row[:2], datetime.strptime(row[2], "%Y/%m/%d %H:%M"), *row[3:]])
    path = tmp_path / "台账2026.xlsx"
    book.save(path)
    proposal = propose(path, config, {"crs": "EPSG:4326", "time_zone": "Asia/Shanghai"})
    assert (proposal.table.layout.sheet, proposal.table.layout.skip_rows) == ("一月", 2)
    assert proposal.is_ready and proposal.preview.would_load == 40
    assert proposal.preview.rows[0][:3] == ["SJ00000", "APP", 2]


# --- which column is which -----------------------------------------------------------------------------------


def test_a_gb18030_table_of_incidents_is_understood(tmp_path: Path, config: Config) -> None:
    proposal = propose(table(tmp_path / "导出_20260105.csv", *incidents(), encoding="gb18030"), config)
    assert proposal.feed == "incident"
    assert found(proposal) == {
        "incident_id": "事件编号", "kind": "事件类型", "severity": "紧急程度", "reported_at": "上报时间",
        "state": "办理状态", "lon": "经度", "lat": "纬度",
    }  # fmt: skip
    said = tomllib.loads(proposal.toml)
    assert said["source"] == {"match": "导出_*.csv", "table": "incident", "encoding": "gb18030"}
    assert said["values"]["kind"] == {"市容环境": "APP", "矛盾纠纷": "DIS", "安全隐患": "HAZ"}
    assert said["values"]["state"] == {"办理中": "open", "已结案": "closed"}
    assert said["values"]["severity"] == {"紧急": "2", "一般": "3"}
    assert said["columns"]["reported_at"] == {"from": "上报时间", "format": "%Y/%m/%d %H:%M"}


def test_persons_numbers_are_refused_by_name_and_by_value_and_never_shown(tmp_path: Path, config: Config) -> None:
    header, rows = incidents()
    header[-1], header[-2] = "备用1", "备用2"  # the names say nothing: the values do
    proposal = propose(table(tmp_path / "事件.csv", header, rows), config)
    assert proposal.table.personal == ["备用2", "备用1"]
    shown = json.dumps(proposal.as_json(), ensure_ascii=False)
    assert "1380000" not in shown and "19800101" not in shown
    with pytest.raises(ConfigError) as refused:
        propose(proposal.table.path, config, {"columns": {"title": "备用2"}})
    assert refused.value.reason == "personal_column"


def test_swapped_columns_are_put_right_and_said(tmp_path: Path, config: Config) -> None:
    header, rows = incidents()
    rows = [[*r[:5], r[6], r[5], *r[7:]] for r in rows]
    proposal = propose(table(tmp_path / "事件.csv", header, rows), config)
    assert (found(proposal)["lon"], found(proposal)["lat"]) == ("纬度", "经度")
    assert {x["how"] for x in proposal.columns() if x["ours"] in {"lon", "lat"}} == {"swapped"}


@pytest.mark.parametrize("style", ["{d}°{m:02}′{s:05.2f}″", "{d}度{m}分{s:.2f}秒", "{d}:{m:02}:{s:05.2f}"])
def test_degrees_and_minutes_are_read(tmp_path: Path, config: Config, style: str) -> None:
    def angle(degrees: str) -> str:
        whole = float(degrees)
        return style.format(d=int(whole), m=int(whole % 1 * 60), s=whole * 60 % 1 * 60)

    header, rows = incidents()
    rows = [[*r[:5], angle(r[5]), angle(r[6]), *r[7:]] for r in rows]
    proposal = propose(table(tmp_path / "事件.csv", header, rows), config, {"crs": "EPSG:4326", "time_zone": "UTC"})
    columns = proposal.preview.columns
    lon, lat = (proposal.preview.rows[0][columns.index(x)] for x in ("lon", "lat"))
    assert (lon, lat) == (pytest.approx(119.16, abs=3e-6), pytest.approx(31.94, abs=3e-6))


def test_a_receivers_minutes_and_whole_millionths_are_read(tmp_path: Path, config: Config) -> None:
    for number, write in enumerate((lambda x: f"{int(x) * 100 + x % 1 * 60:.4f}", lambda x: str(round(x * 1e6)))):
        header, rows = incidents()
        rows = [[*r[:5], write(float(r[5])), write(float(r[6])), *r[7:]] for r in rows]
        path = table(tmp_path / f"事件{number}.csv", header, rows)
        proposal = propose(path, config, {"crs": "EPSG:4326", "time_zone": "UTC"})
        columns = proposal.preview.columns
        assert proposal.preview.rows[0][columns.index("lon")] == pytest.approx(119.16, abs=1e-5)


def test_a_date_and_a_clock_in_two_columns_make_one_time(tmp_path: Path, config: Config) -> None:
    rows = [["w1", "2026/1/5", f"08:{n:02}:00", 119.16, 31.94] for n in range(30)]
    path = table(tmp_path / "轨迹.csv", ["工号", "定位日期", "定位时刻", "经度", "纬度"], rows)
    proposal = propose(path, config, {"crs": "EPSG:4326", "time_zone": "Asia/Shanghai"})
    assert found(proposal)["fixed_at"] == "定位日期 + 定位时刻"
    assert proposal.preview.rows[0][1] == "2026-01-05 00:00:00Z"


@pytest.mark.parametrize(("text", "form"), [("1767571200", "epoch_s"), ("1767571200000", "epoch_ms")])
def test_seconds_and_milliseconds_since_1970_need_no_zone(tmp_path: Path, config: Config, text: str, form: str) -> None:
    rows = [["w1", str(int(text) + n * (1 if form == "epoch_s" else 1000)), 119.16, 31.94] for n in range(30)]
    proposal = propose(table(tmp_path / "gps.csv", ["设备号", "时间", "lng", "lat"], rows), config)
    assert tomllib.loads(proposal.toml)["columns"]["fixed_at"] == {"from": "时间", "format": form}
    assert proposal.as_json()["time_zone_why"] == "zone_offset" and asked(proposal) == ["crs_unsure"]


def test_records_of_another_system_are_read_from_json(tmp_path: Path, config: Config) -> None:
    header, rows = incidents()
    path = tmp_path / "events.json"
    records = [dict(zip(header, row, strict=True)) | {"place": {"lon": 1}} for row in rows]
    path.write_text(json.dumps({"code": 0, "data": {"list": records}}), encoding="utf-8")
    proposal = propose(path, config)
    assert proposal.feed == "incident" and "place.lon" in proposal.unused()


def test_a_file_that_is_nothing_we_know_says_so(tmp_path: Path, config: Config) -> None:
    proposal = propose(table(tmp_path / "a.csv", ["alpha", "beta"], [["p", "q"], ["r", "s"]]), config)
    assert asked(proposal) == ["no_feed"] and proposal.toml == "" and not proposal.is_ready
    assert "alpha" in proposal.as_json()["questions"][0]["sentence_en"]


def test_what_is_required_and_absent_is_named(tmp_path: Path, config: Config) -> None:
    rows = [["一号机", 119.16, 31.94], ["二号机", 119.17, 31.95]]
    proposal = propose(table(tmp_path / "摄像机.csv", ["摄像机名称", "经度", "纬度"], rows), config, {"feed": "camera"})
    assert proposal.draft is not None and proposal.draft.fit.missing == ["camera_id"]
    assert "missing_columns" in asked(proposal) and '# camera_id = ""' in proposal.toml
    told = {"feed": "camera", "crs": "EPSG:4326", "columns": {"camera_id": "摄像机名称"}}
    assert propose(proposal.table.path, config, told).is_ready


# --- where and when ------------------------------------------------------------------------------------------


def test_in_china_degrees_are_asked_for_their_system_and_never_guessed(tmp_path: Path, config: Config) -> None:
    proposal = propose(table(tmp_path / "事件.csv", *incidents()), config)
    assert asked(proposal) == ["crs_unsure", "zone_unsure"]
    source = tomllib.loads(proposal.toml)["source"]
    assert "crs" not in source and "time_zone" not in source and '# crs = "EPSG:4326"' in proposal.toml
    assert proposal.as_json()["crs_options"] == ["EPSG:4326", "GCJ-02", "BD-09"]
    path = tmp_path / "m.toml"
    path.write_text(proposal.toml, encoding="utf-8")
    with pytest.raises(ConfigError, match="crs"):
        load_mapping(path)


def test_a_column_that_names_its_system_is_believed(tmp_path: Path, config: Config) -> None:
    header, rows = incidents()
    header[5:7] = ["高德经度", "高德纬度"]
    about = propose(table(tmp_path / "事件.csv", header, rows), config).as_json()
    assert (about["crs"], about["crs_why"]) == ("GCJ-02", "crs_header")


def test_metres_are_recognised_by_the_zone_that_puts_them_into_the_city(tmp_path: Path, config: Config) -> None:
    header, rows = incidents()
    degrees = np.array([[float(r[5]), float(r[6])] for r in rows])
    for crs, swap in (("EPSG:4549", False), ("EPSG:4528", False), ("EPSG:3857", False)):
        x, y = to_metric(degrees[:, 0], degrees[:, 1], crs)
        assert from_metric(x[:1], y[:1], crs)[0][0] == pytest.approx(119.16)
        metres = [[*r[:5], f"{a:.2f}", f"{b:.2f}", *r[7:]] for r, a, b in zip(rows, x, y, strict=True)]
        about = propose(table(tmp_path / "事件.csv", header, metres), config).as_json()
        assert (about["crs"], about["crs_why"], swap) == (crs, "crs_city", False)


def test_hours_of_sleep_tell_the_zone_where_there_are_enough(tmp_path: Path, config: Config) -> None:
    header, rows = incidents(600)
    for utc in (False, True):
        for n, row in enumerate(rows):
            local = START.replace(hour=7) + timedelta(days=n // 40, minutes=(n % 40) * 22)
            row[2] = (local - timedelta(hours=8 * utc)).strftime("%Y-%m-%d %H:%M:%S")
        about = propose(table(tmp_path / "事件.csv", header, rows), config).as_json()
        assert (about["time_zone"], about["time_zone_why"]) == ("UTC" if utc else "Asia/Shanghai", "zone_hours")


def test_a_clock_of_1970_is_no_date(tmp_path: Path, config: Config) -> None:
    rows = [["w1", f"1970-01-01 00:00:{n:02}", 119.16, 31.94] for n in range(30)]
    proposal = propose(table(tmp_path / "轨迹.csv", ["工号", "时间", "经度", "纬度"], rows), config)
    assert "relative_clock" in asked(proposal)


def test_day_or_month_first_is_asked_when_the_file_does_not_tell(tmp_path: Path, config: Config) -> None:
    header, rows = incidents(9)
    for n, row in enumerate(rows):
        row[2] = f"0{n + 1}/02/2026 10:00"
    assert "day_month" in asked(propose(table(tmp_path / "事件.csv", header, rows), config))
    rows[0][2] = "25/02/2026 10:00"
    proposal = propose(table(tmp_path / "事件.csv", header, rows), config)
    assert "day_month" not in asked(proposal) and '"%d/%m/%Y %H:%M"' in proposal.toml


# --- what the home knows -------------------------------------------------------------------------------------


@pytest.fixture
def city(sample_home: Path, tmp_path: Path) -> Config:
    """Return the sample city with its areas, workers and duty."""
    del tmp_path
    return load_config(sample_home)


@pytest.mark.parametrize("crs", ["EPSG:4326", "GCJ-02", "BD-09"])
def test_points_that_name_their_grid_tell_the_system(tmp_path: Path, city: Config, crs: str) -> None:
    from etl.propose.known import known_to

    reference = known_to(city).reference
    assert reference is not None
    shift = {"EPSG:4326": lambda x, y: (x, y), "GCJ-02": wgs84_to_gcj02, "BD-09": wgs84_to_bd09}[crs]
    area = [x for x in reference.area.to_pylist() if x["level"] == city.leaf]
    rows = []
    for n in range(60):
        grid = area[n % len(area)]
        lon, lat = (float(v[0]) for v in shift(np.array([grid["lon"]]), np.array([grid["lat"]])))
        rows.append([f"S{n}", "2026-01-05 10:00:00", grid["area_id"], f"{lon:.6f}", f"{lat:.6f}"])
    header = ["事件编号", "上报时间", "网格编号", "经度", "纬度"]
    about = propose(table(tmp_path / "事件.csv", header, rows), city).as_json()
    assert (about["crs"], about["crs_why"]) == (crs, "crs_inside")


def test_workers_of_the_home_are_known_by_their_ids_whatever_the_column_is_called(tmp_path: Path, city: Config) -> None:
    from etl.propose.known import known_to

    workers = sorted(known_to(city).ids["worker_id"])
    long = [x for x in workers if len(x) >= 4]
    rows = [[workers[n % len(workers)], f"2026-01-05 09:{n:02}:00", 119.5, 32.0] for n in range(50)]
    proposal = propose(table(tmp_path / "轨迹.csv", ["谁", "定位时间", "经度", "纬度"], rows), city, {"feed": "fix"})
    assert found(proposal).get("worker_id") == ("谁" if len(long) == len(workers) else None)


def test_the_preview_says_what_loading_would_refuse_and_writes_nothing(tmp_path: Path, city: Config) -> None:
    header, rows = incidents(6)
    for row in rows:
        row[5:7] = ["119.501", "32.001"]
    rows[1][5:7], rows[2][2], rows[3][0] = ["10.0", "50.0"], "昨天", ""
    before = sorted(p for p in city.home.rglob("*") if p.is_file())
    told = {"crs": "EPSG:4326", "time_zone": "Asia/Shanghai"}
    proposal = propose(table(tmp_path / "事件.csv", header, rows), city, told)
    reasons = {x["row"]: x["reason"] for x in proposal.preview.rejects}
    assert reasons == {3: "outside_city", 4: "bad_time", 5: "missing"}
    assert (proposal.preview.rows_in, proposal.preview.would_load, proposal.preview.would_reject) == (6, 3, 3)
    assert sorted(p for p in city.home.rglob("*") if p.is_file()) == before


def test_off_duty_fixes_are_counted_and_not_shown(tmp_path: Path, city: Config) -> None:
    from etl.propose.known import known_to

    worker = min(known_to(city).ids["worker_id"])
    rows = [[worker, "2026-01-05 03:00:00", "119.501234", "32.001234"] for _ in range(5)]
    told = {"feed": "fix", "crs": "EPSG:4326", "time_zone": "Asia/Shanghai"}
    proposal = propose(table(tmp_path / "轨迹.csv", ["工号", "定位时间", "经度", "纬度"], rows), city, told)
    about = proposal.as_json()
    assert about["preview"]["counted"] == {"off_duty": 5} and about["points"] == []
    assert "119.501234" not in json.dumps(about)


# --- keeping it ----------------------------------------------------------------------------------------------

GOOD = '[source]\nmatch = "w*.csv"\ntable = "worker"\n[columns]\nworker_id = "工号"\n'


@pytest.mark.parametrize("name", ["../x", "a/b.toml", "/etc/x", ".hidden", "x.txt", "", "a b", "..toml", "x\n.toml"])
def test_unsafe_names_are_refused(config: Config, name: str) -> None:
    with pytest.raises(ConfigError) as refused:
        save_mapping(config, name, GOOD)
    assert refused.value.reason == "unsafe_name"


def test_a_mapping_is_kept_once_and_replaced_only_when_told(config: Config) -> None:
    path = save_mapping(config, "网格员", GOOD)
    assert path == config.home / "mappings" / "网格员.toml" and load_mapping(path).feed == "worker"
    with pytest.raises(ConfigError) as refused:
        save_mapping(config, "网格员.toml", GOOD)
    assert refused.value.reason == "name_taken"
    save_mapping(config, "网格员.toml", GOOD.replace("工号", "编号"), overwrite=True)
    assert "编号" in path.read_text(encoding="utf-8") and list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("toml", ["x =", GOOD.replace("worker_id", "worker"), GOOD.replace("工号", "手机号")])
def test_what_is_no_mapping_is_not_kept(config: Config, toml: str) -> None:
    with pytest.raises(ConfigError):
        save_mapping(config, "a", toml)
    assert not (config.home / "mappings").exists() or not list((config.home / "mappings").iterdir())


def test_the_jobs_propose_and_keep(config: Config) -> None:
    uploads = config.home / "uploads"
    uploads.mkdir()
    path = table(uploads / "网格员.csv", ["工号", "姓名"], [["w1", "王小明"], ["w2", "李华"]])
    told: list[str] = []
    about = JOBS["propose"](config, {"path": str(path)}, told.append)
    assert about["feed"] == "worker" and about["ready"] and "王小明" not in json.dumps(about, ensure_ascii=False)
    kept = JOBS["save_mapping"](config, {"name": "网格员", "toml": about["toml"]}, told.append)
    assert Path(kept["path"]).is_file()
    with pytest.raises(Problem, match="not a file"):
        JOBS["propose"](config, {"path": "/etc/passwd"}, told.append)


def test_the_command_asks_then_keeps_and_the_file_loads(
    tmp_path: Path, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRIDLINK_LANG", "en")
    header, rows = incidents()
    path = table(tmp_path / "事件.csv", header, rows)
    run = ["map", str(path), "--home", str(config.home), "--write", "mappings/events.toml"]
    first = CliRunner().invoke(make_app(), run)
    assert first.exit_code == 1 and "--crs" in first.stderr and "--time-zone" in first.stderr
    assert [x.name for x in (config.home / "mappings").iterdir()] == ["events.toml.draft"]
    second = CliRunner().invoke(make_app(), [*run, "--crs", "GCJ-02", "--time-zone", "Asia/Shanghai"])
    assert second.exit_code == 0 and "gridlink load" in second.stderr
    assert load_mapping(config.home / "mappings" / "events.toml").crs == "GCJ-02"


def test_what_would_load_does_load(tmp_path: Path) -> None:
    """The preview and the load of the same file agree, row for row."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "gridlink.toml").write_text('[city]\narea_id = "c"\ncentre = [119.163, 31.947]\n[[levels]]\nid = "city"\n'
        'zh = "市"\nen = "City"\n[[levels]]\nid = "grid"\nzh = "网格"\nen = "Grid"\n', encoding="utf-8")  # fmt: skip
    config = load_config(home)
    ring = [[119.1, 31.9], [119.3, 31.9], [119.3, 32.0], [119.1, 32.0], [119.1, 31.9]]
    feature = {"type": "Feature", "properties": {"网格编号": "g1", "网格名称": "一格"}}
    feature["geometry"] = {"type": "Polygon", "coordinates": [ring]}
    areas = tmp_path / "网格.geojson"
    areas.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    header, rows = incidents()
    rows[7][6] = "51.0"
    events = table(tmp_path / "事件.csv", header, rows)
    told = {"crs": "EPSG:4326", "time_zone": "Asia/Shanghai"}
    for name, path in (("areas", areas), ("events", events)):
        proposal = propose(path, config, told)
        assert proposal.is_ready
        save_mapping(config, name, proposal.toml)
        entry = load([path], config).entries[0]
        assert (entry.rows_loaded, entry.rows_rejected) == (proposal.preview.would_load, proposal.preview.would_reject)


def test_answers_nobody_can_give_are_refused(tmp_path: Path, config: Config) -> None:
    path = table(tmp_path / "事件.csv", *incidents(3))
    for told in (
        {"fede": "x"},
        {"feed": "incidents"},
        {"crs": "EPSG:1"},
        {"columns": {"lon": "没有"}},
        {"columns": {"x": "经度"}},
    ):
        with pytest.raises(Problem):
            propose(path, config, told)


def test_a_home_in_another_part_of_the_world_is_not_asked_about_china(tmp_path: Path) -> None:
    config = make_config(tmp_path, {"city": {"centre": [-71.06, 42.36], "zone": "America/New_York"}})
    header, rows = incidents()
    rows = [[*r[:5], f"{-71.06 + n * 1e-4:.5f}", f"{42.36 + n * 1e-4:.5f}", *r[7:]] for n, r in enumerate(rows)]
    about = propose(table(tmp_path / "requests.csv", header, rows), config).as_json()
    assert (about["crs"], about["crs_why"]) == ("EPSG:4326", "crs_abroad")
