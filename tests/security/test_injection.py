"""What somebody typed becomes no line of a log."""

import io
import json

import pytest
import structlog

from jamila_runtime.logs import configure_logs, get_logger

FORGED = 'halo\n{"event": "log-in", "level": "info"}\r\n\x1b[31mmerah\u2028'


@pytest.fixture
def written():
    """What a process would write to its log."""
    configure_logs("uji")
    stream = io.StringIO()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(stream))
    yield stream.getvalue
    structlog.reset_defaults()


def test_no_line_of_a_log_can_be_forged(written):
    get_logger(__name__).error(FORGED, path=FORGED, **{FORGED: FORGED})

    [line, end] = written().split("\n")
    assert end == ""
    assert json.loads(line)["service"] == "uji"
    assert "\r" not in line
    assert "\x1b" not in line
    assert "\u2028" not in line
