"""`gridlink device`: who may send to the receiver."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from data.config import load_config
from data.devices import ANYBODY, Device, Devices
from data.errors import ConfigError
from data.operations import Operations
from etl.commands import Home, Json, say, show_json

Name = Annotated[str, typer.Argument(help="Id of the device, as its application sends it.")]

device = typer.Typer(no_args_is_help=True, help="Devices that may send to the receiver: add, list, disable.")


@device.command()
def add(
    name: Name,
    worker: Annotated[str, typer.Option(help="Worker who carries it; default: the id of the device.")] = "",
    gateway: Annotated[bool, typer.Option(help="A system that sends for many workers and names them.")] = False,
    home: Home = Path("home"),
) -> None:
    """Add a device, or replace its worker and token; the token is printed once and stored nowhere."""
    token = _devices(home).add(name, ANYBODY if gateway else worker or name)
    print(token)
    say("device_added", name=name, path=f"/t/{token[:4]}.../")


@device.command("list")
def show(home: Home = Path("home"), as_json: Json = False) -> None:
    """List the devices: id, worker, last heard (UTC), disabled or not."""
    rows = [_row(one) for one in _devices(home).list()]
    if as_json:
        show_json(rows)
        return
    for row in rows:
        print("\t".join(str(value or "") for value in row.values()).rstrip())


@device.command()
def disable(name: Name, home: Home = Path("home")) -> None:
    """Shut a device out within two seconds."""
    devices = _devices(home)
    if not devices.disable(name):
        known = ", ".join(one.device_id for one in devices.list())
        raise ConfigError("unknown_device", detail=name, known=known)
    say("device_disabled", name=name)


def _devices(home: Path) -> Devices:
    return Devices(Operations.of(load_config(home)))


def _row(one: Device) -> dict[str, object]:
    state = "disabled" if one.disabled else "enabled"
    return {"device_id": one.device_id, "worker_id": one.worker_id, "seen_at": one.seen_at, "state": state}
