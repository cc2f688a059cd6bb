"""Every setting of Nutmeg, read once from environment variables that start with ``NUTMEG_``.

`docs/settings.md` lists them all; `tests/test_docs.py` keeps that list true.
"""

import contextlib
import os
import secrets
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.languages import LANGUAGES

REPOSITORY = Path(__file__).resolve().parent.parent

SECRETS = ("secret_key", "rasa_secret", "console_password")
SHORTEST_SECRET = 32
LOOKUP_KINDS = ("credential", "vehicle_registration", "voter_registration", "absentee_ballot")
"""Kinds of look-ups about a person, as `actions/personal.py` has them."""


class SettingsError(Exception):
    """A setting is missing, weak or malformed; the message says which one and what to do."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="NUTMEG_", extra="ignore")

    env: Literal["development", "production"] = Field(
        "development", description="`production` refuses to start with a missing or weak secret."
    )
    var: Path = Field(Path("var"), description="Folder of the SQLite file, the model, made secrets and logs.")
    jurisdiction: str = Field("ct", pattern=r"^[a-z]{2}$", description="Folder of `data/jurisdictions/` to serve.")
    languages: str = Field(
        ",".join(LANGUAGES), description="Languages that are offered, comma-separated; English is always one."
    )
    pseudo_locales: bool = Field(
        False, description="Offers `xa` and `xb`, made-up languages that show faults of a page; development only."
    )
    model_dir: Path = Field(Path("models"), description="Folder where `nutmeg train` puts the model.")

    host: str = Field("127.0.0.1", description="Address that the public web app and the console listen on.")
    web_port: int = Field(8080, ge=1, le=65535, description="Port of the public app (chat and SMS webhooks).")
    console_port: int = Field(8081, ge=1, le=65535, description="Port of the staff console.")
    rasa_port: int = Field(5005, ge=1, le=65535, description="Port of Rasa; loopback or a private network only.")
    actions_port: int = Field(5055, ge=1, le=65535, description="Port of the action server; private.")
    sandbox_port: int = Field(5800, ge=1, le=65535, description="Port of the sandbox that plays the state's systems.")
    rasa_host: str = Field("127.0.0.1", description="Where the public app finds Rasa.")
    actions_host: str = Field("127.0.0.1", description="Where Rasa finds the action server.")
    web_threads: int = Field(16, ge=1, description="Threads of each worker of the public app.")
    web_workers: int = Field(
        1, ge=1, description="Workers of the public app; more than one needs Redis for the limits."
    )
    web_reply_seconds: float = Field(
        10.0, gt=0, le=60, description="Past this a chat says that the answer comes later."
    )
    trusted_proxies: int = Field(0, ge=0, le=5, description="Reverse proxies in front whose X-Forwarded-* is believed.")

    database_url: str = Field("", description="SQLAlchemy address; empty means SQLite in the `var` folder.")
    redis_url: str = Field("", description="Redis for locks, limits and the queue; empty means in-process and SQLite.")

    secret_key: str = Field(
        "", description="Signs tokens and derives the keys of phone numbers (32 characters or more)."
    )
    rasa_secret: str = Field(
        "", description="Shared by the public app and Rasa's input channel (32 characters or more)."
    )
    console_password: str = Field("", description="Opens the staff console (32 characters or more).")
    data_keys: str = Field("", description="Keys of stored personal data (Fernet), newest first; empty: derived.")
    public_url: str = Field("", description="The public app's address as Twilio sees it; empty means this machine's.")
    embed_origins: str = Field("", description="State sites that may embed the chat, comma-separated origins.")

    oidc_issuer: str = Field("", description="Sign-in service (OpenID Connect): its issuer, as its metadata says it.")
    oidc_client_id: str = Field("", description="What the sign-in service calls this assistant.")
    oidc_client_secret: str = Field("", description="Secret of the sign-in service; empty: none, PKCE alone.")
    oidc_scope: str = Field(
        "openid profile", description="Scopes that are asked for; they must give the date of birth (`birthdate`)."
    )
    identity_required: str = Field(
        "", description="Kinds of look-ups that need a sign-in first, comma-separated; empty: none."
    )

    twilio_account_sid: str = Field("", description="Twilio account; empty switches text messages to a demo account.")
    twilio_auth_token: str = Field("", description="Twilio's primary auth token; it checks the webhook signatures.")
    twilio_from: str = Field("", description="Number (E.164) or messaging service (`MG…`) that texts are sent from.")
    twilio_api_url: str = Field("", description="Only for a local double of Twilio's REST API.")

    qmatic_url: str = Field("", description="DMV offices (Qmatic); empty means the sandbox.")
    socrata_url: str = Field("", description="Open data: office hours and waiting times (Socrata); empty: sandbox.")
    democracy_works_url: str = Field("", description="Elections (Democracy Works v2); empty means the sandbox.")
    statuspage_url: str = Field("", description="State of the state's own systems (Statuspage v2); empty: sandbox.")
    open311_url: str = Field("", description="Service requests (Open311 GeoReport v2); empty means the sandbox.")
    voter_records_url: str = Field("", description="Voter registrations (NIST VRI gateway); empty means the sandbox.")
    ballot_status_url: str = Field("", description="Progress of absentee ballots (our format); empty: sandbox.")
    credential_status_url: str = Field("", description="Licenses and registrations (our format); empty: sandbox.")
    civic_info_url: str = Field("", description="Polling places (Google Civic Information v2); empty: sandbox.")
    voter_records_token: str = Field("", description="Bearer token of the voter records gateway.")
    ballot_status_token: str = Field("", description="Bearer token of the ballot status gateway.")
    credential_status_token: str = Field("", description="Bearer token of the credential status gateway.")
    civic_info_key: str = Field("", description="API key of Google Civic Information.")
    open311_key: str = Field("", description="API key for filing service requests (Open311).")
    democracy_works_key: str = Field("", description="API key of Democracy Works.")
    socrata_token: str = Field("", description="App token of Socrata.")

    breaker_seconds: float = Field(
        20.0, gt=0, le=600, description="A state system that failed three times is left alone for so long."
    )
    personal_lookup_ms: int = Field(
        900,
        ge=0,
        le=3000,
        description="An answer about a person takes at least this long, whether a record exists or not.",
    )
    messages_per_minute: int = Field(30, ge=1, description="Messages one conversation may send in a minute.")
    address_messages_per_minute: int = Field(300, ge=1, description="Chat messages one address may send in a minute.")
    conversations_per_hour: int = Field(60, ge=1, description="Conversations one address may open in an hour.")
    sms_reply_seconds: float = Field(8.0, gt=0, le=14, description="Past this the text is sent by the worker instead.")
    pickup_seconds: float = Field(60.0, ge=0.5, description="A message or text left for this long goes to the worker.")
    give_up_seconds: float = Field(300.0, ge=1, description="Past this a message without an answer gets an apology.")
    disclosure_years: int = Field(5, ge=1, le=100, description="Years that the log of personal lookups is kept.")
    notify_minutes: int = Field(
        15, ge=1, le=1440, description="Minutes between two looks at a request that is followed."
    )
    worker_threads: int = Field(4, ge=1, description="Late turns and texts that the worker handles at once.")

    @field_validator("pseudo_locales")
    @classmethod
    def _is_development(cls, value: bool, others: ValidationInfo) -> bool:
        if value and others.data.get("env") == "production":
            raise ValueError("pseudo-locales are for development; switch them off")
        return value

    @field_validator("data_keys")
    @classmethod
    def _are_fernet_keys(cls, value: str) -> str:
        for place, key in enumerate(_listed(value), start=1):
            try:
                Fernet(key)
            except ValueError:
                raise ValueError(f"key {place} is not a Fernet key; `nutmeg db new-key` makes one") from None
        return value

    @field_validator("oidc_issuer")
    @classmethod
    def _is_an_issuer(cls, value: str) -> str:
        address = urlsplit(value)
        is_here = address.scheme == "http" and address.hostname in ("127.0.0.1", "localhost")
        if value and not (address.hostname and (address.scheme == "https" or is_here)):
            raise ValueError("an issuer is an https address, such as https://login.example.gov")
        return value

    @field_validator("identity_required")
    @classmethod
    def _are_kinds_of_lookups(cls, value: str, others: ValidationInfo) -> str:
        unknown = sorted(set(_listed(value)) - set(LOOKUP_KINDS))
        if unknown:
            raise ValueError(f"{unknown[0]} is no kind of look-up; there are {', '.join(LOOKUP_KINDS)}")
        if value and not (others.data.get("oidc_issuer") and others.data.get("oidc_client_id")):
            raise ValueError("set NUTMEG_OIDC_ISSUER and NUTMEG_OIDC_CLIENT_ID too, or nobody could sign in")
        return value

    @property
    def identity_list(self) -> tuple[str, ...]:
        return _listed(self.identity_required)

    @property
    def data_key_list(self) -> tuple[str, ...]:
        return _listed(self.data_keys)

    @property
    def language_list(self) -> tuple[str, ...]:
        wanted = [code.strip() for code in self.languages.split(",") if code.strip()]
        return tuple(dict.fromkeys(["en", *wanted]))

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.var.resolve() / 'nutmeg.sqlite3'}"

    @property
    def rasa_url(self) -> str:
        return f"http://{self.rasa_host}:{self.rasa_port}"

    @property
    def actions_url(self) -> str:
        return f"http://{self.actions_host}:{self.actions_port}"

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"

    @property
    def public_base(self) -> str:
        return self.public_url.rstrip("/") or f"http://127.0.0.1:{self.web_port}"

    def upstream(self, name: str) -> tuple[str, bool]:
        """Base address of a state API and whether it is the sandbox's made-up data."""
        configured: str = getattr(self, f"{name}_url")
        return (configured.rstrip("/"), False) if configured else (f"{self.sandbox_url}/{name}", True)


