"""No test reaches out: what it would need from elsewhere it does not get, here or on a machine without network."""

import socket
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.network import SAID, is_here

OUTSIDE = "192.0.2.1"  # RFC 5737: nobody's


def test_a_test_that_connects_elsewhere_fails() -> None:
    with pytest.raises(OSError, match=SAID):
        socket.create_connection((OUTSIDE, 443), timeout=0.1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link, pytest.raises(OSError, match=SAID):
        link.sendto(b"x", (OUTSIDE, 53))


def test_a_test_that_asks_for_a_name_fails() -> None:
    with pytest.raises(URLError, match=SAID):
        urlopen("http://elsewhere.example/", timeout=0.1)


def test_this_machine_may_talk_to_itself(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as link:
        server.bind(str(tmp_path / "s"))
        server.listen()
        link.connect(str(tmp_path / "s"))
    assert is_here("localhost") and is_here("::1") and is_here(b"127.0.0.1") and is_here(None)
    assert not is_here("example.org") and not is_here("10.0.0.1")
