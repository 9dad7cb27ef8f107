"""What deploy/ says is true of this release: commands exist, ports are the defaults, services are locked in."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from data.config import make_config
from gridlink import make_app
from tests.conftest import ROOT

DEPLOY = ROOT / "deploy"
SERVICES = sorted(DEPLOY.glob("*.service"))
CONTAINER = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
RUN = "/opt/gridlink/.venv/bin/python -m gridlink "
HARD = {
    "User": "gridlink", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes", "PrivateDevices": "yes",
    "NoNewPrivileges": "yes", "CapabilityBoundingSet": "", "IPAddressDeny": "any", "IPAddressAllow": "localhost",
    "WorkingDirectory": "/opt/gridlink",
}  # fmt: skip
INSTRUCTIONS = set("FROM COPY RUN WORKDIR ENV USER VOLUME EXPOSE STOPSIGNAL HEALTHCHECK ENTRYPOINT CMD".split())


def unit(path: Path) -> dict[str, list[str]]:
    """Return every key of a unit with all its values, in their order; a line that is neither is refused."""
    found: dict[str, list[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not re.match(r"#|\[(Unit|Service|Timer|Install)\]$", line):
            key, mark, value = line.partition("=")
            assert mark and re.fullmatch(r"[A-Za-z]+", key), line
            found.setdefault(key, []).append(value)
    return found


def container_steps() -> list[tuple[str, str]]:
    """Return the container file's instructions with what they are told, long lines joined."""
    lines = re.sub(r"\\\n\s*", "", re.sub(r"(?m)^#.*\n", "", CONTAINER)).splitlines()
    return [(word, told) for word, _, told in (line.partition(" ") for line in lines) if word]


def commands() -> list[str]:
    """Return what is asked of `gridlink` anywhere in deploy/, without the environment's home."""
    services = [told.removeprefix(RUN) for path in SERVICES for told in unit(path)["ExecStart"]]
    runs = re.findall(r"podman run .*?-v home:\S+(?: --no-healthcheck)? gridlink(.*)", CONTAINER.replace("\\\n#", ""))
    inside = [" ".join(json.loads(dict(container_steps())["CMD"]))]
    install = (DEPLOY / "install").read_text(encoding="utf-8")
    for name in ("deploy.md", "deploy.zh-CN.md", "upgrade.md", "upgrade.zh-CN.md"):
        services += re.findall(r"-m gridlink (\w.*)", (ROOT / "docs" / name).read_text(encoding="utf-8"))
    runs = [told.strip() for told in runs if told.strip()]
    return services + inside + runs + re.findall(r"-m gridlink (\w.*)\"", install)


@pytest.mark.parametrize("command", commands())
def test_every_command_of_deploy_is_one_of_gridlink(command: str) -> None:
    called: Any = get_command(make_app())
    verb, *arguments = shlex.split(command)
    called = called.commands[verb]
    while hasattr(called, "commands"):
        verb, *arguments = arguments
        called = called.commands[verb]
    asked = ["--password", "asked for"] if verb == "add" else []
    called.make_context(verb, [*arguments, *asked])


def test_all_four_processes_and_both_containers_are_found() -> None:
    verbs = [command.split()[0] for command in commands()]
    assert set(verbs) == {"serve", "work", "ingest", "backup", "restore", "init", "verify", "user", "config"}
    assert len(verbs) == 12 + 2 * 8  # eight in each language's docs/deploy


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_a_service_is_locked_in(path: Path) -> None:
    said = unit(path)
    assert {key: said[key][-1] for key in HARD} == HARD
    assert said["MemoryMax"] and "GRIDLINK_HOME=/var/lib/gridlink " in said["Environment"][0]
    if said.get("Type") != ["oneshot"]:
        assert (said["Restart"], said["KillMode"]) == (["always"], ["mixed"]) and said["RestartSec"]
    sealed = "-/var/lib/gridlink/warehouse" in said.get("ReadOnlyPaths", [""])[0].split()
    assert sealed == (path.stem in ("gridlink-serve", "gridlink-ingest"))


