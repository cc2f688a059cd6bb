"""Start Rasa with Nutmeg's channel, store and logs: `python -m bot [--model PATH]`."""

import argparse
import asyncio
import os

os.environ["RASA_TELEMETRY_ENABLED"] = "false"
# One small text at a time: threads for linear algebra only get in each other's way.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# A killed Rasa leaves its locks in Redis; a conversation waits for one no longer than a turn may take.
os.environ.setdefault("TICKET_LOCK_LIFETIME", "35")

from bot.server import serve


def main() -> None:
    parser = argparse.ArgumentParser(prog="bot", description="Serve the newest model on NUTMEG_RASA_PORT.")
    parser.add_argument("--model", help="a model file; default: the newest one of NUTMEG_MODEL_DIR")
    asyncio.set_event_loop_policy(None)
    serve(parser.parse_args().model)


main()
