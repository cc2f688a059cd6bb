"""The public Flask app: the chat page and its API, text messages, health. One `create_app()` for all of it."""

import hashlib
import importlib
import importlib.util
import json
from collections.abc import Callable
from pathlib import Path

from flask import Flask, Response, current_app, redirect, render_template, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as AnyResponse

from channels.web import headers, limits, reader_language
from channels.web.api import api, error_answer
from channels.web.calendar_file import calendar_file
from channels.web.demo import demo
from channels.web.errors import BY_STATUS, Refusal
from channels.web.formats import state_name
from channels.web.health import health, measure
from channels.web.identity import identity
from channels.web.page import page
from channels.words_web import word
from core.logs import logger
from core.settings import settings

log = logger("web")

HERE = Path(__file__).parent
LARGEST_BODY = 2 * 1024 * 1024
"""Of anything but the chat, which has its own smaller limit: a webhook of a very long text message still fits."""
RETRY_SECONDS = 10


def create_app() -> Flask:
    """Raises SettingsError when a setting does not fit."""
    app = Flask("channels", static_folder=str(HERE / "static"), template_folder=str(HERE / "templates"))
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_BODY, MAX_FORM_MEMORY_SIZE=LARGEST_BODY, SEND_FILE_MAX_AGE_DEFAULT=31536000
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if count := settings().trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    app.extensions["nutmeg_assets"] = asset_address()
    measure(app)
    headers.install(app)
    limits.install(app)
    for blueprint in (api, page, identity, calendar_file, health):
        app.register_blueprint(blueprint)
    if importlib.util.find_spec("channels.sms.routes"):
        app.register_blueprint(importlib.import_module("channels.sms.routes").sms)
    if settings().env == "development":
        app.register_blueprint(demo)
    else:
        app.add_url_rule("/", "home", lambda: redirect("/chat"))
    app.add_url_rule("/embed.js", "embed", embed_script(), methods=["GET"])
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(SQLAlchemyError, database_away)
    app.register_error_handler(Exception, our_fault)
    return app


def asset_address() -> Callable[[str], str]:
    """Addresses of static files that change with their content, so that browsers may keep them for a year."""
    versions = {file.name: hashlib.sha256(file.read_bytes()).hexdigest()[:12] for file in (HERE / "static").iterdir()}
    return lambda name: f"/static/{name}?v={versions[name]}"


def embed_script() -> Callable[[], Response]:
    """`embed.js` with the few words it needs in each offered language."""
    words = {
        found.code: [word("open_chat", found), word("close_chat", found), word("page_title", found, state=state_name())]
        for found in reader_language.offered()
    }
    source = (HERE / "static" / "embed.js").read_text(encoding="utf-8")
    script = source.replace("__WORDS__", json.dumps(words, ensure_ascii=False, separators=(",", ":")))

    def embed() -> Response:
        answer = Response(script, content_type="text/javascript; charset=utf-8")
        answer.headers["Cache-Control"] = "public, max-age=3600"
        return answer

    return embed


def http_error(error: HTTPException) -> AnyResponse | tuple[AnyResponse, int]:
    """Errors that Flask itself finds: no such address, wrong method, too large."""
    if error.code is None or error.code < 400:
        return error.get_response()
    methods = error.valid_methods if isinstance(error, MethodNotAllowed) else None
    allow = {"Allow": ", ".join(methods)} if methods else {}
    return _polite(Refusal(BY_STATUS.get(error.code, "bad_request")), allow)


def database_away(error: SQLAlchemyError) -> AnyResponse:
    log.error("database_away", exc_info=error)
    return _polite(Refusal("unavailable", retry_after=RETRY_SECONDS))


def our_fault(error: Exception) -> AnyResponse:
    log.error("unexpected", exc_info=error)
    return _polite(Refusal("unavailable"), status=500)


def _polite(refusal: Refusal, extra: dict[str, str] | None = None, status: int | None = None) -> AnyResponse:
    reader = reader_language.of(request)
    if request.path.startswith(headers.API):
        answer, code, found = error_answer(refusal, reader)
        answer.headers.update(found)
    else:
        answer, code = Response(_error_page(refusal)), refusal.status
        answer.headers.update(refusal.headers)
    answer.headers.update(extra or {})
    answer.status_code = status or code
    return answer


def _error_page(refusal: Refusal) -> str:
    reader = reader_language.of(request)
    return render_template(
        "error.html",
        reader=reader,
        word=lambda key, **values: word(key, reader, **values),
        sentence=refusal.sentence(reader),
        state=state_name(),
        asset=current_app.extensions["nutmeg_assets"],
    )
