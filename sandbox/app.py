"""The sandbox's Flask application: one blueprint an API, the control address, and a front page."""

from urllib.parse import parse_qsl

from flask import Flask, Response, g, jsonify, redirect, request
from flask.typing import ResponseReturnValue

from sandbox import (
    ballot_status,
    civic_info,
    credential_status,
    democracy_works,
    open311,
    qmatic,
    socrata,
    statuspage,
    voter_records,
)
from sandbox.components import BY_NAME
from sandbox.control import APIS, Control, ControlError, Fault
from sandbox.faults import instead_of_answer, spoil
from sandbox.page import front_page
from sandbox.world import World

SAMPLE_HEADER = "X-Nutmeg-Sandbox"
DEFAULT_SEED = 7
LARGEST_BODY = 1024 * 1024


def create_app(seed: int = DEFAULT_SEED) -> Flask:
    app = Flask("sandbox", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    control = Control()
    world = World(seed, control)
    for api in (
        civic_info,
        qmatic,
        socrata,
        democracy_works,
        statuspage,
        open311,
        voter_records,
        ballot_status,
        credential_status,
    ):
        app.register_blueprint(api.blueprint(world))

    @app.before_request
    def misbehave() -> Response | None:
        api = request.path.split("/")[1]
        if api not in APIS:
            return None
        g.fault = control.take(api)
        return instead_of_answer(g.fault)

    @app.after_request
    def mark(answer: Response) -> Response:
        answer.headers[SAMPLE_HEADER] = "sample-data"
        fault: Fault | None = g.get("fault")
        return spoil(fault, answer) if fault else answer

    @app.get("/")
    def front() -> str:
        return front_page(control.state(), seed, world.now().isoformat(timespec="seconds"))

    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="ok")

    @app.get("/_control")
    def orders() -> Response:
        return jsonify(control.state())

    @app.post("/_control")
    def order() -> ResponseReturnValue:
        # The front page sends a form; curl calls JSON a form as well, so the body itself decides.
        body = request.get_data(as_text=True).lstrip()
        by_hand = {} if body.startswith("{") else dict(parse_qsl(body))
        wish = ({"reset": True} if "reset" in by_hand else by_hand) or request.get_json(force=True, silent=True)
        try:
            if not isinstance(wish, dict):
                raise ControlError('the body must be a JSON object such as {"api": "qmatic", "mode": "slow"}')
            _check_components(wish.get("components"))
            control.order(wish)
        except ControlError as error:
            answer = jsonify(error=str(error))
            answer.status_code = 400
            return answer
        return redirect("/", 303) if by_hand else jsonify(control.state())

    return app


def _check_components(named: object) -> None:
    if isinstance(named, dict) and (unknown := [name for name in named if name not in BY_NAME]):
        raise ControlError(f"unknown component: {', '.join(unknown)} (known: {', '.join(BY_NAME)})")
