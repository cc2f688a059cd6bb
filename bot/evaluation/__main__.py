"""Measures, prints a table, writes `var/evaluation/evaluation.json` and `.html`. Started by `nutmeg evaluate`."""

import argparse
import datetime as dt
import json
import sys
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from bot.evaluation import figures, outcomes
from bot.evaluation.leaks import Leak, leaks
from bot.evaluation.page import page
from core import data_checks, model
from core.cli.understanding import load_agent
from core.settings import settings

console = Console(highlight=False)


def main() -> int:
    parser = argparse.ArgumentParser(prog="nutmeg evaluate")
    parser.add_argument("--languages", default="")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--most", type=int, default=5)
    parser.add_argument("--no-holdout", action="store_true")
    given = parser.parse_args()
    wanted = [code for code in given.languages.split(",") if code] or data_checks.languages()
    examples = [example for code in wanted for example in data_checks.examples(code)]
    if not examples:
        console.print(f"nutmeg: there is no training data of {given.languages}")
        return 2
    try:
        held = [] if given.no_holdout else [line for line in outcomes.holdout() if line.language in wanted]
    except ValueError as error:
        console.print(f"nutmeg: {error}")
        return 2
    warnings.simplefilter("ignore")  # scikit-learn tells of each fold whose training stopped early
    with _progress() as bars:
        sets = _measured(given, examples, held, bars)
    found = leaks(held, examples)
    _write(sets, found)
    _print(sets, found)
    return 0


def _measured(
    given: argparse.Namespace,
    examples: Sequence[data_checks.Example],
    held: Sequence[outcomes.Held],
    bars: Progress,
) -> dict[str, figures.Figures]:
    tasks = {name: bars.add_task(name, total=None, visible=False) for name in ("folds", "holdout")}

    def progress(name: str, done: int, total: int) -> None:
        bars.update(tasks[name], completed=done, total=total, visible=True)

    sets = {}
    if given.most:
        tried = outcomes.cross_validated(examples, given.folds, given.most, progress)
        sets["cross-validation"] = figures.figures(tried)
    if held:
        agent = load_agent(model.ensure_model())
        sets["holdout"] = figures.figures(outcomes.of_holdout(held, agent, progress))
    return sets


def _progress() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _write(sets: Mapping[str, figures.Figures], found: Sequence[Leak]) -> None:
    folder = settings().var / "evaluation"
    folder.mkdir(parents=True, exist_ok=True)
    now = dt.datetime.now(dt.UTC)
    report = {
        "made_at": now.isoformat(timespec="seconds"),
        "model": model.fingerprint(),
        "sets": {name: one.as_json() for name, one in sets.items()},
        "leaks": [asdict(leak) for leak in found],
    }
    (folder / "evaluation.json").write_text(
        json.dumps(report, indent=1, ensure_ascii=False, allow_nan=False), encoding="utf-8"
    )
    made = f"Measured on {now:%Y-%m-%d %H:%M} UTC with the data and code of fingerprint {model.fingerprint()}."
    (folder / "evaluation.html").write_text(page(sets, found, made), encoding="utf-8")
    console.print(f"Written: {folder / 'evaluation.html'}, {folder / 'evaluation.json'}")


def _print(sets: Mapping[str, figures.Figures], found: Sequence[Leak]) -> None:
    for name, one in sets.items():
        table = Table(title=f"{name}: {one.texts} texts")
        for head in ("", "right topic", "and accepted", "out of scope accepted", *(n for n, _, _ in figures.LENGTHS)):
            table.add_column(head, justify="left" if not head else "right")
        for language, share in one.right.items():
            lengths = one.language[language]
            accepted = one.accepted_outside.get(language)
            table.add_row(
                language,
                f"{share.share:.1%} ({share.low:.1%} to {share.high:.1%})",
                f"{one.answered[language].share:.1%}",
                f"{accepted.share:.1%} of {accepted.count}" if accepted else "",
                *(f"{lengths[n].share:.1%}" if lengths[n].count else "" for n, _, _ in figures.LENGTHS),
            )
        console.print(table)
        kinds = [
            f"{kind} {one.accepted_outside[kind].share:.1%}" for kind in ("far", "near") if kind in one.accepted_outside
        ]
        scope = f"; accepted of those out of scope: {', '.join(kinds)}" if kinds else ""
        console.print(f"Calibration error {one.calibration_error:.3f}, scope AUROC {one.auroc or 0:.3f}{scope}")
    leaked = [f"{leak.language}:{leak.line}" for leak in found if not leak.is_short]
    if leaked:
        console.print(f"Held-out lines that are like a training example: {', '.join(leaked)}")


if __name__ == "__main__":
    sys.exit(main())
