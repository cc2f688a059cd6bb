"""Health for load balancers, and metrics that tell nothing about anybody."""

from tests.web_server import Chat, call


def test_health_and_readiness(web: str) -> None:
    assert call("GET", f"{web}/healthz").json == {"status": "ok"}
    assert call("GET", f"{web}/readyz").json == {"status": "ok", "rasa": "ok", "database": "ok"}


def test_metrics_count_requests_and_know_no_conversation(chat: Chat) -> None:
    chat.say("how do I renew my license")
    metrics = call("GET", f"{chat.base}/metrics")
    assert metrics.status == 200
    assert b'nutmeg_web_requests_total{endpoint="api.send_message",status="200"}' in metrics.body
    assert b"nutmeg_web_request_seconds_bucket" in metrics.body
    assert b"web-" not in metrics.body


def test_metrics_are_not_given_through_a_proxy(web: str) -> None:
    for header in ("X_Forwarded_For", "Forwarded", "Via"):
        assert call("GET", f"{web}/metrics", **{header: "192.0.2.1"}).status == 404
