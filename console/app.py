"""The staff console's Flask app: sign in, and a page that says what is coming."""

import hmac

from flask import Flask, Response, redirect, render_template_string, request, session
from flask.typing import ResponseReturnValue

from core.privacy import derived_key
from core.settings import settings
from core.switches import all_switches
from core.topics import topics

PAGE = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Nutmeg console</title><link rel="stylesheet" href="/static/console.css"></head>
<body><main>
<h1>Nutmeg console</h1>
{% if not signed_in %}
<form method="post" action="/sign-in">
  {% if wrong %}<p role="alert">That password is not right. Please try again.</p>{% endif %}
  <label for="password">Password</label>
  <input id="password" name="password" type="password" autocomplete="current-password" required>
  <button type="submit">Sign in</button>
</form>
{% else %}
<p>You are signed in. Reading, correcting and publishing come here.</p>
<h2>Topics switched off</h2>
{% if off %}<ul>{% for topic, reason in off.items() %}<li>{{ topic }}: {{ reason }}</li>{% endfor %}</ul>
{% else %}<p>None of the {{ count }} topics is off.</p>{% endif %}
<form method="post" action="/sign-out"><button type="submit">Sign out</button></form>
{% endif %}
</main></body></html>
"""


def create_app() -> Flask:
    app = Flask(__name__)
    app.secret_key = derived_key("console session")
    app.config.update(SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Strict", MAX_CONTENT_LENGTH=64 * 1024)

    @app.get("/healthz")
    def healthz() -> ResponseReturnValue:
        return {"up": True}

    @app.get("/")
    def front() -> ResponseReturnValue:
        return _page()

    @app.post("/sign-in")
    def sign_in() -> ResponseReturnValue:
        given = request.form.get("password", "")
        if not hmac.compare_digest(given.encode(), settings().console_password.encode()):
            return _page(wrong=True), 403
        session["signed_in"] = True
        return redirect("/", 303)

    @app.post("/sign-out")
    def sign_out() -> ResponseReturnValue:
        session.clear()
        return redirect("/", 303)

    @app.after_request
    def harden(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response

    return app


def _page(wrong: bool = False) -> str:
    signed_in = bool(session.get("signed_in"))
    off = all_switches() if signed_in else {}
    return render_template_string(PAGE, signed_in=signed_in, wrong=wrong, off=off, count=len(topics()))
