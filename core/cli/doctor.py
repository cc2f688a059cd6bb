"""`nutmeg doctor`: is everything there and talking to each other, and what to do where it is not."""

import json
import re
import shutil
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from core import catalog_checks
from core.database import reading
from core.facts import facts
from core.languages import LANGUAGES
from core.model import model_path
from core.settings import settings

UPSTREAMS = {
    "qmatic": "/calendar-backend/public/api/v1/branches",
    "socrata": "",
    "democracy_works": "/elections?stateCode=CT&pageSize=1",
    "statuspage": "/api/v2/status.json",
    "open311": "/services.json",
    "voter_records": "",
    "ballot_status": "",
    "credential_status": "",
    "civic_info": "/civicinfo/v2/elections",
}
SID = re.compile(r"^AC[0-9a-f]{32}$")
SENDER = re.compile(r"^(\+[1-9]\d{7,14}|MG[0-9a-fA-F]{32})$")

# Piped to a file or a ticket, a line must stay a line.
console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)


@dataclass(frozen=True)
class Finding:
    what: str
    is_well: bool
    detail: str
    """How it is, or what to do."""


def doctor() -> None:
    """Check settings, database, Redis, processes, state APIs, Twilio, catalogs and facts. Exit 1 if any is ill."""
    table = Table("what", "", "how it is, or what to do")
    ill = 0
    for finding in findings():
        ill += not finding.is_well
        table.add_row(finding.what, "ok" if finding.is_well else "ILL", finding.detail)
    console.print(table)
    raise typer.Exit(1 if ill else 0)


def findings() -> Iterator[Finding]:
    for check in (_settings, _database, _redis, _model, _processes, _upstreams, _twilio, _catalogs, _facts):
        yield from check()


def _settings() -> Iterator[Finding]:
    found = settings()
    yield Finding("settings", True, f"{found.env}, jurisdiction {found.jurisdiction}, {','.join(found.language_list)}")


def _database() -> Iterator[Finding]:
    kind = settings().database.split(":", 1)[0]
    try:
        with reading() as connection:
            revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        yield Finding("database", True, f"{kind}, revision {revision}")
    except SQLAlchemyError:
        yield Finding("database", False, f"{kind}: not reachable or empty; run `nutmeg db upgrade`")


def _redis() -> Iterator[Finding]:
    if not settings().redis_url:
        yield Finding("redis", True, "not set: locks and limits in the process, queue on SQLite")
        return
    import redis

    try:
        redis.Redis.from_url(settings().redis_url, socket_timeout=2).ping()
        yield Finding("redis", True, "answers")
    except redis.RedisError:
        yield Finding("redis", False, "does not answer; start it or clear NUTMEG_REDIS_URL")


def _model() -> Iterator[Finding]:
    exists = model_path().exists()
    yield Finding("model", exists, model_path().name if exists else "none for the present data; run `nutmeg train`")


def _processes() -> Iterator[Finding]:
    found = settings()
    doors = {
        "rasa": f"{found.rasa_url}/webhooks/nutmeg/health",
        "actions": f"{found.actions_url}/health",
        "web": f"http://127.0.0.1:{found.web_port}/readyz",
        "console": f"http://127.0.0.1:{found.console_port}/healthz",
    }
    for name, url in doors.items():
        yield _answers(name, url, "start it with `nutmeg run`")


def _upstreams() -> Iterator[Finding]:
    for name, path in UPSTREAMS.items():
        base, is_sandbox = settings().upstream(name)
        kind = "sandbox" if is_sandbox else "live"
        yield _answers(f"state API {name}", base + path, f"check NUTMEG_{name.upper()}_URL", kind, only_reached=True)


def _answers(name: str, url: str, advice: str, well: str = "answers", only_reached: bool = False) -> Finding:
    """Whether the address answers; with `only_reached` an error status is an answer too (a key may be needed)."""
    try:
        with urllib.request.urlopen(url, timeout=3):  # noqa: S310 - addresses of our own settings
            return Finding(name, True, well)
    except urllib.error.HTTPError as error:
        return Finding(name, only_reached and error.code < 500, f"{well}, status {error.code}")
    except (OSError, json.JSONDecodeError):
        return Finding(name, False, f"does not answer; {advice}")


def _twilio() -> Iterator[Finding]:
    found = settings()
    wrong: list[str] = []
    checks: list[tuple[str, Callable[[], bool]]] = [
        ("NUTMEG_TWILIO_ACCOUNT_SID is AC and 32 hex digits", lambda: bool(SID.match(found.twilio_account_sid))),
        ("NUTMEG_TWILIO_AUTH_TOKEN is set", lambda: len(found.twilio_auth_token) >= SHORTEST_TOKEN),
        ("NUTMEG_TWILIO_FROM is a number (+1…) or a service (MG…)", lambda: bool(SENDER.match(found.twilio_from))),
    ]
    wrong += [sentence for sentence, is_well in checks if not is_well()]
    yield Finding("twilio", not wrong, "credentials have the right form" if not wrong else "; ".join(wrong))


SHORTEST_TOKEN = 32


def _catalogs() -> Iterator[Finding]:
    if not shutil.which("msgfmt"):
        yield Finding("catalogs", False, "msgfmt is missing; install gettext")
        return
    for code in settings().language_list[1:]:
        count = len(catalog_checks.problems(LANGUAGES[code]))
        detail = "complete" if not count else f"{count} problems; run `nutmeg locales check`"
        yield Finding(f"catalog {code}", not count, detail)


def _facts() -> Iterator[Finding]:
    yield Finding("facts", True, f"{len(facts())} facts; `nutmeg facts check` lists those to read again")
