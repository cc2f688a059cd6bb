"""Start Rasa with Nutmeg's channel, store and logs: `python -m bot [--model PATH]`."""

import argparse
import asyncio
import os

os.environ["RASA_TELEMETRY_ENABLED"] = "false"
# A killed Rasa leaves its locks in Redis; a conversation waits for one no longer than a turn may take.
os.environ.setdefault("TICKET_LOCK_LIFETIME", "35")

from bot.server import serve


def main() -> None:
    parser = argparse.ArgumentParser(prog="bot", description="Serve the newest model on NUTMEG_RASA_PORT.")
    parser.add_argument("--model", help="a model file; default: the newest one of NUTMEG_MODEL_DIR")
    asyncio.set_event_loop_policy(None)
    serve(parser.parse_args().model)


main()
