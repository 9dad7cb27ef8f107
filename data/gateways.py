"""Where a camera's picture is asked for: the address templates of the site's media gateways, checked once.

Nothing is proxied or stored: the browser itself asks the gateway, and the policy of every page names exactly the
gateways' origins. Addresses hold no name and no password, because everybody who watches can read them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import Formatter
from typing import Any
from urllib.parse import quote, urlsplit

from data.errors import ConfigError
from data.scope import Scope
from data.settings import Video

FIELDS = ("camera_id", "code")
HOST = re.compile(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:\d{1,5})?")


class Gateways:
    """The gateways of a site; raises ConfigError `bad_gateway` for a template no browser should be given."""

    def __init__(self, video: Video) -> None:
        self._templates = {key: _checked(key, text) for key, text in video.gateways.items() if text}
        if video.url:
            self._templates[""] = _checked("url", video.url)

    @property
    def origins(self) -> tuple[str, ...]:
        """Scheme, host and port of every gateway, sorted: what a page may play from."""
        return tuple(sorted({origin(text) for text in self._templates.values()}))

    def address(self, camera: Mapping[str, Any]) -> str | None:
        """Return where a camera (camera_id, code, gateway) is played, or None where no template serves its gateway.

        A camera that names a gateway uses that one's template or, where none is written, the common one.
        """
        template = self._templates.get(camera["gateway"] or "", self._templates.get(""))
        if template is None:
            return None
        values = {"camera_id": camera["camera_id"], "code": camera["code"] or camera["camera_id"]}
        return template.format_map({key: quote(str(value), safe="") for key, value in values.items()})


def may_watch(scope: Scope) -> bool:
    """Say whether an account may open a camera: who works a case or leads; never a wall, which shows it to a room."""
    return bool(scope.roles & {"operator", "leader"}) and not scope.has("kiosk")


def origin(address: str) -> str:
    """Return scheme, host and port of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _checked(key: str, template: str) -> str:
    try:
        parts = urlsplit(str(template))
        asked = {name for _, name, _, _ in Formatter().parse(str(template)) if name is not None}
        sound = parts.scheme in ("http", "https") and HOST.fullmatch(parts.netloc) and asked <= set(FIELDS)
    except ValueError:
        sound = False
    if not sound:
        raise ConfigError("bad_gateway", detail=key, known=", ".join(f"{{{name}}}" for name in FIELDS))
    return template
