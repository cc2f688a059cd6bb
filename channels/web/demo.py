"""`/` in development: the site of a made-up state agency that embeds the chat as a real one would."""

from flask import Blueprint, current_app, render_template

from channels.web.formats import state_name

demo = Blueprint("demo", __name__)

QUESTIONS = {
    "en": (
        "how do I renew my license",
        "wait time at the norwich dmv",
        "last day to register to vote?",
        "is the dmv website down",
        "status of request 24-000123",
        "what do I need for a REAL ID",
        "asdfgh",
    ),
    "es": ("cuanto cuesta renovar la licencia", "cuándo es la próxima elección", "quiero hablar con una persona"),
}
"""Questions a visitor can try at once, by language."""


@demo.get("/")
def home() -> str:
    asset = current_app.extensions["nutmeg_assets"]
    return render_template("demo.html", state=state_name(), questions=QUESTIONS, asset=asset)