def _listed(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


@cache
def settings() -> Settings:
    """The settings of this process; the first call reads them.

    Raises SettingsError with one sentence when a value is malformed or, in production, a secret is missing or weak.
    """
    try:
        found = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "NUTMEG_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"{name}: {first['msg']} (see docs/settings.md)") from None
    return found.model_copy(update=_secrets(found))


def _secrets(found: Settings) -> dict[str, str]:
    """Given secrets are checked; in development missing ones are made once and kept in the var folder."""
    made = {}
    for name in SECRETS:
        value: str = getattr(found, name)
        if value and len(value) < SHORTEST_SECRET:
            raise SettingsError(
                f"NUTMEG_{name.upper()} is shorter than {SHORTEST_SECRET} characters; make a longer one"
            )
        if not value and found.env == "production":
            raise SettingsError(f"NUTMEG_{name.upper()} is missing; production does not start without it")
        made[name] = value or _kept_secret(found.var / "secrets" / name)
    if found.env == "production" and not found.twilio_auth_token:
        return made
    if not found.twilio_auth_token:
        made["twilio_auth_token"] = _kept_secret(found.var / "secrets" / "twilio_auth_token")
        made["twilio_account_sid"] = found.twilio_account_sid or "AC" + "0" * 32
        made["twilio_from"] = found.twilio_from or "+18605550100"
    return made


def _kept_secret(path: Path) -> str:
    """Read a development secret, or make it; two processes that start at once agree on one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    if not path.exists():
        fresh.write_text(secrets.token_hex(24))
        fresh.chmod(0o600)
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text().strip()
