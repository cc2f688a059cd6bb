"""`nutmeg train`, `chat` and `parse`: the model, without any server."""

import asyncio
import json
import logging
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import structlog
import typer
from rich.console import Console

from core import model as models
from core.topics import topics

OUT_OF_SCOPE_INTENTS = {"out_of_scope", "foreign_language"}
UNDECIDED = {"unclear", "inform"}

ModelOption = Annotated[Path | None, typer.Option("--model", help="A model file; default: that of the present data.")]

console = Console(stderr=True, highlight=False)


def train(force: Annotated[bool, typer.Option("--force", help="Train even if the model exists.")] = False) -> None:
    """Train the model of the present data, unless it exists."""
    if models.model_path().exists() and not force:
        typer.echo(f"{models.model_path()} is the model of the present data already.")
        return
    _hush()
    with console.status("Training …"):
        made = models.train()
    typer.echo(f"{made} is trained.")


def parse(model: ModelOption = None) -> None:
    """Read messages on standard input, write what is understood, one JSON line each.

    A line is a plain text, or JSON: {"text": "...", "language": "es"} (language: of the conversation so far).
    """
    agent = load_agent(model)
    for line in sys.stdin:
        given = _read(line.rstrip("\n"))
        if given is not None:
            found = asyncio.run(_parse(agent, *given))
            sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
            sys.stdout.flush()


def chat(
    model: ModelOption = None, language: Annotated[str, typer.Option(help="Language to start in.")] = "en"
) -> None:
    """Chat with the model in this terminal (lookups need `nutmeg run` beside it). An empty line ends."""
    agent = load_agent(model)
    asyncio.run(_chat(agent, language))


def load_agent(model: Path | None) -> Any:
    path = model or models.model_path()
    if not path.exists():
        console.print(f"nutmeg: there is no model at {path}; run `nutmeg train` first")
        raise typer.Exit(2)
    _hush()
    from rasa.core.agent import Agent
    from rasa.core.utils import AvailableEndpoints

    from core.settings import REPOSITORY

    endpoints = AvailableEndpoints.read_endpoints(str(REPOSITORY / "endpoints.yml"))
    return Agent.load(str(path), action_endpoint=endpoints.action, generator=endpoints.nlg)


def _hush() -> None:
    """Rasa's own lines: unless told otherwise they go to standard output, with every text in them."""
    logging.captureWarnings(True)
    logging.disable(logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


def _read(line: str) -> tuple[str, str | None] | None:
    """Text and language of a line; None for an empty one."""
    if not line.strip():
        return None
    if line.lstrip().startswith("{"):
        try:
            given = json.loads(line)
            return str(given["text"]), given.get("language")
        except (ValueError, KeyError, TypeError):
            pass  # a resident may well begin with a brace: then it is a plain text
    return line, None


async def _parse(agent: Any, text: str, language: str | None) -> dict[str, Any]:
    from rasa.core.channels.channel import UserMessage

    message = UserMessage(text.lstrip("/ ") or "?", metadata={"language_hint": language})
    return described(text, await agent.processor.parse_message(message))


def described(text: str, parsed: dict[str, Any]) -> dict[str, Any]:
    """What was understood, in the shape of the design: topics only, never a helper intent."""
    intent, alternatives = parsed["intent"]["name"], parsed.get("alternatives", [])
    confidence = parsed["intent"]["confidence"]
    if intent in topics():
        topic = intent
    elif intent in OUT_OF_SCOPE_INTENTS or not alternatives:
        topic = "out_of_scope"
    else:
        topic, confidence = alternatives[0]["topic"], alternatives[0]["confidence"]
    return {
        "text": text,
        "language": parsed.get("language", "en"),
        "topic": topic,
        "confidence": round(float(confidence), 4),
        "in_scope": topic != "out_of_scope",
        "alternatives": [other for other in alternatives if other["topic"] != topic],
        "entities": [_entity(entity) for entity in parsed.get("entities", [])],
    }


def _entity(entity: dict[str, Any]) -> dict[str, Any]:
    found = {"type": entity["entity"], "text": entity.get("text", ""), "value": entity["value"]}
    found |= {name: entity[name] for name in ("start", "end")}
    return found | {name: entity[name] for name in ("month", "year", "impossible") if name in entity}


async def _chat(agent: Any, language: str) -> None:
    from rasa.core.channels.channel import CollectingOutputChannel, UserMessage

    for line in _lines():
        message = UserMessage(
            line.lstrip("/ ") or "?",
            CollectingOutputChannel(),
            "terminal",
            input_channel="web",
            metadata={"language_hint": language},
        )
        for answer in await agent.handle_message(message) or []:
            typer.echo(f"\n{answer.get('text', '')}\n")
        tracker = await agent.tracker_store.retrieve("terminal")
        language = (tracker.latest_message.parse_data or {}).get("language", language)


def _lines() -> Iterable[str]:
    while True:
        try:
            line = input("you: ")
        except EOFError:
            return
        if not line.strip():
            return
        yield line
