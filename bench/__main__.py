"""Run every measurement, print one table, write `var/bench.json`."""

import argparse
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import environment, load, lookups, processes, understanding_speed
from core.model import ensure_model
from core.settings import settings

Measured = dict[str, float]

console = Console(highlight=False)

# What the design aims at, for the figures that have an aim: (largest or smallest value that is good).
AIMS: dict[str, tuple[str, float]] = {
    "rasa ready, s": ("<=", 5.0),
    "memory of rasa at rest, MB": ("<=", 350.0),
    "parse p95, ms": ("<=", 5.0),
    "sqlite, messages a second": (">=", 150.0),
    "sqlite, p95 at 50 a second, ms": ("<=", 100.0),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--only", help="part of the name of the measurements to run")
    parser.add_argument("--seconds", type=float, default=20, help="length of each run at a fixed rate")
    wanted = parser.parse_args()
    model = ensure_model().resolve()
    with tempfile.TemporaryDirectory(prefix="nutmeg-bench-") as folder:
        var = Path(folder)
        measurements: dict[str, Callable[[], Measured]] = {
            "environment": environment.size,
            "training": lambda: processes.training(var / "training"),
            "parsing": lambda: understanding_speed.parsing(model),
            "processes": lambda: processes.start_and_memory(var / "memory", model),
            "load-sqlite": lambda: load.on_sqlite(var / "sqlite", model, wanted.seconds),
            "look-ups": lambda: lookups.through_the_sandbox(var / "lookups", model),
            "load-postgresql": lambda: load.on_postgresql(var / "postgresql", model, wanted.seconds),
        }
        found: Measured = {}
        for name, measure in measurements.items():
            if not wanted.only or wanted.only in name:
                with console.status(f"measuring {name} …"):
                    found |= measure()
    _show(found)
    settings().var.mkdir(exist_ok=True)
    (settings().var / "bench.json").write_text(json.dumps(found, indent=1))


def _show(found: Measured) -> None:
    table = Table("what", "measured", "aim", title="Bench")
    for name, value in found.items():
        sign, aim = AIMS.get(name, ("", 0.0))
        reached = "" if not sign else "reached" if (value <= aim if sign == "<=" else value >= aim) else "NOT reached"
        table.add_row(name, f"{value:,.1f}", f"{sign} {aim:g} {reached}".strip() if sign else "")
    console.print(table)


main()
