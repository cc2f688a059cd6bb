"""`python -m actions --port 5055`: the action server, with our logs. `/health` says that it runs, `/metrics` how."""

import argparse
import signal
import sys
import warnings

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sanic import Request, Sanic
from sanic.response import HTTPResponse, raw

from actions.apis.client import close_clients
from core import logs
from core.settings import SettingsError, settings


def main() -> int:
    logs.configure("actions")
    warnings.simplefilter("ignore")
    try:
        options = _options(settings().actions_port)
    except SettingsError as error:
        sys.stderr.write(f"actions: {error}\n")
        return 2
    logs.logger("actions").info("starting", port=options.port)
    application().run(
        host=options.host,
        port=options.port,
        workers=1,
        access_log=False,
        debug=False,
        motd=False,
        register_sys_signals=True,
    )
    return 0


def application() -> Sanic:
    """rasa-sdk's server with the actions of this package."""
    from rasa_sdk.endpoint import create_app  # here, after warnings are off: sanic-cors warns while it is imported

    app: Sanic = create_app("actions", cors_origins=[])

    @app.get("/metrics")
    async def metrics(_request: Request) -> HTTPResponse:
        return raw(generate_latest(), content_type=CONTENT_TYPE_LATEST)

    @app.after_server_stop
    async def close(_app: Sanic, _loop: object) -> None:
        await close_clients()

    return app


def _options(port: int) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m actions", description="Nutmeg's action server.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=port, help=f"port (default: {port})")
    return parser.parse_args()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    sys.exit(main())
