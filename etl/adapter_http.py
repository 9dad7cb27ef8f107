"""One HTTP request of an adapter: only http and https, nowhere else than to the address configured, never for long."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from urllib.parse import urlsplit

from data.loop.outbox import NotSent

TIMEOUT_S = 5.0
SCHEMES = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
LATER = (408, 425, 429)  # refusals that are none for good


def call(address: str, body: bytes | None, headers: Mapping[str, str]) -> None:
    """GET, or POST where there is a body; raises NotSent unless the answer is 2xx.

    A redirect is not followed, and like most of 4xx it is a refusal for good. Proxies of the environment are not used.
    """
    try:
        parts = urlsplit(address)
        connect = SCHEMES[parts.scheme]
        connection = connect(parts.hostname or "", parts.port, timeout=TIMEOUT_S)
    except (KeyError, ValueError) as fault:
        raise NotSent("not_sent", detail=f"no http(s) address: {fault}") from fault
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("GET" if body is None else "POST", path, body, dict(headers))
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException, ValueError) as fault:
        raise NotSent("not_sent", detail=fault or type(fault).__name__) from fault
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise NotSent("not_sent", final=300 <= status < 500 and status not in LATER, detail=f"HTTP {status}")
