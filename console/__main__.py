"""Serve the staff console: `python -m console`."""

import sys

from gunicorn.app.wsgiapp import WSGIApplication

from core.settings import settings


def main() -> None:
    found = settings()
    sys.argv = [
        "console",
        "--bind",
        f"{found.host}:{found.console_port}",
        "--worker-class",
        "gthread",
        "--threads",
        "4",
        "--log-level",
        "warning",
        "console.app:create_app()",
    ]
    WSGIApplication("%(prog)s [OPTIONS]").run()


main()
