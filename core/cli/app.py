"""All commands, gathered. Each group lives in a module of its own."""

import typer

from core.cli import checks, doctor, evaluate, privacy, running, switching, understanding
from core.database import upgrade

app = typer.Typer(
    name="nutmeg",
    help="Nutmeg: an assistant for the residents of a US state.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.command("run")(running.run)
app.command("train")(understanding.train)
app.command("chat")(understanding.chat)
app.command("parse")(understanding.parse)
app.command("evaluate")(evaluate.evaluate)
app.command("doctor")(doctor.doctor)

facts = typer.Typer(help="Facts of the jurisdiction.", no_args_is_help=True)
facts.command("check")(checks.facts_check)
app.add_typer(facts, name="facts")

locales = typer.Typer(help="Catalogs of translations.", no_args_is_help=True)
locales.command("check")(checks.locales_check)
locales.command("update")(checks.locales_update)
app.add_typer(locales, name="locales")

languages = typer.Typer(help="What a language needs.", no_args_is_help=True)
languages.callback()(lambda: None)
languages.command("check")(checks.languages_check)
app.add_typer(languages, name="languages")

data = typer.Typer(help="Training data.", no_args_is_help=True)
data.command("check")(checks.data_check)
app.add_typer(data, name="data")

topics = typer.Typer(help="Topics: list them, switch one off and on.", no_args_is_help=True)
topics.command("list")(switching.list_topics)
topics.command("off")(switching.off)
topics.command("on")(switching.on)
app.add_typer(topics, name="topics")

db = typer.Typer(help="The database.", no_args_is_help=True)


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to the newest revision."""
    upgrade()
    typer.echo("The database is up to date.")


db.command("rekey")(privacy.rekey)
db.command("new-key")(privacy.new_key)
app.add_typer(db, name="db")

disclosures = typer.Typer(help="The log of personal lookups.", no_args_is_help=True)
disclosures.command("verify")(privacy.verify)
disclosures.command("export")(privacy.export)
disclosures.command("expire")(privacy.expire)
app.add_typer(disclosures, name="disclosures")
