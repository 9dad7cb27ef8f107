"""A test that reaches out fails: what is not this machine is refused before a packet leaves.

An audit hook of the interpreter; child processes and native code are held by a namespace (tests/without_network).
"""

from __future__ import annotations

import errno
import ipaddress
import socket
import sys
from typing import Any

HERE = {"", "localhost", "localhost.localdomain", "ip6-localhost", socket.gethostname(), "0.0.0.0", "::"}
SAID = "tests have no network"


def guard() -> None:
    """Refuse connections, datagrams and look-ups that leave this machine, from now on in this process."""
    sys.addaudithook(_refuse)


def is_here(host: object) -> bool:
    """Say whether a host's name or address is this machine."""
    name = host.decode() if isinstance(host, bytes) else str(host or "")
    try:
        return name in HERE or ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse(event: str, about: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        link, address = about[0], about[1]
        # Connecting a datagram socket sends nothing: libraries do so to learn their own address.
        still = event == "socket.connect" and link.type & socket.SOCK_DGRAM
        if isinstance(address, tuple) and not still and not is_here(address[0]):
            raise OSError(errno.ENETUNREACH, f"{SAID}: {event} {address[:2]}")
    elif event == "socket.getaddrinfo" and not _is_number(about[0]) and not is_here(about[0]):
        raise socket.gaierror(socket.EAI_NONAME, f"{SAID}: {about[0]}")


def _is_number(host: object) -> bool:
    """Say whether there is nothing to look up: an address is known without asking."""
    try:
        return bool(ipaddress.ip_address(str(host)))
    except ValueError:
        return False
