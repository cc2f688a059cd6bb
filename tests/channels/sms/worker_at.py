"""`python -m tests.channels.sms.worker_at 2026-11-24T10:00:00-05:00`: the worker, with its clock set to that moment."""

import datetime as dt
import sys

import time_machine

from channels.worker import main

if __name__ == "__main__":
    with time_machine.travel(dt.datetime.fromisoformat(sys.argv[1]), tick=True):
        main()
