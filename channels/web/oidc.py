"""Sign-in with OpenID Connect: authorization code with PKCE (OpenID Connect Core 1.0, RFC 7636), as a confidential
client with a secret or a public one without. All addresses come from the issuer's metadata (OpenID Connect Discovery).

Authlib speaks OAuth; joserfc checks the ID token. Of the claims only the subject, the date of birth and the last name
are read, from the ID token or else from the userinfo endpoint; no token is kept.
"""

import datetime as dt
import json
import re
import secrets
import time
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from core.identity import PATH, Claims
from core.settings import settings

CALLBACK = f"{PATH}callback"
METADATA = "/.well-known/openid-configuration"
TIMEOUT = (2.0, 5.0)
"""Seconds to connect, and between two pieces of an answer."""
LARGEST = 256 * 1024
KEPT_SECONDS = 3600
"""How long metadata and keys are used before they are read again."""
LEEWAY = 60
"""Seconds by which the issuer's clock and ours may differ."""
SIGNATURES = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
"""Never `none`, and none that is checked with a shared secret."""
BIRTH_DATE = re.compile(r"(?!0000)\d{4}-\d\d-\d\d")


class SignInFailed(Exception):
    """The code says why: `issuer_away`, `metadata`, `refused`, `bad_token`, `no_birth_date`. Never what was sent."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Started:
    """What must be the same when the browser comes back."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True)
class _Issuer:
    """What the metadata says."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    """Empty when there is none."""
    takes_basic: bool
    """Whether the secret goes into the Authorization header, which is the default, or into the form."""


def start() -> tuple[str, Started]:
    """The address to send the browser to. Raises SignInFailed when the issuer can't be reached."""
    started = Started(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))
    with _session() as session:
        url, _ = session.create_authorization_url(
            _issuer().authorization_endpoint,
            state=started.state,
            nonce=started.nonce,
            code_verifier=started.verifier,
        )
    return str(url), started


def finish(started: Started, code: str) -> Claims:
    """Who has signed in. Raises SignInFailed."""
    issuer = _issuer()
    try:
        with _session() as session:
            tokens = session.fetch_token(
                issuer.token_endpoint,
                grant_type="authorization_code",
                code=code,
                code_verifier=started.verifier,
                allow_redirects=False,
            )
    except AuthlibBaseError:
        raise SignInFailed("refused") from None
    except (requests.RequestException, ValueError):
        raise SignInFailed("issuer_away") from None
    told = _checked(tokens.get("id_token"), started.nonce, issuer)
    if "birthdate" not in told and issuer.userinfo_endpoint:
        more = _read(issuer.userinfo_endpoint, str(tokens.get("access_token", "")))
        if more.get("sub") != told["sub"]:  # Core 5.3.2: else it may be about somebody else
            raise SignInFailed("bad_token")
        told = more | told
    return _claims(told)


def _session() -> OAuth2Session:
    secret = settings().oidc_client_secret
    method = ("client_secret_basic" if _issuer().takes_basic else "client_secret_post") if secret else "none"
    return OAuth2Session(
        settings().oidc_client_id,
        secret or None,
        token_endpoint_auth_method=method,
        scope=settings().oidc_scope,
        redirect_uri=settings().public_base + CALLBACK,
        code_challenge_method="S256",
        default_timeout=TIMEOUT,
    )


def _issuer() -> _Issuer:
    return _known_issuer(settings().oidc_issuer, int(time.time()) // KEPT_SECONDS)


@lru_cache(maxsize=2)
def _known_issuer(address: str, _hour: int) -> _Issuer:
    found = _read(address.rstrip("/") + METADATA)
    methods = found.get("token_endpoint_auth_methods_supported")
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")
    endpoints = {name: str(found.get(name) or "") for name in names}
    allowed = ("https://",) if address.startswith("https://") else ("https://", "http://")
    is_whole = all(endpoints[name] for name in names[:3])
    if (
        found.get("issuer") != address
        or not is_whole
        or not all(endpoint.startswith(allowed) for endpoint in endpoints.values() if endpoint)
    ):
        raise SignInFailed("metadata")
    return _Issuer(**endpoints, takes_basic=not isinstance(methods, list) or "client_secret_basic" in methods)


@lru_cache(maxsize=2)
def _keys(address: str, _hour: int) -> KeySet:
    try:
        return KeySet.import_key_set(_read(address))  # type: ignore[arg-type]
    except (JoseError, ValueError, KeyError, TypeError):
        raise SignInFailed("metadata") from None


def _read(address: str, access_token: str = "") -> dict[str, Any]:
    """A JSON object of the issuer's. Raises SignInFailed."""
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {access_token}"} if access_token else {})
    try:
        with requests.get(address, headers=headers, timeout=TIMEOUT, allow_redirects=False, stream=True) as answer:
            body = answer.raw.read(LARGEST + 1, decode_content=True)
            found = json.loads(body) if answer.status_code == 200 and len(body) <= LARGEST else None
    except (requests.RequestException, OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise SignInFailed("issuer_away")
    return found


def _checked(id_token: Any, nonce: str, issuer: _Issuer) -> dict[str, Any]:
    """The claims of an ID token that is the issuer's, for us, for this sign-in and still valid (Core 3.1.3.7)."""
    if not isinstance(id_token, str):
        raise SignInFailed("bad_token")
    client = settings().oidc_client_id
    rules = jwt.JWTClaimsRegistry(
        leeway=LEEWAY,
        iss={"essential": True, "value": settings().oidc_issuer},
        aud={"essential": True, "value": client},
        nonce={"essential": True, "value": nonce},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        claims = _opened(id_token, issuer).claims
        rules.validate(claims)
    except (JoseError, ValueError, TypeError):
        raise SignInFailed("bad_token") from None
    # The library takes a list that holds the value for the value, which is right for `aud` alone.
    are_texts = all(isinstance(claims[name], str) for name in ("iss", "nonce", "sub"))
    is_for_us = claims.get("azp", client) == client and (
        not isinstance(claims["aud"], list) or _is_only(claims, client)
    )
    if not (are_texts and is_for_us):
        raise SignInFailed("bad_token")
    return dict(claims)


def _opened(id_token: str, issuer: _Issuer) -> jwt.Token:
    """The token once its signature is right; an issuer may have changed its keys within the hour."""
    hour = int(time.time()) // KEPT_SECONDS
    try:
        return jwt.decode(id_token, _keys(issuer.jwks_uri, hour), algorithms=SIGNATURES)
    except (JoseError, ValueError):
        _keys.cache_clear()
        return jwt.decode(id_token, _keys(issuer.jwks_uri, hour), algorithms=SIGNATURES)


def _is_only(claims: dict[str, Any], client: str) -> bool:
    """Whether a token for several is made for us."""
    return claims["aud"] == [client] or claims.get("azp") == client


def _claims(told: dict[str, Any]) -> Claims:
    """Raises SignInFailed "no_birth_date": a year alone, or none, tells nobody from anybody."""
    said = told.get("birthdate")
    name = told.get("family_name") or told.get("name")
    try:
        if not isinstance(said, str) or not BIRTH_DATE.fullmatch(said):
            raise ValueError
        return Claims(told["sub"], dt.date.fromisoformat(said), name if isinstance(name, str) else "")
    except ValueError:
        raise SignInFailed("no_birth_date") from None
