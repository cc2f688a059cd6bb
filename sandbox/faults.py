"""The ways an API misbehaves on order: before it answers, or by spoiling the answer it would have given."""

import json
import socket
import time
from collections.abc import Iterator
from typing import Any

from flask import Response, request

from sandbox.control import Fault, Mode

HUGE_BYTES = 32 * 1024 * 1024
FOREIGN_HOST = "https://elsewhere.invalid"

ERROR_PAGE = """<!DOCTYPE html><html><head><title>{status}</title></head>
<body><h1>{status} The service is not available</h1><p>Support id: 0000</p></body></html>"""


def instead_of_answer(fault: Fault) -> Response | None:
    """What is sent in place of an answer, or None when the API should answer (after a wait, when `slow`)."""
    match fault.mode:
        case Mode.SLOW:
            time.sleep(fault.seconds)
            return None
        case Mode.ERROR:
            return Response(ERROR_PAGE.format(status=fault.status), fault.status, mimetype="text/html")
        case Mode.GARBAGE:
            return Response(b'{"half": [1, 2,\x00\xff\xfe <<garbage>>', mimetype="application/json")
        case Mode.DOWN:
            hang_up()
            return Response(status=503)
        case Mode.REDIRECT:
            return Response(status=302, headers={"Location": FOREIGN_HOST + request.full_path})
        case Mode.HUGE:
            return Response(_endless_list(), mimetype="application/json")
        case Mode.THROTTLED:
            retry_after = {"Retry-After": f"{fault.seconds:g}"}
            return Response('{"message":"Too Many Requests"}', 429, retry_after, mimetype="application/json")
        case _:
            return None


def spoil(fault: Fault, answer: Response) -> Response:
    """The API's own answer, cut off in the middle or with every value of the wrong type."""
    if fault.mode is Mode.TRUNCATED:
        whole = answer.get_data()
        answer.set_data(whole[: len(whole) // 2])
        answer.headers["Content-Length"] = str(len(whole))
    elif fault.mode is Mode.WRONG_TYPES:
        if "xml" in (answer.mimetype or ""):
            answer.set_data(b"<unexpected><value/></unexpected>")
        elif answer.get_data():
            answer.set_data(json.dumps(_twist(json.loads(answer.get_data()))))
    return answer


def hang_up() -> None:
    """Close the connection under the server's feet: the client sees it end without a byte."""
    connection: socket.socket | None = request.environ.get("werkzeug.socket")
    if connection is not None:
        connection.shutdown(socket.SHUT_RDWR)


def _endless_list() -> Iterator[bytes]:
    row = json.dumps({"name": "x" * 1000}).encode() + b","
    yield b"["
    for _ in range(HUGE_BYTES // len(row)):
        yield row
    yield b"{}]"


def _twist(value: Any) -> Any:
    """Names stay, types lie: text becomes a number, a number text, a list an object, nothing a list."""
    match value:
        case dict():
            return {name: _twist(part) for name, part in value.items()}
        case list():
            return {str(place): _twist(part) for place, part in enumerate(value)}
        case bool():
            return "maybe"
        case str():
            return len(value)
        case int() | float():
            return "about twelve"
        case _:
            return []
