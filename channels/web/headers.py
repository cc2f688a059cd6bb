"""Security headers of every answer, and who may embed the page or call the API from another site."""

import re
from urllib.parse import urlsplit

from flask import Flask, Request, Response, request

from core.settings import SettingsError, settings

API = "/chat/api/"
ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?")

CSP_PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"
)
CSP_DEMO = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; frame-src 'self'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
CSP_SIGN_IN = (
    "default-src 'none'; style-src 'self'; img-src 'self'; "
    "form-action 'self' https: {issuer}; base-uri 'none'; frame-ancestors 'none'"
)
"""Browsers hold a form to `form-action` through all redirects, and a sign-in service sends people on to hosts of its
own that we don't know."""
CSP_NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

PERMISSIONS = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media", "geolocation",
        "gyroscope", "hid", "magnetometer", "microphone", "midi", "payment", "publickey-credentials-get",
        "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
    )
)  # fmt: skip


def embed_origins() -> tuple[str, ...]:
    """The state sites that may embed the chat. Raises SettingsError when one is not an origin."""
    found = tuple(origin.strip().rstrip("/") for origin in settings().embed_origins.split(",") if origin.strip())
    for origin in found:
        if not ORIGIN.fullmatch(origin):
            raise SettingsError("NUTMEG_EMBED_ORIGINS: each entry is an origin such as https://portal.example.gov")
    return found


def origin_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else "'self'"


def install(app: Flask) -> None:
    origins = embed_origins()
    page_policy = CSP_PAGE.format(ancestors=" ".join(("'self'", *origins)))

    @app.after_request
    def add(response: Response) -> Response:
        headers = response.headers
        if request.blueprint == "demo":
            headers["Content-Security-Policy"] = CSP_DEMO
        elif request.blueprint == "identity":
            headers["Content-Security-Policy"] = CSP_SIGN_IN.format(issuer=origin_of(settings().oidc_issuer)).strip()
            headers["X-Frame-Options"] = "DENY"
        elif response.mimetype == "text/html":
            headers["Content-Security-Policy"] = page_policy
        else:
            headers["Content-Security-Policy"] = CSP_NOTHING
            headers["X-Frame-Options"] = "DENY"
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "no-referrer"
        headers["Permissions-Policy"] = PERMISSIONS
        headers["Cross-Origin-Resource-Policy"] = "cross-origin" if _is_for_other_sites(request) else "same-origin"
        headers.setdefault("Cache-Control", "no-store")
        if request.is_secure:
            headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        if request.path.startswith(API):
            _allow_sites(response, origins)
        return response


def _is_for_other_sites(found: Request) -> bool:
    return found.path == "/embed.js" or found.path.startswith(API)


def _allow_sites(response: Response, origins: tuple[str, ...]) -> None:
    """CORS by list: a listed site may call the API with a token; cookies never travel."""
    response.headers.add("Vary", "Origin")
    origin = request.headers.get("Origin", "")
    if origin in origins:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Expose-Headers"] = "Retry-After"
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = "GET, POST, PUT"
            response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type, Accept-Language"
            response.headers["Access-Control-Max-Age"] = "600"
