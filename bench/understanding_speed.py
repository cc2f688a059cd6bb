"""How long understanding one message takes, inside Rasa, everything on."""

import asyncio
import time
from pathlib import Path

from core.cli.understanding import load_agent
from core.data_checks import examples, languages

TEXTS = 1000


def parsing(model: Path) -> dict[str, float]:
    """Milliseconds of one parse, over training examples of all languages (typed once, as residents do)."""
    from rasa.core.channels.channel import UserMessage

    agent = load_agent(model)
    texts = [example.text for language in languages() for example in examples(language)]
    chosen = texts[:: max(1, len(texts) // TEXTS)]

    async def parse_all() -> list[float]:
        times = []
        for text in chosen:
            started = time.perf_counter()
            await agent.processor.parse_message(UserMessage(text))
            times.append(time.perf_counter() - started)
        return times

    times = sorted(asyncio.run(parse_all()))
    return {"parse p50, ms": 1000 * times[len(times) // 2], "parse p95, ms": 1000 * times[int(len(times) * 0.95)]}
