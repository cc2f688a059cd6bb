"""`nutmeg topics`: what is answered, and the kill switch of each topic."""

from typing import Annotated

import typer

from core import switches
from core.topics import topics

TopicArgument = Annotated[str, typer.Argument(help="Id of the topic, such as dmv_real_id.")]


def list_topics() -> None:
    """All topics with their kind, and why those that are off are off."""
    off = switches.all_switches()
    for topic in topics().values():
        state = f"OFF: {off[topic.id]}" if topic.id in off else ""
        typer.echo(f"{topic.id:28} {topic.kind:8} {state}".rstrip())


def off(topic: TopicArgument, reason: Annotated[str, typer.Option(help="Why; staff see it.")] = "by command") -> None:
    """Switch a topic off: its answer becomes "please ask the agency directly", within a second, without restart."""
    _check(topic)
    switches.switch_off(topic, reason)
    typer.echo(f"{topic} is off.")


def on(topic: TopicArgument) -> None:
    """Switch a topic on again."""
    _check(topic)
    was_off = switches.switch_on(topic)
    if topic in switches.all_switches():
        typer.echo(f"{topic} is still off: it stands in the setting file switches.yml.")
    else:
        typer.echo(f"{topic} is on." if was_off else f"{topic} was on already.")


def _check(topic: str) -> None:
    if topic not in topics():
        typer.echo(f"nutmeg: there is no topic {topic!r}; `nutmeg topics list` shows them all", err=True)
        raise typer.Exit(2)
