"""A small provider of identities on loopback: discovery, keys, authorization and token endpoints, as OpenID asks."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, CLIENT_SECRET = "gridlink", "the secret of this client"
KEY = RSAKey.generate_key(2048, {"kid": "one"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "one"})


def signed(header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Return the token every honest answer holds."""
    return jwt.encode(header, claims, KEY, algorithms=["RS256"])


def unsigned(_: dict[str, Any], claims: dict[str, Any]) -> str:
    """Return a token whose header says that nobody signed it."""
    parts = (json.dumps(part).encode() for part in ({"alg": "none"}, claims))
    return ".".join([*(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts), ""])


@dataclass
class Idp:
    """What the provider says, and how it goes wrong where a test wants it to."""

    issuer: str = ""
    claims: dict[str, Any] = field(default_factory=dict)  # of the person who is there
    wrong: dict[str, Any] = field(default_factory=dict)  # put over what an honest token holds
    sign: Any = signed
    asked: dict[str, dict[str, str]] = field(default_factory=dict)  # code -> the request it answers

    def token(self, form: dict[str, str], authorization: str) -> dict[str, Any] | None:
        """Return the answer of the token endpoint, or None where client, code or verifier are not right."""
        asked = self.asked.pop(form.get("code", ""), None)
        client = base64.b64encode(f"{CLIENT}:{CLIENT_SECRET.replace(' ', '%20')}".encode()).decode()
        plain = base64.b64encode(f"{CLIENT}:{CLIENT_SECRET}".encode()).decode()
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or asked["code_challenge"] != challenge or asked["redirect_uri"] != form["redirect_uri"]:
            return None
        if authorization not in (f"Basic {client}", f"Basic {plain}"):
            return None
        now = int(time.time())
        honest = {"iss": self.issuer, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 300, "nonce": asked["nonce"]}
        token = self.sign({"alg": "RS256", "kid": "one"}, honest | self.claims | self.wrong)
        return {"access_token": "x", "token_type": "Bearer", "id_token": token}

    def authorize(self, query: dict[str, str]) -> str:
        """Return where the browser is sent back to, as if a person had signed in here."""
        assert query["client_id"] == CLIENT and query["code_challenge_method"] == "S256"
        code = f"code{len(self.asked)}{query['state'][:6]}"
        self.asked[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"


class _Handler(BaseHTTPRequestHandler):
    idp: Idp

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        at = self.idp.issuer
        if parts.path == "/.well-known/openid-configuration":
            ends = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            self._say({"issuer": at} | {key: f"{at}/{path}" for key, path in ends.items()})
        elif parts.path == "/keys":
            self._say({"keys": [KEY.as_dict(private=False)]})
        elif parts.path == "/authorize":
            self._go(self.idp.authorize(dict(parse_qsl(parts.query))))
        else:
            self._say({}, 404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {key: values[0] for key, values in parse_qs(body).items()}
        answer = self.idp.token(form, self.headers.get("Authorization", ""))
        self._say(answer or {"error": "invalid_grant"}, 200 if answer else 400)

    def _say(self, answer: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _go(self, where: str) -> None:
        self.send_response(302)
        self.send_header("Location", where)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing on the test's terminal."""


@contextmanager
def provider() -> Iterator[Idp]:
    """Serve a provider on a free port of loopback."""
    idp = Idp()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"idp": idp}))
    idp.issuer = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield idp
    finally:
        server.shutdown()
        server.server_close()
