"""A newcomer brings a strange city with the README alone: its commands, as they stand there, on unseen files."""

import csv
import io
import json
import re
import shlex
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import openpyxl

from etl.projection import wgs84_to_bd09, wgs84_to_gcj02

ROOT = Path(__file__).parent.parent
WEST, SOUTH, SIDE = 106.50, 29.50, 0.01
ANSWERS = "怪城\n106.515\n29.515\n\n\n"  # name, centre, and the suggested CRS and levels
SECTION = {"README.md": "## Bring your own city in ten minutes", "README.zh-CN.md": "## 十分钟接入自己的城市"}


def commands(name: str) -> list[list[str]]:
    """Return the commands of the section's first block, word by word."""
    text = (ROOT / name).read_text(encoding="utf-8").split(SECTION[name])[1]
    block = re.search(r"\n\n((?:    .*\n)+)", text)
    assert block
    return [shlex.split(line, comments=True) for line in block.group(1).splitlines()]


def strange_city(folder: Path) -> None:
    """Write nine grids in GCJ-02, tracks in GB 18030 and WGS-84, and incidents in a workbook in BD-09."""
    corners = [(WEST + i * SIDE, SOUTH + j * SIDE) for j in range(3) for i in range(3)]
    features = []
    for n, (x, y) in enumerate(corners):
        ring = np.array([[x, y], [x + SIDE, y], [x + SIDE, y + SIDE], [x, y + SIDE], [x, y]])
        shifted = np.column_stack(wgs84_to_gcj02(ring[:, 0], ring[:, 1]))
        about = {
            "街道名称": "甲街道",
            "社区名称": f"第{n // 3 + 1}社区",
            "网格编码": f"GC{n + 1:03}",
            "网格名称": f"{n + 1}号网格",
        }
        features.append(
            {"type": "Feature", "properties": about, "geometry": {"type": "Polygon", "coordinates": [shifted.tolist()]}}
        )
    (folder / "grids.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8"
    )
    _tracks(folder / "tracks.csv")
    _incidents(folder / "incidents.xlsx", corners)


def _tracks(path: Path) -> None:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["工号", "姓名", "手机号码", "定位时间", "经度", "纬度"])
    start = datetime(2026, 1, 5, 9, 0)
    for n in range(120):
        at = (start + timedelta(seconds=30 * n)).strftime("%Y/%m/%d %H:%M:%S")
        rows.writerow(["K1", "王小明", "13812345678", at, f"{WEST + 0.012 + n * 5e-5:.6f}", f"{SOUTH + 0.017:.6f}"])
    path.write_bytes(text.getvalue().encode("gb18030"))


def _incidents(path: Path, corners: list[tuple[float, float]]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["怪城网格事件台账（2026年1月）"])
    sheet.merge_cells("A1:G1")
    sheet.append(["制表单位：指挥中心"])
    sheet.append(["事件编号", "事件大类", "上报时间", "结案时间", "事件状态", "所属网格编号", "事发经度", "事发纬度"])
    for n in range(45):
        x, y = corners[n % 9]
        lon, lat = wgs84_to_bd09(np.array([x + SIDE / 2]), np.array([y + SIDE / 2]))
        at = datetime(2026, 1, 3, 8, 0) + timedelta(minutes=29 * n)
        done = at + timedelta(hours=3) if n % 3 else None
        kind = ("矛盾纠纷", "暴露垃圾", "燃气隐患")[n % 3]
        state = "已办结" if done else "办理中"
        sheet.append(
            [f"E{n:04}", kind, at, done, state, f"GC{n % 9 + 1:03}", round(float(lon[0]), 6), round(float(lat[0]), 6)]
        )
    book.save(path)


def gridlink(words: list[str], folder: Path, typed: str = "") -> subprocess.CompletedProcess[str]:
    assert words[:3] == [".venv/bin/python", "-m", "gridlink"]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "GRIDLINK_LANG": "en", "HOME": str(folder)}
    command = [sys.executable, *words[1:]]
    return subprocess.run(
        command, cwd=folder, env=environment, input=typed, capture_output=True, text=True, check=False
    )


def test_both_readmes_bring_a_city_with_the_same_commands() -> None:
    english, chinese = (commands(name) for name in SECTION)
    assert english == chinese
    assert [x[3] for x in english] == ["init", "map", "load", "map", "map", "load", "user", "serve"]


def test_the_readme_alone_brings_a_strange_city(tmp_path: Path) -> None:
    strange_city(tmp_path)
    typed = {"init": ANSWERS, "user": "a long password\na long password\n"}
    *steps, serve = commands("README.md")
    told = []
    for words in steps:
        done = gridlink(words, tmp_path, typed.get(words[3], ""))
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        told.append(done.stdout + done.stderr)
    assert "13812345678" not in "".join(told) and "王小明" not in "".join(told)
    status = json.loads(gridlink([*steps[0][:3], "status", "--home", "my-city", "--json"], tmp_path).stdout)
    rows = {x["feed"]: x["rows"] for x in status["feeds"]}
    assert (rows["area"], rows["fix"], rows["incident"]) == (9, 120, 45)
    kept = (tmp_path / "my-city" / "mappings" / "incidents-2026.toml").read_text(encoding="utf-8")
    assert 'crs = "BD-09"' in kept and "skip_rows = 2" in kept  # proved by the grids, and by the header's place
    assert answers(serve, tmp_path)


def answers(words: list[str], folder: Path) -> bool:
    """Start the server as the README does, on a free port, and ask for its sign-in page."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, *words[1:], "--port", str(port)]
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(folder)}
    server = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(120):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/login", timeout=2) as page:
                    return bool(page.status == 200)
            except OSError:
                time.sleep(0.5)
        return False
    finally:
        server.terminate()
        server.wait(timeout=20)


def test_without_the_answers_the_same_commands_ask_for_them(tmp_path: Path) -> None:
    strange_city(tmp_path)
    steps = commands("README.md")
    for words in steps[:3]:
        assert gridlink(words, tmp_path, ANSWERS).returncode == 0
    for step in (3, 4):
        asked = gridlink(without_answers(steps[step]), tmp_path)
        assert asked.returncode == 1 and "--time-zone" in asked.stderr and ("--crs" in asked.stderr) == (step == 3)


def without_answers(words: list[str]) -> list[str]:
    answers = {"--crs", "--time-zone"}
    return [x for at, x in enumerate(words) if x not in answers and words[at - 1] not in answers]
