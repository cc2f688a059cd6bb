"""Rasa's own server, put together from the settings."""

import logging
import warnings
from typing import Any

import rasa.core.run
import rasa.server
from rasa.core.lock_store import InMemoryLockStore, LockStore, RedisLockStore
from rasa.core.utils import AvailableEndpoints
from rasa.utils.endpoints import EndpointConfig
from redis.connection import parse_url

from bot.channel import NutmegChannel
from core import logs
from core.model import model_path
from core.settings import REPOSITORY, settings


def serve(model: str | None = None) -> None:
    """Serve until stopped. The HTTP API (trackers, model swap) is on, behind the shared secret."""
    logs.configure("rasa")
    warnings.simplefilter("ignore")
    found = settings()
    endpoints = AvailableEndpoints.read_endpoints(str(REPOSITORY / "endpoints.yml"))
    # No action needs the domain, and sending it with every call doubles the time of a turn (measured).
    endpoints.action = EndpointConfig(url=f"{found.actions_url}/webhook", enable_selective_domain=True)
    endpoints.lock_store = lock_store(found.redis_url)
    app = rasa.core.run.configure_app(
        [NutmegChannel()],
        auth_token=found.rasa_secret,
        enable_api=True,
        endpoints=endpoints,
        port=found.rasa_port,
    )
    path = model or str(model_path() if model_path().exists() else found.model_dir)
    app.register_listener(
        lambda running, _loop: rasa.core.run.load_agent_on_start(path, endpoints, None, running, _loop),
        "before_server_start",
    )
    app.register_listener(rasa.core.run.close_resources, "after_server_stop")
    logging.getLogger("sanic.root").setLevel(logging.WARNING)
    app.run(host=found.rasa_host, port=found.rasa_port, access_log=False, workers=1, motd=False)


def lock_store(redis_url: str) -> LockStore:
    """Locks that keep one conversation's turns in order: in Redis, or in this process when there is none."""
    if not redis_url:
        return InMemoryLockStore()
    parts: dict[str, Any] = parse_url(redis_url)  # type: ignore[no-untyped-call]
    return RedisLockStore(
        host=parts.get("host", "localhost"),
        port=parts.get("port", 6379),
        db=parts.get("db", 0),
        username=parts.get("username"),
        password=parts.get("password"),
        use_ssl=redis_url.startswith("rediss"),
        key_prefix="nutmeg",
    )
