"""How gunicorn serves the public app: threads, because most of a request is waiting for Rasa."""

from core.logs import configure
from core.settings import settings

bind = f"{settings().host}:{settings().web_port}"
worker_class = "gthread"
workers = settings().web_workers
threads = settings().web_threads
timeout = 60
graceful_timeout = 20
keepalive = 2
# Residents' addresses and texts must not reach a log: no access log, and the error log goes through ours.
accesslog = None
loglevel = "warning"
limit_request_line = 4094
limit_request_fields = 60
forwarded_allow_ips = ""  # channels.app decides by NUTMEG_TRUSTED_PROXIES whom to believe
control_socket_disable = True


def post_fork(_server: object, _worker: object) -> None:
    configure("web")


def child_exit(_server: object, worker: object) -> None:
    if workers > 1:
        from prometheus_client import multiprocess

        multiprocess.mark_process_dead(worker.pid)  # type: ignore[attr-defined,no-untyped-call]
