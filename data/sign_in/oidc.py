"""A provider's word for who somebody is: OpenID Connect, code flow with PKCE (RFC 7636), state and nonce.

The provider is asked for its keys at every sign-in, so that they may change when they like. Only tokens
signed with a public key are believed. Needs the extra `oidc`.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from data.config import Config
from data.errors import ConfigError, Problem
from data.secret_file import read_secret
from data.sign_in.settings import Oidc

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
TIMEOUT_S = 5.0
AGAIN_S = 60.0
LEEWAY_S = 60
LOOPBACK = ("127.0.0.1", "localhost", "::1")
DISCOVERY = "/.well-known/openid-configuration"

Claims = dict[str, Any]


@dataclass(frozen=True)
class Begun:
    """A sign-in sent to the provider: what has to come back, and what proves that it was we who asked."""

    state: str
    nonce: str
    verifier: str


class Provider:
    """The provider a site configured."""

    def __init__(self, rules: Oidc, home: Path) -> None:
        """Check what the configuration says.

        Raises ConfigError: oidc_issuer, oidc_missing, no_secret_file, open_secret.
        """
        parts = urlsplit(rules.issuer)
        if not rules.client_id or (parts.scheme != "https" and parts.hostname not in LOOPBACK):
            raise ConfigError("oidc_issuer", detail=rules.issuer or "issuer")
        _library()
        self.rules = rules
        self._about: Claims = {}
        self._ask_again_at = 0.0
        self.secret = read_secret(home / rules.client_secret_file) if rules.client_secret_file else None

    def begin(self, redirect_uri: str) -> tuple[str, Begun]:
        """Return where to send the browser, and what to remember until it comes back. Raises Problem `oidc_away`."""
        begun = Begun(*(secrets.token_urlsafe(32) for _ in range(3)))
        about = self._discovered()
        with self._client(about, redirect_uri) as client:
            url, _ = client.create_authorization_url(
                about["authorization_endpoint"], state=begun.state, nonce=begun.nonce, code_verifier=begun.verifier
            )
        return str(url), begun

    def finish(self, begun: Begun, answer: Mapping[str, str], redirect_uri: str) -> Claims:
        """Return the claims of the identity token for what the browser brought back.

        Raises Problem: oidc_refused (the provider said no), oidc_state, oidc_away, oidc_token.
        """
        if not hmac.compare_digest(answer.get("state", ""), begun.state):
            raise Problem("oidc_state")
        if "code" not in answer:
            raise Problem("oidc_refused", detail=answer.get("error", "")[:80])
        about = self._discovered()
        token = self._token(about, answer["code"], begun, redirect_uri)
        return self._verified(token, self._ask(about["jwks_uri"]), begun.nonce)

    def _client(self, about: Claims, redirect_uri: str) -> Any:
        client = _library().OAuth2Session(
            self.rules.client_id,
            self.secret,
            scope=self.rules.scopes,
            redirect_uri=redirect_uri,
            token_endpoint_auth_method=_method(about, self.secret),
            code_challenge_method="S256",
        )
        client.verify = self.rules.ca_file or True
        return client

    def _token(self, about: Claims, code: str, begun: Begun, redirect_uri: str) -> Claims:
        from authlib.common.errors import AuthlibBaseError
        from requests import RequestException

        try:
            with self._client(about, redirect_uri) as client:
                where = about["token_endpoint"]
                return dict(client.fetch_token(where, code=code, code_verifier=begun.verifier, timeout=TIMEOUT_S))
        except RequestException as fault:
            raise Problem("oidc_away", detail=type(fault).__name__) from fault
        except (AuthlibBaseError, ValueError) as fault:
            raise Problem("oidc_token", detail=type(fault).__name__) from fault

    def _verified(self, token: Claims, keys: Claims, nonce: str) -> Claims:
        """Return the claims of an identity token that is signed, ours, in time and the answer to this very request."""
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        ours = {
            "iss": {"essential": True, "value": self.rules.issuer},
            "aud": {"essential": True, "value": self.rules.client_id},
            "nonce": {"essential": True, "value": nonce},
        }
        asked = {"nonce": nonce, "client_id": self.rules.client_id, "access_token": token.get("access_token")}
        try:
            decoded = jwt.decode(token["id_token"], KeySet.import_key_set(keys), algorithms=ALGORITHMS)  # type: ignore[arg-type]
            claims = CodeIDToken(decoded.claims, decoded.header, ours, asked)
            claims.validate(leeway=LEEWAY_S)
        except (JoseError, KeyError, ValueError, TypeError) as fault:
            raise Problem("oidc_token", detail=type(fault).__name__) from fault
        return dict(claims)

    def _discovered(self) -> Claims:
        """Return the provider's addresses, asked for at most every minute: strangers may press the button often."""
        if monotonic() >= self._ask_again_at:
            self._ask_again_at, self._about = monotonic() + AGAIN_S, {}
            about = self._ask(self.rules.issuer.rstrip("/") + DISCOVERY)
            if about.get("issuer") != self.rules.issuer:
                raise Problem("oidc_token", detail="issuer")
            self._about = about
        if not self._about:
            raise Problem("oidc_away", detail="discovery")
        return self._about

    def _ask(self, url: str) -> Claims:
        import requests

        try:
            answer = requests.get(url, timeout=TIMEOUT_S, verify=self.rules.ca_file or True)
            answer.raise_for_status()
            said: Claims = answer.json()
        except (requests.RequestException, ValueError) as fault:
            raise Problem("oidc_away", detail=type(fault).__name__) from fault
        return said


def provider_of(config: Config) -> Provider | None:
    """Return the provider of a home, or None where none is configured; raises ConfigError where it cannot work."""
    return Provider(config.oidc, config.home) if config.oidc.issuer else None


def _method(about: Claims, secret: str | None) -> str:
    """Return how we show the secret at the token endpoint."""
    if secret is None:
        return "none"
    offered = about.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return "client_secret_basic" if "client_secret_basic" in offered else "client_secret_post"


def _library() -> Any:
    try:
        from authlib.integrations import requests_client
    except ImportError as fault:
        raise ConfigError("oidc_missing") from fault
    return requests_client
