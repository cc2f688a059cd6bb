"""How much one conversation and one network address may send. Keys are hashes: no address is kept in clear.

Counted in Redis when it is set, else in this process's memory. If Redis is away, nobody is turned away.
"""

import hashlib
import hmac
import ipaddress
import time

from flask import Flask, Request, current_app
from flask_limiter import Limiter
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute

from channels.web.errors import Refusal
from core.logs import logger
from core.privacy import derived_key
from core.settings import settings

log = logger("limits")

PREFIX = "nutmeg"
"""Of the keys, in a Redis that others use too."""

READS_PER_MESSAGE = 4
"""A conversation may look for news this many times as often as it may write."""


def install(app: Flask) -> None:
    limiter = Limiter(
        key_func=lambda: "",  # every limit here brings its own key
        app=app,
        storage_uri=settings().redis_url or "memory://",
        strategy="moving-window",
    )
    app.extensions["nutmeg_limiter"] = limiter


def check_opening(request: Request) -> None:
    _spend(RateLimitItemPerHour(settings().conversations_per_hour), "open", address_key(request))


def check_message(request: Request, conversation_id: str) -> None:
    _spend(RateLimitItemPerMinute(settings().address_messages_per_minute), "address", address_key(request))
    _spend(RateLimitItemPerMinute(settings().messages_per_minute), "say", _hashed(conversation_id))


def check_reading(conversation_id: str) -> None:
    most = settings().messages_per_minute * READS_PER_MESSAGE
    _spend(RateLimitItemPerMinute(most), "read", _hashed(conversation_id))


def check_feedback(conversation_id: str) -> None:
    _spend(RateLimitItemPerMinute(settings().messages_per_minute), "rate", _hashed(conversation_id))


def address_key(request: Request) -> str:
    """Stands for the network the request came from: an IPv4 address, or the /64 that one IPv6 customer has."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return _hashed("unknown")
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        return _hashed(str(mapped or ipaddress.ip_network((address, 64), strict=False)))
    return _hashed(str(address))


def _spend(limit: RateLimitItem, purpose: str, key: str) -> None:
    """Count one; raises Refusal "too_many" with the seconds to wait when there is nothing left."""
    limiter: Limiter = current_app.extensions["nutmeg_limiter"]
    try:
        if limiter.limiter.hit(limit, PREFIX, purpose, key):
            return
        reset = limiter.limiter.get_window_stats(limit, PREFIX, purpose, key).reset_time
    except Exception as error:  # whatever the storage's client raises: limits are no reason to turn a resident away
        log.warning("limits_not_counted", reason=type(error).__name__)
        return
    raise Refusal("too_many", retry_after=max(1, int(reset - time.time()) + 1))


def _hashed(text: str) -> str:
    return hmac.new(derived_key("limits"), text.encode(), hashlib.sha256).hexdigest()[:32]