def test_the_dashboard_leaves_work_to_its_own_service() -> None:
    assert unit(DEPLOY / "gridlink-serve.service")["ExecStart"][0].endswith("serve --no-work")


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        return  # the parser above is what can be had
    for path in [*SERVICES, *DEPLOY.glob("*.timer")]:
        text = path.read_text(encoding="utf-8").replace("/opt/gridlink/.venv/bin/python", sys.executable)
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    units = sorted(map(str, tmp_path.iterdir()))
    verify = ["systemd-analyze", "verify", "--man=no", *units]
    said = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert not [line for line in said.stderr.splitlines() if "gridlink" in line]


def test_every_port_is_a_default_of_this_release_and_the_proxy_hides_the_signs_of_life() -> None:
    config = make_config(ROOT, {})
    doors = {config.server.port, config.ingest.port}
    vitals = {config.vitals.port, config.vitals.work_port, config.vitals.ingest_port}
    proxy = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    texts = [path.read_text(encoding="utf-8") for path in DEPLOY.iterdir()]
    said = {int(port) for text in texts for port in re.findall(r"127\.0\.0\.1:(\d+)", text)}
    assert said == doors | vitals
    assert {int(port) for port in re.findall(r"proxy_pass http://127\.0\.0\.1:(\d+);", proxy)} == doors
    assert {int(port) for port in dict(container_steps())["EXPOSE"].split()} == doors
    assert f":{config.vitals.port}/healthz" in dict(container_steps())["HEALTHCHECK"]
    for readme in ("README.md", "README.zh-CN.md"):
        assert all(str(port) in (ROOT / readme).read_text(encoding="utf-8") for port in doors)


def test_the_container_runs_as_nobody_special_and_fetches_nothing() -> None:
    steps = container_steps()
    assert {word for word, _ in steps} <= INSTRUCTIONS
    assert [told for word, told in steps if word == "FROM"] == ["python:3.11-slim AS install", "python:3.11-slim"]
    assert dict(steps)["USER"] == "gridlink"
    runs = " ".join(told for word, told in steps if word == "RUN")
    assert not re.search(r"\b(apt|apt-get|pip|curl|wget|apk)\b|https?://", runs)
    health = dict(steps)["HEALTHCHECK"]
    assert json.loads(dict(steps)["ENTRYPOINT"]) == shlex.split(RUN) and json.loads(health[health.index("[") :])


def test_the_proxy_speaks_tls_and_takes_what_is_slow() -> None:
    lines = [line.split("#")[0].strip() for line in (DEPLOY / "nginx.conf").read_text(encoding="utf-8").splitlines()]
    said = [line for line in lines if line]
    assert all(line.endswith((";", "{", "}")) or line.startswith("gzip_types") for line in said)
    assert "\n".join(said).count("{") == "\n".join(said).count("}") == said.count("}")
    assert said.count("ssl_protocols TLSv1.2 TLSv1.3;") == sum(line.endswith(" ssl;") for line in said) == 2
    assert {"proxy_request_buffering on;", "proxy_buffering on;"} <= set(said)
    assert said.count("proxy_set_header X-Forwarded-For $remote_addr;") == 2  # one entry: [server] proxies = 1


@pytest.mark.parametrize(
    "script", ["deploy/bundle", "deploy/install", "tests/bundle_offline", "tests/without_network", "tests/audit"]
)
def test_a_script_can_be_read_and_run(script: str) -> None:
    assert (ROOT / script).stat().st_mode & 0o111
    subprocess.run(["bash", "-n", str(ROOT / script)], check=True)


def test_a_bundle_of_another_platform_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    shutil.copy(DEPLOY / "install", tmp_path)
    (tmp_path / "PLATFORM").write_text("python2.7-elsewhere\n", encoding="utf-8")
    said = subprocess.run([tmp_path / "install", tmp_path / "app"], capture_output=True, text=True, check=False)
    assert said.returncode == 1 and "python2.7-elsewhere" in said.stderr and not (tmp_path / "app").exists()
