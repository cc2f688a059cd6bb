"""`python -m sandbox --port 5800 --seed 7`: serve the sample state until told to stop."""

import argparse
import signal
import sys
from types import FrameType

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from sandbox.app import DEFAULT_SEED, create_app


class QuietHandler(WSGIRequestHandler):
    """No line per request: addresses can carry the numbers people asked about."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def server(host: str, port: int, seed: int) -> BaseWSGIServer:
    """A threaded server, bound and ready to serve; port 0 picks a free one. Raises OSError when it cannot bind."""
    return make_server(host, port, create_app(seed), threaded=True, request_handler=QuietHandler)


def main() -> int:
    options = _options()
    signal.signal(signal.SIGTERM, _stop)
    try:
        running = server(options.host, options.port, options.seed)
    except (OSError, SystemExit):
        sys.stderr.write(f"sandbox: cannot listen on {options.host}:{options.port}; is the port in use?\n")
        return 2
    sys.stdout.write(f"Sandbox of state APIs: http://{options.host}:{running.server_port}/\n")
    sys.stdout.flush()
    try:
        running.serve_forever()
    except (KeyboardInterrupt, SystemExit):
        running.server_close()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="State APIs with made-up data.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=_port, default=5800, help="port (default: 5800; 0 picks a free one)")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="another number makes other data (default: 7)")
    return parser.parse_args()


def _port(text: str) -> int:
    if not text.isdigit() or not 0 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError("must be a number from 0 to 65535")
    return int(text)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main())
