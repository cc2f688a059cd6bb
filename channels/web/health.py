"""Is the process up, can it do its work, and how much has it done: for load balancers and Prometheus."""

import ipaddress
import time

import redis
import urllib3
from flask import Blueprint, Flask, Response, current_app, g, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest, multiprocess
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from channels import rasa_client
from core.database import reading
from core.settings import settings

health = Blueprint("health", __name__)

REQUESTS = Counter("nutmeg_web_requests", "Requests answered by the public app.", ["endpoint", "status"])
SECONDS = Histogram("nutmeg_web_request_seconds", "How long the public app took to answer.", ["endpoint"])

PATIENCE = 2.0
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via")


@health.get("/healthz")
def healthz() -> Response:
    return jsonify(status="ok")


@health.get("/readyz")
def readyz() -> tuple[Response, int]:
    found = {"rasa": _rasa_answers(), "database": _database_answers()}
    if settings().redis_url:
        found["redis"] = _redis_answers()
    is_ready = all(found.values())
    parts = {name: "ok" if up else "away" for name, up in found.items()}
    return jsonify(status="ok" if is_ready else "not ready", **parts), 200 if is_ready else 503


@health.get("/metrics")
def metrics() -> Response:
    """Counts and latencies; answered only to a caller on this machine that is not a proxy for somebody else."""
    if not _is_local():
        return current_app.make_response(("", 404))
    if settings().web_workers > 1:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def measure(app: Flask) -> None:
    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        endpoint = request.endpoint or "unknown"
        REQUESTS.labels(endpoint, str(response.status_code)).inc()
        SECONDS.labels(endpoint).observe(time.perf_counter() - g.get("started", time.perf_counter()))
        return response


def _is_local() -> bool:
    peer = request.environ.get("werkzeug.proxy_fix.orig", {}).get("REMOTE_ADDR") or request.remote_addr or ""
    try:
        is_loopback = ipaddress.ip_address(peer).is_loopback
    except ValueError:
        return False
    return is_loopback and not any(name in request.headers for name in FORWARDED)


def _rasa_answers() -> bool:
    try:
        answer = urllib3.request("GET", settings().rasa_url + rasa_client.HEALTH, timeout=PATIENCE, retries=False)
    except urllib3.exceptions.HTTPError:
        return False
    return answer.status == 200


def _database_answers() -> bool:
    try:
        with reading() as connection:
            connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


def _redis_answers() -> bool:
    client = redis.Redis.from_url(settings().redis_url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()
