"""Structured logs that carry what happened and to which conversation, and never what was said or by whom.

Only fields of ALLOWED reach a line: a field that is not on the list is dropped, so that a text, a name, a number or
an address cannot slip in by mistake. Third-party loggers are held at WARNING and stripped to their logger's name,
because their messages may quote a request.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED = {
    "event", "level", "timestamp", "logger", "process", "conversation", "inbox", "outbox", "turn", "attempt", "channel",
    "answer", "topic", "language", "state", "status", "code", "outcome", "api", "call", "seconds", "count", "port",
    "error", "where", "task", "upstream", "since", "reason", "segments", "via",
}  # fmt: skip

Event = MutableMapping[str, Any]


def configure(process: str, level: int = logging.INFO) -> None:
    """Set up logging for this process; every line is one JSON object on standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, _describe_error, _only_allowed, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared, _strip_foreign],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _with_process(process),
                _only_allowed,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("nutmeg").setLevel(level)


def logger(name: str) -> Any:
    """A logger below `nutmeg`; call it with an event name and allowed fields: `log.info("answered", turn=3)`."""
    return structlog.get_logger(f"nutmeg.{name}")


def _describe_error(_logger: Any, _method: str, event: Event) -> Event:
    """An exception becomes its type and the place it was raised, not its message: messages quote what was said."""
    info = event.pop("exc_info", None)
    error = info if isinstance(info, BaseException) else (sys.exc_info()[1] if info else None)
    if error is not None:
        event["error"] = type(error).__name__
        event["where"] = _place(error)
    return event


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return "unknown"
    last = frames[-1]
    return f"{'/'.join(last.filename.rsplit('/', 2)[-2:])}:{last.lineno}"


def _strip_foreign(_logger: Any, _method: str, event: Event) -> Event:
    record: logging.LogRecord = event["_record"]
    if record.exc_info and record.exc_info[1]:
        event["error"] = type(record.exc_info[1]).__name__
        event["where"] = _place(record.exc_info[1])
        record.exc_info, record.exc_text = None, None
    event.pop("exc_info", None)
    event["event"] = f"{record.module}.{record.funcName}:{record.lineno}"
    return event


def _with_process(process: str) -> Any:
    def add(_logger: Any, _method: str, event: Event) -> Event:
        event["process"] = process
        return event

    return add


def _only_allowed(_logger: Any, _method: str, event: Event) -> Event:
    return {key: value for key, value in event.items() if key in ALLOWED or key.startswith("_")}
