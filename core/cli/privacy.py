"""`nutmeg disclosures`, `nutmeg db rekey` and `nutmeg db new-key`: the log of personal lookups, and the keys."""

import json
from dataclasses import asdict

import typer
from cryptography.fernet import Fernet

from core import disclosures, rekeying
from core.privacy import KeyMissing


def verify() -> None:
    """Read the whole log of personal lookups. Exit 1, with the first broken row, when it was changed."""
    verdict = disclosures.verify()
    if verdict.broken is not None:
        typer.echo(f"The log of personal lookups is broken at row {verdict.broken}: {verdict.what}.")
        raise typer.Exit(1)
    typer.echo(f"{verdict.what[:1].upper()}{verdict.what[1:]}. Last hash: {verdict.last_hash}")


def export() -> None:
    """Write the log of personal lookups to standard output, oldest first, one JSON object a line."""
    for row in disclosures.all_rows():
        typer.echo(json.dumps(asdict(row)))


def expire() -> None:
    """Remove rows that are older than the setting `disclosure_years`; the rest stays verifiable."""
    typer.echo(f"{disclosures.expire()} rows were removed.")


def rekey() -> None:
    """Encrypt stored personal data anew with the first of the keys, so that older keys can be taken out."""
    try:
        done = rekeying.rekey()
    except KeyMissing as error:
        typer.echo(f"nutmeg: {error}", err=True)
        raise typer.Exit(2) from None
    typer.echo(f"{done.events} events and {done.columns} numbers were encrypted anew with the newest key.")


def new_key() -> None:
    """Make a key for the setting `data_keys` and print it."""
    typer.echo(Fernet.generate_key().decode())
