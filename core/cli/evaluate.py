"""`nutmeg evaluate`: how well messages are understood. The measuring itself is the bot's (`bot/evaluation`)."""

import subprocess
import sys
from typing import Annotated

import typer


def evaluate(
    languages: Annotated[str, typer.Option(help="Only these, comma-separated; default: all that have data.")] = "",
    folds: Annotated[int, typer.Option(min=2, max=20, help="Into how many parts the data is cut.")] = 5,
    most: Annotated[int, typer.Option(min=0, help="How many of the parts are tried; 0: none, only the holdout.")] = 5,
    is_holdout_tried: Annotated[bool, typer.Option("--holdout/--no-holdout", help="Try `data/holdout/`.")] = True,
) -> None:
    """Measure topics, scope and languages by cross-validation and on the holdout; write `var/evaluation/`."""
    arguments = [f"--languages={languages}", f"--folds={folds}", f"--most={min(most, folds)}"]
    if not is_holdout_tried:
        arguments.append("--no-holdout")
    raise typer.Exit(subprocess.call([sys.executable, "-m", "bot.evaluation", *arguments]))  # noqa: S603
