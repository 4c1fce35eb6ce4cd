"""Structured logs, one JSON object per line, without personal data.

Nothing personal is meant to be logged at all. Of an exception that is not ours only kind and place
are written, because its message may quote what a person typed (pydantic's does). The last processor
is the net below: it blanks what looks like a NIK, a family card number or a phone number, whoever
wrote it there.
"""

import logging
import re
import sys
import traceback
from typing import Any

import structlog
from structlog.typing import EventDict, ExcInfo, WrappedLogger

from jamila_runtime.errors import JamilaError

_HIDDEN = "[hidden]"
_LOOKS_PERSONAL = re.compile(r"(?<![0-9a-fA-F-])(?:\d{16}|(?:\+?62|0)8\d{7,12})(?![0-9a-fA-F-])")


def looks_personal(text: str) -> bool:
    """Whether a text holds what looks like a NIK or a mobile number."""
    return _LOOKS_PERSONAL.search(text) is not None


def hide_personal(_: WrappedLogger, __: str, event_dict: EventDict) -> EventDict:
    """Blank 16-digit numbers and mobile numbers wherever they stand in a log line."""
    return {str(_hidden(key)): _hidden(value) for key, value in event_dict.items()}


def _hidden(value: Any) -> Any:
    match value:
        case None | bool() | float():
            return value
        case int():
            return _HIDDEN if looks_personal(str(value)) else value
        case dict():
            return {str(_hidden(key)): _hidden(each) for key, each in value.items()}
        case list() | tuple():
            return [_hidden(each) for each in value]
        case _:
            return _LOOKS_PERSONAL.sub(_HIDDEN, str(value))


def tell_exception(exc_info: ExcInfo) -> str:
    """Kind and place of an exception and of what caused it; the message only of our own."""
    lines: list[str] = []
    error: BaseException | None = exc_info[1]
    while error is not None:
        message = f": {error}" if isinstance(error, JamilaError) else ""
        place = "".join(traceback.format_tb(error.__traceback__))
        lines.append(f"{place}{type(error).__module__}.{type(error).__qualname__}{message}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nbecause of\n".join(lines)


def configure_logs(service: str, level: str = "INFO") -> None:
    """Send the logs of this process to standard output, as JSON lines."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(tell_exception),
            hide_personal,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level.lower()),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    logging.basicConfig(level=logging.WARNING, format="%(message)s", handlers=[_ToStructlog()])


def get_logger(name: str) -> Any:
    """A logger for a module."""
    return structlog.get_logger(module=name)


class _ToStructlog(logging.Handler):
    """Libraries log through the standard module; their lines join ours."""

    def emit(self, record: logging.LogRecord) -> None:
        get_logger(record.name).log(record.levelno, record.getMessage(), exc_info=record.exc_info)
